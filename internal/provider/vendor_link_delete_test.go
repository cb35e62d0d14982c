// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"slices"
	"testing"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

func TestDestroy(t *testing.T) {
	for rule, c := range map[string]command{
		"disables, and what somebody else changed survives": {
			others: edit(func(v *simulator.Vendor) { v.AccessGroupID, v.DueDate = groupIT, "2030-01-01" }), writes: words{disables},
			leaves: simulator.Vendor{Status: "disabled", AccessGroupID: groupIT, StartDate: "2026-12-01", DueDate: "2030-01-01"},
		},
		"disables what changes meanwhile": {
			others: beforePatches(1, func(v *simulator.Vendor) { v.ContractNumber = "C-9" }),
			writes: words{disables, disables}, leaves: simulator.Vendor{Status: "disabled", ContractNumber: "C-9"},
		},
		// Whoever changes the vendor before every single write gets the last word, and
		// the message says what the appliance said.
		"is refused where somebody changes the vendor before each write": {
			others:  beforePatches(disableAttempts+1, func(v *simulator.Vendor) { v.ContractNumber += "+" }),
			refused: words{`Cannot disable vendor "Acme Ltd"`, "HTTP 412", "Request id:", "The record changed meanwhile"},
			writes:  slices.Repeat(words{disables}, disableAttempts),
		},
		"writes to a vendor that reads as disabled: the read may be stale": {others: status("disabled"), warned: words{willBeEnabled}, writes: words{disables}},
		"is done where the vendor is gone":                                 {between: removed},
		"takes the deletion policy that was applied, not one that was only written down": {
			block: vendorLink("deletion_policy", "abandon"), writes: words{disables}, leaves: simulator.Vendor{Status: "disabled"},
		},
		"is refused for another name: the id may be another vendor at another appliance": {
			others: renamed, noRefresh: true, leaves: simulator.Vendor{Status: "enabled"},
			refused: words{`Cannot disable vendor "Acme Ltd": it has another name`, `Vendor 1 is called "Globex"`, "Nothing was written", "apply -refresh-only"},
		},
	} {
		if c.verb = "destroy"; c.block == nil {
			c.block = vendorLink()
		}
		guards(t, byTerraform, map[string]command{rule: c})
	}
}

func TestAbandon(t *testing.T) {
	f := newFolder(t, byTerraform)
	abandoned := vendorLink("deletion_policy", "abandon")
	f.run(
		command{block: abandoned},
		command{
			verb: "destroy", block: abandoned, between: func(f *folder) { f.ResetRequests() },
			warned: words{`Vendor "Acme Ltd" is not disabled: deletion_policy is abandon`}, leaves: simulator.Vendor{Status: "enabled"},
		},
	)
	if n := len(f.Requests()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

// terraform destroy plans with the configuration first, and its errors stop it.
// Removing the block is the way on.
func TestRemovedBlockNeedsNoPlanOfTheConfiguration(t *testing.T) {
	guard(t, byTerraform,
		command{
			others: status("disabled"), provider: protecting, verb: "destroy", block: vendorLink(),
			refused: words{isDisabled, "If nobody needs this link any more, remove its block and apply"},
		},
		command{provider: protecting, writes: words{disables}},
	)
}

// A vendor that was renamed needs a refresh first: Terraform destroys a removed
// block with what state said before.
func TestRemovedBlockOfARenamedVendor(t *testing.T) {
	w := newWorld(t)
	c := w.cli()
	id := c.withLink()
	w.EditVendor(id, func(v *simulator.Vendor) { v.Name = "Acme GmbH" })
	c.use("")
	if output, ok := c.run("apply", "-auto-approve"); !ok {
		c.expect(output, "it has another name", "apply -refresh-only")
		w.expectStatus(id, "enabled")
		c.must("apply", "-refresh-only", "-auto-approve")
		c.apply()
	}
	w.expectStatus(id, "disabled")
}
