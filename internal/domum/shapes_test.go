// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum_test

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/simtest"
	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// setupShape starts an appliance of a shape, and a client that has its profile.
func setupShape(t *testing.T, shape simtest.Shape) (*domum.Client, *simtest.ShapeServer) {
	t.Helper()
	clock := domum.NewStillClock(time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC))
	server := simtest.StartShape(t, shape, simulator.Options{Now: clock.Now, RateWindow: 10 * time.Second})
	cfg := domum.Config{URL: server.URL, ClientID: "domum-client", ClientSecret: domum.NewSecret("domum-secret"), MaxRetries: 4, Clock: clock, Profile: profileOf(t, shape)}
	client, err := domum.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return client, server
}

// profileOf is the profile of a shape.
func profileOf(t *testing.T, shape simtest.Shape) *domum.Profile {
	t.Helper()
	data, err := os.ReadFile("../../" + shape.Profile)
	if err != nil {
		t.Fatal(err)
	}
	profile, err := domum.ParseProfile(shape.Profile, data)
	if err != nil {
		t.Fatal(err)
	}
	return profile
}

func ptr[T any](v T) *T { return &v }

// link is the change that links and enables a vendor.
func link(group string, due domum.Date) domum.VendorPatch {
	start := domum.Date("2026-12-01")
	return domum.VendorPatch{AccessGroupID: &group, StartDate: &start, DueDate: &due, Status: ptr(domum.StatusEnabled)}
}

// What a client sends to link a vendor, to clear its due date, to disable and
// to enable it.
var shapeWrites = map[string][]string{
	simtest.NamedObjects.Name: {
		`PUT /rest/v3/companies/31 {"id":31,"title":"Acme Ltd","active":true,"policy":{"id":8},"validity":{"from":"2026-12-01T00:00:00Z","until":"2027-11-30T00:00:00Z"},`,
		`PUT /rest/v3/companies/31 {"id":31,"title":"Acme Ltd","active":true,"policy":{"id":8,"title":"Vendors - IT"},"validity":{"from":"2026-12-01T00:00:00Z","until":null},`,
		`PUT /rest/v3/companies/31 {"id":31,"title":"Acme Ltd","active":false,"policy":{"id":8,`,
		`PUT /rest/v3/companies/31 {"id":31,"title":"Acme Ltd","active":true,"policy":{"id":8,`,
	},
	simtest.EnvelopeV1.Name: {
		`PUT /iso/domum/vendor/31 {"access_group_id":"8","contract_start":"2026-12-01 00:00:00","contract_end":"2027-11-30 00:00:00"}`,
		`POST /iso/domum/vendor/31/enable`,
		`PUT /iso/domum/vendor/31 {"contract_end":""}`,
		`POST /iso/domum/vendor/31/disable`,
		`POST /iso/domum/vendor/31/enable`,
	},
	simtest.BareArrays.Name: {
		`POST /domum/api/suppliers/31 {"group_name":"Vendors - IT","begins":"2026-12-01","ends":"2027-11-30","state":"active"}`,
		`POST /domum/api/suppliers/31 {"ends":null}`,
		`POST /domum/api/suppliers/31 {"state":"blocked"}`,
		`POST /domum/api/suppliers/31 {"state":"active"}`,
	},
}

func TestLifeOnEachShape(t *testing.T) {
	t.Parallel()
	for _, shape := range simtest.Shapes {
		t.Run(shape.Name, func(t *testing.T) {
			t.Parallel()
			client, server := setupShape(t, shape)
			server.AddVendor(simulator.Vendor{ID: "31", Name: "Acme Ltd", IdentityProviderID: "3", SynchronizedAt: time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)})
			v, err := client.GetVendor(t.Context(), "31")
			if err != nil {
				t.Fatal(err)
			}
			if v.Name != "Acme Ltd" || v.Linked() || v.Enabled() || v.Status != domum.StatusDisabled || v.StartDate != "" || v.DueDate != "" || v.IdentityProvider == nil || v.IdentityProvider.ID != "3" || v.IdentityProvider.Name != "Okta" || v.SynchronizedAt == "" {
				t.Errorf("as pushed: %+v", v)
			}
			for _, patch := range []domum.VendorPatch{
				link("8", "2027-11-30"), {DueDate: ptr(domum.Date(""))}, {Status: ptr(domum.StatusDisabled)}, {Status: ptr(domum.StatusEnabled)},
			} {
				if v, err = client.UpdateVendor(t.Context(), v, patch); err != nil {
					t.Fatalf("%+v: %v", patch, err)
				}
			}
			if v.AccessGroup == nil || *v.AccessGroup != (domum.Ref{ID: "8", Name: "Vendors - IT"}) || v.StartDate != "2026-12-01" || v.DueDate != "" || !v.Enabled() {
				t.Errorf("as written: %+v", v)
			}
			writes, want := server.Writes(), shapeWrites[shape.Name]
			if len(writes) != len(want) {
				t.Fatalf("sent %q", writes)
			}
			for i := range want {
				if !strings.HasPrefix(writes[i], want[i]) {
					t.Errorf("sent %s\nwant %s", writes[i], want[i])
				}
			}
			if _, err := client.GetVendor(t.Context(), "4711"); !domum.IsNotFound(err) {
				t.Errorf("an unknown id: %v", err)
			}
		})
	}
}

func TestListOnEachShape(t *testing.T) {
	t.Parallel()
	for _, shape := range simtest.Shapes {
		for _, n := range []int{0, 1, 100, 401} {
			t.Run(fmt.Sprint(shape.Name, n), func(t *testing.T) {
				t.Parallel()
				client, server := setupShape(t, shape)
				var want []string
				for i := range n {
					want = append(want, server.AddVendor(simulator.Vendor{Name: fmt.Sprintf("Vendor %03d", i), Status: "enabled", AccessGroupID: "7", StartDate: "2026-12-01"}))
				}
				vendors, err := client.Vendors(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				var got []string
				for _, v := range vendors {
					got = append(got, v.ID)
					if v.AccessGroupID() != "7" || !v.Enabled() || v.StartDate != "2026-12-01" || v.DueDate != "" || v.Problem != nil {
						t.Fatalf("%+v", v)
					}
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Error(diff)
				}
				groups, err := client.AccessGroups(t.Context())
				if err != nil || len(groups) != len(server.AccessGroups()) || groups[0].Name != "Vendors - OT" || !groups[0].Enabled {
					t.Errorf("%+v, %v", groups, err)
				}
			})
		}
	}
}

// A write over what somebody else has changed meanwhile is a conflict, and
// nothing is written.
func TestConflictOnEachShape(t *testing.T) {
	t.Parallel()
	for _, shape := range simtest.Shapes {
		t.Run(shape.Name, func(t *testing.T) {
			t.Parallel()
			client, server := setupShape(t, shape)
			id := server.PushGroup("3", "Acme Ltd")
			v, err := client.GetVendor(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			server.EditVendor(id, func(v *simulator.Vendor) { v.StartDate = "2026-06-01" })
			if _, err := client.UpdateVendor(t.Context(), v, link("7", "")); !domum.IsConflict(err) {
				t.Errorf("%v", err)
			}
			if now, _ := server.Vendor(id); now.AccessGroupID != "" || now.StartDate != "2026-06-01" {
				t.Errorf("overwritten: %+v", now)
			}
		})
	}
}

// Where the status has calls of its own, a vendor is enabled last and disabled
// first, and a call that would repeat what is so already isn't made.
func TestOwnCallsOfTheStatus(t *testing.T) {
	t.Parallel()
	client, server := setupShape(t, simtest.EnvelopeV1)
	id := server.AddVendor(simulator.Vendor{Name: "Acme Ltd", Status: "enabled", AccessGroupID: "7", StartDate: "2026-12-01"})
	v, err := client.GetVendor(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	v, err = client.UpdateVendor(t.Context(), v, domum.VendorPatch{StartDate: ptr(domum.Date("2026-12-02")), Status: ptr(domum.StatusDisabled)})
	if err != nil || v.Enabled() || v.StartDate != "2026-12-02" {
		t.Fatalf("%+v, %v", v, err)
	}
	if v, err = client.UpdateVendor(t.Context(), v, domum.VendorPatch{Status: ptr(domum.StatusDisabled)}); err != nil || v.Enabled() {
		t.Fatalf("%+v, %v", v, err)
	}
	want := []string{
		"POST /iso/domum/vendor/" + id + "/disable",
		"PUT /iso/domum/vendor/" + id + ` {"contract_start":"2026-12-02 00:00:00"}`,
	}
	if diff := cmp.Diff(want, server.Writes()); diff != "" {
		t.Errorf("-want +sent:\n%s", diff)
	}
}

// If the second of two calls fails, or nobody knows its end, the caller learns
// what the appliance has.
func TestSecondCallThatFails(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault simulator.Fault
		is    func(error) bool
	}{
		"refused": {simulator.Fault{Method: "PATCH", Kind: simulator.FaultStatus, Status: 403}, domum.IsForbidden},
		"of unknown end": {simulator.Fault{Method: "PATCH", Kind: simulator.FaultResetBefore}, func(err error) bool {
			_, ok := errors.AsType[*domum.UnconfirmedError](err)
			return ok
		}},
	} {
		t.Run(name, func(t *testing.T) { secondCallFails(t, test.fault, test.is) })
	}
}

func secondCallFails(t *testing.T, fault simulator.Fault, is func(error) bool) {
	t.Parallel()
	client, server := setupShape(t, simtest.EnvelopeV1)
	id := server.PushGroup("3", "Acme Ltd")
	v, err := client.GetVendor(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	var writes atomic.Int32
	server.OnRequest(func(r *http.Request) {
		if r.Method == http.MethodPatch && writes.Add(1) == 2 {
			server.AddFault(fault)
		}
	})
	_, err = client.UpdateVendor(t.Context(), v, link("7", ""))
	partial, ok := errors.AsType[*domum.PartialError](err)
	if !ok || !is(err) {
		t.Fatalf("%v", err)
	}
	if now := partial.Now; now.AccessGroupID() != "7" || now.StartDate != "2026-12-01" || now.Enabled() {
		t.Errorf("%+v", now)
	}
	if now, _ := server.Vendor(id); now.AccessGroupID != "7" || now.Status != "disabled" {
		t.Errorf("%+v", now)
	}
}

// Without an ETag, a write whose answer was lost is sent again only if the
// vendor is still as it was.
func TestLostWriteWithoutETag(t *testing.T) {
	t.Parallel()
	for _, kind := range []simulator.FaultKind{simulator.FaultResetBefore, simulator.FaultResetAfter} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			client, server := setupShape(t, simtest.BareArrays)
			id := server.PushGroup("3", "Acme Ltd")
			v, err := client.GetVendor(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			server.AddFault(simulator.Fault{Method: "PATCH", Kind: kind, Times: 1})
			v, err = client.UpdateVendor(t.Context(), v, link("7", ""))
			if err != nil || !v.Enabled() {
				t.Fatalf("%+v, %v", v, err)
			}
			want := map[simulator.FaultKind]int{simulator.FaultResetBefore: 2, simulator.FaultResetAfter: 1}[kind]
			if n := len(server.Writes()); n != want {
				t.Errorf("%d writes, want %d", n, want)
			}

			// Somebody else's change meanwhile is not undone.
			server.AddFault(simulator.Fault{Method: "PATCH", Kind: simulator.FaultResetBefore, Times: 1})
			var once sync.Once
			server.OnRequest(func(r *http.Request) {
				if r.Method == http.MethodPatch {
					once.Do(func() { server.EditVendor(id, func(v *simulator.Vendor) { v.AccessGroupID = "8" }) })
				}
			})
			if _, err := client.UpdateVendor(t.Context(), v, domum.VendorPatch{AccessGroupID: ptr("7"), StartDate: ptr(domum.Date("2026-12-02"))}); err == nil {
				t.Error("no error")
			}
			if now, _ := server.Vendor(id); now.AccessGroupID != "8" || now.StartDate != "2026-12-01" {
				t.Errorf("%+v", now)
			}
		})
	}
}
