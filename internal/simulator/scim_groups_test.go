// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// groupBody is a group as an identity provider pushes it.
func groupBody(name string, members ...string) string {
	list := make([]string, len(members))
	for i, id := range members {
		list[i] = fmt.Sprintf(`{"value":%q,"type":"User"}`, id)
	}
	return fmt.Sprintf(`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":%q,`+
		`"externalId":"00g-%s","members":[%s]}`, name, name, strings.Join(list, ","))
}

// TestPushedGroup: a group of a provider of third parties is a vendor that nobody has linked.
func TestPushedGroup(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	okta := s.okta()
	user := s.push(usersPath, okta, userBody("ann"))
	group := s.push(groupsPath, okta, groupBody("Acme Ltd", user))

	r := s.want(200, call{method: "GET", path: groupsPath + "/" + group, token: okta})
	want := map[string]any{
		"schemas":     []any{"urn:ietf:params:scim:schemas:core:2.0:Group"},
		"id":          group,
		"displayName": "Acme Ltd",
		"externalId":  "00g-Acme Ltd",
		"members":     []any{map[string]any{"value": user, "type": "User"}},
		"meta": map[string]any{
			"resourceType": "Group", "created": "2026-11-20T10:00:00Z", "lastModified": "2026-11-20T10:00:00Z",
			"location": s.url + groupsPath + "/" + group,
		},
	}
	if diff := cmp.Diff(want, decode[map[string]any](t, r)); diff != "" {
		t.Error(diff)
	}

	vendor := s.want(200, call{method: "GET", path: vendorsPath + "/1", token: s.a2a()})
	wantVendor := `{"data":{"id":"1","name":"Acme Ltd","status":"disabled","access_group":null,"start_date":null,` +
		`"due_date":null,"contract_number":null,"document_id":null,"identity_provider":{"id":"3","name":"Okta"},` +
		`"synchronized_at":"2026-11-20T10:00:00Z"}}`
	if diff := cmp.Diff(wantVendor, vendor.body); diff != "" {
		t.Error(diff)
	}
}

func TestInternalGroup(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	internal := s.login("okta-internal", "okta-internal-secret")
	s.push(groupsPath, internal, groupBody("Staff"))
	if id := s.PushGroup("4", "Plant", "zoe"); id != "" {
		t.Errorf("a group of internal users is the vendor %q", id)
	}
	if got := s.Vendors(); len(got) != 0 {
		t.Errorf("vendors: %+v", got)
	}
	list := decode[scimList](t, s.want(200, call{method: "GET", path: groupsPath, token: internal}))
	if list.TotalResults != 2 || list.Resources[1].DisplayName != "Plant" {
		t.Errorf("groups: %+v", list)
	}
}

func TestCreateGroupRefused(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	okta := s.okta()
	s.push(groupsPath, okta, groupBody("Acme Ltd"))
	ann := s.push(usersPath, okta, userBody("ann"))
	tests := map[string]struct {
		status   int
		scimType string
		body     string
	}{
		"same name":        {409, "uniqueness", `{"displayName":"Acme Ltd"}`},
		"same external id": {409, "uniqueness", `{"displayName":"Other","externalId":"00g-Acme Ltd"}`},
		"no name":          {400, "invalidValue", `{"externalId":"x"}`},
		"unknown member":   {400, "invalidValue", groupBody("Other", "nobody")},
		"nested group":     {400, "invalidValue", strings.Replace(groupBody("Other", ann), `"User"`, `"Group"`, 1)},
		"no JSON":          {400, "invalidSyntax", `displayName=x`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := s.in(t)
			s.refused(test.status, test.scimType, call{method: "POST", path: groupsPath, token: okta, body: test.body})
		})
	}
	if got := s.Vendors(); len(got) != 1 {
		t.Errorf("vendors: %+v", got)
	}
	// Names that differ in case only are two groups.
	s.push(groupsPath, okta, groupBody("ACME LTD"))
}

func TestPatchGroup(t *testing.T) {
	t.Parallel()
	// ANN, BOB and EVE stand for the ids of users; ANN and BOB are members.
	tests := map[string]struct {
		body    string
		status  int // 0 is 200
		members string
	}{
		"add":              {patchBody(`{"op":"add","path":"members","value":[{"value":"EVE"}]}`), 0, "ANN BOB EVE"},
		"add again":        {patchBody(`{"op":"Add","path":"members","value":[{"value":"ANN"}]}`), 0, "ANN BOB"},
		"add by value":     {patchBody(`{"op":"add","value":{"members":[{"value":"EVE"}]}}`), 0, "ANN BOB EVE"},
		"remove":           {patchBody(`{"op":"remove","path":"members[value eq \"ANN\"]"}`), 0, "BOB"},
		"remove a list":    {patchBody(`{"op":"Remove","path":"members","value":[{"value":"ANN"},{"value":"EVE"}]}`), 0, "BOB"},
		"remove all":       {patchBody(`{"op":"remove","path":"members"}`), 0, ""},
		"replace":          {patchBody(`{"op":"replace","path":"members","value":[{"value":"EVE"}]}`), 0, "EVE"},
		"replace by none":  {patchBody(`{"op":"replace","path":"members","value":[]}`), 0, ""},
		"replace by value": {patchBody(`{"op":"replace","value":{"id":"x","members":[{"value":"EVE"}]}}`), 0, "EVE"},
		"in order":         {patchBody(`{"op":"remove","path":"members"}`, `{"op":"add","path":"members","value":[{"value":"EVE"}]}`), 0, "EVE"},
		"all or none":      {patchBody(`{"op":"remove","path":"members[value eq \"ANN\"]"}`, `{"op":"add","path":"members","value":[{"value":"x"}]}`), 400, "ANN BOB"},
		"unknown member":   {patchBody(`{"op":"add","path":"members","value":[{"value":"x"}]}`), 400, "ANN BOB"},
		"unknown path":     {patchBody(`{"op":"add","path":"owners","value":[]}`), 400, "ANN BOB"},
		"remove the name":  {patchBody(`{"op":"remove","path":"displayName"}`), 400, "ANN BOB"},
		"remove what":      {patchBody(`{"op":"remove","path":"members","value":"ANN"}`), 400, "ANN BOB"},
		"bad value":        {patchBody(`{"op":"add","path":"members","value":"EVE"}`), 400, "ANN BOB"},
		"no value":         {patchBody(`{"op":"add","path":"members"}`), 400, "ANN BOB"},
		"no op":            {patchBody(`{"op":"move","path":"members"}`), 400, "ANN BOB"},
		"empty name":       {patchBody(`{"op":"replace","path":"displayName","value":""}`), 400, "ANN BOB"},
		"plain":            {`{"members":[]}`, 400, "ANN BOB"},
		"no JSON":          {`{`, 400, "ANN BOB"},
		"name is taken":    {patchBody(`{"op":"replace","path":"displayName","value":"Globex"}`), 409, "ANN BOB"},
		"id is taken":      {patchBody(`{"op":"replace","path":"externalId","value":"00g-Globex"}`), 409, "ANN BOB"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, simulator.Options{})
			okta := s.okta()
			ann, bob := s.push(usersPath, okta, userBody("ann")), s.push(usersPath, okta, userBody("bob"))
			ids := strings.NewReplacer("ANN", ann, "BOB", bob, "EVE", s.push(usersPath, okta, userBody("eve")))
			s.push(groupsPath, okta, groupBody("Globex"))
			path := groupsPath + "/" + s.push(groupsPath, okta, groupBody("Acme Ltd", ann, bob))

			s.want(max(test.status, 200), call{method: "PATCH", path: path, token: okta, body: ids.Replace(test.body)})
			r := s.want(200, call{method: "GET", path: path, token: okta})
			got := decode[struct{ Members []struct{ Value string } }](t, r)
			var members []string
			for _, m := range got.Members {
				members = append(members, m.Value)
			}
			if diff := cmp.Diff(ids.Replace(test.members), strings.Join(members, " ")); diff != "" || got.Members == nil {
				t.Errorf("%s: %s", diff, r.body)
			}
		})
	}
}

// TestRenamedGroup: the vendor takes the name and keeps its id and its link.
func TestRenamedGroup(t *testing.T) {
	t.Parallel()
	for name, operation := range map[string]string{
		"path":  `{"op":"replace","path":"displayName","value":"Acme GmbH"}`,
		"value": `{"op":"replace","value":{"displayName":"Acme GmbH"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, simulator.Options{})
			okta, a2a := s.okta(), s.a2a()
			group := s.push(groupsPath, okta, groupBody("Acme Ltd"))
			s.EditVendor("1", func(v *simulator.Vendor) { v.Status, v.AccessGroupID, v.StartDate = "enabled", "7", "2026-12-01" })
			etag := s.want(200, call{method: "GET", path: vendorsPath + "/1", token: a2a}).header.Get("ETag")

			s.clock.advance(time.Minute)
			s.want(200, call{method: "PATCH", path: groupsPath + "/" + group, token: okta, body: patchBody(operation)})
			want := simulator.Vendor{
				ID: "1", Name: "Acme GmbH", Status: "enabled", AccessGroupID: "7", StartDate: "2026-12-01",
				IdentityProviderID: "3", SynchronizedAt: s.clock.Now(),
			}
			got, _ := s.Vendor("1")
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			if s.want(200, call{method: "GET", path: vendorsPath + "/1", token: a2a}).header.Get("ETag") == etag {
				t.Error("the ETag is still the same")
			}
		})
	}
}

// TestGroupPushedAgain: a group that is deleted takes its vendor along; pushed again it is another vendor.
func TestGroupPushedAgain(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	okta, a2a := s.okta(), s.a2a()
	group := s.push(groupsPath, okta, groupBody("Acme Ltd"))
	s.want(204, call{method: "DELETE", path: groupsPath + "/" + group, token: okta})
	for _, method := range []string{"GET", "PATCH", "DELETE"} {
		s.refused(404, "", call{method: method, path: groupsPath + "/" + group, token: okta, body: patchBody()})
	}
	s.want(404, call{method: "GET", path: vendorsPath + "/1", token: a2a})
	if got := decode[page](t, s.want(200, call{method: "GET", path: vendorsPath, token: a2a})); len(got.Data) != 0 {
		t.Errorf("still listed: %+v", got)
	}

	if again := s.push(groupsPath, okta, groupBody("Acme Ltd")); again == group {
		t.Errorf("group %s is back", group)
	}
	got := decode[page](t, s.want(200, call{method: "GET", path: vendorsPath, token: a2a}))
	if diff := cmp.Diff([]string{"2"}, got.ids()); diff != "" {
		t.Error(diff)
	}
}

// TestLastSynchronized: a user of several vendors ends up in the one synchronized last.
func TestLastSynchronized(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	acme := s.PushGroup("3", "Acme Ltd", "ann", "bob")
	globex := s.PushGroup("3", "Globex", "ann")
	s.PushGroup("4", "Staff", "ann", "bob") // other users, of another provider
	check := func(wantAcme, wantGlobex []string) {
		t.Helper()
		if diff := cmp.Diff([][]string{wantAcme, wantGlobex}, [][]string{s.VendorUsers(acme), s.VendorUsers(globex)}); diff != "" {
			t.Error(diff)
		}
	}
	check([]string{"bob"}, []string{"ann"})
	if again := s.PushGroup("3", "Acme Ltd", "ann", "bob"); again != acme {
		t.Errorf("pushed again, vendor %s is %s", acme, again)
	}
	check([]string{"ann", "bob"}, nil)
	s.PushGroup("3", "Acme Ltd", "bob")
	check([]string{"bob"}, []string{"ann"})
	s.RemoveVendor(globex)
	check([]string{"bob"}, nil)
}
