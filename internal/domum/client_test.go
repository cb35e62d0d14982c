// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/simtest"
	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

const (
	vendorsPath = "/api/v2/domum/vendors"
	vendorPath  = "/api/v2/domum/vendors/*"
	tokenPath   = "/iso/oauth2/token"
)

// setup starts an appliance and a client of it, on one clock.
func setup(t *testing.T, change ...func(*domum.Config, *simulator.Options)) (*domum.Client, *simtest.Server, *domum.StillClock) {
	t.Helper()
	t.Parallel()
	clock := domum.NewStillClock(time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC))
	opts := simulator.Options{Now: clock.Now}
	cfg := domum.Config{ClientID: "domum-client", ClientSecret: domum.NewSecret("domum-secret"), MaxRetries: 4, Clock: clock}
	for _, c := range change {
		c(&cfg, &opts)
	}
	server := simtest.Start(t, opts)
	cfg.URL = server.URL
	client, err := domum.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return client, server, clock
}

func TestVendorRoundTrip(t *testing.T) {
	client, server, _ := setup(t, func(_ *domum.Config, o *simulator.Options) { o.PathPrefix = "/segura" })
	id := server.PushGroup("3", "Acme Ltd")
	v, err := client.GetVendor(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if v.Name != "Acme Ltd" || v.Linked() || v.Enabled() || !v.Synced() || v.StartDate != "" || v.DueDate != "" || v.ETag == "" {
		t.Errorf("as pushed: %+v", v)
	}
	group, start, due, status := "7", domum.Date("2026-12-01"), domum.Date("2027-12-01"), domum.StatusEnabled
	written, err := client.UpdateVendor(t.Context(), v, domum.VendorPatch{AccessGroupID: &group, StartDate: &start, DueDate: &due, Status: &status})
	if err != nil {
		t.Fatal(err)
	}
	if written.AccessGroup.Name != "Vendors - OT" || written.StartDate != start || written.DueDate != due || !written.Enabled() || written.ETag == v.ETag {
		t.Errorf("as written: %+v", written)
	}
	if _, err := client.UpdateVendor(t.Context(), v, domum.VendorPatch{StartDate: &due}); !domum.IsConflict(err) {
		t.Errorf("a stale ETag: %v", err)
	}
	if _, err := client.GetVendor(t.Context(), "4711"); !domum.IsNotFound(err) {
		t.Errorf("an unknown id: %v", err)
	}
	if n := server.Count("POST", tokenPath); n != 1 {
		t.Errorf("%d token calls", n)
	}
}

func TestIdsStayInTheirSegment(t *testing.T) {
	client, server, _ := setup(t)
	server.PushGroup("3", "Acme Ltd")
	for _, id := range []string{"..", ".", "../access-groups", "a/b", "1?x=y", "%2e%2e", "1#2"} {
		if _, err := client.GetVendor(t.Context(), id); !domum.IsNotFound(err) {
			t.Errorf("id %q: %v", id, err)
		}
	}
}

func TestServerErrorIsUnderstood(t *testing.T) {
	client, server, _ := setup(t)
	id := server.PushGroup("3", "Acme Ltd")
	v, _ := client.GetVendor(t.Context(), id)
	status := domum.StatusEnabled
	_, err := client.UpdateVendor(t.Context(), v, domum.VendorPatch{Status: &status})
	e, ok := errors.AsType[*domum.Error](err)
	if !ok || e.Status != http.StatusUnprocessableEntity || e.Shape != domum.ShapeV2 || len(e.Details) == 0 || e.RequestID == "" || e.Operation != "PATCH "+vendorsPath+"/"+id {
		t.Errorf("enabling a vendor without a link: %#v", err)
	}
}

func TestListReadsAllPages(t *testing.T) {
	client, server, _ := setup(t)
	for i := range 431 {
		server.PushGroup("3", fmt.Sprintf("Vendor %03d", i))
	}
	for range 3 {
		vendors, err := client.Vendors(t.Context())
		if err != nil || len(vendors) != 431 || vendors[430].Name != "Vendor 430" {
			t.Fatalf("%d vendors, %v", len(vendors), err)
		}
	}
	if n := server.Count("GET", vendorsPath); n != 3 {
		t.Errorf("%d requests for three pages, read three times", n)
	}
}

// A list that isn't whole must never pass for one: a vendor that is missing in
// it would be waited for, or reported as gone.
func TestListIsWholeOrAnError(t *testing.T) {
	for _, kind := range []simulator.FaultKind{"repeat-page", "empty-page", "shift-page"} {
		t.Run(string(kind), func(t *testing.T) {
			client, server, _ := setup(t)
			for i := range 250 {
				server.PushGroup("3", fmt.Sprintf("Vendor %03d", i))
			}
			server.AddFault(simulator.Fault{Path: vendorsPath, Kind: kind})
			if vendors, err := client.Vendors(t.Context()); err == nil || !strings.Contains(err.Error(), "the list is incomplete, or changed while it was read") {
				t.Errorf("%d vendors, %v", len(vendors), err)
			}
			server.ClearFaults()
			if vendors, err := client.Vendors(t.Context()); err != nil || len(vendors) != 250 {
				t.Errorf("afterwards: %d vendors, %v", len(vendors), err)
			}
		})
	}
}

func TestRetries(t *testing.T) {
	for name, test := range map[string]struct {
		fault    simulator.Fault
		requests int
		fails    bool
	}{
		"503 twice":               {simulator.Fault{Kind: "status", Status: 503, Times: 2}, 3, false},
		"502 always":              {simulator.Fault{Kind: "status", Status: 502}, 5, true},
		"reset before the answer": {simulator.Fault{Kind: "reset-before", Times: 1}, 2, false},
		"truncated":               {simulator.Fault{Kind: "truncate", Times: 1}, 2, false},
		"lockdown":                {simulator.Fault{Kind: "lockdown"}, 1, true},
		"403":                     {simulator.Fault{Kind: "status", Status: 403}, 1, true},
		"429 for 20 s":            {simulator.Fault{Kind: "status", Status: 429, Times: 1, Header: http.Header{"Retry-After": {"20"}}}, 2, false},
		"429 for a day":           {simulator.Fault{Kind: "status", Status: 429, Header: http.Header{"Retry-After": {"86400"}}}, 1, true},
		"redirect":                {simulator.Fault{Kind: "redirect", Body: "https://elsewhere.example/"}, 1, true},
		"an endless answer":       {simulator.Fault{Kind: "endless"}, 1, true},
		"not JSON":                {simulator.Fault{Kind: "html"}, 1, true},
	} {
		t.Run(name, func(t *testing.T) {
			client, server, clock := setup(t, func(_ *domum.Config, o *simulator.Options) { o.RateWindow = 10 * time.Second })
			id := server.PushGroup("3", "Acme Ltd")
			test.fault.Method, test.fault.Path = "GET", vendorPath
			server.AddFault(test.fault)
			start := clock.Now()
			_, err := client.GetVendor(t.Context(), id)
			if (err != nil) != test.fails {
				t.Errorf("%v", err)
			}
			if n := server.Count("GET", vendorPath); n != test.requests {
				t.Errorf("%d requests, want %d", n, test.requests)
			}
			if waited := clock.Now().Sub(start); waited > time.Minute {
				t.Errorf("waited %s", waited)
			}
		})
	}
}

func TestReadingManyCostsPages(t *testing.T) {
	for _, test := range []struct{ vendors, reads, atMost int }{
		{1000, 1, 1},
		{1000, 9, 9},
		{1000, 10, 10},
		{1000, 1000, 16},
		{5000, 20, 21},
		{5000, 26, 51},
		{5000, 1000, 51},
	} {
		t.Run(fmt.Sprintf("%d of %d", test.reads, test.vendors), func(t *testing.T) {
			client, server, _ := setup(t)
			ids := make([]string, test.vendors)
			for i := range ids {
				ids[i] = server.PushGroup("3", fmt.Sprintf("Vendor %d", i))
			}
			readVendors(t, client, ids[:test.reads])
			if n := server.Count("GET", vendorsPath) + server.Count("GET", vendorPath); n > test.atMost {
				t.Errorf("%d requests, want at most %d", n, test.atMost)
			}
		})
	}
}

func TestVendorMissingInTheListIsReadByID(t *testing.T) {
	client, server, _ := setup(t)
	for i := range 50 {
		id := server.PushGroup("3", fmt.Sprintf("Vendor %d", i))
		if _, err := client.ReadVendor(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	late := server.PushGroup("3", "Late")
	if v, err := client.ReadVendor(t.Context(), late); err != nil || v.Name != "Late" {
		t.Errorf("%+v, %v", v, err)
	}
	if _, err := client.ReadVendor(t.Context(), "4711"); !domum.IsNotFound(err) {
		t.Errorf("%v", err)
	}
}

func TestWriteIsSeenByTheNextRead(t *testing.T) {
	client, server, _ := setup(t)
	var id string
	for i := range 50 {
		id = server.PushGroup("3", fmt.Sprintf("Vendor %d", i))
		if _, err := client.ReadVendor(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	v, err := client.GetVendor(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	start := domum.Date("2030-01-01")
	if _, err := client.UpdateVendor(t.Context(), v, domum.VendorPatch{StartDate: &start}); err != nil {
		t.Fatal(err)
	}
	if v, err := client.ReadVendor(t.Context(), id); err != nil || v.StartDate != start {
		t.Errorf("%+v, %v", v, err)
	}
}

func TestFailedLoadIsNotKept(t *testing.T) {
	client, server, _ := setup(t)
	server.PushGroup("3", "Acme Ltd")
	server.AddFault(simulator.Fault{Path: vendorsPath, Kind: "status", Status: 403, Times: 1})
	if _, err := client.Vendors(t.Context()); !domum.IsForbidden(err) {
		t.Errorf("%v", err)
	}
	if vendors, err := client.Vendors(t.Context()); err != nil || len(vendors) != 1 {
		t.Errorf("%d vendors, %v", len(vendors), err)
	}
}
