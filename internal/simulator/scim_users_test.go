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

// userBody is a user as an identity provider pushes it, with more than is kept.
func userBody(name string) string {
	return fmt.Sprintf(`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"%[1]s@example.com",`+
		`"externalId":"00u-%[1]s","name":{"formatted":"%[1]s Doe","givenName":"%[1]s","familyName":"Doe"},`+
		`"emails":[{"value":"%[1]s@example.com","type":"work","primary":true}],"active":true,"locale":"en-US","groups":[]}`, name)
}

// patchBody is a patch of the given operations.
func patchBody(operations ...string) string {
	return `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[` + strings.Join(operations, ",") + `]}`
}

// push creates a user or a group and returns its id.
func (s *server) push(path, token, body string) string {
	s.t.Helper()
	r := s.want(201, call{method: "POST", path: path, token: token, body: body})
	id := decode[struct{ ID string }](s.t, r).ID
	if id == "" || r.header.Get("Location") != s.url+path+"/"+id {
		s.t.Fatalf("Location %q, body %s", r.header.Get("Location"), r.body)
	}
	return id
}

// scimError is an error of SCIM.
type scimError struct {
	Schemas  []string `json:"schemas"`
	Status   string   `json:"status"`
	SCIMType string   `json:"scimType"`
	Detail   string   `json:"detail"`
}

// refused sends a call to SCIM that must fail, and checks the shape of the error.
func (s *server) refused(status int, scimType string, c call) {
	s.t.Helper()
	r := s.want(status, c)
	got := decode[scimError](s.t, r)
	want := scimError{
		Schemas: []string{"urn:ietf:params:scim:api:messages:2.0:Error"}, Status: fmt.Sprint(status), SCIMType: scimType,
		Detail: got.Detail,
	}
	if diff := cmp.Diff(want, got); diff != "" || got.Detail == "" {
		s.t.Errorf("%s %s %s: %s", c.method, c.path, c.body, diff)
	}
}

func TestUser(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	okta := s.okta()
	id := s.push(usersPath, okta, userBody("ann"))
	r := s.want(200, call{method: "GET", path: usersPath + "/" + id, token: okta})
	want := map[string]any{
		"schemas":    []any{"urn:ietf:params:scim:schemas:core:2.0:User"},
		"id":         id,
		"userName":   "ann@example.com",
		"externalId": "00u-ann",
		"name":       map[string]any{"formatted": "ann Doe", "givenName": "ann", "familyName": "Doe"},
		"emails":     []any{map[string]any{"value": "ann@example.com", "type": "work", "primary": true}},
		"active":     true,
		"meta": map[string]any{
			"resourceType": "User", "created": "2026-11-20T10:00:00Z", "lastModified": "2026-11-20T10:00:00Z",
			"location": s.url + usersPath + "/" + id,
		},
	}
	if diff := cmp.Diff(want, decode[map[string]any](t, r)); diff != "" {
		t.Error(diff)
	}
	if got := r.header.Get("Content-Type"); got != "application/scim+json" {
		t.Errorf("Content-Type is %q", got)
	}
}

func TestCreateUserRefused(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	okta := s.okta()
	s.push(usersPath, okta, userBody("ann"))
	bob := userBody("bob")
	tests := map[string]struct {
		status   int
		scimType string
		body     string
	}{
		"same name and id": {409, "uniqueness", userBody("ann")},
		"same name":        {409, "uniqueness", strings.Replace(bob, "bob@example.com", "Ann@example.com", 1)},
		"same external id": {409, "uniqueness", strings.Replace(bob, "00u-bob", "00u-ann", 1)},
		"no name":          {400, "invalidValue", strings.Replace(bob, "userName", "x", 1)},
		"no external id":   {400, "invalidValue", strings.Replace(bob, "externalId", "x", 1)},
		"no formatted":     {400, "invalidValue", strings.Replace(bob, "formatted", "x", 1)},
		"no emails":        {400, "invalidValue", strings.Replace(bob, "emails", "x", 1)},
		"no email":         {400, "invalidValue", strings.Replace(bob, `"value"`, `"x"`, 1)},
		"wrong type":       {400, "invalidSyntax", strings.Replace(bob, `"active":true`, `"active":"yes"`, 1)},
		"no JSON":          {400, "invalidSyntax", `{`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := s.in(t)
			s.refused(test.status, test.scimType, call{method: "POST", path: usersPath, token: okta, body: test.body})
		})
	}
	s.refused(400, "invalidSyntax", call{
		method: "POST", path: usersPath, token: okta, body: bob, header: map[string]string{"Content-Type": "text/plain"},
	})
	// What one provider has pushed is nothing to another.
	s.push(usersPath, s.login("okta-internal", "okta-internal-secret"), userBody("ann"))
}

func TestPatchUser(t *testing.T) {
	t.Parallel()
	const email = `[{"value":"new@example.com"}]`
	tests := map[string]struct {
		body   string
		status int // 0 is 200
		field  string
		want   any
	}{
		"plain":         {`{"active":false}`, 0, "active", false},
		"plain nested":  {`{"name":{"formatted":"Ann B"}}`, 0, "name", map[string]any{"formatted": "Ann B", "givenName": "ann", "familyName": "Doe"}},
		"value":         {patchBody(`{"op":"replace","value":{"active":false}}`), 0, "active", false},
		"path":          {patchBody(`{"op":"Replace","path":"active","value":false}`), 0, "active", false},
		"nested path":   {patchBody(`{"op":"add","path":"name.formatted","value":"Ann B"}`), 0, "name", map[string]any{"formatted": "Ann B", "givenName": "ann", "familyName": "Doe"}},
		"emails":        {patchBody(`{"op":"replace","path":"emails","value":` + email + `}`), 0, "emails", []any{map[string]any{"value": "new@example.com"}}},
		"two":           {patchBody(`{"op":"add","path":"displayName","value":"A"}`, `{"op":"replace","path":"displayName","value":"B"}`), 0, "displayName", "B"},
		"unknown path":  {patchBody(`{"op":"replace","path":"emails[type eq \"work\"].value","value":"x"}`), 400, "active", true},
		"remove":        {patchBody(`{"op":"remove","path":"displayName"}`), 400, "active", true},
		"no op":         {patchBody(`{"op":"move","value":{}}`), 400, "active", true},
		"no value":      {patchBody(`{"op":"replace","path":"active"}`), 400, "active", true},
		"no schema":     {`{"Operations":[{"op":"replace","value":{"active":false}}]}`, 400, "active", true},
		"bad value":     {patchBody(`{"op":"replace","value":{"active":"False"}}`), 400, "active", true},
		"required":      {`{"emails":[{"value":""}]}`, 400, "emails", []any{map[string]any{"value": "ann@example.com", "type": "work", "primary": true}}},
		"name is taken": {`{"userName":"BOB@example.com"}`, 409, "userName", "ann@example.com"},
		"no JSON":       {`[`, 400, "active", true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, simulator.Options{})
			okta := s.okta()
			path := usersPath + "/" + s.push(usersPath, okta, userBody("ann"))
			s.push(usersPath, okta, userBody("bob"))
			status := max(test.status, 200)
			s.want(status, call{method: "PATCH", path: path, token: okta, body: test.body})
			r := s.want(200, call{method: "GET", path: path, token: okta})
			if diff := cmp.Diff(test.want, decode[map[string]any](t, r)[test.field]); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDeleteUser(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	okta := s.okta()
	id := s.PushGroup("3", "Acme Ltd", "ann", "bob")
	users := decode[scimList](t, s.want(200, call{method: "GET", path: usersPath, token: okta}))
	path := usersPath + "/" + users.Resources[0].ID
	if r := s.want(204, call{method: "DELETE", path: path, token: okta}); r.body != "" {
		t.Errorf("answered %q", r.body)
	}
	for _, method := range []string{"GET", "PATCH", "DELETE"} {
		s.refused(404, "", call{method: method, path: path, token: okta, body: "{}"})
	}
	if diff := cmp.Diff([]string{"bob"}, s.VendorUsers(id)); diff != "" {
		t.Error(diff)
	}
}

// TestProvidersApart: an identity provider sees and changes nothing of another's.
func TestProvidersApart(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	okta, other := s.okta(), s.login("okta-internal", "okta-internal-secret")
	user := s.push(usersPath, okta, userBody("ann"))
	group := s.push(groupsPath, okta, groupBody("Acme Ltd", user))
	for _, path := range []string{usersPath, groupsPath} {
		got := decode[scimList](t, s.want(200, call{method: "GET", path: path, token: other}))
		if got.TotalResults != 0 || got.Resources == nil {
			t.Errorf("%s: %+v", path, got)
		}
	}
	for _, path := range []string{usersPath + "/" + user, groupsPath + "/" + group} {
		for _, method := range []string{"GET", "PATCH", "DELETE"} {
			s.refused(404, "", call{method: method, path: path, token: other, body: "{}"})
		}
	}
	s.refused(400, "invalidValue", call{method: "POST", path: groupsPath, token: other, body: groupBody("Staff", user)})
}

type scimList struct {
	Schemas                                []string
	TotalResults, StartIndex, ItemsPerPage int
	Resources                              []struct{ ID, UserName, DisplayName string }
}

func TestSCIMPages(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	var names []string
	for i := range 30 {
		names = append(names, fmt.Sprintf("user-%02d", i))
	}
	s.PushGroup("3", "Acme Ltd", names...)
	s.clock.advance(time.Second)
	okta := s.okta()
	tests := map[string]struct {
		start, items int
		first        string
	}{
		"":                       {1, 25, "user-00"},
		"?startIndex=26":         {26, 5, "user-25"},
		"?startIndex=3&count=2":  {3, 2, "user-02"},
		"?count=1000":            {1, 30, "user-00"},
		"?count=0":               {1, 0, ""},
		"?count=-1":              {1, 0, ""},
		"?startIndex=0&count=1":  {1, 1, "user-00"},
		"?startIndex=-5&count=1": {1, 1, "user-00"},
		"?startIndex=31":         {31, 0, ""},
	}
	for query, test := range tests {
		t.Run(query, func(t *testing.T) {
			s := s.in(t)
			got := decode[scimList](t, s.want(200, call{method: "GET", path: usersPath + query, token: okta}))
			if got.TotalResults != 30 || got.StartIndex != test.start || got.ItemsPerPage != test.items ||
				len(got.Resources) != test.items {
				t.Errorf("got %+v", got)
			}
			if test.items > 0 && got.Resources[0].UserName != test.first {
				t.Errorf("starts with %s", got.Resources[0].UserName)
			}
		})
	}
	for _, query := range []string{"?count=x", "?startIndex=", "?startIndex=1&startIndex=2", "?filter=x", "?count=%zz"} {
		s.refused(400, "invalidValue", call{method: "GET", path: groupsPath + query, token: okta})
	}
}
