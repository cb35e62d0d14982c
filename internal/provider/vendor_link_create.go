// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/explain"
	"github.com/domum-iac/terraform-provider-domum/internal/process"
)

// Create waits for the vendor, up to timeouts.create, and links it if its
// current state allows it. Reading and writing have another 5 minutes.
func (r *vendorLinkResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	diags := &resp.Diagnostics
	defer recoverPanic(diags, "link a vendor")
	var config, plan vendorLinkModel
	diags.Append(req.Config.Get(ctx, &config)...)
	diags.Append(req.Plan.Get(ctx, &plan)...)
	timeout, problems := plan.Timeouts.Create(ctx, createTimeout)
	diags.Append(problems...)
	if diags.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout+otherTimeout)
	defer cancel()
	summary := "Cannot link " + vendorLabel(&config)
	id, at := config.VendorID.ValueString(), path.Root("vendor_id")
	if id == "" {
		at = path.Root("vendor_name")
		found, err := r.provider.awaitVendor(ctx, config.VendorName.ValueString(), timeout)
		if err != nil {
			addVendorError(diags, summary, at, err)
			return
		}
		id = found.ID
	}
	done, err := r.provider.run.takeTurn(ctx, id)
	if err != nil {
		addError(diags, summary, err)
		return
	}
	defer done()
	if _, linkedBy, _ := r.provider.run.linksOf(id); linkedBy != "" {
		addLinkedTwice(diags, summary, id)
		return
	}
	v, err := r.provider.client.GetVendor(ctx, id)
	if config.VendorID.IsNull() {
		err = domum.MarkGoneSinceListed(err)
	}
	if err != nil {
		addVendorError(diags, summary, at, err)
		return
	}
	if name := config.VendorName; !name.IsNull() && !domum.SameName(name.ValueString(), v.Name) {
		diags.AddAttributeError(at, summary+": it has another name now",
			fmt.Sprintf("Vendor %s was found by this name, and is called %q now. Nothing was written.\n\nPlan again.", v.ID, v.Name))
		return
	}
	want := plan.toAPI(&config)
	r.checkNewLink(diags, v, newLink{&want, plan.Enabled, plan.AdoptExisting.ValueBool()})
	if diags.HasError() {
		return
	}
	written, err := r.writeNew(ctx, diags, v, want)
	if err != nil {
		addError(diags, summary, err)
		return
	}
	mark := newMark()
	r.provider.run.noteLinked(id, mark)
	plan.fillUnknown(written)
	save(ctx, diags, &plan, mark, &resp.State, resp.Identity, resp.Private)
}

// interruptGrace is how long a create that is interrupted still waits for the
// answer to its write.
const interruptGrace = 250 * time.Millisecond

// writeNew is write for a link that state doesn't have yet. An error would
// leave the link out of state, or taint it. So a write that may have arrived, or
// was done by half, counts as done, with a warning. So does one that the appliance has not
// answered shortly after Terraform was interrupted, because a second interrupt
// would end Terraform before it saves state.
func (r *vendorLinkResource) writeNew(ctx context.Context, diags *diag.Diagnostics, v *domum.Vendor, want link) (*domum.Vendor, error) {
	type outcome struct {
		vendor *domum.Vendor
		diags  diag.Diagnostics
		err    error
	}
	grace := func() { _ = r.provider.client.Clock().Sleep(context.WithoutCancel(ctx), interruptGrace) } // never cancelled
	got, ok := process.Await(ctx, grace, func() (o outcome) {
		defer domum.RecoverInto(&o.err)
		o.vendor, o.err = r.write(ctx, &o.diags, v, want)
		return o
	})
	if !ok {
		warnUnconfirmed(diags, v, "Terraform was interrupted before the appliance answered.")
		return v, nil
	}
	diags.Append(got.diags...)
	if e, ok := errors.AsType[*domum.UnconfirmedError](got.err); ok {
		warnUnconfirmed(diags, v, unconfirmed(e))
		return v, nil
	}
	if e, ok := errors.AsType[*domum.PartialError](got.err); ok {
		diags.AddWarning(partial(e))
		return e.Now, nil
	}
	if e, ok := errors.AsType[*otherValuesError](got.err); ok {
		said, remedy := explain.Failure(e)
		diags.AddWarning(fmt.Sprintf("Vendor %q was not updated as planned", v.Name), said+"\nState holds what was planned.\n\n"+remedy)
		return got.vendor, nil
	}
	return got.vendor, got.err
}
