// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/domum-iac/terraform-provider-domum/internal/simtest"
	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// A write whose answer gets lost is looked up, and not repeated where that would
// be refused.
func TestShapesSurviveALostAnswer(t *testing.T) {
	t.Parallel()
	for _, kind := range []simulator.FaultKind{simulator.FaultResetBefore, simulator.FaultResetAfter, simulator.FaultTruncate} {
		for skip := range 2 { // the second call, where there are two
			t.Run(fmt.Sprint(kind, " ", skip), func(t *testing.T) {
				onEveryShape(t, func(w *shapeWorld) {
					id := w.push("Acme Ltd")
					c := w.cli()
					c.use(linkAcme)
					w.AddFault(simulator.Fault{Method: "PATCH", Kind: kind, Skip: skip, Times: 1})
					c.apply()
					c.expectNoChanges()
					if v := w.vendor(id); v.Status != "enabled" || v.AccessGroupID != groupOT || v.StartDate != "2026-12-01" {
						w.t.Errorf("%+v", v)
					}
					w.ClearFaults()
					w.AddFault(simulator.Fault{Method: "PATCH", Kind: kind, Times: 1})
					c.must("destroy", "-auto-approve")
					if v := w.vendor(id); v.Status != "disabled" {
						w.t.Errorf("after the destroy: %+v", v)
					}
				})
			})
		}
	}
}

// Fields and status take two calls, and the second fails: state has what the
// appliance has, and the next plan shows the rest.
func TestStatusCallFails(t *testing.T) {
	w := newShapeWorld(t, simtest.EnvelopeV1)
	id := w.push("Acme Ltd")
	c := w.cli()
	c.use(linkAcme)
	w.AddFault(simulator.Fault{Method: "PATCH", Kind: simulator.FaultV1, Status: 403, Skip: 1})
	c.expect(c.apply(), `Vendor "Acme Ltd" was updated only in part`, "HTTP 403", "not authorized", "status disabled", "The next plan shows what is missing")
	if v := w.vendor(id); v.Status != "disabled" || v.AccessGroupID != groupOT {
		t.Errorf("%+v", v)
	}
	w.ClearFaults()
	c.expect(c.must("plan"), "0 to add, 1 to change, 0 to destroy", "= false -> true") // it is not tainted
	before := len(w.shape.Writes())
	c.apply()
	if writes := w.shape.Writes()[before:]; !slices.Equal(writes, []string{"POST /iso/domum/vendor/" + id + "/enable"}) {
		t.Errorf("written: %q", writes)
	}
	if v := w.vendor(id); v.Status != "enabled" {
		t.Errorf("%+v", v)
	}
	c.expectNoChanges()
	// Disabling comes first: if the fields fail, access is cut all the same.
	c.use(lines(strings.Replace(linkAcme, "2026-12-01", "2026-12-02", 1), "enabled = false"))
	w.AddFault(simulator.Fault{Method: "PATCH", Kind: simulator.FaultV1, Status: 403, Skip: 1})
	c.refuse([]string{`Vendor "Acme Ltd" was updated only in part`, "HTTP 403"}, "apply", "-auto-approve")
	w.ClearFaults()
	if v := w.vendor(id); v.Status != "disabled" || v.StartDate != "2026-12-01" {
		t.Errorf("%+v", v)
	}
	c.expect(c.must("plan"), `"2026-12-01" -> "2026-12-02"`)
	c.apply()
	c.expectNoChanges()
	// The fields are written, and nobody knows what became of the second call.
	c.use(strings.Replace(linkAcme, "2026-12-01", "2026-12-03", 1))
	w.AddFault(simulator.Fault{Method: "PATCH", Kind: simulator.FaultResetBefore, Skip: 1})
	c.refuse([]string{`Vendor "Acme Ltd" was updated only in part`, "start date 2026-12-03", "The next plan shows what is missing"}, "apply", "-auto-approve")
	w.ClearFaults()
	if planned := c.must("plan", "-refresh=false"); !strings.Contains(planned, "= false -> true") || strings.Contains(planned, `-> "2026-12-03"`) {
		t.Error(planned)
	}
	c.apply()
	c.expectNoChanges()
}

// Where the status has calls of its own, a vendor that reads as disabled is not
// disabled again: that would be refused.
func TestDestroyDoesNotRepeatTheStatusCall(t *testing.T) {
	w := newShapeWorld(t, simtest.EnvelopeV1)
	c := w.cli()
	id := c.withLink()
	c.use(lines(linkAcme, "enabled = false"))
	c.apply()
	before := len(w.shape.Writes())
	c.must("destroy", "-auto-approve")
	if writes := w.shape.Writes(); len(writes) != before {
		t.Errorf("written: %q", writes[before:])
	}
	if v := w.vendor(id); v.Status != "disabled" || v.AccessGroupID != groupOT {
		t.Errorf("%+v", v)
	}
}
