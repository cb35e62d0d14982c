// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
)

// Update changes a link in place, if the vendor is still as the plan saw it.
func (r *vendorLinkResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	defer recoverPanic(&resp.Diagnostics, "update a vendor link")
	var config, plan, state vendorLinkModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := plan.Timeouts.Update(ctx, otherTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	mark := linkMark(ctx, &resp.Diagnostics, req.Private)
	unsure := unsureSince(ctx, &resp.Diagnostics, req.Private)
	v := r.updateVendor(ctx, &resp.Diagnostics, &state, &config, plan.toAPI(&config), mark, unsure)
	if resp.Diagnostics.HasError() {
		return
	}
	plan.settle(v)
	saveWritten(ctx, &resp.Diagnostics, &plan, mark, &resp.State, resp.Identity, resp.Private)
	setUnsure(ctx, &resp.Diagnostics, resp.Private, "")
}

// updateVendor writes what differs from what the plan saw, and claims the
// vendor for the link with that mark. A vendor that is no longer so is left
// alone. unsure is the ETag that the plan saw before an earlier write of this
// link arrived, if there is one: where it has since arrived, all is done.
func (r *vendorLinkResource) updateVendor(ctx context.Context, diags *diag.Diagnostics, state, config *vendorLinkModel, want link, mark, unsure string) *domum.Vendor {
	summary := fmt.Sprintf("Cannot update vendor %q", state.VendorName.ValueString())
	claim, unlock := r.claims.lock(state.ID.ValueString())
	defer unlock()
	seen := state.toAPI(config)
	v, err := r.client.GetVendor(ctx, state.ID.ValueString())
	if err != nil {
		addError(diags, summary, err)
		return nil
	}
	arrived := func(v *domum.Vendor) bool { return unsure != "" && v.ETag != unsure && want.patch(v).IsEmpty() }
	if !arrived(v) && r.changedSince(diags, summary, v, seen, unsure, nil) {
		return nil
	}
	written, err := r.write(ctx, diags, v, want)
	if lost, ok := errors.AsType[*domum.UnconfirmedError](err); ok {
		said, _ := explain(lost.Err)
		diags.AddError(summary, said+"\nThe vendor could not be read afterwards either, so it is not known whether it was written.\n\nPlan again: the plan shows what is missing, if anything is.")
		return nil
	}
	if domum.IsConflict(err) {
		now, getErr := r.client.GetVendor(ctx, v.ID)
		if getErr != nil || !arrived(now) {
			if getErr != nil || !r.changedSince(diags, summary, now, seen, unsure, err) {
				addError(diags, summary+": it changed since the plan was made", err)
			}
			return nil
		}
		written, err = now, nil
	}
	if err != nil {
		addError(diags, summary, err)
		return nil
	}
	claim.linkedBy = mark
	return written
}

// changedSince reports a vendor that is no longer as the plan saw it, by its
// values or, after a write of which nothing was known, by its ETag. refused is
// how the appliance refused a write because of that, nil if none was sent.
func (r *vendorLinkResource) changedSince(diags *diag.Diagnostics, summary string, v *domum.Vendor, seen link, unsure string, refused error) bool {
	var change string
	switch found := seen.differences(v); {
	case len(found) > 0:
		change = fmt.Sprintf("Somebody changed vendor %s in the meantime:\n%s\n", v.ID, drifted(found))
	case unsure != "" && v.ETag != unsure:
		change = fmt.Sprintf("An earlier write of this link may have arrived at vendor %s, and somebody may have undone it. ", v.ID)
	default:
		return false
	}
	if refused != nil {
		said, _ := explain(refused)
		change = said + "\n" + change
	}
	diags.AddError(summary+": it changed since the plan was made", change+"Nothing was written.\n\nPlan again.")
	return true
}
