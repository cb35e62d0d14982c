// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
)

// update plans a change in place, and returns the attribute whose change
// replaces the link, if there is one.
func (p *linkPlan) update(ctx context.Context) path.Paths {
	p.plan.ID = p.state.ID
	if p.config.VendorID.IsNull() {
		p.plan.VendorID = p.state.VendorID
	}
	if p.config.VendorName.IsNull() {
		p.plan.VendorName = p.state.VendorName
	}
	if p.config.DueDate.IsNull() {
		p.plan.DueDate = p.state.DueDate
	}
	if p.resource.provider == nil {
		return nil
	}
	if replaced := p.replaceIfOtherVendor(ctx); replaced != nil || p.diags.HasError() {
		return replaced
	}
	if p.resolveAccessGroup(ctx); p.diags.HasError() {
		return nil
	}
	if p.config.DueDate.IsNull() {
		checkUnmanagedDueDate(p.diags, p.plan.StartDate, p.state.DueDate, p.state.VendorName.ValueString())
	}
	p.checkEnabling()
	return nil
}

// checkEnabling checks a plan that enables a vendor which is disabled and has a
// link. One without an access group has no link, or lost it.
func (p *linkPlan) checkEnabling() {
	if p.state.Enabled.ValueBool() || p.state.AccessGroupID.IsNull() || !p.plan.Enabled.IsUnknown() && !p.plan.Enabled.ValueBool() {
		return
	}
	p.resource.checkEnabling(p.diags, p.state.vendor(), p.plan.Enabled, p.want())
}

// replaceIfOtherVendor plans a replacement if the configuration means another
// vendor than the link does. It returns the attribute by which it does.
func (p *linkPlan) replaceIfOtherVendor(ctx context.Context) path.Paths {
	if id := p.config.VendorID; known(id) && !id.Equal(p.state.VendorID) {
		return p.replace(ctx, path.Root("vendor_id"), id.ValueString())
	}
	name := p.config.VendorName
	if !known(name) || name.Equal(p.state.VendorName) {
		return nil
	}
	summary := fmt.Sprintf("Cannot find vendor %q", name.ValueString())
	v, err := p.resource.provider.client.FindVendor(ctx, name.ValueString())
	switch {
	case domum.IsNoMatch(err):
		p.diags.AddAttributeError(path.Root("vendor_name"), summary,
			fmt.Sprintf("%s Vendor %s, which this link manages, is called %q now. Nothing was changed.\n\n"+
				"If its group was renamed at the identity provider, set vendor_name = %q. To link a vendor that has yet to be synchronized, use another resource block.",
				err, p.state.ID.ValueString(), p.state.VendorName.ValueString(), p.state.VendorName.ValueString()))
	case err != nil:
		addVendorError(p.diags, summary, path.Root("vendor_name"), err)
	case v.ID == p.state.ID.ValueString():
		p.plan.VendorName = p.state.VendorName // another spelling of the same is no change
	default:
		return p.replace(ctx, path.Root("vendor_name"), v.ID)
	}
	return nil
}

// replace plans a replacement. Terraform asks for the plan once more during an
// apply, and takes a replacement that shows only then for a bug of the
// provider: so it is an error there. What tells the two apart is that a plan has
// read the link first; an apply, or a plan without a refresh, has not.
func (p *linkPlan) replace(ctx context.Context, because path.Path, other string) path.Paths {
	if links, _, _ := p.resource.provider.run.linksOf(p.state.ID.ValueString()); links > 0 {
		p.plan.ID, p.plan.VendorID, p.plan.VendorName = types.StringUnknown(), p.config.VendorID, p.config.VendorName
		p.create(ctx) // Terraform plans the new link next, and shows no warning of that
		return path.Paths{because}
	}
	p.diags.AddAttributeError(because, cannotUpdate(p.state)+": the configuration means another vendor now",
		fmt.Sprintf("This link is for vendor %s, and the configuration names vendor %s: either that became known only during the apply, or the plan was made without a refresh. Nothing was written.\n\n"+
			"Plan again, with a refresh: the plan then shows the replacement.", p.state.ID.ValueString(), other))
	return nil
}

// vendor returns what state knows of the vendor.
func (m *vendorLinkModel) vendor() *domum.Vendor {
	v := &domum.Vendor{
		ID:        m.ID.ValueString(),
		Name:      m.VendorName.ValueString(),
		Status:    domum.StatusDisabled,
		StartDate: domum.Date(m.StartDate.ValueString()),
		DueDate:   domum.Date(m.DueDate.ValueString()),
	}
	if !m.AccessGroupID.IsNull() {
		v.AccessGroup = &domum.Ref{ID: m.AccessGroupID.ValueString(), Name: m.AccessGroupName.ValueString()}
	}
	if m.Enabled.ValueBool() {
		v.Status = domum.StatusEnabled
	}
	return v
}
