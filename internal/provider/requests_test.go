// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// parallelism is Terraform's default.
const parallelism = 10

// each calls f for every i below n, in as many workers as Terraform has.
func each(n int, f func(i int)) {
	next := make(chan int)
	var workers sync.WaitGroup
	for range parallelism {
		workers.Go(func() {
			for i := range next {
				f(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	workers.Wait()
}

// populate registers n vendors with that status of link.
func (w *world) populate(n int, vendor simulator.Vendor) []string {
	ids := make([]string, n)
	for i := range ids {
		vendor.Name = fmt.Sprintf("Vendor %05d", i)
		vendor.IdentityProviderID = okta
		ids[i] = w.AddVendor(vendor)
	}
	return ids
}

// A plan without changes reads each link; that costs pages, not links.
func TestRequestsOfAPlanWithoutChanges(t *testing.T) {
	for _, test := range []struct{ links, vendors, atMost int }{
		{1, 10_000, 3},
		{1000, 1000, 20},
		{1000, 10_000, 110},
	} {
		t.Run(fmt.Sprintf("%d of %d", test.links, test.vendors), func(t *testing.T) {
			w := newWorld(t)
			ids := w.populate(test.vendors, simulator.Vendor{Status: "enabled", AccessGroupID: groupOT, StartDate: "2026-11-01"})
			p := w.protocol()
			each(test.links, func(i int) {
				values := maps.Clone(adoption)
				values["vendor_name"] = fmt.Sprintf("Vendor %05d", i)
				config := p.object(p.link, values)
				maps.Copy(values, map[string]any{"id": ids[i], "vendor_id": ids[i], "access_group_id": groupOT})
				read, err := p.server.ReadResource(context.Background(), &tfprotov6.ReadResourceRequest{
					TypeName: "domum_vendor_link", CurrentState: p.object(p.link, values),
				})
				if err != nil || len(read.Diagnostics) > 0 {
					t.Errorf("read: %v, %v", read.Diagnostics, err)
					return
				}
				planned, err := p.server.PlanResourceChange(context.Background(), &tfprotov6.PlanResourceChangeRequest{
					TypeName: "domum_vendor_link", PriorState: read.NewState, ProposedNewState: read.NewState, Config: config, PriorPrivate: read.Private,
				})
				if err != nil || len(planned.Diagnostics) > 0 {
					t.Errorf("plan: %v, %v", planned.Diagnostics, err)
				}
			})
			if n := w.Count("", ""); n > test.atMost {
				t.Errorf("%d requests, want at most %d", n, test.atMost)
			}
		})
	}
}

// A first apply reads and writes each vendor once. A few vendors are looked up
// with the name filter, however many there are; many in the list. Terraform
// plans in one process and applies in another, which plans once more.
func TestRequestsOfAFirstApply(t *testing.T) {
	for _, test := range []struct{ links, vendors, atMost int }{
		{1, 10_000, 12},
		{10, 10_000, 60},
		{100, 10_000, 2*100 + 130},
		{1000, 1000, 2030},
	} {
		t.Run(fmt.Sprintf("%d of %d", test.links, test.vendors), func(t *testing.T) {
			w := newWorld(t)
			w.populate(test.vendors, simulator.Vendor{Status: "disabled"})
			planner, applier := w.protocol(), w.protocol()
			each(test.links, func(i int) {
				values := maps.Clone(adoption)
				maps.Copy(values, map[string]any{"vendor_name": fmt.Sprintf("Vendor %05d", i), "adopt_existing": false})
				if _, failed := planner.planNew(values); failed != "" {
					t.Errorf("plan: %s", failed)
				}
				if _, failed := applier.attempt(values); failed != "" {
					t.Errorf("apply: %s", failed)
				}
			})
			if n := w.Count("", ""); n > test.atMost {
				t.Errorf("%d requests, want at most %d", n, test.atMost)
			}
			if n := len(w.patches()); n != test.links {
				t.Errorf("%d writes", n)
			}
		})
	}
}

// A vendor read by name is one request.
func TestRequestsOfAVendorByName(t *testing.T) {
	w := newWorld(t)
	w.populate(10_000, simulator.Vendor{Status: "disabled"})
	p := w.protocol()
	w.ResetRequests()
	if said := p.readData("domum_vendor", map[string]any{"name": "Vendor 09999"}); said != "" {
		t.Fatal(said)
	}
	if filtered, pages := w.listCalls(); w.Count("", "") != 2 || filtered != 1 || pages != 0 { // and the token
		t.Errorf("%d filtered lists, %d pages, %d requests in all", filtered, pages, w.Count("", ""))
	}
}
