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
	"github.com/hashicorp/terraform-plugin-go/tftypes"

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

// A first apply reads and writes each vendor once. Terraform plans in one
// process and applies in another.
func TestRequestsOfAFirstApply(t *testing.T) {
	const links, vendors = 300, 1000
	w := newWorld(t)
	w.populate(vendors, simulator.Vendor{Status: "disabled"})
	planner, applier := w.protocol(), w.protocol()
	each(links, func(i int) {
		values := maps.Clone(adoption)
		maps.Copy(values, map[string]any{"vendor_name": fmt.Sprintf("Vendor %05d", i), "adopt_existing": false})
		config := planner.object(planner.link, values)
		for _, computed := range []string{"id", "vendor_id", "access_group_id", "due_date"} {
			values[computed] = tftypes.UnknownValue
		}
		planned, err := planner.server.PlanResourceChange(context.Background(), &tfprotov6.PlanResourceChangeRequest{
			TypeName: "domum_vendor_link", PriorState: planner.none(), ProposedNewState: planner.object(planner.link, values), Config: config,
		})
		if err != nil || len(planned.Diagnostics) > 0 {
			t.Errorf("plan: %v, %v", planned.Diagnostics, err)
			return
		}
		applied, err := applier.server.ApplyResourceChange(context.Background(), &tfprotov6.ApplyResourceChangeRequest{
			TypeName: "domum_vendor_link", PriorState: applier.none(), PlannedState: planned.PlannedState, Config: config, PlannedPrivate: planned.PlannedPrivate,
		})
		if err != nil || len(applied.Diagnostics) > 0 {
			t.Errorf("apply: %v, %v", applied.Diagnostics, err)
		}
	})
	if n := w.Count("", ""); n > 2*links+30 {
		t.Errorf("%d requests, want at most 2 a link and 30", n)
	}
	if n := len(w.patches()); n != links {
		t.Errorf("%d writes", n)
	}
}
