// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/explain"
)

// create plans a new link.
func (p *linkPlan) create(ctx context.Context) {
	r := p.resource
	if r.provider == nil {
		return
	}
	if p.resolveAccessGroup(ctx); p.diags.HasError() {
		return // an appliance that can't be reached is one error, not two
	}
	v := p.newVendor(ctx)
	if v == nil {
		return
	}
	// An apply plans once more, and may be destroying the vendor's other link.
	done, err := r.provider.run.takeTurn(ctx, v.ID)
	if err != nil {
		addError(p.diags, "Cannot link "+vendorLabel(p.config), err)
		return
	}
	defer done()
	if _, linkedBy, _ := r.provider.run.linksOf(v.ID); linkedBy != "" {
		addLinkedTwice(p.diags, "Cannot link "+vendorLabel(p.config), v.ID)
		return
	}
	r.checkNewLink(p.diags, v, newLink{p.want(), p.plan.Enabled, p.plan.AdoptExisting.IsUnknown() || p.plan.AdoptExisting.ValueBool()})
	if p.config.DueDate.IsNull() && !p.diags.HasError() {
		checkUnmanagedDueDate(p.diags, p.plan.StartDate, dateValue(v.DueDate), v.Name)
	}
}

// newVendor returns the vendor that the configuration names; nil if it isn't
// known yet, isn't synchronized yet, or can't be read.
func (p *linkPlan) newVendor(ctx context.Context) *domum.Vendor {
	provider, summary := p.resource.provider, "Cannot link "+vendorLabel(p.config)
	if id := p.config.VendorID; known(id) {
		v, err := provider.client.ReadVendor(ctx, id.ValueString())
		if err != nil {
			addVendorError(p.diags, summary, path.Root("vendor_id"), err)
		}
		return v
	}
	name := p.config.VendorName
	if !known(name) {
		return nil
	}
	v, err := provider.client.FindVendor(ctx, name.ValueString())
	switch {
	case domum.IsNoMatch(err):
		timeout, _ := p.plan.Timeouts.Create(ctx, createTimeout)
		p.diags.AddAttributeWarning(path.Root("vendor_name"), fmt.Sprintf("Vendor %q is not there yet", name.ValueString()),
			fmt.Sprintf("%s Applying will wait up to %s for it to synchronize.\n\n%s", err, explain.Duration(timeout), notSynchronized))
		return nil
	case err != nil:
		addVendorError(p.diags, summary, path.Root("vendor_name"), err)
	}
	return v
}
