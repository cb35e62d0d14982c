// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/explain"
)

// Read overwrites state with what the appliance has. Only the appliance's own
// answer that it has no such vendor removes the link.
func (r *vendorLinkResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	diags := &resp.Diagnostics
	defer recoverPanic(diags, "read a vendor link")
	var m vendorLinkModel
	diags.Append(req.State.Get(ctx, &m)...)
	timeout, problems := m.Timeouts.Read(ctx, otherTimeout)
	diags.Append(problems...)
	if diags.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	diags.Append(resp.Identity.Set(ctx, vendorLinkIdentity{VendorID: m.ID})...) // the framework demands it even where the link goes
	mark := linkMark(ctx, diags, req.Private)
	v, err := r.provider.client.ReadVendor(ctx, m.ID.ValueString())
	if domum.IsNotFound(err) {
		if r.confirmGone(ctx, diags, &m, err) {
			resp.State.RemoveResource(ctx)
		}
		return
	}
	if err != nil {
		addError(diags, fmt.Sprintf("Cannot read vendor %q", m.VendorName.ValueString()), err)
		return
	}
	if links := r.provider.run.noteRead(v.ID, mark); links == 2 {
		warnTwoLinks(diags, v)
	}
	if name := m.VendorName; !name.IsNull() && !domum.SameName(name.ValueString(), v.Name) {
		diags.AddWarning(fmt.Sprintf("Vendor %q is called %q now", name.ValueString(), v.Name),
			fmt.Sprintf("Vendor %s has another name than state says.\n\nIf its group was renamed at the identity provider, write the new name where the configuration has the old one, "+
				"and run terraform apply -refresh-only, which writes it into state. If it was not renamed, check that the url attribute names the right appliance before you apply.", v.ID))
	}
	before := m
	m.fromAPI(v)
	diags.Append(resp.Private.SetKey(ctx, privateMark, []byte(mark))...)
	if !reflect.DeepEqual(before, m) { // else state is right, and to set it is a tenth of a plan's work
		diags.Append(resp.State.Set(ctx, &m)...)
	}
}

// warnTwoLinks warns of a vendor that is linked by two blocks in state.
func warnTwoLinks(diags *diag.Diagnostics, v *domum.Vendor) {
	diags.AddWarning(fmt.Sprintf("Vendor %q is linked by two blocks", v.Name),
		fmt.Sprintf("State has two links of vendor %s. What one block changes, the other undoes. Destroying one of them disables the vendor.\n\n"+
			"Keep one block. To drop the other without a change to the vendor, use a removed block with destroy = false, or terraform state rm.", v.ID))
}

// confirmGone reports whether a vendor that was not found is gone, and says
// what became of it. The list of vendors decides: one that can't be read, is
// empty or still has the vendor is an error, and the link stays in state.
func (r *vendorLinkResource) confirmGone(ctx context.Context, diags *diag.Diagnostics, m *vendorLinkModel, missing error) bool {
	id, name := m.ID.ValueString(), m.VendorName.ValueString()
	summary := fmt.Sprintf("Cannot read vendor %q", name)
	vendors, err := r.provider.client.Directory(ctx)
	inList := func(v domum.Vendor) bool { return v.ID == id }
	if err == nil && slices.ContainsFunc(vendors, inList) { // read before it went?
		vendors, err = r.provider.client.ReloadVendors(ctx)
	}
	said, _ := explain.Failure(missing)
	switch {
	case err != nil:
		listSaid, remedy := explain.Failure(err)
		diags.AddError(summary, said+"\nThe list of vendors, which would confirm it, could not be read: "+listSaid+"\nThe link stays in state.\n\n"+remedy)
	case len(vendors) == 0:
		diags.AddError(summary, said+"\nThe appliance shows no vendor at all. The link stays in state.\n\n"+
			"Check that the url attribute names the right appliance, and that the authorization may read Domum's vendors. "+
			"If all vendors really are gone, remove the links with terraform state rm.")
	case slices.ContainsFunc(vendors, inList):
		diags.AddError(summary, said+"\nThe list of vendors still has it. The link stays in state.\n\nPlan again; if it persists, report it to the appliance's operator.")
	default:
		diags.AddWarning(fmt.Sprintf("Vendor %q is gone", name), gone(m, vendors))
		return true
	}
	return false
}

// gone says what became of a vendor that is no longer there.
func gone(m *vendorLinkModel, vendors []domum.Vendor) string {
	text := fmt.Sprintf("The appliance has no vendor %s any more, so the link is removed from state. ", m.ID.ValueString())
	if again, err := domum.MatchVendor(vendors, m.VendorName.ValueString()); err == nil {
		return text + fmt.Sprintf("The identity provider has recreated it under the same name, with id %s.\n\n"+
			"Apply to link the new vendor; if the configuration names it by vendor_id, set that to %q first.", again.ID, again.ID)
	}
	return text + "Its group was probably deleted at the identity provider.\n\nRemove the resource block, or have the group pushed again and apply."
}
