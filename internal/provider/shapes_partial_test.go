// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"strings"
	"testing"

	"github.com/domum-iac/terraform-provider-domum/internal/simtest"
	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// Where the status has calls of its own, the second call of a change may fail.
// The link is in state and not tainted, and the next plan shows the rest.
func TestSecondCallOfAChangeFails(t *testing.T) {
	w := newShapeWorld(t, simtest.EnvelopeV1)
	id := w.push("Acme Ltd")
	c := w.cli()
	c.use(linkAcme)
	failSecond := func() { w.AddFault(simulator.Fault{Method: "PATCH", Kind: "status", Status: 403, Skip: 1}) }
	failSecond()
	c.expect(c.apply(), `Vendor "Acme Ltd" was updated only in part`, "status disabled", "The next plan shows what is missing")
	w.expectStatus(id, "disabled")
	w.ClearFaults()
	c.expect(c.must("plan"), "0 to add, 1 to change, 0 to destroy", "enabled           = false -> true")
	c.apply()
	w.expectStatus(id, "enabled")
	c.expectNoChanges()

	// Disabling comes first, so that nobody has access to the new group.
	c.use(lines(strings.Replace(linkAcme, "Vendors - OT", "Vendors - IT", 1), "enabled = false"))
	failSecond()
	c.refuse([]string{`Vendor "Acme Ltd" was updated only in part`, "status disabled"}, "apply", "-auto-approve")
	w.ClearFaults()
	if v := w.vendor(id); v.Status != "disabled" || v.AccessGroupID != groupOT {
		t.Errorf("%+v", v)
	}
	c.expect(c.must("plan"), "0 to add, 1 to change, 0 to destroy")
	c.apply()
	c.expectNoChanges()
}
