// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"strings"
	"testing"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// enterLinked enters a folder whose state has the link of Acme Ltd, at that
// name.
func (d *document) enterLinked(t *testing.T, name string) *cli {
	t.Helper()
	c := exampleWorld(t, simulator.Vendor{})
	d.enter(c)
	d.write(requiredProviders + strings.Replace(linkAcme, `"acme"`, `"`+name+`"`, 1))
	d.apply()
	c.ResetRequests()
	return c
}

func walkMove(t *testing.T, d *document) {
	c := d.enterLinked(t, "acme")
	d.write(requiredProviders)
	d.take("acme.tf")
	output := d.do()
	d.expect(output, "domum_vendor_link.acme has moved to domum_vendor_link.acme_ltd", "0 to add, 0 to change, 0 to destroy")
	d.apply()
	c.expectPatches()

	// Without the moved block, the plan fails as the page says.
	d.file("acme.tf", strings.Replace(linkAcme, `"acme"`, `"other"`, 1))
	d.refuse([]string{`Cannot link vendor "Acme Ltd": it is linked already`}, "plan")
}

func walkRemove(t *testing.T, d *document) {
	needs(t, removedBlock)
	c := d.enterLinked(t, "acme_ltd")
	d.write(requiredProviders)
	d.take("acme.tf")
	d.expect(d.do(), "0 added, 0 changed, 0 destroyed")
	if v := c.vendor("42"); v.Status != "enabled" {
		t.Errorf("not left alone: %+v", v)
	}
	c.expectPatches()
	d.remove("acme.tf")
	d.expectNoChanges()
}

func walkImportOne(t *testing.T, d *document) {
	c := exampleWorld(t, simulator.Vendor{Status: "enabled", AccessGroupID: groupOT, StartDate: "2026-12-01"})
	d.enter(c)
	d.take("acme.tf")
	d.expect(d.do(), "1 imported, 0 added, 0 changed, 0 destroyed")
	c.expectPatches()
}

func walkAccessThatEnds(t *testing.T, d *document) {
	c := exampleWorld(t, simulator.Vendor{Status: "enabled", AccessGroupID: groupOT, StartDate: "2020-01-01"})
	for name, due := range map[string]string{"Ended Ltd": "2020-12-31", "Later Ltd": "2099-12-31"} {
		c.EditVendor(c.linked(name, groupOT, "enabled"), func(v *simulator.Vendor) { v.StartDate, v.DueDate = "2020-01-01", due })
	}
	d.enter(c)
	d.take("checks.tf")
	d.expect(d.do(), "Links without a due_date: Acme Ltd.", "Links that end within 14 days: Ended Ltd (2020-12-31).")
}
