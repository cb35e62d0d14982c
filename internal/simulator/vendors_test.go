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

func TestGetVendor(t *testing.T) {
	t.Parallel()
	const suffix = `"contract_number":"C-1","document_id":"D-1","identity_provider":{"id":"3","name":"Okta"},` +
		`"synchronized_at":"2026-11-20T10:00:00Z"}}`
	full := simulator.Vendor{
		ID: "42", Name: "Acme Ltd", Status: "enabled", AccessGroupID: "7", StartDate: "2026-12-01", DueDate: "2027-11-30",
		ContractNumber: "C-1", DocumentID: "D-1", IdentityProviderID: "3",
		SynchronizedAt: time.Date(2026, 11, 20, 7, 0, 0, 999, time.FixedZone("", -3*60*60)),
	}
	tests := map[string]struct {
		vendor simulator.Vendor
		suffix string
		want   string
	}{
		"by hand": {simulator.Vendor{ID: "42", Name: "Acme Ltd"}, "", `{"data":{"id":"42","name":"Acme Ltd",` +
			`"status":"disabled","access_group":null,"start_date":null,"due_date":null,"contract_number":null,` +
			`"document_id":null,"identity_provider":null,"synchronized_at":null}}`},
		"linked": {full, "", `{"data":{"id":"42","name":"Acme Ltd","status":"enabled",` +
			`"access_group":{"id":"7","name":"Vendors - OT"},"start_date":"2026-12-01","due_date":"2027-11-30",` + suffix},
		"date and time": {full, "T00:00:00-03:00", `{"data":{"id":"42","name":"Acme Ltd","status":"enabled",` +
			`"access_group":{"id":"7","name":"Vendors - OT"},"start_date":"2026-12-01T00:00:00-03:00",` +
			`"due_date":"2027-11-30T00:00:00-03:00",` + suffix},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, simulator.Options{DateSuffix: test.suffix})
			s.AddVendor(test.vendor)
			r := s.want(200, call{method: "GET", path: vendorsPath + "/42", token: s.a2a()})
			if diff := cmp.Diff(test.want, r.body); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestVendorNotFound(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	for _, c := range []call{
		{method: "GET", path: vendorsPath + "/1"},
		{method: "PATCH", path: vendorsPath + "/1", body: `{"status":"disabled"}`, header: map[string]string{"If-Match": `"x"`}},
		{method: "GET", path: accessGroupsPath + "/1"},
	} {
		c.token = s.a2a()
		r := s.want(404, c)
		if got := decode[v2Error](t, r).Error.Code; got != "not_found" {
			t.Errorf("%s %s: code %q", c.method, c.path, got)
		}
	}
}

func TestListPages(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{DefaultPageSize: 4, MaxPageSize: 6})
	for i := 1; i <= 11; i++ {
		s.AddVendor(simulator.Vendor{Name: fmt.Sprintf("Vendor %d", i)})
	}
	token := s.a2a()
	tests := map[string]struct {
		query            string
		ids              string
		page, size, last int
	}{
		"default":    {"", "1 2 3 4", 1, 4, 3},
		"numeric":    {"?page=3", "9 10 11", 3, 4, 3},
		"size":       {"?page=2&page_size=6", "7 8 9 10 11", 2, 6, 2},
		"past end":   {"?page=4", "", 4, 4, 3},
		"far beyond": {"?page=9223372036854775807", "", 9223372036854775807, 4, 3},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := s.in(t)
			r := s.want(200, call{method: "GET", path: vendorsPath + test.query, token: token})
			got := decode[page](t, r)
			if ids := strings.Join(got.ids(), " "); ids != test.ids {
				t.Errorf("got %s, want %s", ids, test.ids)
			}
			want := map[string]int{"page": test.page, "page_size": test.size, "total_items": 11, "total_pages": test.last}
			if diff := cmp.Diff(want, got.Pagination); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestListEmpty(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	r := s.want(200, call{method: "GET", path: vendorsPath, token: s.a2a()})
	want := `{"data":[],"pagination":{"page":1,"page_size":30,"total_items":0,"total_pages":0}}`
	if r.body != want {
		t.Errorf("got %s", r.body)
	}
}

func TestListFilters(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	s.AddVendor(simulator.Vendor{Name: "Acme Ltd", Status: "enabled", AccessGroupID: "7", StartDate: "2026-12-01"})
	s.AddVendor(simulator.Vendor{Name: "acme GmbH", IdentityProviderID: "3"})
	s.AddVendor(simulator.Vendor{Name: "Globex", AccessGroupID: "8", IdentityProviderID: "4"})
	token := s.a2a()
	for query, want := range map[string]string{
		"vendor.name=ACME":                         "1 2",
		"vendor.name=ltd":                          "1",
		"vendor.name=nobody":                       "",
		"vendor.name=ltd,globex":                   "1 3",
		"vendor.name=acme&vendor.name=gmbh":        "2",
		"vendor.status=enabled":                    "1",
		"vendor.status=disabled":                   "2 3",
		"vendor.status=disabled,enabled":           "1 2 3",
		"access_group.id=8":                        "3",
		"access_group.id=99":                       "",
		"identity_provider.id=3,4":                 "2 3",
		"vendor.status=disabled&access_group.id=8": "3",
	} {
		t.Run(query, func(t *testing.T) {
			s := s.in(t)
			r := s.want(200, call{method: "GET", path: vendorsPath + "?" + query, token: token})
			got := decode[page](t, r)
			if ids := strings.Join(got.ids(), " "); ids != want || got.Pagination["total_items"] != len(got.Data) {
				t.Errorf("got %s, want %s", r.body, want)
			}
		})
	}
}

func TestBadQuery(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	s.AddVendor(simulator.Vendor{Name: "Acme Ltd"})
	token := s.a2a()
	for target, want := range map[string][]string{
		vendorsPath + "?pagesize=10":                          {"pagesize"},
		vendorsPath + "?fields=id&zzz":                        {"fields", "zzz"},
		vendorsPath + "?access_group.enabled=true":            {"access_group.enabled"},
		vendorsPath + "?page=0":                               {"page"},
		vendorsPath + "?page=-1&page_size=x":                  {"page", "page_size"},
		vendorsPath + "?page=":                                {"page"},
		vendorsPath + "?page=1&page=2":                        {"page"},
		vendorsPath + "?page=99999999999999999999":            {"page"},
		vendorsPath + "?page_size=0":                          {"page_size"},
		vendorsPath + "?page_size=201":                        {"page_size"},
		vendorsPath + "?vendor.status=Enabled":                {"vendor.status"},
		vendorsPath + "?vendor.status=":                       {"vendor.status"},
		vendorsPath + "?access_group.id=":                     {"access_group.id"},
		vendorsPath + "?identity_provider.id=":                {"identity_provider.id"},
		vendorsPath + "?vendor.name=%zz":                      {"query"},
		vendorsPath + "/1?page=1":                             {"page"},
		accessGroupsPath + "?access_group.enabled=1":          {"access_group.enabled"},
		accessGroupsPath + "?access_group.enabled=True":       {"access_group.enabled"},
		accessGroupsPath + "?vendor.name=x":                   {"vendor.name"},
		accessGroupsPath + "/7?access_group.name=Vendors":     {"access_group.name"},
		accessGroupsPath + "?page_size=500&page=1&fields=all": {"fields", "page_size"},
	} {
		t.Run(target, func(t *testing.T) {
			s := s.in(t)
			r := s.want(422, call{method: "GET", path: target, token: token})
			if diff := cmp.Diff(want, fields(t, r)); diff != "" {
				t.Error(diff)
			}
			if decode[v2Error](t, r).Error.Code != "validation_failed" {
				t.Errorf("got %s", r.body)
			}
		})
	}
}

// TestNotModified: an ETag holds until what it was given for looks different.
func TestNotModified(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		path string
		edit func(*simulator.Simulator)
	}{
		"vendor": {vendorsPath + "/1", func(s *simulator.Simulator) {
			s.EditVendor("1", func(v *simulator.Vendor) { v.DueDate = "2027-01-01" })
		}},
		"vendor's access group": {vendorsPath + "/1", func(s *simulator.Simulator) {
			s.EditAccessGroup("7", func(g *simulator.AccessGroup) { g.Name = "OT" })
		}},
		"vendors": {vendorsPath, func(s *simulator.Simulator) { s.RemoveVendor("1") }},
		"access group": {accessGroupsPath + "/7", func(s *simulator.Simulator) {
			s.EditAccessGroup("7", func(g *simulator.AccessGroup) { g.Enabled = false })
		}},
		"access groups": {accessGroupsPath, func(s *simulator.Simulator) {
			s.AddAccessGroup(simulator.AccessGroup{Name: "New"})
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, simulator.Options{})
			s.AddVendor(simulator.Vendor{Name: "Acme Ltd", AccessGroupID: "7"})
			c := call{method: "GET", path: test.path, token: s.a2a()}
			etag := s.want(200, c).header.Get("ETag")
			for _, sent := range []string{etag, "W/" + etag, `"other", ` + etag, "*"} {
				c.header = map[string]string{"If-None-Match": sent}
				r := s.want(304, c)
				if r.body != "" || r.header.Get("ETag") != etag || r.header.Get("X-Request-Id") == "" {
					t.Errorf("%s: %v %q", sent, r.header, r.body)
				}
			}
			test.edit(s.Simulator)
			c.header = map[string]string{"If-None-Match": etag}
			s.want(200, c)
		})
	}
}
