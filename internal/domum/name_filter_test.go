// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/simtest"
	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// filters are what the parameter may do on an appliance.
var filters = map[string]func(name, wanted string) bool{
	"contains, in any case": func(name, wanted string) bool {
		return strings.Contains(strings.ToLower(name), strings.ToLower(wanted))
	},
	"contains":                 strings.Contains,
	"is":                       func(name, wanted string) bool { return name == wanted },
	"is, in any case":          strings.EqualFold,
	"begins with":              strings.HasPrefix,
	"one of those with commas": func(name, wanted string) bool { return slices.Contains(strings.Split(wanted, ","), name) },
	"ignored":                  func(string, string) bool { return true },
	"finds nothing":            func(string, string) bool { return false },
	"unknown":                  nil,
}

// filtering serves the vendors of an appliance through another filter than the
// simulator's.
func filtering(t *testing.T, server *simtest.Server, matches func(name, wanted string) bool) *domum.Client {
	t.Helper()
	front := simtest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		wanted := query.Get("vendor.name")
		if r.URL.Path != vendorsPath || wanted == "" {
			server.ServeHTTP(w, r)
			return
		}
		if matches == nil {
			query.Set("nobody.knows", "x")
			r.URL.RawQuery = query.Encode()
			server.ServeHTTP(w, r)
			return
		}
		server.ServeHTTP(httptest.NewRecorder(), r) // counted
		page := []map[string]string{}
		for _, v := range server.Vendors() {
			if matches(v.Name, wanted) {
				page = append(page, map[string]string{"id": v.ID, "name": v.Name, "status": v.Status})
			}
		}
		answer := map[string]any{"data": page[:min(len(page), 200)], "pagination": map[string]int{"page": 1, "total_items": len(page), "total_pages": (len(page) + 199) / 200}}
		_ = json.NewEncoder(w).Encode(answer)
	}))
	client, err := domum.New(domum.Config{URL: front.URL, ClientID: "domum-client", ClientSecret: domum.NewSecret("domum-secret")})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// Whatever the filter does, the vendor that is found is the one that the whole
// list has, at the cost of one list at most.
func TestNameFilterNeverFindsAnotherVendor(t *testing.T) {
	for kind, matches := range filters {
		t.Run(kind, func(t *testing.T) {
			_, server, _ := setup(t)
			pushMany(server, 450) // Vendor 1 is in the names of many others
			for _, name := range []string{"Acme", "ACME", "Globex", "Twin", "Caf\u00e9", "Cafe\u0301", "Smith, Jones", "Smith", " Jones"} {
				server.AddVendor(simulator.Vendor{Name: name, Status: "disabled"})
			}
			server.AddVendor(simulator.Vendor{Name: "Twin", Status: "disabled"})
			server.AddVendor(simulator.Vendor{Name: "Vendor 7", Status: "disabled"}) // on another page than the first of that name
			var all []domum.Vendor
			for _, v := range server.Vendors() {
				all = append(all, domum.Vendor{ID: v.ID, Name: v.Name})
			}
			for _, name := range []string{"Vendor 1", "Vendor 7", "Acme", "acme", "globex", "Twin", "Caf\u00e9", "Smith, Jones", "Initech", ""} {
				client := filtering(t, server, matches)
				server.ResetRequests()
				got, err := client.FindVendor(t.Context(), name)
				want, wantErr := domum.MatchVendor(all, name)
				if domum.IsNoMatch(err) != domum.IsNoMatch(wantErr) || domum.IsAmbiguous(err) != domum.IsAmbiguous(wantErr) || err == nil && got.ID != want.ID {
					t.Errorf("%q: %+v, %v, want %+v, %v", name, got, err, want, wantErr)
				}
				if n := server.Count("GET", vendorsPath); n > 1+3 {
					t.Errorf("%q: %d requests", name, n)
				}
			}
		})
	}
}

// filterCalls returns how often the filter was asked, and a page of the list.
func filterCalls(server *simtest.Server) (filtered, pages int) {
	for _, r := range server.Requests() {
		query, _ := url.ParseQuery(r.Query)
		switch {
		case r.Path != vendorsPath:
		case query.Has("vendor.name"):
			filtered++
		default:
			pages++
		}
	}
	return filtered, pages
}

// A few names are asked for one by one, many are looked for in the list, and
// none is asked for twice.
func TestFewNamesUseTheFilter(t *testing.T) {
	for _, test := range []struct{ vendors, names, filtered, pages int }{
		{5000, 1, 1, 0},
		{5000, 5, 5, 0},
		{5000, 10, 10, 1},
		{5000, 11, 10, 1 + 25},
		{5000, 100, 10, 1 + 25},
		{1000, 6, 5, 1 + 5},
		{1000, 1000, 5, 1 + 5},
	} {
		t.Run(fmt.Sprintf("%d of %d", test.names, test.vendors), func(t *testing.T) {
			client, server, _ := setup(t)
			ids := make([]string, test.vendors)
			for i := range ids {
				ids[i] = server.PushGroup("3", fmt.Sprintf("Vendor %05d", i))
			}
			for range 2 {
				for i, id := range ids[:test.names] {
					name := fmt.Sprintf("Vendor %05d", i)
					if v, err := client.FindVendor(t.Context(), name); err != nil || v.ID != id {
						t.Fatalf("%+v, %v", v, err)
					}
				}
			}
			if filtered, pages := filterCalls(server); filtered != test.filtered || pages != test.pages {
				t.Errorf("%d filtered lists and %d pages, want %d and %d", filtered, pages, test.filtered, test.pages)
			}
		})
	}
}

// What a name was found as counts until the client writes that vendor.
func TestVendorFoundByNameIsAsItWasWritten(t *testing.T) {
	client, server, _ := setup(t)
	id := server.PushGroup("3", "Acme Ltd")
	for _, start := range []domum.Date{"", "2030-01-01", "2031-01-01"} {
		if start != "" {
			setStart(t, client, id, start)
		}
		if v, err := client.FindVendor(t.Context(), "Acme Ltd"); err != nil || v.StartDate != start {
			t.Errorf("%+v, %v, want the start date %q", v, err, start)
		}
	}
}

// A list that fails is the error of a name that only it can tell.
func TestNameThatNeedsTheListGetsItsError(t *testing.T) {
	client, server, _ := setup(t)
	server.PushGroup("3", "Acme Ltd")
	server.AddFault(simulator.Fault{Path: vendorsPath, Kind: "status", Status: 403, Skip: 1})
	for range 2 {
		if _, err := client.FindVendor(t.Context(), "Globex"); !domum.IsForbidden(err) {
			t.Errorf("%v", err)
		}
	}
	server.ClearFaults()
	if v, err := client.FindVendor(t.Context(), "Acme Ltd"); err != nil || v.Name != "Acme Ltd" {
		t.Errorf("%+v, %v", v, err)
	}
}

// Names that are not found share one new list, until half a minute has passed.
func TestNamesThatAreNotFoundShareOneNewList(t *testing.T) {
	client, server, clock := setup(t)
	server.PushGroup("3", "Acme Ltd")
	if _, err := client.Vendors(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := client.AccessGroups(t.Context()); err != nil {
		t.Fatal(err)
	}
	look := func(name string, found bool, wantLists int) {
		t.Helper()
		atOnce(50, func(int) {
			if v, err := client.LookUpVendor(t.Context(), "", name); found != (err == nil) || !found && !domum.IsNoMatch(err) {
				t.Errorf("%s: %+v, %v", name, v, err)
			}
			if g, err := client.AccessGroup(t.Context(), "", name); !domum.IsNoMatch(err) {
				t.Errorf("%s: %+v, %v", name, g, err)
			}
		})
		if lists, groups := server.Count("GET", vendorsPath), server.Count("GET", "/api/v2/domum/access-groups"); lists != wantLists || groups != wantLists {
			t.Errorf("%d lists of vendors and %d of access groups", lists, groups)
		}
	}
	for i := range 3 {
		server.ResetRequests()
		name := fmt.Sprintf("Late %d", i)
		look(name, false, 1)
		server.PushGroup("3", name)
		look(name, false, 1)
		clock.Leap(30 * time.Second)
		look(name, true, 2)
		clock.Leap(30 * time.Second)
	}
}
