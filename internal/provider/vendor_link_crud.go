// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/process"
)

// Create waits for the vendor, and links it if what stands there allows it.
func (r *vendorLinkResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	defer recoverPanic(&resp.Diagnostics, "link a vendor")
	var config, plan vendorLinkModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	timeout, diags := plan.Timeouts.Create(ctx, createTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	summary := "Cannot link " + vendorLabel(&config)
	want := plan.toAPI(&config)
	id, at := config.VendorID.ValueString(), path.Root("vendor_id")
	if id == "" {
		at = path.Root("vendor_name")
		found, err := r.awaitVendor(ctx, config.VendorName.ValueString(), timeout)
		if err != nil {
			addVendorError(&resp.Diagnostics, summary, at, err)
			return
		}
		id = found.ID
	}
	claim, unlock := r.claims.lock(id)
	defer unlock()
	if claim.linkedBy != "" {
		addLinkedTwice(&resp.Diagnostics, summary, id)
		return
	}
	defer func() { claim.refused = claim.linkedBy == "" }()
	v, err := r.client.GetVendor(ctx, id)
	if err != nil {
		addVendorError(&resp.Diagnostics, summary, at, err)
		return
	}
	r.admit(&resp.Diagnostics, v, &want, plan.AdoptExisting.ValueBool())
	if resp.Diagnostics.HasError() {
		return
	}
	written, unsure, err := r.writeNew(ctx, &resp.Diagnostics, v, want)
	if err != nil {
		addError(&resp.Diagnostics, summary, err)
		return
	}
	claim.linkedBy = newMark()
	plan.settle(written)
	saveWritten(ctx, &resp.Diagnostics, &plan, claim.linkedBy, &resp.State, resp.Identity, resp.Private)
	if unsure {
		setUnsure(ctx, &resp.Diagnostics, resp.Private, v.ETag)
	}
}

// interruptGrace is how long a create that is interrupted still waits for the
// answer to its write.
const interruptGrace = 250 * time.Millisecond

// writeNew is write for a link that state doesn't have yet. What the appliance
// may have done has to get there, so a write of which nothing is known, or
// that was done in part, counts as done, with a warning; and so does one that
// takes its time when Terraform is interrupted, because a second interrupt
// would end Terraform before state has any of it.
func (r *vendorLinkResource) writeNew(ctx context.Context, diags *diag.Diagnostics, v *domum.Vendor, want link) (written *domum.Vendor, unsure bool, err error) {
	type outcome struct {
		vendor *domum.Vendor
		diags  diag.Diagnostics
		err    error
	}
	clock := r.client.Clock()
	grace := func() { _ = clock.Sleep(context.WithoutCancel(ctx), interruptGrace) } // never cancelled
	got, ok := process.Await(ctx, grace, func() (o outcome) {
		defer domum.RecoverInto(&o.err)
		o.vendor, o.err = r.write(ctx, &o.diags, v, want)
		return o
	})
	if !ok {
		addUnsure(diags, v, "Terraform was interrupted while the appliance had yet to answer.")
		return v, true, nil
	}
	diags.Append(got.diags...)
	if unconfirmed, ok := errors.AsType[*domum.UnconfirmedError](got.err); ok {
		addUnconfirmed(diags, v, unconfirmed)
		return v, true, nil
	}
	if other, ok := errors.AsType[*notHonouredError](got.err); ok {
		said, remedy := explain(other)
		diags.AddWarning(fmt.Sprintf("Vendor %q is not as it was to be", v.Name), said+"\nState holds what was planned.\n\n"+remedy)
		return got.vendor, false, nil
	}
	return got.vendor, false, got.err
}

// write makes v what want says, with one PATCH or none. An accepted change
// whose answer can't be read, nor looked up, is a warning. One that the
// appliance accepted without doing it is a *notHonouredError, beside what the
// vendor is now.
func (r *vendorLinkResource) write(ctx context.Context, diags *diag.Diagnostics, v *domum.Vendor, want link) (*domum.Vendor, error) {
	patch := want.patch(v)
	if patch.IsEmpty() {
		return v, nil
	}
	written, err := r.client.UpdateVendor(ctx, v, patch)
	if unconfirmed, ok := errors.AsType[*domum.UnconfirmedError](err); ok && unconfirmed.Accepted {
		addUnconfirmed(diags, v, unconfirmed)
		return v, nil
	}
	if err != nil {
		return nil, err
	}
	if found := want.differences(written); len(found) > 0 {
		return written, &notHonouredError{found}
	}
	return written, nil
}

// notHonouredError is a write that the appliance accepted without doing it.
type notHonouredError struct{ found []difference }

func (e *notHonouredError) Error() string {
	return "The appliance accepted the change, and answered with other values:\n" + overwrites(e.found)
}

// addUnconfirmed warns of a write of which nothing is known. State then holds
// what was planned, and the next plan compares it with what is there.
func addUnconfirmed(diags *diag.Diagnostics, v *domum.Vendor, err *domum.UnconfirmedError) {
	said, _ := explain(err.Err)
	addUnsure(diags, v, said+"\nThe vendor could not be read afterwards either.")
}

func addUnsure(diags *diag.Diagnostics, v *domum.Vendor, why string) {
	diags.AddWarning(fmt.Sprintf("It is not known whether vendor %q was written", v.Name),
		why+" State holds what was planned: an error here would make the next apply disable the vendor.\n\n"+
			"Plan again: the plan shows what is missing, if anything is, and applying completes it.")
}

// Read overwrites state with what the appliance has. Only a 404 of the vendor
// itself removes the link.
func (r *vendorLinkResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	defer recoverPanic(&resp.Diagnostics, "read a vendor link")
	var m vendorLinkModel
	resp.Diagnostics.Append(req.State.Get(ctx, &m)...)
	timeout, diags := m.Timeouts.Read(ctx, otherTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	// Set even when the link goes: the framework demands an identity.
	resp.Diagnostics.Append(resp.Identity.Set(ctx, vendorLinkIdentity{VendorID: m.ID})...)
	mark := linkMark(ctx, &resp.Diagnostics, req.Private)
	r.claims.noteRefresh(m.ID.ValueString(), mark)
	v, err := r.readVendor(ctx, m.ID.ValueString(), unsureSince(ctx, &resp.Diagnostics, req.Private), &resp.Diagnostics, resp.Private)
	if domum.IsNotFound(err) {
		resp.Diagnostics.AddWarning(fmt.Sprintf("Vendor %q is gone", m.VendorName.ValueString()), r.gone(ctx, &m))
		resp.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		addError(&resp.Diagnostics, fmt.Sprintf("Cannot read vendor %q", m.VendorName.ValueString()), err)
		return
	}
	before := m
	m.fromAPI(v)
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, privateMark, []byte(mark))...)
	if !reflect.DeepEqual(before, m) { // else state is right, and to set it is a tenth of a plan's work
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
}

// readVendor reads a vendor. After a write of which nothing was known, the
// ETag tells whether it had its effect.
func (r *vendorLinkResource) readVendor(ctx context.Context, id, unsure string, diags *diag.Diagnostics, private privateWriter) (*domum.Vendor, error) {
	if unsure == "" {
		return r.client.ReadVendor(ctx, id)
	}
	v, err := r.client.GetVendor(ctx, id)
	if err == nil && v.ETag != unsure {
		setUnsure(ctx, diags, private, "")
	}
	return v, err
}

// gone says what became of a vendor that is no longer there.
func (r *vendorLinkResource) gone(ctx context.Context, m *vendorLinkModel) string {
	text := fmt.Sprintf("The appliance has no vendor %s any more, so the link is removed from state. ", m.ID.ValueString())
	vendors, err := r.client.Directory(ctx)
	if err == nil {
		if anew, err := findVendor(vendors, m.VendorName.ValueString()); err == nil {
			return text + fmt.Sprintf("The identity provider has made it anew under the same name, with id %s.\n\nApply to link the new vendor; if the configuration names it by vendor_id, set that to %q first.", anew.ID, anew.ID)
		}
	}
	return text + "Its group was probably deleted at the identity provider.\n\nRemove the resource block, or have the group pushed again and apply."
}

// Delete disables the vendor, or leaves it as it is.
func (r *vendorLinkResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	defer recoverPanic(&resp.Diagnostics, "destroy a vendor link")
	var m vendorLinkModel
	resp.Diagnostics.Append(req.State.Get(ctx, &m)...)
	timeout, diags := m.Timeouts.Delete(ctx, otherTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	claim, unlock := r.claims.lock(m.ID.ValueString())
	defer unlock()
	claim.release(linkMark(ctx, &resp.Diagnostics, req.Private))
	shared, diags := req.Private.GetKey(ctx, privateShared)
	resp.Diagnostics.Append(diags...)
	name := m.VendorName.ValueString()
	switch {
	case m.DeletionPolicy.ValueString() == deletionAbandon:
		resp.Diagnostics.AddWarning(fmt.Sprintf("Vendor %q stays as it is", name),
			fmt.Sprintf("deletion_policy is %q: vendor %s keeps its link and its status, and Terraform no longer manages it.\n\nDisable it in Domum if its users should lose access.", deletionAbandon, m.ID.ValueString()))
		return
	case claim.linkedBy != "" || shared != nil:
		resp.Diagnostics.AddWarning(fmt.Sprintf("Vendor %q stays enabled", name),
			fmt.Sprintf("Another domum_vendor_link of this configuration links vendor %s, so destroying this one did not disable it.\n\nUse a moved block when a link changes its address.", m.ID.ValueString()))
		return
	case claim.refused:
		resp.Diagnostics.AddError(fmt.Sprintf("Cannot destroy the link of vendor %q", name),
			fmt.Sprintf("Another domum_vendor_link of this configuration is to link vendor %s, and could not. Destroying this one would cut the vendor off. Nothing was written.\n\n"+
				"If the link has only moved to another address, use a moved block, which keeps the vendor's access.", m.ID.ValueString()))
		return
	}
	if err := r.disable(ctx, m.ID.ValueString(), unsureSince(ctx, &resp.Diagnostics, req.Private)); err != nil {
		addError(&resp.Diagnostics, fmt.Sprintf("Cannot disable vendor %q", name), err)
	}
}

const disableAttempts = 5

// disable disables a vendor, whatever else anybody changes at it meanwhile.
// One that is disabled already, or gone, is done; but one that still has the
// ETag unsure is written all the same, so that the write which may yet arrive
// finds another.
func (r *vendorLinkResource) disable(ctx context.Context, id, unsure string) error {
	status := domum.StatusDisabled
	var conflict error
	for range disableAttempts {
		v, err := r.client.GetVendor(ctx, id)
		if err == nil && (v.Enabled() || unsure != "" && v.ETag == unsure) {
			v, err = r.client.UpdateVendor(ctx, v, domum.VendorPatch{Status: &status})
		}
		unconfirmed, ok := errors.AsType[*domum.UnconfirmedError](err)
		switch {
		case domum.IsNotFound(err), err == nil && !v.Enabled(), ok && unconfirmed.Accepted:
			return nil
		case err != nil && !domum.IsConflict(err):
			return err
		}
		conflict = err
	}
	if conflict != nil {
		return conflict
	}
	return fmt.Errorf("vendor %s is still enabled after %d attempts, each of which the appliance accepted", id, disableAttempts)
}

// vendorLabel names the vendor as the configuration does.
func vendorLabel(m *vendorLinkModel) string {
	if m.VendorID.IsNull() {
		return fmt.Sprintf("vendor %q", m.VendorName.ValueString())
	}
	return "vendor " + m.VendorID.ValueString()
}
