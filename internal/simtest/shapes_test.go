// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package simtest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// caller sends requests to an appliance of a shape.
type caller struct {
	*ShapeServer
	t     *testing.T
	token string
}

func callShape(t *testing.T, shape Shape) *caller {
	t.Helper()
	t.Parallel()
	c := &caller{ShapeServer: StartShape(t, shape, simulator.Options{}), t: t}
	c.AddVendor(simulator.Vendor{ID: "31", Name: "Acme Ltd", IdentityProviderID: "3", SynchronizedAt: time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)})
	c.AddVendor(simulator.Vendor{
		ID: "32", Name: "Globex", Status: "enabled", AccessGroupID: "7", StartDate: "2026-12-01", DueDate: "2027-11-30", ContractNumber: "C-77", DocumentID: "D-1",
	})
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {"domum-client"}, "client_secret": {"domum-secret"}}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.URL+"/iso/oauth2/token", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := (&http.Client{}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var token struct {
		Value string `json:"access_token"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&token); err != nil || token.Value == "" {
		t.Fatalf("no token: %d %v", resp.StatusCode, err)
	}
	c.token = token.Value
	return c
}

// send returns the answer to a request, as "status body", and its ETag.
func (c *caller) send(method, path, ifMatch, body string) (answer, etag string) {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.URL+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	req.Header.Set("Content-Type", "application/json")
	if ifMatch != "" {
		req.Header.Set("If-Match", ifMatch)
	}
	resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	if err != nil {
		return "no answer", ""
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return "cut off", ""
	}
	if resp.Header.Get(simulator.FaultHeader) != "" {
		c.t.Errorf("the answer has %s", simulator.FaultHeader)
	}
	return fmt.Sprint(resp.StatusCode, " ", string(text)), resp.Header.Get("ETag")
}

func (c *caller) expect(method, path, body, want string) {
	c.t.Helper()
	if got, _ := c.send(method, path, "", body); !strings.Contains(got, want) {
		c.t.Errorf("%s %s %s\n got: %s\nwant: %s", method, path, body, got, want)
	}
}

func TestNamedObjects(t *testing.T) {
	c := callShape(t, NamedObjects)
	const company = "/rest/v3/companies/32"
	c.expect("GET", "/rest/v3/companies?offset=1&limit=1", "", `200 {"companies":[{"id":32,"title":"Globex","active":true,"policy":{"id":7,"title":"Vendors - OT"},`+
		`"validity":{"from":"2026-12-01T00:00:00Z","until":"2027-11-30T00:00:00Z"},"contract":"C-77","tax_id":"D-1","source":null,"synchronized":null,`)
	c.expect("GET", "/rest/v3/companies?offset=1&limit=1", "", `"meta":{"offset":1,"limit":1,"total":2}`)
	c.expect("GET", "/rest/v3/companies?search=acme", "", `200 {"companies":[{"id":31,"title":"Acme Ltd","active":false,"policy":null,"validity":{"from":null,"until":null},`)
	c.expect("GET", "/rest/v3/companies?limit=101", "", "422 ")
	c.expect("GET", "/rest/v3/companies?colour=red", "", "422 ")
	c.expect("GET", "/rest/v3/policies?offset=2", "", `200 {"policies":[{"id":9,"title":"Legacy","usable":false,"text":""}]`)
	c.expect("GET", "/rest/v3/companies/99", "", `404 {"error":{"code":"not_found"`)
	c.expect("GET", "/rest/v3/companies/32?colour=red", "", "422 ")
	c.expect("GET", "/rest/v3/nowhere", "", `404 {"error":{"code":"no_such_route"`)
	c.expect("GET", "/api/v2/domum/vendors/31", "", "404 ")

	answer, etag := c.send("GET", company, "", "")
	record, ok := strings.CutPrefix(strings.TrimSuffix(answer, "}"), `200 {"company":`)
	if !ok || etag == "" {
		t.Fatalf("%s, ETag %s", answer, etag)
	}
	for name, sent := range map[string]string{
		"a member lost":            strings.Replace(record, `,"checksum":12345678901234567891`, "", 1),
		"a member more":            strings.Replace(record, `{`, `{"colour":"red",`, 1),
		"a number read as a float": strings.Replace(record, "12345678901234567891", "12345678901234567000", 1),
		"a number rewritten":       strings.Replace(record, "0.80", "0.8", 1),
		"another name":             strings.Replace(record, "Globex", "Initech", 1),
		"a part lost":              strings.Replace(record, `,"until":"2027-11-30T00:00:00Z"`, "", 1),
		"an id that is a string":   strings.Replace(record, `"policy":{"id":7`, `"policy":{"id":"8"`, 1),
		"a date without a time":    strings.Replace(record, "2026-12-01T00:00:00Z", "2026-12-02", 1),
		"a status that is a word":  strings.Replace(record, `"active":true`, `"active":"true"`, 1),
	} {
		if sent == record {
			t.Fatalf("%s: nothing changed", name)
		}
		if answer, _ := c.send("PUT", company, etag, sent); !strings.HasPrefix(answer, "422 ") {
			t.Errorf("%s: %s", name, answer)
		}
	}
	changed := strings.NewReplacer(`"active":true`, `"active":false`, `"id":7`, `"id":8`, `"2027-11-30T00:00:00Z"`, "null", "2026-12-01", "2026-12-02").Replace(record)
	c.expect("PUT", company, changed, "428 ")
	if answer, _ := c.send("PUT", company, `"another"`, changed); !strings.HasPrefix(answer, "412 ") {
		t.Error(answer)
	}
	answer, next := c.send("PUT", company, etag, changed)
	if !strings.HasPrefix(answer, `200 {"company":{"id":32,"title":"Globex","active":false,"policy":{"id":8,"title":"Vendors - IT"},`) || next == etag || next == "" {
		t.Errorf("%s %s", answer, next)
	}
	if answer, _ := c.send("PUT", company, etag, changed); !strings.HasPrefix(answer, "412 ") {
		t.Errorf("written over what is newer: %s", answer)
	}
	if v, _ := c.Vendor("32"); v.Status != "disabled" || v.AccessGroupID != "8" || v.StartDate != "2026-12-02" || v.DueDate != "" {
		t.Errorf("%+v", v)
	}
}

func TestEnvelopeV1(t *testing.T) {
	c := callShape(t, EnvelopeV1)
	const vendor = "/iso/domum/vendor/31"
	const envelope = `"response":{"status":200,"message":"Operation completed","error":false,"error_code":0,"detail":""}`
	c.expect("GET", "/iso/domum/vendor", "", `200 {"code":200,`+envelope+`,"vendors":[{"id":"31","name":"Acme Ltd","enabled":"0","access_group_id":null,"access_group":"",`+
		`"contract_start":"","contract_end":"","contract_number":"","document":"","iga_provider_id":"3","iga_provider":"Okta","last_synchronization":"2026-11-20 10:00:00"},`+
		`{"id":"32","name":"Globex","enabled":"1","access_group_id":"7","access_group":"Vendors - OT","contract_start":"2026-12-01 00:00:00","contract_end":"2027-11-30 00:00:00",`)
	c.expect("GET", "/iso/domum/vendor?page=1", "", "400 ")
	c.expect("GET", "/iso/domum/access_group", "", `"access_groups":[{"id":"7","name":"Vendors - OT","enabled":"1","description":""}`)
	c.expect("GET", vendor+"?colour=red", "", "400 ")
	c.expect("GET", "/iso/domum/vendor/99", "", `400 {"code":400,"exception":{"code":1005,`)
	c.expect("GET", "/iso/domum/nowhere", "", `404 {"code":404,"exception":{"code":4,`)
	if answer, etag := c.send("GET", vendor, "", ""); !strings.Contains(answer, envelope+`,"vendor":{"id":"31"`) || etag != "" {
		t.Errorf("%s, ETag %q", answer, etag)
	}
	for _, body := range []string{
		`{}`, `[]`, `{"enabled":"1"}`, `{"name":"Initech"}`, `{"contract_start":"2026-12-01"}`, `{"contract_end":null}`, `{"access_group_id":7}`, `{"access_group_id":"99"}`,
	} {
		c.expect("PUT", vendor, body, `400 {"code":400,"exception":{"code":1001,`)
	}
	c.expect("POST", vendor+"/enable", "", `400 {"code":400,"exception":{"code":1001,`) // it has no access group
	c.expect("POST", vendor+"/disable", "", `{"code":1017,`)
	c.expect("PUT", vendor, `{"access_group_id":"8","contract_start":"2026-12-01 00:00:00","contract_end":"2027-11-30 00:00:00"}`, `201 {"code":201,`)
	c.expect("POST", vendor+"/enable", "", "200 ")
	c.expect("POST", vendor+"/enable", "", `{"code":1043,`)
	c.expect("PUT", vendor, `{"contract_end":""}`, "201 ")
	if v, _ := c.Vendor("31"); v.Status != "enabled" || v.AccessGroupID != "8" || v.StartDate != "2026-12-01" || v.DueDate != "" {
		t.Errorf("%+v", v)
	}
	c.expect("POST", vendor+"/disable", "", "200 ")
	c.expect("POST", "/iso/domum/vendor/99/enable", "", `{"code":1005,`)
}

func TestBareArrays(t *testing.T) {
	c := callShape(t, BareArrays)
	const supplier = "/domum/api/suppliers/31"
	c.expect("GET", "/domum/api/suppliers?page=1&limit=1", "", `200 [{"key":31,"label":"Acme Ltd","state":"blocked","directory":{"key":"3","label":"Okta"},"synced":"2026-11-20T10:00:00Z"}]`)
	c.expect("GET", "/domum/api/suppliers?page=2&limit=1", "", `200 [{"key":32,"label":"Globex","state":"active","group":{"key":"7","label":"Vendors - OT"},`+
		`"begins":"2026-12-01","ends":"2027-11-30","contract":"C-77","document":"D-1"}]`)
	c.expect("GET", "/domum/api/suppliers?page=3&limit=1", "", `200 []`)
	c.expect("GET", "/domum/api/suppliers?limit=51", "", "422 ")
	c.expect("GET", "/domum/api/groups", "", `200 [{"key":"7","label":"Vendors - OT"},`)
	c.expect("GET", "/domum/api/suppliers/99", "", `404 {"code":"supplier_unknown",`)
	c.expect("GET", supplier+"?colour=red", "", "422 ")
	c.expect("GET", "/domum/api/nowhere", "", `404 {"code":"no_such_route",`)
	if answer, etag := c.send("GET", supplier, "", ""); !strings.HasPrefix(answer, `200 {"key":31,`) || etag != "" {
		t.Errorf("%s, ETag %q", answer, etag)
	}
	for _, body := range []string{`{}`, `[]`, `{"label":"Initech"}`, `{"group":{"key":"7"}}`, `{"group_name":"7"}`, `{"state":"enabled"}`, `{"begins":"2026-12-01T00:00:00Z"}`, `{"ends":""}`, `{"ends":null} trailing`} {
		c.expect("POST", supplier, body, "422 ")
	}
	c.expect("POST", supplier, `{"begins":"nonsense"}`, "422 ")
	c.expect("POST", supplier, `{"state":"active"}`, "; group_name is required for an enabled vendor; begins is required")
	c.expect("POST", supplier, `{"group_name":"Vendors - IT","begins":"2026-12-01","ends":"2027-11-30","state":"active"}`, "204 ")
	c.expect("POST", supplier, `{"ends":null}`, "204 ")
	if v, _ := c.Vendor("31"); v.Status != "enabled" || v.AccessGroupID != "8" || v.StartDate != "2026-12-01" || v.DueDate != "" {
		t.Errorf("%+v", v)
	}
}

// Every vendor comes in a list of each shape once, in pages of any size.
func TestShapesListAll(t *testing.T) {
	t.Parallel()
	pages := map[string][]string{
		NamedObjects.Name: {"/rest/v3/companies?offset=0&limit=97", "/rest/v3/companies?offset=97&limit=97", "/rest/v3/companies?offset=194&limit=100", "/rest/v3/companies?offset=294&limit=100", "/rest/v3/companies?offset=394&limit=100"},
		EnvelopeV1.Name:   {"/iso/domum/vendor"},
	}
	for i := range 10 {
		pages[BareArrays.Name] = append(pages[BareArrays.Name], fmt.Sprintf("/domum/api/suppliers?page=%d&limit=50", i+1))
	}
	for _, shape := range Shapes {
		t.Run(shape.Name, func(t *testing.T) {
			c := callShape(t, shape)
			for i := range 401 {
				c.AddVendor(simulator.Vendor{Name: fmt.Sprintf("Vendor %03d.", i)})
			}
			var seen strings.Builder
			for _, path := range pages[shape.Name] {
				answer, _ := c.send("GET", path, "", "")
				seen.WriteString(answer)
			}
			for i := range 401 {
				if n := strings.Count(seen.String(), fmt.Sprintf("Vendor %03d.", i)); n != 1 {
					t.Fatalf("vendor %d came %d times", i, n)
				}
			}
		})
	}
}

// What a fault breaks reaches the client broken, and an error comes in the words
// of the shape.
func TestShapesPassFaultsOn(t *testing.T) {
	t.Parallel()
	paths := map[string]string{NamedObjects.Name: "/rest/v3/companies/31", EnvelopeV1.Name: "/iso/domum/vendor/31", BareArrays.Name: "/domum/api/suppliers/31"}
	words := map[string]string{
		NamedObjects.Name: `503 {"error":{"code":"service_unavailable"`, EnvelopeV1.Name: `503 {"code":503,"exception":{"code":1,`, BareArrays.Name: `503 {"code":"service_unavailable"`,
	}
	for _, shape := range Shapes {
		t.Run(shape.Name, func(t *testing.T) {
			c := callShape(t, shape)
			for _, test := range []struct {
				fault simulator.Fault
				want  string
			}{
				{simulator.Fault{Kind: simulator.FaultStatus, Status: 503}, words[shape.Name]},
				{simulator.Fault{Kind: simulator.FaultResetBefore}, "no answer"},
				{simulator.Fault{Kind: simulator.FaultTruncate}, "cut off"},
				{simulator.Fault{Kind: simulator.FaultHTML}, "200 <!DOCTYPE html>"},
				{simulator.Fault{Kind: simulator.FaultGateway}, `404 {"message":"no Route matched`},
				{simulator.Fault{Kind: simulator.FaultLockdown}, `503 {"response":{"status":503,`},
				{simulator.Fault{Kind: simulator.FaultContentType}, "200 {"},
				{simulator.Fault{Kind: simulator.FaultSlow}, "200 {"},
			} {
				c.ClearFaults()
				c.AddFault(test.fault)
				if got, _ := c.send("GET", paths[shape.Name], "", ""); !strings.HasPrefix(got, test.want) {
					t.Errorf("%s: %s", test.fault.Kind, got)
				}
			}
			c.ClearFaults()
			c.AddFault(simulator.Fault{Kind: simulator.FaultEndless})
			req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, c.URL+paths[shape.Name], nil)
			req.Header.Set("Authorization", "Bearer "+c.token)
			resp, err := (&http.Client{Transport: &http.Transport{}}).Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			if n, err := io.CopyN(io.Discard, resp.Body, 2*mostHeld); err != nil {
				t.Errorf("an endless answer ended after %d bytes: %v", n, err)
			}
		})
	}
}

func TestShapesHaveProfiles(t *testing.T) {
	t.Parallel()
	for _, shape := range Shapes {
		if text, err := os.ReadFile("../../" + shape.Profile); err != nil || !strings.Contains(string(text), "\nprofile: 1\n") {
			t.Errorf("%s: %v", shape.Name, err)
		}
	}
}
