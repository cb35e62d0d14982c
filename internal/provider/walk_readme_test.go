// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"strings"
	"testing"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

func walkReadme(t *testing.T, d *document) {
	c := exampleWorld(t, simulator.Vendor{})
	d.enter(c)
	d.take("main.tf")
	d.apply()
	d.expectNoChanges()
	if v := c.vendor("42"); v.Status != "enabled" || v.AccessGroupID != groupOT {
		t.Errorf("not linked: %+v", v)
	}

	c.EditVendor("42", func(v *simulator.Vendor) { v.AccessGroupID = groupIT })
	d.expectBlock(d.must("plan"))

	d.apply()
	c.EditVendor("42", func(v *simulator.Vendor) { v.Status = "disabled" })
	d.env = append(d.env, "DOMUM_PROTECT_EXTERNAL_DISABLE=true")
	output, ok := d.run("plan")
	if ok {
		t.Error("the plan was not refused")
	}
	d.expectBlock(output)
}

// expectBlock compares the page's next block of text with what a command
// printed: each paragraph of the block is one of the output.
func (d *document) expectBlock(output string) {
	d.t.Helper()
	for paragraph := range strings.SplitSeq(unwrap(d.next(d.t, "text")), "\n") {
		d.expect(output, strings.TrimSpace(paragraph))
	}
}
