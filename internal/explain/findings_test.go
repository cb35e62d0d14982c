// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package explain

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/simtest"
)

const (
	tokenCall = "POST /iso/oauth2/token"
	oneVendor = `{"id":"42","name":"Acme Ltd","status":"enabled","access_group":null,"start_date":null,"due_date":null,"contract_number":"","document_id":null,"identity_provider":null,"synchronized_at":null}`
	goodToken = `{"access_token":"secret-token","token_type":"Bearer","expires_in":3600}`
	notFound  = `{"error":{"code":"not_found","message":"no such vendor"}}`
)

// scripted is a client of a server that answers as its script says: status and
// body, by method and path.
func scripted(t *testing.T, cfg domum.Config, answers map[string]string) *domum.Client {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer, ok := answers[r.Method+" "+r.URL.Path]
		if !ok {
			answer = `404 {"error":{"code":"no_route","message":"no such path"}}`
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("ETag", `"1"`)
		w.WriteHeader(map[string]int{"200": 200, "400": 400, "401": 401, "403": 403, "404": 404}[answer[:3]])
		_, _ = io.WriteString(w, answer[4:])
	}))
	t.Cleanup(server.Close)
	cfg.URL, cfg.Clock, cfg.MaxRetries = server.URL, simtest.NewFastClock(), -1
	if cfg.AccessToken.IsZero() {
		cfg.ClientID, cfg.ClientSecret = "client", domum.NewSecret("s3cret-value")
	}
	client, err := domum.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func groupsOf(rows string) string {
	return `200 {"data":[` + rows + `],"pagination":{"total_items":1}}`
}

// What the client knows beside an answer decides what to do: the API profile is
// not to blame for what it doesn't describe.
func TestWhatTheClientKnowsDecidesTheRemedy(t *testing.T) {
	t.Parallel()
	const vendors, groups = "GET /api/v2/domum/vendors", "GET /api/v2/domum/access-groups"
	given := func(from string) domum.Config {
		return domum.Config{AccessToken: domum.NewSecret("secret-token"), AccessTokenFrom: from}
	}
	get := func(ctx context.Context, c *domum.Client) error { _, err := c.GetVendor(ctx, "42"); return err }
	byName := func(ctx context.Context, c *domum.Client) error {
		_, err := c.LookUpVendor(ctx, "", "Acme Ltd")
		return err
	}
	list := func(ctx context.Context, c *domum.Client) error { _, err := c.Vendors(ctx); return err }
	group := func(ctx context.Context, c *domum.Client) error { _, err := c.AccessGroup(ctx, "7", ""); return err }
	scim := func(ctx context.Context, c *domum.Client) error { _, err := c.SCIMGroups(ctx); return err }
	update := func(ctx context.Context, c *domum.Client) error {
		v, err := c.GetVendor(ctx, "42")
		if err == nil {
			_, err = c.UpdateVendor(ctx, v, domum.VendorPatch{StartDate: new(domum.Date("2026-12-01"))})
		}
		return err
	}
	for name, test := range map[string]struct {
		cfg     domum.Config
		answers map[string]string
		call    func(context.Context, *domum.Client) error
		said    string
		remedy  string
	}{
		"a token call without a token": {
			answers: map[string]string{tokenCall: `200 {"token_type":"Bearer"}`}, call: get,
			said: "HTTP 200: the answer is not as expected: it holds no access token", remedy: "Check the url attribute and token_path",
		},
		"a token call that is no JSON": {
			answers: map[string]string{tokenCall: `200 hello`}, call: get,
			said: "HTTP 200: ", remedy: "Check the url attribute and token_path",
		},
		"a token call refused under HTTP 200": {
			answers: map[string]string{tokenCall: `200 {"response":{"message":"1002: wrong client","error":true}}`}, call: get,
			said: "HTTP 200: 1002: wrong client", remedy: "Check client_id and client_secret",
		},
		"a token call with an odd status": {
			answers: map[string]string{tokenCall: `404 {"message":"no Route matched"}`}, call: get,
			said: "HTTP 404", remedy: "Check the url attribute and token_path",
		},
		"SCIM that isn't there": {
			answers: map[string]string{tokenCall: "200 " + goodToken}, call: scim,
			said: "GET /iso/scim/v2/Groups was answered with HTTP 404", remedy: "that SCIM is enabled on the appliance",
		},
		"SCIM that is something else": {
			answers: map[string]string{tokenCall: "200 " + goodToken, "GET /iso/scim/v2/Groups": `200 {"groups":[]}`}, call: scim,
			said: "no ListResponse of SCIM", remedy: "that SCIM is enabled on the appliance",
		},
		"SCIM that is a list": {
			answers: map[string]string{tokenCall: "200 " + goodToken, "GET /iso/scim/v2/Groups": `200 []`}, call: scim,
			said: "not as expected", remedy: "that SCIM is enabled on the appliance",
		},
		"SCIM whose pages contradict each other": {
			answers: map[string]string{tokenCall: "200 " + goodToken, "GET /iso/scim/v2/Groups": `200 {"totalResults":5,"Resources":[]}`}, call: scim,
			said: "the list is incomplete, or changed", remedy: "pages of SCIM contradict each other",
		},
		"a list that is incomplete": {
			answers: map[string]string{tokenCall: "200 " + goodToken, vendors: `200 {"data":[` + oneVendor + `],"pagination":{"total_items":3}}`}, call: list,
			said: "it claims 3 records, 1 came", remedy: "Run the same command again. If this happens again, check that the authorization may see all records, and that the paging in the API profile is right: max_size",
		},
		"an access group with an odd status": {
			answers: map[string]string{tokenCall: "200 " + goodToken, groups: groupsOf(`{"id":"7","name":"OT","enabled":"maybe","description":""}`)}, call: group,
			said: `its enabled is "maybe", and neither true nor false`, remedy: "Correct this record in Domum.",
		},
		"a vendor without a field": {
			answers: map[string]string{tokenCall: "200 " + goodToken, vendors + "/42": `200 {"data":` + strings.Replace(oneVendor, `"due_date":null,`, "", 1) + `}`}, call: get,
			said: `there is no "due_date"`, remedy: "set api_profile_file; domum-doctor shows what differs. Only if the API leaves out fields without a value, set omits_empty: true under vendors in that file.",
		},
		"a vendor without a status": {
			answers: map[string]string{tokenCall: "200 " + goodToken, vendors + "/42": `200 {"data":` + strings.Replace(oneVendor, `"status":"enabled",`, "", 1) + `}`}, call: get,
			said: `there is no "status"`, remedy: "domum-doctor shows what differs.",
		},
		"a vendor with an odd status": {
			answers: map[string]string{tokenCall: "200 " + goodToken, vendors + "/42": `200 {"data":` + strings.Replace(oneVendor, `"enabled"`, `"maybe"`, 1) + `}`}, call: get,
			said: `its status is "maybe", and neither "enabled" nor "disabled"`, remedy: "Correct this record in Domum.",
		},
		"a vendor of a list with an odd status": {
			answers: map[string]string{tokenCall: "200 " + goodToken, vendors: `200 {"data":[` + strings.Replace(oneVendor, `"enabled"`, `"maybe"`, 1) + `],"pagination":{"total_items":1}}`}, call: byName,
			said: `its status is "maybe", and neither "enabled" nor "disabled"`, remedy: "Correct this record in Domum.",
		},
		"a vendor that is gone since it was listed": {
			answers: map[string]string{tokenCall: "200 " + goodToken, vendors: `200 {"data":[{"id":"42","name":"Acme Ltd"}],"pagination":{"total_items":1}}`, vendors + "/42": "404 " + notFound}, call: byName,
			said: "GET /api/v2/domum/vendors/42 was answered with HTTP 404: not_found", remedy: "It was removed just now. Run the same command again.",
		},
		"a vendor that is gone for a write alone": {
			answers: map[string]string{tokenCall: "200 " + goodToken, vendors + "/42": `200 {"data":` + oneVendor + `}`, "PATCH /api/v2/domum/vendors/42": "404 " + notFound}, call: update,
			said: "PATCH /api/v2/domum/vendors/42 was answered with HTTP 404: not_found", remedy: "The appliance says that the vendor does not exist when it is changed, and shows it when it is read. Plan again.",
		},
		"a path that no write has": {
			answers: map[string]string{tokenCall: "200 " + goodToken, vendors + "/42": `200 {"data":` + oneVendor + `}`}, call: update,
			said: "PATCH /api/v2/domum/vendors/42 was answered with HTTP 404: no_route", remedy: "The appliance does not know this path",
		},
		"a token of the environment": {
			cfg: given("DOMUM_ACCESS_TOKEN"), answers: map[string]string{vendors + "/42": "401 {}"}, call: get,
			said: "HTTP 401", remedy: "The token is not accepted: the one in DOMUM_ACCESS_TOKEN has expired, or the appliance refuses it; fetch a new one",
		},
		"a token of a file": {
			cfg: given("the file of access_token_file"), answers: map[string]string{vendors + "/42": "401 {}"}, call: get,
			said: "HTTP 401", remedy: "The token is not accepted: the one in the file of access_token_file has expired",
		},
		"a given token without permission": {
			cfg: given(""), answers: map[string]string{vendors + "/42": "403 {}"}, call: get,
			said: "HTTP 403", remedy: "Give the A2A authorization that the token in access_token belongs to read and write permission",
		},
		"a fetched token that is refused": {
			answers: map[string]string{tokenCall: "200 " + goodToken, vendors + "/42": "401 {}"}, call: get,
			said: "HTTP 401", remedy: "The token is not accepted: check that the authorization of client_id is still enabled.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := test.call(t.Context(), scripted(t, test.cfg, test.answers))
			if err == nil {
				t.Fatal("it works")
			}
			said, remedy := Failure(err)
			if !strings.Contains(said, test.said) || !strings.Contains(remedy, test.remedy) || strings.Contains(said+remedy, "secret-token") {
				t.Errorf("want %q, %q\n%s\n%s", test.said, test.remedy, said, remedy)
			}
			if domum.IsNotFound(err) {
				t.Error("it reads as an id that no vendor has")
			}
		})
	}
}
