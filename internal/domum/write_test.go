// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// The connection broke after the server had made the change: the retry's 412
// is the change's own doing.
func TestAmbiguousPatchSucceedsOnce(t *testing.T) {
	client, server, _ := setup(t)
	id := server.PushGroup("3", "Acme Ltd")
	v, _ := client.GetVendor(t.Context(), id)
	server.AddFault(simulator.Fault{Method: "PATCH", Kind: "reset-after", Times: 1})
	group, start := "7", domum.Date("2026-12-01")
	written, err := client.UpdateVendor(t.Context(), v, domum.VendorPatch{AccessGroupID: &group, StartDate: &start})
	if err != nil || written.AccessGroup.ID != "7" || written.StartDate != start {
		t.Errorf("%+v, %v", written, err)
	}

	// Somebody else's change in between is a conflict all the same.
	server.AddFault(simulator.Fault{Method: "PATCH", Kind: "reset-before", Times: 1})
	var once sync.Once
	server.OnRequest(func(r *http.Request) {
		if r.Method == http.MethodPatch {
			once.Do(func() { server.EditVendor(id, func(v *simulator.Vendor) { v.StartDate = "2026-06-01" }) })
		}
	})
	other := "8"
	if _, err := client.UpdateVendor(t.Context(), written, domum.VendorPatch{AccessGroupID: &other}); !domum.IsConflict(err) {
		t.Errorf("%v", err)
	}
	if v, _ := server.Vendor(id); v.AccessGroupID != "7" {
		t.Errorf("overwritten: %+v", v)
	}
}

// What an answer leaves open is looked up; only if that fails too is it open.
func TestWriteWithoutAReadableAnswer(t *testing.T) {
	down := simulator.Fault{Method: "GET", Path: vendorPath, Kind: "status", Status: 503}
	for name, test := range map[string]struct {
		patch     simulator.Fault
		get       *simulator.Fault
		written   bool
		confirmed bool
		accepted  bool
	}{
		"a web page, looked up":             {patch: simulator.Fault{Kind: "html"}, confirmed: true}, // and found not written
		"a web page, and no more":           {patch: simulator.Fault{Kind: "html"}, get: &down, accepted: true},
		"always lost, committed, looked up": {patch: simulator.Fault{Kind: "reset-after"}, written: true, confirmed: true},
		"always lost, committed, no more":   {patch: simulator.Fault{Kind: "reset-after"}, get: &down, written: true},
		"always lost before, no more":       {patch: simulator.Fault{Kind: "reset-before"}, get: &down},
	} {
		t.Run(name, func(t *testing.T) {
			client, server, _ := setup(t)
			id := server.PushGroup("3", "Acme Ltd")
			v, err := client.GetVendor(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			test.patch.Method = "PATCH"
			server.AddFault(test.patch)
			if test.get != nil {
				server.AddFault(*test.get)
			}
			start := domum.Date("2026-12-01")
			now, err := client.UpdateVendor(t.Context(), v, domum.VendorPatch{StartDate: &start})
			unconfirmed, ok := errors.AsType[*domum.UnconfirmedError](err)
			if ok == test.confirmed || ok && unconfirmed.Accepted != test.accepted {
				t.Errorf("%+v, %v", now, err)
			}
			if v, _ := server.Vendor(id); (v.StartDate != "") != test.written {
				t.Errorf("start date %q", v.StartDate)
			}
		})
	}
}

// A rate limit says that nothing was written: a write waits for it like any
// other request.
func TestWriteWaitsForTheRateLimit(t *testing.T) {
	client, server, clock := setup(t, func(_ *domum.Config, o *simulator.Options) { o.RateWindow = 10 * time.Second })
	id := server.PushGroup("3", "Acme Ltd")
	v, _ := client.GetVendor(t.Context(), id)
	server.AddFault(simulator.Fault{Method: "PATCH", Kind: "status", Status: 429, Times: 1, Header: http.Header{"Retry-After": {"45"}}})
	began := clock.Now()
	start := domum.Date("2026-12-01")
	if _, err := client.UpdateVendor(t.Context(), v, domum.VendorPatch{StartDate: &start}); err != nil {
		t.Errorf("%v", err)
	}
	if waited := clock.Now().Sub(began); waited < 45*time.Second {
		t.Errorf("waited %s", waited)
	}
}

// After Ctrl-C nothing is sent again, and what became of the attempt is looked
// up.
func TestCancelledWriteIsNotRepeated(t *testing.T) {
	for kind, committed := range map[simulator.FaultKind]bool{"reset-before": false, "reset-after": true} {
		t.Run(string(kind), func(t *testing.T) {
			client, server, _ := setup(t)
			id := server.PushGroup("3", "Acme Ltd")
			v, _ := client.GetVendor(t.Context(), id)
			ctx, cancel := context.WithCancel(t.Context())
			server.AddFault(simulator.Fault{Method: "PATCH", Kind: kind})
			server.OnRequest(func(r *http.Request) {
				if r.Method == http.MethodPatch {
					cancel()
				}
			})
			start := domum.Date("2026-12-01")
			now, err := client.UpdateVendor(ctx, v, domum.VendorPatch{StartDate: &start})
			if (err == nil) != committed || committed && now.StartDate != start {
				t.Errorf("%+v, %v", now, err)
			}
			if n := server.Count("PATCH", vendorPath); n != 1 {
				t.Errorf("%d writes", n)
			}
		})
	}
}

// Where the look-up shows the vendor as it was, an error of the appliance is
// final. A write that a gateway gave up waiting for may still arrive.
func TestWriteThatALookUpDoesNotShow(t *testing.T) {
	for name, test := range map[string]struct {
		fault simulator.Fault
		late  bool
	}{
		"the appliance failed":   {simulator.Fault{Kind: "status", Status: 500}, false},
		"the appliance is busy":  {simulator.Fault{Kind: "status", Status: 503}, false},
		"the gateway timed out":  {simulator.Fault{Kind: "status", Status: 504}, true},
		"the gateway lost it":    {simulator.Fault{Kind: "status", Status: 502}, true},
		"the connection broke":   {simulator.Fault{Kind: "reset-before"}, true},
		"at last it was refused": {simulator.Fault{Kind: "status", Status: 504, Times: 1}, false},
	} {
		t.Run(name, func(t *testing.T) {
			client, server, _ := setup(t)
			id := server.PushGroup("3", "Acme Ltd")
			v, _ := client.GetVendor(t.Context(), id)
			test.fault.Method = "PATCH"
			server.AddFault(test.fault)
			if test.fault.Times == 1 {
				server.AddFault(simulator.Fault{Method: "PATCH", Kind: "status", Status: 422})
			}
			start := domum.Date("2026-12-01")
			_, err := client.UpdateVendor(t.Context(), v, domum.VendorPatch{StartDate: &start})
			unconfirmed, late := errors.AsType[*domum.UnconfirmedError](err)
			if err == nil || late != test.late || late && !unconfirmed.Unchanged {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestWriteOutlivesItsCaller(t *testing.T) {
	client, server, _ := setup(t)
	id := server.PushGroup("3", "Acme Ltd")
	v, _ := client.GetVendor(t.Context(), id)
	ctx, cancel := context.WithCancel(t.Context())
	server.OnRequest(func(r *http.Request) {
		if r.Method == http.MethodPatch {
			cancel()
		}
	})
	start := domum.Date("2026-12-01")
	if _, err := client.UpdateVendor(ctx, v, domum.VendorPatch{StartDate: &start}); err != nil {
		t.Errorf("cancelled while under way: %v", err)
	}
	before := server.Count("PATCH", vendorPath)
	if _, err := client.UpdateVendor(ctx, v, domum.VendorPatch{StartDate: &start}); !errors.Is(err, context.Canceled) || server.Count("PATCH", vendorPath) != before {
		t.Errorf("cancelled before it began: %v", err)
	}
}
