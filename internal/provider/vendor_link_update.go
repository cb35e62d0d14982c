// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/explain"
)

// Update changes a link in place, if the vendor is still as the plan saw it.
func (r *vendorLinkResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	diags := &resp.Diagnostics
	defer recoverPanic(diags, "update a vendor link")
	var config, plan, state vendorLinkModel
	diags.Append(req.Config.Get(ctx, &config)...)
	diags.Append(req.Plan.Get(ctx, &plan)...)
	diags.Append(req.State.Get(ctx, &state)...)
	timeout, problems := plan.Timeouts.Update(ctx, otherTimeout)
	diags.Append(problems...)
	if diags.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	id := state.ID.ValueString()
	done, err := r.provider.run.takeTurn(ctx, id)
	if err != nil {
		addError(diags, cannotUpdate(&state), err)
		return
	}
	defer done()
	written := r.update(ctx, diags, &state, state.toAPI(&config), plan.toAPI(&config))
	if written == nil {
		return
	}
	if diags.HasError() { // half of it is done
		plan.fromAPI(written)
	} else {
		plan.fillUnknown(written)
	}
	save(ctx, diags, &plan, linkMark(ctx, diags, req.Private), &resp.State, resp.Identity, resp.Private)
}

func cannotUpdate(state *vendorLinkModel) string {
	return fmt.Sprintf("Cannot update vendor %q", state.VendorName.ValueString())
}

// update writes what want says over what the plan saw. A vendor that is no
// longer as the plan saw it is left alone. Beside an error, the vendor is what
// the appliance has after half of the change.
func (r *vendorLinkResource) update(ctx context.Context, diags *diag.Diagnostics, state *vendorLinkModel, seen, want link) *domum.Vendor {
	v, err := r.provider.client.GetVendor(ctx, state.ID.ValueString())
	if err != nil {
		addError(diags, cannotUpdate(state), err)
		return nil
	}
	if addChanged(diags, state, seen, v, nil) {
		return nil
	}
	if r.provider.protectExternalDisable && v.Linked() && !v.Enabled() && want.enabled {
		r.checkEnabling(diags, v, types.BoolValue(true), &want) // the plan was made without the protection
		return nil
	}
	written, err := r.write(ctx, diags, v, want)
	if e, ok := errors.AsType[*domum.PartialError](err); ok {
		diags.AddError(partial(e))
		return e.Now
	}
	if e, ok := errors.AsType[*domum.UnconfirmedError](err); ok && !e.Changed {
		diags.AddError(fmt.Sprintf("Could not confirm the update of vendor %q", v.Name),
			unconfirmed(e)+"\n\nPlan again: the plan shows what is missing, if anything is.")
		return nil
	}
	if domum.IsConflict(err) {
		now, getErr := r.provider.client.GetVendor(ctx, v.ID)
		if getErr != nil || !addChanged(diags, state, seen, now, err) {
			addError(diags, cannotUpdate(state)+": it changed since the plan was made", err)
		}
		return nil
	}
	if err != nil {
		addError(diags, cannotUpdate(state), err)
		return nil
	}
	return written
}

// addChanged reports a vendor that is no longer as the plan saw it. refused is
// how the appliance refused a write because of that, nil if none was sent.
func addChanged(diags *diag.Diagnostics, state *vendorLinkModel, seen link, v *domum.Vendor, refused error) bool {
	found := seen.differences(v)
	if name := state.VendorName.ValueString(); !domum.SameName(name, v.Name) {
		found = append(found, difference{"vendor_name", fmt.Sprintf("%q", v.Name), fmt.Sprintf("%q", name)})
	}
	if len(found) == 0 {
		return false
	}
	change := fmt.Sprintf("Vendor %s changed in the meantime:\n%s\n", v.ID, drifted(found))
	if refused != nil {
		said, _ := explain.Failure(refused)
		change = said + "\n" + change
	}
	diags.AddError(cannotUpdate(state)+": it changed since the plan was made", change+"Nothing was written.\n\nPlan again.")
	return true
}
