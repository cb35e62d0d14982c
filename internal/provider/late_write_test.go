// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// lateWrite is an appliance that holds a write back, until release is closed,
// while Terraform is interrupted; and what Terraform knows of the link then.
type lateWrite struct {
	*world
	id      string
	release func()
	state   *tfprotov6.DynamicValue
	private []byte
}

var protecting = map[string]any{"protect_external_disable": true}

// interruptCreate interrupts a create whose write is held back.
func interruptCreate(t *testing.T) *lateWrite {
	t.Helper()
	l := &lateWrite{world: newWorld(t)}
	l.id = l.push("Acme Ltd")
	ctx, interrupt := context.WithCancel(t.Context())
	release := make(chan struct{})
	let := sync.OnceFunc(func() { close(release) })
	t.Cleanup(let)
	var writes atomic.Int64
	l.OnRequest(func(r *http.Request) {
		if r.Method == http.MethodPatch && writes.Add(1) == 1 {
			interrupt()
			<-release
		}
	})
	l.release = func() {
		t.Helper()
		before := l.Count(http.MethodPatch, "")
		let()
		for wait := 0; l.Count(http.MethodPatch, "") == before; wait++ { // the handler goes on by itself
			if wait == 10_000 {
				t.Fatal("the write doesn't arrive")
			}
			_ = l.clock.Sleep(t.Context(), time.Second) // a millisecond of ours
		}
	}
	p := l.protocol(protecting)
	config := p.object(p.link, adoption)
	planned, err := p.server.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: "domum_vendor_link", PriorState: p.none(), ProposedNewState: config, Config: config,
	})
	p.check(planned.Diagnostics, err)
	applied, err := p.server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: "domum_vendor_link", PriorState: p.none(), PlannedState: planned.PlannedState, Config: config, PlannedPrivate: planned.PlannedPrivate,
	})
	p.check(applied.Diagnostics, err)
	if len(applied.Diagnostics) != 1 || !strings.Contains(applied.Diagnostics[0].Detail, "Terraform was interrupted before the appliance answered. State holds") {
		t.Errorf("said: %v", applied.Diagnostics)
	}
	l.state, l.private = applied.NewState, applied.Private
	return l
}

// refresh reads the link, as a plan does first.
func (l *lateWrite) refresh(p *protocol) {
	l.t.Helper()
	read, err := p.server.ReadResource(l.t.Context(), &tfprotov6.ReadResourceRequest{TypeName: "domum_vendor_link", CurrentState: l.state, Private: l.private})
	p.check(read.Diagnostics, err)
	l.state, l.private = read.NewState, read.Private
}

// plan plans what the configuration asks for.
func (l *lateWrite) plan(p *protocol) *tfprotov6.PlanResourceChangeResponse {
	l.t.Helper()
	proposed := maps.Clone(adoption)
	maps.Copy(proposed, map[string]any{"id": l.id, "vendor_id": l.id})
	planned, err := p.server.PlanResourceChange(l.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: "domum_vendor_link", PriorState: l.state, ProposedNewState: p.object(p.link, proposed), Config: p.object(p.link, adoption), PriorPrivate: l.private,
	})
	if err != nil {
		l.t.Fatal(err)
	}
	return planned
}

// apply applies a plan, and returns what failed.
func (l *lateWrite) apply(p *protocol, planned *tfprotov6.PlanResourceChangeResponse) string {
	l.t.Helper()
	p.check(planned.Diagnostics, nil)
	applied, err := p.server.ApplyResourceChange(l.t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: "domum_vendor_link", PriorState: l.state, PlannedState: planned.PlannedState, Config: p.object(p.link, adoption), PlannedPrivate: planned.PlannedPrivate,
	})
	if err != nil {
		l.t.Fatal(err)
	}
	l.state, l.private = applied.NewState, applied.Private
	return failure(applied.Diagnostics)
}

// The appliance carries out a write after Terraform was interrupted, whenever
// it likes: the link is complete after at most one more plan and apply.
func TestLateWriteEndsWithTheLink(t *testing.T) {
	for moment, wantChanged := range map[string]bool{"before the plan": false, "between plan and apply": true, "under the next write": true, "after all": false} {
		t.Run(moment, func(t *testing.T) {
			l := interruptCreate(t)
			arrives := func(now string) {
				if now == moment {
					l.release()
				}
			}
			planner := l.protocol(protecting)
			arrives("before the plan")
			l.refresh(planner)
			planned := l.plan(planner)
			arrives("between plan and apply")
			if moment == "under the next write" {
				l.OnRequest(func(r *http.Request) {
					if r.Method == http.MethodPatch {
						l.OnRequest(nil)
						l.release()
					}
				})
			}
			failed := l.apply(l.protocol(protecting), planned)
			if wantChanged != strings.Contains(failed, "it changed since the plan was made") || !wantChanged && failed != "" {
				t.Fatalf("said: %q", failed)
			}
			if wantChanged {
				again := l.protocol(protecting)
				l.refresh(again)
				if failed := l.apply(l.protocol(protecting), l.plan(again)); failed != "" {
					t.Fatal(failed)
				}
			}
			if v := l.vendor(l.id); v.Status != "enabled" || v.AccessGroupID != groupOT || v.StartDate != "2026-11-01" {
				t.Errorf("%+v", v)
			}
			for _, body := range l.patches() {
				if body["status"] != "enabled" {
					t.Errorf("written: %v", body)
				}
			}
			if moment == "after all" {
				l.OnRequest(nil)
				l.release()
			}
			l.isGuarded()
		})
	}
}

// isGuarded disables the vendor, and expects the next plan to say so.
func (l *lateWrite) isGuarded() {
	l.t.Helper()
	l.EditVendor(l.id, func(v *simulator.Vendor) { v.Status = "disabled" })
	p := l.protocol(protecting)
	l.refresh(p)
	if said := failure(l.plan(p).Diagnostics); !strings.Contains(said, "Cannot enable vendor \"Acme Ltd\": it is disabled") {
		l.t.Errorf("said: %q", said)
	}
}

// Somebody disables the vendor after the late write, and before Terraform has
// looked again.
func TestDisabledAfterALateWrite(t *testing.T) {
	l := interruptCreate(t)
	l.release()
	l.isGuarded()
}

// Between the interrupt and the next apply somebody links the vendor in
// another way: that is not the late write.
func TestOtherChangeInsteadOfALateWrite(t *testing.T) {
	l := interruptCreate(t)
	planner := l.protocol()
	l.refresh(planner)
	planned := l.plan(planner)
	l.EditVendor(l.id, func(v *simulator.Vendor) { v.AccessGroupID, v.StartDate = groupIT, "2026-11-01" })
	if failed := l.apply(l.protocol(), planned); !strings.Contains(failed, "it changed since the plan was made") || !strings.Contains(failed, fmt.Sprintf("now it is %q", "Vendors - IT")) {
		t.Errorf("said: %q", failed)
	}
}

// What is destroyed before the late write arrives stays disabled.
func TestDestroyBeforeALateWrite(t *testing.T) {
	l := interruptCreate(t)
	if said := l.protocol().destroy(l.id, l.private); said != "" {
		t.Errorf("said: %q", said)
	}
	l.release()
	if v := l.vendor(l.id); v.Status != "disabled" {
		t.Errorf("%+v", v)
	}
}
