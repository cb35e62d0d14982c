// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

var protecting = map[string]any{"protect_external_disable": true}

// interruptCreate interrupts a create whose write the appliance holds back
// until release.
func interruptCreate(t *testing.T) (f *folder, release others) {
	t.Helper()
	f = newFolder(t, notLinked)
	ctx, interrupt := context.WithCancel(t.Context())
	held := make(chan struct{})
	let := sync.OnceFunc(func() { close(held) })
	t.Cleanup(let)
	var writes atomic.Int64
	f.OnRequest(func(r *http.Request) {
		if r.Method == http.MethodPatch && writes.Add(1) == 1 {
			interrupt()
			<-held
		}
	})
	f.ctx = ctx
	f.run(command{block: vendorLink(), provider: protecting, warned: words{"Terraform was interrupted before the appliance answered. State holds"}})
	if n := strings.Count(f.warnings, `"Acme Ltd"`); n != 1 {
		t.Errorf("%d warnings: %s", n, f.warnings)
	}
	f.ctx = context.Background()
	return f, func(f *folder) {
		before := f.Count(http.MethodPatch, "")
		let()
		for wait := 0; f.Count(http.MethodPatch, "") == before; wait++ { // the handler goes on by itself
			if wait == 10_000 {
				t.Fatal("the write doesn't arrive")
			}
			_ = f.clock.Sleep(t.Context(), time.Second) // a millisecond of ours
		}
	}
}

// isGuarded is that somebody disables the vendor, and the next plan says so.
var isGuarded = command{others: status("disabled"), verb: "plan", block: vendorLink(), provider: protecting, refused: words{isDisabled}}

// The appliance carries out a write after Terraform was interrupted, whenever
// it likes: the link is complete after at most one more plan and apply.
func TestLateWriteEndsWithTheLink(t *testing.T) {
	changed := words{"it changed since the plan was made"}
	for moment, c := range map[string]command{
		"before the plan":        {},
		"between plan and apply": {refused: changed, writes: words{linksAcme}},
		"under the next write":   {refused: changed, writes: words{linksAcme, linksAcme}},
		"after all":              {writes: words{linksAcme}},
	} {
		t.Run(moment, func(t *testing.T) {
			f, release := interruptCreate(t)
			c.block, c.provider = vendorLink(), protecting
			switch moment {
			case "before the plan":
				c.others = release
			case "between plan and apply":
				c.between = release
			case "under the next write":
				c.others = func(f *folder) {
					f.OnRequest(func(r *http.Request) {
						if r.Method == http.MethodPatch {
							f.OnRequest(nil)
							release(f)
						}
					})
				}
			}
			f.run(c, command{block: vendorLink(), provider: protecting, leaves: simulator.Vendor{Status: "enabled", AccessGroupID: groupOT, StartDate: "2026-12-01"}})
			if moment == "after all" {
				f.OnRequest(nil)
				release(f)
			}
			f.run(isGuarded)
		})
	}
}

// Somebody disables the vendor after the late write, and before Terraform has
// looked again.
func TestDisabledAfterALateWrite(t *testing.T) {
	f, release := interruptCreate(t)
	release(f)
	f.run(isGuarded)
}

// Between the interrupt and the next apply somebody links the vendor in
// another way: that is not the late write.
func TestOtherChangeInsteadOfALateWrite(t *testing.T) {
	f, _ := interruptCreate(t)
	f.run(command{
		block: vendorLink(), between: edit(func(v *simulator.Vendor) { v.AccessGroupID, v.StartDate = groupIT, "2026-12-01" }),
		refused: words{"it changed since the plan was made", `now it is "Vendors - IT"`},
	})
}

// What is destroyed before the late write arrives stays disabled.
func TestDestroyBeforeALateWrite(t *testing.T) {
	f, release := interruptCreate(t)
	f.run(command{noRefresh: true, verb: "destroy", writes: words{disables}})
	release(f)
	f.expectVendor(simulator.Vendor{Status: "disabled"})
}
