// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/domum-iac/terraform-provider-domum/internal/date"
	"github.com/domum-iac/terraform-provider-domum/internal/domum"
)

// ValidateConfig checks what needs no API and takes more than one attribute.
func (r *vendorLinkResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	defer recoverPanic(&resp.Diagnostics, "check a vendor link")
	var config vendorLinkModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if !resp.Diagnostics.HasError() {
		checkDueDate(&resp.Diagnostics, config.StartDate, config.DueDate, "")
		checkTimeouts(&resp.Diagnostics, config.Timeouts.Object)
	}
}

func checkDueDate(diags *diag.Diagnostics, start, due types.String, whose string) {
	if date.Before(due.ValueString(), start.ValueString()) {
		diags.AddAttributeError(path.Root("due_date"), "Invalid date",
			fmt.Sprintf("due_date %s%s is before start_date %s.\n\nSet a due_date that is not before start_date.", due.ValueString(), whose, start.ValueString()))
	}
}

// ModifyPlan compares the configuration with the appliance, as far as values
// are known. A link that doesn't change costs no call.
func (r *vendorLinkResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	defer recoverPanic(&resp.Diagnostics, "plan a vendor link")
	defer r.addDestroyHint(&resp.Diagnostics)
	if !req.State.Raw.IsNull() {
		r.planOfShared(ctx, req, resp)
	}
	if req.Plan.Raw.IsNull() || req.Plan.Raw.Equal(req.State.Raw) {
		return
	}
	var config, plan vendorLinkModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	p := planning{vendorLinkResource: r, ctx: ctx, diags: &resp.Diagnostics, config: &config, plan: &plan}
	if req.State.Raw.IsNull() {
		p.create()
	} else {
		var state vendorLinkModel
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		if resp.Diagnostics.HasError() {
			return
		}
		p.state = &state
		resp.RequiresReplace = p.update(disabledHere(ctx, &resp.Diagnostics, req.Private))
	}
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
	}
}

// planOfShared warns of a vendor that two blocks link, and marks the plan of a
// destruction so that the vendor stays enabled. It only knows of blocks that
// were refreshed before this one.
func (r *vendorLinkResource) planOfShared(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.configured == nil {
		return
	}
	var id, name types.String
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("id"), &id)...)
	claim, unlock := r.claims.lock(id.ValueString())
	defer unlock()
	if req.Plan.Raw.IsNull() {
		claim.refused = false // by an earlier plan of this run, which came to nothing
	}
	if len(claim.refreshed) < 2 {
		return
	}
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("vendor_name"), &name)...)
	resp.Diagnostics.AddWarning(fmt.Sprintf("Vendor %q is linked by two blocks", name.ValueString()),
		fmt.Sprintf("State holds two links of vendor %s. What one block changes, the other undoes.\n\n"+
			"Keep one block. To drop the other without a change to the vendor, use terraform state rm, or a removed block with destroy = false.", id.ValueString()))
	if req.Plan.Raw.IsNull() {
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, privateShared, []byte("true"))...)
	}
}

// addDestroyHint ends each error with the way around it, where there is
// something to destroy: terraform destroy makes such a plan first.
func (r *vendorLinkResource) addDestroyHint(diags *diag.Diagnostics) {
	if r.configured == nil || !r.claims.refreshedAny() {
		return
	}
	for i, d := range *diags {
		if d.Severity() != diag.SeverityError {
			continue
		}
		detail := d.Detail() + " To destroy all the same, run terraform destroy -refresh=false."
		(*diags)[i] = diag.NewErrorDiagnostic(d.Summary(), detail)
		if at, ok := d.(diag.DiagnosticWithPath); ok {
			(*diags)[i] = diag.NewAttributeErrorDiagnostic(at.Path(), d.Summary(), detail)
		}
	}
}

// planning is one ModifyPlan.
type planning struct {
	*vendorLinkResource
	ctx                 context.Context //nolint:containedctx // lives as long as the call
	diags               *diag.Diagnostics
	config, plan, state *vendorLinkModel
}

func (p *planning) create() {
	if p.configured == nil {
		return
	}
	p.resolveAccessGroup()
	v := p.newVendor()
	if v == nil || p.diags.HasError() {
		return
	}
	var want *link
	if !anyUnknown(p.plan.AccessGroupID, p.plan.StartDate, p.config.DueDate, p.plan.Enabled) {
		l := p.plan.toAPI(p.config)
		want = &l
	}
	claim, unlock := p.claims.lock(v.ID)
	linked := claim.linkedBy != ""
	unlock()
	if linked {
		addLinkedTwice(p.diags, "Cannot link "+vendorLabel(p.config), v.ID)
		return
	}
	p.admit(p.diags, v, want, p.plan.AdoptExisting.IsUnknown() || p.plan.AdoptExisting.ValueBool())
	if p.config.DueDate.IsNull() {
		checkDueDate(p.diags, p.plan.StartDate, dateValue(v.DueDate), p.unmanagedDueDate(v.Name))
	}
	claim, unlock = p.claims.lock(v.ID)
	defer unlock()
	claim.refused = p.diags.HasError()
}

// newVendor returns the vendor that a create will link; nil if it isn't known
// yet or isn't there yet.
func (p *planning) newVendor() *domum.Vendor {
	switch name, id := p.config.VendorName, p.config.VendorID; {
	case known(id):
		v, err := p.client.ReadVendor(p.ctx, id.ValueString())
		if err != nil {
			addVendorError(p.diags, "Cannot link "+vendorLabel(p.config), path.Root("vendor_id"), err)
		}
		return v
	case known(name):
		v, err := p.findVendor(name.ValueString())
		if isMissing(err) {
			timeout, _ := p.plan.Timeouts.Create(p.ctx, createTimeout)
			p.diags.AddAttributeWarning(path.Root("vendor_name"), fmt.Sprintf("Vendor %q is not there yet", name.ValueString()),
				fmt.Sprintf("%s Applying will wait up to %s for it to synchronize.\n\n%s", err, showDuration(timeout), notSynchronized))
			return nil
		}
		if err != nil {
			addVendorError(p.diags, "Cannot link "+vendorLabel(p.config), path.Root("vendor_name"), err)
		}
		return v
	}
	return nil
}

func (p *planning) findVendor(name string) (*domum.Vendor, error) {
	vendors, err := p.client.Directory(p.ctx)
	if err != nil {
		return nil, err
	}
	return findVendor(vendors, name)
}

// update plans a change in place. It returns the attribute that demands a
// replacement, if one does.
func (p *planning) update(disabledHere bool) path.Paths {
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
	if p.configured == nil {
		return nil
	}
	if replaced := p.otherVendor(); replaced != nil || p.diags.HasError() {
		return replaced
	}
	p.resolveAccessGroup()
	if p.config.DueDate.IsNull() {
		checkDueDate(p.diags, p.plan.StartDate, p.state.DueDate, p.unmanagedDueDate(p.state.VendorName.ValueString()))
	}
	if !disabledHere && !p.state.Enabled.ValueBool() && p.plan.Enabled.ValueBool() {
		p.disabledOutside()
	}
	return nil
}

// otherVendor compares the configured vendor with the linked one. An unknown
// one stays in place: replacing would cut access for a guess, and applying
// checks it.
func (p *planning) otherVendor() path.Paths {
	if id := p.config.VendorID; known(id) && !id.Equal(p.state.VendorID) {
		return p.replace(path.Root("vendor_id"), id.ValueString())
	}
	name := p.config.VendorName
	if !known(name) || name.Equal(p.state.VendorName) {
		return nil
	}
	v, err := p.findVendor(name.ValueString())
	switch {
	case isMissing(err):
		p.diags.AddAttributeError(path.Root("vendor_name"), fmt.Sprintf("Cannot find vendor %q", name.ValueString()),
			fmt.Sprintf("%s Vendor %s, which this link manages, is called %q now. Nothing was changed.\n\n"+
				"If its group was renamed at the identity provider, set vendor_name = %q. To link a vendor that has yet to be synchronized, use another resource block.",
				err, p.state.ID.ValueString(), p.state.VendorName.ValueString(), p.state.VendorName.ValueString()))
	case err != nil:
		addVendorError(p.diags, fmt.Sprintf("Cannot find vendor %q", name.ValueString()), path.Root("vendor_name"), err)
	case v.ID == p.state.ID.ValueString():
		p.plan.VendorName = p.state.VendorName // another spelling of the same is no change
	default:
		return p.replace(path.Root("vendor_name"), v.ID)
	}
	return nil
}

// replace plans to link another vendor instead. Terraform asks once more
// during the apply, when it knows all values; it is then too late to replace.
// Only a plan refreshes what it plans, so that tells the two apart.
func (p *planning) replace(because path.Path, other string) path.Paths {
	if p.claims.refreshes(p.state.ID.ValueString()) > 0 {
		p.plan.ID, p.plan.VendorID, p.plan.VendorName = types.StringUnknown(), p.config.VendorID, p.config.VendorName
		return path.Paths{because}
	}
	p.diags.AddAttributeError(because, fmt.Sprintf("Cannot update vendor %q: the configuration means another vendor now", p.state.VendorName.ValueString()),
		fmt.Sprintf("This link is for vendor %s, and the configuration names vendor %s: either that became known only during the apply, or the plan was made without a refresh. Nothing was written.\n\n"+
			"Plan again, with a refresh: the plan then shows the replacement.", p.state.ID.ValueString(), other))
	return nil
}

// resolveAccessGroup resolves the configured access group when it is new.
func (p *planning) resolveAccessGroup() {
	switch name, id := p.config.AccessGroupName, p.config.AccessGroupID; {
	case known(name) && p.state != nil && name.Equal(p.state.AccessGroupName), known(id) && p.state != nil && id.Equal(p.state.AccessGroupID):
		p.plan.AccessGroupName, p.plan.AccessGroupID = p.state.AccessGroupName, p.state.AccessGroupID
	case known(name), known(id):
		group, ok := p.linkAccessGroup(p.ctx, p.diags, p.config)
		if !ok {
			return
		}
		p.plan.AccessGroupID = types.StringValue(group.ID)
		if id := p.plan.AccessGroupID; p.state != nil && id.Equal(p.state.AccessGroupID) {
			p.plan.AccessGroupName = p.state.AccessGroupName // another spelling of the same is no change
		} else if name.IsNull() {
			p.plan.AccessGroupName = types.StringValue(group.Name)
		}
	}
}

func (p *planning) disabledOutside() {
	name := p.state.VendorName.ValueString()
	if p.protectExternalDisable {
		p.diags.AddAttributeError(path.Root("enabled"), fmt.Sprintf("Cannot enable vendor %q: it was disabled outside Terraform", name),
			fmt.Sprintf("Vendor %s is disabled, Terraform did not do it, and protect_external_disable is set. Nothing was written.\n\n"+
				"Ask who disabled it. While it has to stay so, set enabled = false; when it may have access again, enable it in Domum, or apply once with protect_external_disable = false.", p.state.ID.ValueString()))
		return
	}
	p.diags.AddAttributeWarning(path.Root("enabled"), fmt.Sprintf("Vendor %q was disabled outside Terraform", name),
		fmt.Sprintf("Vendor %s is disabled, and Terraform did not do it. Applying gives its users access back.\n\n"+
			"If it has to stay disabled, set enabled = false before you apply.", p.state.ID.ValueString()))
}

func (p *planning) unmanagedDueDate(vendor string) string {
	return fmt.Sprintf(" of vendor %q, which this configuration does not manage,", vendor)
}

func known(s types.String) bool { return !s.IsNull() && !s.IsUnknown() }

func anyUnknown(values ...attr.Value) bool {
	for _, v := range values {
		if v.IsUnknown() {
			return true
		}
	}
	return false
}
