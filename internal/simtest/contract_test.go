// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package simtest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// TestSimulatorHoldsTheContract drives the simulator to every answer that the
// contract declares, and fails if one was left out.
func TestSimulatorHoldsTheContract(t *testing.T) {
	t.Parallel()
	d := newDriver(t, simulator.Options{})
	a2a := d.login("/iso/oauth2/token", "domum-client", "domum-secret")
	if again := d.login("/api/oauth2/token", "domum-client", "domum-secret"); again == "" {
		t.Error("no token from the other path")
	}
	okta := d.login("/iso/oauth2/token", "okta-scim", "okta-scim-secret")
	for _, path := range []string{"/iso/oauth2/token", "/api/oauth2/token"} {
		d.do(step{method: "POST", path: path, body: grant("client_credentials", "domum-client", "wrong"), want: 401})
		d.do(step{method: "POST", path: path, body: grant("password", "domum-client", "domum-secret"), want: 400, bad: true})
	}

	d.scimUsers(okta)
	d.scimGroups(okta)
	vendorID := d.vendors(a2a)
	d.accessGroups(a2a)
	d.refusals(a2a, okta, vendorID)
	d.rateLimit()
	d.faults(a2a, okta)

	var missing []string
	operations(d.contract, func(_, method string, op *openapi3.Operation) {
		for status := range op.Responses.Map() {
			key := op.OperationID + " " + status
			// An appliance may answer 204 or 200 to a SCIM PATCH; the simulator answers 200.
			if !d.seen[key] && !(method == http.MethodPatch && status == "204") {
				missing = append(missing, key)
			}
		}
	})
	slices.Sort(missing)
	if missing != nil {
		t.Errorf("never seen:\n%s", strings.Join(missing, "\n"))
	}
}

const (
	users        = "/iso/scim/v2/Users"
	groups       = "/iso/scim/v2/Groups"
	accessGroups = "/api/v2/domum/access-groups"

	patchOp = `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[%s]}`
)

func scimUser(name string) string {
	return fmt.Sprintf(`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"%[1]s","externalId":"ext-%[1]s",`+
		`"name":{"formatted":"%[1]s"},"emails":[{"value":"%[1]s@acme.example","primary":true}],"active":true}`, name)
}

func scimGroup(name string, members ...string) string {
	values := []string{}
	for _, m := range members {
		values = append(values, fmt.Sprintf(`{"value":%q}`, m))
	}
	return fmt.Sprintf(`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":%q,"externalId":"ext-%s","members":[%s]}`,
		name, strings.ReplaceAll(name, " ", "-"), strings.Join(values, ","))
}

func (d *driver) scimUsers(okta string) {
	d.t.Helper()
	id := d.do(step{method: "POST", path: users, token: okta, body: scimUser("ana"), want: 201}).id(d.t)
	d.do(step{method: "POST", path: users, token: okta, body: scimUser("ben"), want: 201})
	d.do(step{method: "POST", path: users, token: okta, body: scimUser("ana"), want: 409})
	d.do(step{method: "POST", path: users, token: okta, body: `{"displayName":"nobody"}`, want: 400, bad: true})
	d.do(step{method: "GET", path: users, token: okta, want: 200})
	d.do(step{method: "GET", path: users + "?startIndex=2&count=1", token: okta, want: 200})
	d.do(step{method: "GET", path: users + "/" + id, token: okta, want: 200})
	d.do(step{method: "PATCH", path: users + "/" + id, token: okta, body: `{"active":false}`, want: 200})
	activate := fmt.Sprintf(patchOp, `{"op":"replace","path":"active","value":true}`)
	d.do(step{method: "PATCH", path: users + "/" + id, token: okta, body: activate, want: 200})
	d.do(step{method: "PATCH", path: users + "/" + id, token: okta, body: `[]`, want: 400, bad: true})
	d.do(step{method: "PATCH", path: users + "/" + id, token: okta, body: `{"userName":"ben"}`, want: 409})
	d.do(step{method: "PATCH", path: users + "/0", token: okta, body: `{"active":false}`, want: 404})
	d.do(step{method: "DELETE", path: users + "/" + id, token: okta, want: 204})
	d.do(step{method: "DELETE", path: users + "/" + id, token: okta, want: 404})
	d.do(step{method: "GET", path: users + "/" + id, token: okta, want: 404})
}

func (d *driver) scimGroups(okta string) {
	d.t.Helper()
	member := d.do(step{method: "POST", path: users, token: okta, body: scimUser("eve"), want: 201}).id(d.t)
	id := d.do(step{method: "POST", path: groups, token: okta, body: scimGroup("Acme Ltd", member), want: 201}).id(d.t)
	gone := d.do(step{method: "POST", path: groups, token: okta, body: scimGroup("Gone Ltd"), want: 201}).id(d.t)
	d.do(step{method: "POST", path: groups, token: okta, body: scimGroup("Acme Ltd"), want: 409})
	d.do(step{method: "POST", path: groups, token: okta, body: `{"members":[]}`, want: 400, bad: true})
	d.do(step{method: "GET", path: groups, token: okta, want: 200})
	d.do(step{method: "GET", path: groups + "?startIndex=1&count=1", token: okta, want: 200})
	d.do(step{method: "GET", path: groups + "/" + id, token: okta, want: 200})
	for _, operation := range []string{
		fmt.Sprintf(`{"op":"remove","path":"members[value eq \"%s\"]"}`, member),
		fmt.Sprintf(`{"op":"add","path":"members","value":[{"value":%q}]}`, member),
		`{"op":"replace","path":"members","value":[]}`,
		`{"op":"replace","path":"displayName","value":"Acme Corporation"}`,
	} {
		d.do(step{method: "PATCH", path: groups + "/" + id, token: okta, body: fmt.Sprintf(patchOp, operation), want: 200})
	}
	rename := fmt.Sprintf(patchOp, `{"op":"replace","path":"displayName","value":"Gone Ltd"}`)
	d.do(step{method: "PATCH", path: groups + "/" + id, token: okta, body: rename, want: 409})
	d.do(step{method: "PATCH", path: groups + "/0", token: okta, body: rename, want: 404})
	d.do(step{method: "PATCH", path: groups + "/" + id, token: okta, body: `{}`, want: 400, bad: true})
	d.do(step{method: "DELETE", path: groups + "/" + gone, token: okta, want: 204})
	d.do(step{method: "DELETE", path: groups + "/" + gone, token: okta, want: 404})
	d.do(step{method: "GET", path: groups + "/" + gone, token: okta, want: 404})
}

// vendors links the vendor that scimGroups pushed.
func (d *driver) vendors(a2a string) (id string) {
	d.t.Helper()
	pushed, ok := d.sim.VendorByName("Acme Corporation")
	if !ok {
		d.t.Fatal("the pushed group has made no vendor")
	}
	one := vendors + "/" + pushed.ID
	r := d.do(step{method: "GET", path: vendors + "?page=1&page_size=200", token: a2a, want: 200})
	d.do(step{method: "GET", path: vendors + "?page=1&page_size=200", token: a2a, ifNoneMatch: r.header.Get("ETag"), want: 304})
	query := "?vendor.name=Acme&vendor.status=disabled&access_group.id=7&identity_provider.id=3"
	d.do(step{method: "GET", path: vendors + query, token: a2a, want: 200})
	for _, query := range []string{"?page=0", "?page_size=201", "?fields=id", "?vendor.status=on"} {
		d.do(step{method: "GET", path: vendors + query, token: a2a, want: 422, bad: true})
	}

	r = d.do(step{method: "GET", path: one, token: a2a, want: 200})
	old := r.header.Get("ETag")
	d.do(step{method: "GET", path: one, token: a2a, ifNoneMatch: old, want: 304})
	link := `{"access_group":{"id":"7"},"start_date":"2026-12-01","due_date":"2027-12-01","status":"enabled"}`
	r = d.do(step{method: "PATCH", path: one, token: a2a, ifMatch: old, body: link, want: 200})
	d.do(step{method: "PATCH", path: one, token: a2a, ifMatch: old, body: `{"status":"disabled"}`, want: 412})
	etag := r.header.Get("ETag")
	for _, body := range []string{`{"access_group":{"id":"0"}}`, `{"due_date":"2026-11-30"}`} {
		d.do(step{method: "PATCH", path: one, token: a2a, ifMatch: etag, body: body, want: 422})
	}
	d.do(step{method: "PATCH", path: one, token: a2a, ifMatch: etag, body: `{"name":"Acme"}`, want: 422, bad: true})
	d.do(step{method: "PATCH", path: one, token: a2a, ifMatch: etag, body: `{"due_date":null}`, want: 200})
	d.do(step{method: "GET", path: vendors + "/0", token: a2a, want: 404})
	d.do(step{method: "GET", path: one + "?fields=id", token: a2a, want: 422, bad: true})
	d.do(step{method: "PATCH", path: vendors + "/0", token: a2a, ifMatch: `"1"`, body: `{"status":"disabled"}`, want: 404})
	return pushed.ID
}

func (d *driver) accessGroups(a2a string) {
	d.t.Helper()
	path := accessGroups + "?page=1&page_size=2&access_group.name=vendors&access_group.enabled=true"
	r := d.do(step{method: "GET", path: path, token: a2a, want: 200})
	d.do(step{method: "GET", path: path, token: a2a, ifNoneMatch: r.header.Get("ETag"), want: 304})
	d.do(step{method: "GET", path: accessGroups + "?access_group.enabled=maybe", token: a2a, want: 422, bad: true})
	r = d.do(step{method: "GET", path: accessGroups + "/7", token: a2a, want: 200})
	d.do(step{method: "GET", path: accessGroups + "/7", token: a2a, ifNoneMatch: r.header.Get("ETag"), want: 304})
	d.do(step{method: "GET", path: accessGroups + "/0", token: a2a, want: 404})
	d.do(step{method: "GET", path: accessGroups + "/7?fields=id", token: a2a, want: 422, bad: true})
}

// refusals sends each operation without a good token.
func (d *driver) refusals(a2a, okta, vendorID string) {
	d.t.Helper()
	for _, s := range goodSteps(a2a, okta, vendorID) {
		if strings.HasSuffix(s.path, "/token") {
			continue
		}
		good, other := s.token, map[string]string{a2a: okta, okta: a2a}[s.token]
		s.token, s.want, s.bad = "", 401, true
		d.do(s)
		s.token, s.bad = good+"x", false
		d.do(s)
		s.token, s.want = other, 403
		d.do(s)
	}
}

// rateLimit drives a second simulator past its limit.
func (d *driver) rateLimit() {
	d.t.Helper()
	limited := newDriver(d.t, simulator.Options{RateLimit: 1})
	a2a := limited.login("/iso/oauth2/token", "domum-client", "domum-secret")
	limited.do(step{method: "GET", path: vendors, token: a2a, want: 200})
	for _, s := range goodSteps(a2a, "", "1") {
		if s.token == a2a {
			s.want = 429
			limited.do(s)
		}
	}
	maps.Copy(d.seen, limited.seen)
}

// faults has the simulator give what it doesn't give by itself: the errors of
// what stands in front of the API, too, have a shape in the contract.
func (d *driver) faults(a2a, okta string) {
	d.t.Helper()
	for _, s := range goodSteps(a2a, okta, "1") {
		faults := []simulator.Fault{
			{Kind: simulator.FaultV1, Status: 400},
			{Kind: simulator.FaultV1, Status: 403},
			{Kind: simulator.FaultGateway, Status: 404},
			{Kind: simulator.FaultV1, Status: 500},
			{Kind: simulator.FaultHTML, Status: 502},
			{Kind: simulator.FaultLockdown, Status: 503},
		}
		switch {
		case strings.HasPrefix(s.path, "/api/v2/"):
			faults = append(faults, simulator.Fault{Kind: simulator.FaultStatus, Status: 500})
			if s.method == "PATCH" {
				faults = append(faults, simulator.Fault{Kind: simulator.FaultStatus, Status: 409})
			}
		default:
			faults = append(faults, simulator.Fault{Kind: simulator.FaultV1, Status: 429})
		}
		for _, fault := range faults {
			d.sim.AddFault(fault)
			s.want = fault.Status
			d.do(s)
			d.sim.ClearFaults()
		}
	}
}

// goodSteps is one allowed request for each operation.
func goodSteps(a2a, okta, vendorID string) []step {
	form := grant("client_credentials", "domum-client", "domum-secret")
	one := vendors + "/" + vendorID
	user, group := users+"/1", groups+"/1"
	members := fmt.Sprintf(patchOp, `{"op":"replace","path":"members","value":[]}`)
	return []step{
		{method: "POST", path: "/iso/oauth2/token", body: form},
		{method: "POST", path: "/api/oauth2/token", body: form},
		{method: "GET", path: vendors, token: a2a},
		{method: "GET", path: one, token: a2a},
		{method: "PATCH", path: one, token: a2a, ifMatch: `"1"`, body: `{"status":"disabled"}`},
		{method: "GET", path: accessGroups, token: a2a},
		{method: "GET", path: accessGroups + "/7", token: a2a},
		{method: "GET", path: users, token: okta},
		{method: "POST", path: users, token: okta, body: scimUser("zoe")},
		{method: "GET", path: user, token: okta},
		{method: "PATCH", path: user, token: okta, body: `{"active":false}`},
		{method: "DELETE", path: user, token: okta},
		{method: "GET", path: groups, token: okta},
		{method: "POST", path: groups, token: okta, body: scimGroup("Zoe Ltd")},
		{method: "GET", path: group, token: okta},
		{method: "PATCH", path: group, token: okta, body: members},
		{method: "DELETE", path: group, token: okta},
	}
}
