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

// Delete disables the vendor, or leaves it as it is.
func (r *vendorLinkResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	diags := &resp.Diagnostics
	defer recoverPanic(diags, "destroy a vendor link")
	var m vendorLinkModel
	diags.Append(req.State.Get(ctx, &m)...)
	timeout, problems := m.Timeouts.Delete(ctx, otherTimeout)
	diags.Append(problems...)
	if diags.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	id, name := m.ID.ValueString(), m.VendorName.ValueString()
	summary := fmt.Sprintf("Cannot disable vendor %q", name)
	done, err := r.provider.run.takeTurn(ctx, id)
	if err != nil {
		addError(diags, summary, err)
		return
	}
	defer done()
	mark := linkMark(ctx, diags, req.Private)
	_, linkedBy, _ := r.provider.run.linksOf(id)
	disabled := false
	switch {
	case m.DeletionPolicy.ValueString() == deletionAbandon:
		diags.AddWarning(fmt.Sprintf("Vendor %q is not disabled: deletion_policy is abandon", name),
			fmt.Sprintf("Vendor %s keeps its link and its status, and Terraform no longer manages it.\n\nDisable it in Domum if its users should lose access.", id))
	case linkedBy != "" && linkedBy != mark:
		diags.AddWarning(fmt.Sprintf("Vendor %q is not disabled: another block has linked it", name),
			fmt.Sprintf("Another domum_vendor_link of this configuration has just linked vendor %s, so destroying this one did not disable it.\n\nUse a moved block when a link changes its address.", id))
	default:
		if disabled, err = r.disable(ctx, id, name); err != nil {
			addDisableError(diags, summary, err)
			return
		}
	}
	r.provider.run.noteDestroyed(id, mark, disabled)
}

const disableAttempts = 5

// disable disables the vendor with that id and name, whatever else anybody
// changes at it meanwhile, and reports whether it was enabled before. It writes
// also where the vendor reads as disabled: that read may be stale, or an
// earlier write may still arrive. A vendor that is gone is done.
func (r *vendorLinkResource) disable(ctx context.Context, id, name string) (wasEnabled bool, err error) {
	status := domum.StatusDisabled
	for range disableAttempts {
		var v *domum.Vendor
		v, err = r.provider.client.GetVendor(ctx, id)
		if domum.IsNotFound(err) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		if !domum.SameName(v.Name, name) {
			return false, &otherNameError{id: id, name: v.Name, expected: name}
		}
		wasEnabled = v.Enabled()
		v, err = r.provider.client.UpdateVendor(ctx, v, domum.VendorPatch{Status: &status})
		unconfirmed, isUnconfirmed := errors.AsType[*domum.UnconfirmedError](err)
		switch {
		case err == nil && !v.Enabled(), isUnconfirmed && unconfirmed.Accepted:
			return wasEnabled, nil
		case domum.IsNotFound(err):
			return false, nil
		case err == nil:
			err = fmt.Errorf("vendor %s is still enabled after %d attempts, each of which the appliance accepted", id, disableAttempts)
		case !domum.IsConflict(err):
			return false, err
		}
	}
	return false, err
}

func addDisableError(diags *diag.Diagnostics, summary string, err error) {
	if e, ok := errors.AsType[*otherNameError](err); ok {
		diags.AddError(summary+": it has another name", e.Error()+"\n\n"+
			"If the url attribute names another appliance than before, correct it. If the vendor's group was renamed, set vendor_name, where the block has it, to the new name, run terraform apply -refresh-only, and destroy again.")
		return
	}
	addError(diags, summary, err)
}

// otherNameError is a vendor that has another name than state says. It may be
// another appliance's.
type otherNameError struct{ id, name, expected string }

func (e *otherNameError) Error() string {
	return fmt.Sprintf("Vendor %s is called %q, and state says %q. Nothing was written.", e.id, e.name, e.expected)
}
