// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"io"
	"net/http"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

func TestRequests(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{PathPrefix: "/segura"})
	s.AddVendor(simulator.Vendor{Name: "Acme Ltd"})
	token := s.a2a()
	s.ResetRequests()
	s.do(call{method: "GET", path: vendorsPath + "?page=1", token: token})
	s.do(call{method: "PATCH", path: vendorsPath + "/1", token: token, body: `{"status":"on"}`})
	s.AddFault(simulator.Fault{Kind: simulator.FaultHTML, Status: 502})
	s.do(call{method: "GET", path: groupsPath})

	got := s.Requests()
	for i, authorized := range []bool{true, true, false} {
		want := ""
		if authorized {
			want = "(removed)"
		}
		if value := got[i].Header.Get("Authorization"); value != want {
			t.Errorf("request %d: Authorization is %q", i, value)
		}
		got[i].Header = nil
	}
	at := s.clock.Now()
	want := []simulator.Request{
		{Method: "GET", Path: vendorsPath, Query: "page=1", Status: 200, Body: []byte{}, At: at},
		{Method: "PATCH", Path: vendorsPath + "/1", Status: 422, Body: []byte(`{"status":"on"}`), At: at},
		{Method: "GET", Path: groupsPath, Status: 502, Body: []byte{}, At: at},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestCount(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	token := s.a2a()
	s.do(call{method: "GET", path: vendorsPath, token: token})
	s.do(call{method: "GET", path: vendorsPath + "/1", token: token})
	s.do(call{method: "PATCH", path: vendorsPath + "/1", token: token})
	for _, test := range []struct {
		method, pattern string
		want            int
	}{
		{"GET", vendorsPath, 1},
		{"GET", vendorsPath + "/*", 1},
		{"", vendorsPath + "/*", 2},
		{"GET", "", 2},
		{"", "", 4},
		{"DELETE", "", 0},
		{"POST", "/*/oauth2/token", 1},
	} {
		if got := s.Count(test.method, test.pattern); got != test.want {
			t.Errorf("Count(%q, %q) = %d, want %d", test.method, test.pattern, got, test.want)
		}
	}
	mustPanic(t, "a malformed pattern", func() { s.Count("", "[") })
}

// TestOnRequest: the hook runs before the request is handled, may read its body and change what it finds.
func TestOnRequest(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{PathPrefix: "/segura"})
	s.AddVendor(linked)
	token := s.a2a()
	path := vendorsPath + "/42"
	etag := s.want(200, call{method: "GET", path: path, token: token}).header.Get("ETag")

	const body = `{"status":"disabled"}`
	patch := call{method: "PATCH", path: path, token: token, body: body, header: map[string]string{"If-Match": etag}}
	s.OnRequest(func(r *http.Request) {
		got, err := io.ReadAll(r.Body)
		if err != nil || string(got) != body || r.URL.Path != path {
			t.Errorf("%s %s, %v", r.URL.Path, got, err)
		}
		s.EditVendor("42", func(v *simulator.Vendor) { v.AccessGroupID = "8" })
	})
	s.want(412, patch)
	s.OnRequest(nil)
	patch.header = nil
	s.want(200, patch)
	if got, _ := s.Vendor("42"); got.AccessGroupID != "8" || got.Status != "disabled" {
		t.Errorf("got %+v", got)
	}
}

func TestRecords(t *testing.T) {
	t.Parallel()
	s := simulator.New(simulator.Options{})
	if got := s.AddVendor(simulator.Vendor{ID: "2", Name: "Globex"}); got != "2" {
		t.Errorf("added as %q", got)
	}
	ids := []string{s.AddVendor(simulator.Vendor{Name: "Acme Ltd"}), s.AddVendor(simulator.Vendor{Name: "Acme Ltd"})}
	if diff := cmp.Diff([]string{"1", "3"}, ids); diff != "" {
		t.Error(diff)
	}
	s.AddVendor(simulator.Vendor{ID: "10", Name: "Initech"})
	s.AddVendor(simulator.Vendor{ID: "x1", Name: "Odd"})
	var got []string
	for _, v := range s.Vendors() {
		got = append(got, v.ID)
	}
	if diff := cmp.Diff([]string{"1", "2", "3", "10", "x1"}, got); diff != "" {
		t.Error(diff)
	}
	if v, ok := s.VendorByName("Acme Ltd"); !ok || v.ID != "1" {
		t.Errorf("found %+v", v)
	}
	if _, ok := s.VendorByName("acme ltd"); ok {
		t.Error("found a name in another case")
	}

	s.RemoveVendor("3")
	s.RemoveVendor("3")
	if _, ok := s.Vendor("3"); ok {
		t.Error("vendor 3 is still there")
	}
	if got := s.AddVendor(simulator.Vendor{Name: "New"}); got != "4" {
		t.Errorf("added as %q", got)
	}

	if got := s.AddAccessGroup(simulator.AccessGroup{Name: "New"}); got != "1" {
		t.Errorf("access group added as %q", got)
	}
	s.EditVendor("1", func(v *simulator.Vendor) { v.AccessGroupID = "1" })
	s.RemoveAccessGroup("1")
	if v, _ := s.Vendor("1"); v.AccessGroupID != "" {
		t.Errorf("still linked: %+v", v)
	}
	if got := s.AddAccessGroup(simulator.AccessGroup{Name: "New"}); got != "2" {
		t.Errorf("access group added as %q", got)
	}
}

// TestRemoveVendorKeepsOthers: removing what isn't there leaves groups without vendors alone.
func TestRemoveVendorKeepsOthers(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	s.PushGroup("4", "Staff", "zoe")
	s.RemoveVendor("")
	list := s.want(200, call{method: "GET", path: groupsPath, token: s.login("okta-internal", "okta-internal-secret")})
	if got := decode[scimList](t, list).TotalResults; got != 1 {
		t.Errorf("%d groups are left", got)
	}
}

// TestMisuse: a test that says nonsense hears about it.
func TestMisuse(t *testing.T) {
	t.Parallel()
	s := simulator.New(simulator.Options{})
	s.AddVendor(simulator.Vendor{ID: "1", Name: "Acme Ltd"})
	for name, misuse := range map[string]func(){
		"id taken":            func() { s.AddVendor(simulator.Vendor{ID: "1", Name: "Other"}) },
		"no such group":       func() { s.AddVendor(simulator.Vendor{Name: "Other", AccessGroupID: "70"}) },
		"no such provider":    func() { s.AddVendor(simulator.Vendor{Name: "Other", IdentityProviderID: "70"}) },
		"bad status":          func() { s.AddVendor(simulator.Vendor{Name: "Other", Status: "on"}) },
		"bad start date":      func() { s.EditVendor("1", func(v *simulator.Vendor) { v.StartDate = "soon" }) },
		"bad due date":        func() { s.EditVendor("1", func(v *simulator.Vendor) { v.DueDate = "2026-02-30" }) },
		"no such vendor":      func() { s.EditVendor("70", func(*simulator.Vendor) {}) },
		"edit no group":       func() { s.EditAccessGroup("70", func(*simulator.AccessGroup) {}) },
		"push to no provider": func() { s.PushGroup("70", "Other") },
		"bad fault":           func() { s.AddFault(simulator.Fault{}) },
		"bad seed": func() {
			simulator.New(simulator.Options{Seed: &simulator.Seed{Vendors: []simulator.Vendor{{Name: "A", AccessGroupID: "1"}}}})
		},
	} {
		mustPanic(t, name, misuse)
	}
	if got, _ := s.Vendor("1"); got != (simulator.Vendor{ID: "1", Name: "Acme Ltd", Status: "disabled"}) {
		t.Errorf("changed to %+v", got)
	}
}

func mustPanic(t *testing.T, what string, f func()) {
	t.Helper()
	defer func() {
		if recover() == nil {
			t.Errorf("%s: no panic", what)
		}
	}()
	f()
}

// TestConcurrent has the race detector look at requests and control methods at once.
func TestConcurrent(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	s.AddVendor(linked)
	token, okta := s.a2a(), s.okta()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 5 {
				s.do(call{method: "PATCH", path: vendorsPath + "/42", token: token, body: `{"status":"disabled"}`})
				s.do(call{method: "GET", path: groupsPath, token: okta})
			}
		})
		wg.Go(func() {
			for range 5 {
				s.EditVendor("42", func(v *simulator.Vendor) { v.DueDate = "" })
				s.PushGroup("3", "Globex", "ann")
				s.OnRequest(func(*http.Request) { s.Count("", "") })
				s.AddFault(simulator.Fault{Kind: simulator.FaultV1, Times: 1})
				s.Requests()
			}
		})
	}
	wg.Wait()
	if got := s.Count("", vendorsPath+"/*"); got != 20 {
		t.Errorf("%d requests", got)
	}
}
