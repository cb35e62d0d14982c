// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/domum-iac/terraform-provider-domum/internal/simtest"
	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

const (
	scimClientID     = "okta-scim"
	scimClientSecret = "okta-scim-secret"

	overlapping = `
data "domum_overlapping_users" "all" {
  provider = domum.scim
}
`
)

// scimHCL is a configuration with a second provider block.
func scimHCL(url, id, secret string) string {
	return fmt.Sprintf("provider \"domum\" {\n  alias = \"scim\"\n  url = %q\n  client_id = %q\n  client_secret = %q\n}\n%s", url, id, secret, overlapping)
}

// identityProvider pushes over SCIM, as the identity provider does.
type identityProvider struct {
	*world
	token string
}

func (w *world) identityProvider() *identityProvider {
	w.t.Helper()
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {scimClientID}, "client_secret": {scimClientSecret}}
	p := &identityProvider{world: w}
	var issued struct {
		AccessToken string `json:"access_token"`
	}
	p.send(http.MethodPost, "/iso/oauth2/token", "application/x-www-form-urlencoded", form.Encode(), &issued)
	p.token = issued.AccessToken
	return p
}

func (p *identityProvider) send(method, path, contentType, body string, out any) {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.t.Context(), method, p.URL+path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Content-Type", contentType)
	if p.token != "" {
		req.Header.Set("Authorization", "Bearer "+p.token)
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode > 299 {
		p.t.Fatalf("%s %s: %s %v\n%s", method, path, resp.Status, err, answer)
	}
	if out == nil {
		return
	}
	if err := json.Unmarshal(answer, out); err != nil {
		p.t.Fatal(err)
	}
}

// id returns the id of the group or user that has that name.
func (p *identityProvider) id(kind, name string) string {
	p.t.Helper()
	var list struct {
		Resources []struct{ ID, DisplayName, UserName string }
	}
	p.send(http.MethodGet, "/iso/scim/v2/"+kind+"?count=200", "", "", &list)
	for _, r := range list.Resources {
		if r.DisplayName == name || r.UserName == name {
			return r.ID
		}
	}
	p.t.Fatalf("there is no %q in %s", name, kind)
	return ""
}

// change adds a user to a group, or removes one.
func (p *identityProvider) change(op, user, group string) {
	p.t.Helper()
	body := fmt.Sprintf(`{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":%q,"path":"members","value":[{"value":%q}]}]}`,
		op, p.id("Users", user))
	p.send(http.MethodPatch, "/iso/scim/v2/Groups/"+p.id("Groups", group), "application/scim+json", body, nil)
}

// member is what the data source should say of a user.
type member struct {
	name    string
	vendors []string
}

func expectOverlaps(want ...member) statecheck.StateCheck {
	users := []knownvalue.Check{}
	for _, m := range want {
		vendors := []knownvalue.Check{}
		for _, v := range m.vendors {
			vendors = append(vendors, knownvalue.StringExact(v))
		}
		users = append(users, knownvalue.ObjectExact(map[string]knownvalue.Check{
			"id": knownvalue.NotNull(), "user_name": knownvalue.StringExact(m.name), "vendors": knownvalue.ListExact(vendors),
		}))
	}
	return statecheck.ExpectKnownValue("data.domum_overlapping_users.all", tfjsonpath.New("users"), knownvalue.ListExact(users))
}

func TestOverlappingUsers(t *testing.T) {
	w := newWorld(t)
	w.PushGroup(okta, "Globex", "zoe", "ann", "bob")
	w.PushGroup(okta, "Acme Ltd", "ann", "zoe", "cid")
	w.PushGroup(okta, "Initech", "zoe")
	w.PushGroup(okta, "Umbrella")
	w.PushGroup(workforce, "Employees", "bob", "cid")
	w.PushGroup(workforce, "Admins", "bob")
	idp := w.identityProvider()
	config := scimHCL(w.URL, scimClientID, scimClientSecret)
	step := func(before func(), want ...member) resource.TestStep {
		return resource.TestStep{PreConfig: before, Config: config, ConfigStateChecks: []statecheck.StateCheck{expectOverlaps(want...)}}
	}
	all := []string{"Acme Ltd", "Globex", "Initech"}
	w.test(
		step(nil, member{"ann", all[:2]}, member{"zoe", all}),
		step(func() { idp.change("add", "bob", "Umbrella") },
			member{"ann", all[:2]}, member{"bob", []string{"Globex", "Umbrella"}}, member{"zoe", all}),
		step(func() {
			idp.change("remove", "ann", "Globex")
			idp.change("remove", "bob", "Globex")
			idp.change("remove", "zoe", "Acme Ltd")
		}, member{"zoe", all[1:]}),
		step(func() { idp.change("remove", "zoe", "Initech") }),
	)
}

// A user may go while the lists are read.
func TestOverlappingUserIsGone(t *testing.T) {
	w := newWorld(t)
	for _, group := range []string{"Acme Ltd", "Globex"} {
		w.PushGroup(okta, group, "ann", "bob")
	}
	idp := w.identityProvider()
	ann, bob := idp.id("Users", "ann"), idp.id("Users", "bob")
	var once sync.Once
	w.OnRequest(func(r *http.Request) {
		if r.Method == http.MethodGet && r.URL.Path == "/iso/scim/v2/Users" {
			once.Do(func() { idp.send(http.MethodDelete, "/iso/scim/v2/Users/"+ann, "", "", nil) })
		}
	})
	c := w.cli()
	c.use(scimHCL(w.URL, scimClientID, scimClientSecret) + `
output "users" {
  value = [for u in data.domum_overlapping_users.all.users : "${u.id} ${u.user_name == null ? "nameless" : u.user_name}"]
}
`)
	c.expect(c.must("plan"), fmt.Sprintf("%s bob", bob), fmt.Sprintf("%s nameless", ann))
}

// Whatever the server makes of startIndex and count, half a list never passes
// for all users.
func TestOverlappingUsersInServersOwnPages(t *testing.T) {
	many := make([]string, 60)
	for i := range many {
		many[i] = fmt.Sprintf("user%02d", i)
	}
	for name, test := range map[string]struct {
		ignored []string
		users   []string
		says    string // "": they are found
	}{
		"both ignored, one page holds all": {ignored: []string{"startIndex", "count"}, users: many[:20]},
		"count ignored":                    {ignored: []string{"count"}, users: many},
		"startIndex ignored, all at once":  {ignored: []string{"startIndex"}, users: many},
		"both ignored, more than one page": {ignored: []string{"startIndex", "count"}, users: many, says: "the list is incomplete, or changed while it was read: it claims 60 records, and 25 different ones came"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.PushGroup(okta, "Acme Ltd", test.users...)
			w.PushGroup(okta, "Globex", test.users...)
			ignorant := simtest.Serve(t, http.HandlerFunc(func(resp http.ResponseWriter, r *http.Request) {
				query := r.URL.Query()
				for _, parameter := range test.ignored {
					query.Del(parameter)
				}
				r.URL.RawQuery = query.Encode()
				w.ServeHTTP(resp, r)
			}))
			c := w.cli()
			c.use(scimHCL(ignorant.URL, scimClientID, scimClientSecret) + `output "n" { value = "${length(data.domum_overlapping_users.all.users)} users" }`)
			if test.says != "" {
				c.refuse([]string{"Cannot list overlapping users", test.says}, "plan")
				return
			}
			c.expect(c.apply(), fmt.Sprintf("%d users", len(test.users)))
		})
	}
}

func TestOverlappingUsersTakeTheirOwnCredentials(t *testing.T) {
	w := newWorld(t)
	c := w.cli()
	const remedy = "Set client_id and client_secret in a second provider block, with an alias, to those that Segura shows on the IGA provider's details page"
	for name, test := range map[string]struct {
		id, secret string
		fault      *simulator.Fault
		words      []string
	}{
		"of the A2A authorization": {testClientID, testClientSecret, nil, []string{"GET /iso/scim/v2/Groups was answered with HTTP 403", remedy}},
		"wrong":                    {scimClientID, "wrong", nil, []string{"POST /iso/oauth2/token was answered with HTTP 401", remedy}},
		"no longer accepted":       {scimClientID, scimClientSecret, &simulator.Fault{Path: "/iso/scim/v2/Groups", Kind: "status", Status: 401}, []string{"HTTP 401", remedy}},
		"of an older release":      {scimClientID, scimClientSecret, &simulator.Fault{Path: "/iso/scim/v2/Groups", Kind: "v1"}, []string{"HTTP 500", "not authorized", remedy}},
		"and something else":       {scimClientID, scimClientSecret, &simulator.Fault{Path: "/iso/scim/v2/Groups", Kind: "gateway"}, []string{"HTTP 404", "that SCIM is enabled on the appliance"}},
	} {
		w.ClearFaults()
		if test.fault != nil {
			w.AddFault(*test.fault)
		}
		c.use(scimHCL(w.URL, test.id, test.secret))
		output, ok := c.run("plan")
		if ok {
			t.Errorf("%s: accepted", name)
		}
		c.expect(output, append(test.words, "Cannot list overlapping users")...)
	}
}

func TestOverlappingUsersExample(t *testing.T) {
	w := newWorld(t)
	w.PushGroup(okta, "Acme Ltd", "ann")
	w.PushGroup(okta, "Globex", "ann", "bob")
	idp := w.identityProvider()
	c := w.cli()
	c.ownProcess("DOMUM_URL="+w.URL, "DOMUM_CLIENT_ID="+testClientID, "DOMUM_CLIENT_SECRET="+testClientSecret,
		"TF_VAR_scim_client_id="+scimClientID, "TF_VAR_scim_client_secret="+scimClientSecret)
	c.write(requiredProviders + readExample(t, "examples/data-sources/domum_overlapping_users/data-source.tf"))
	c.expect(c.apply(), "Warning: Check block assertion failed", "Users in the groups of several vendors: ann (Acme Ltd, Globex).")
	idp.change("remove", "ann", "Globex")
	if output := c.apply(); strings.Contains(output, "Check block assertion failed") {
		t.Errorf("the check doesn't pass:\n%s", output)
	}
	c.expectNoChanges()
}

// Credentials that open the vendors too show which groups are none.
func TestOverlappingUsersOfVendorGroupsOnly(t *testing.T) {
	w := newWorld(t)
	w.PushGroup(okta, "Globex", "ann", "bob")
	w.PushGroup(okta, "Acme Ltd", "ann")
	w.PushGroup(okta, "Staff", "bob", "ann")
	for _, v := range w.Vendors() {
		names := map[string]string{"Globex": "Globex", "Acme Ltd": "ACME Ltd", "Staff": "No vendor of that name"}
		w.EditVendor(v.ID, func(v *simulator.Vendor) { v.Name = names[v.Name] })
	}
	scim := w.identityProvider().token
	open := simtest.Serve(t, http.HandlerFunc(func(resp http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/iso/scim/") {
			r.Header.Set("Authorization", "Bearer "+scim)
		}
		w.ServeHTTP(resp, r)
	}))
	config := scimHCL(open.URL, testClientID, testClientSecret)
	check := func(want ...member) resource.TestStep {
		return resource.TestStep{Config: config, ConfigStateChecks: []statecheck.StateCheck{expectOverlaps(want...)}}
	}
	w.test(check(member{"ann", []string{"Acme Ltd", "Globex"}}))
	everything := check(member{"ann", []string{"Acme Ltd", "Globex", "Staff"}}, member{"bob", []string{"Globex", "Staff"}})
	everything.Config = scimHCL(w.URL, scimClientID, scimClientSecret) // these open SCIM alone
	w.test(everything)
	for _, v := range w.Vendors() { // a list in which no group is says nothing
		w.EditVendor(v.ID, func(v *simulator.Vendor) { v.Name = "Other " + v.Name })
	}
	everything.Config = config
	w.test(everything)
}
