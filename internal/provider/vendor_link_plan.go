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
)

// ValidateConfig checks what takes more than one attribute.
func (r *vendorLinkResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	defer recoverPanic(&resp.Diagnostics, "check a vendor link")
	var config vendorLinkModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if !resp.Diagnostics.HasError() {
		checkDueDate(&resp.Diagnostics, config.StartDate, config.DueDate, "")
	}
}

// checkDueDate refuses a due date before the start date. whose says whose due
// date it is, where it isn't the configuration's.
func checkDueDate(diags *diag.Diagnostics, start, due types.String, whose string) {
	if date.Before(due.ValueString(), start.ValueString()) {
		diags.AddAttributeError(path.Root("due_date"), "Invalid date",
			fmt.Sprintf("due_date %s%s is before start_date %s.\n\nSet a due_date that is not before start_date.", due.ValueString(), whose, start.ValueString()))
	}
}

// checkUnmanagedDueDate is checkDueDate for the due date that a vendor has and
// the configuration leaves out.
func checkUnmanagedDueDate(diags *diag.Diagnostics, start, due types.String, vendor string) {
	checkDueDate(diags, start, due, fmt.Sprintf(" of vendor %q, which this configuration does not manage,", vendor))
}

// linkPlan is one plan of one block.
type linkPlan struct {
	resource     *vendorLinkResource
	diags        *diag.Diagnostics
	config, plan *vendorLinkModel
	state        *vendorLinkModel // nil for a new link
}

// ModifyPlan checks what the appliance knows, and fills in what follows from
// it.
func (r *vendorLinkResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	diags := &resp.Diagnostics
	defer recoverPanic(diags, "plan a vendor link")
	var state *vendorLinkModel
	if !req.State.Raw.IsNull() {
		diags.Append(req.State.Get(ctx, &state)...)
		if diags.HasError() {
			return
		}
	}
	if req.Plan.Raw.IsNull() || req.Plan.Raw.Equal(req.State.Raw) {
		return
	}
	var config, plan vendorLinkModel
	diags.Append(req.Config.Get(ctx, &config)...)
	diags.Append(req.Plan.Get(ctx, &plan)...)
	if diags.HasError() {
		return
	}
	p := &linkPlan{resource: r, diags: diags, config: &config, plan: &plan, state: state}
	if state == nil {
		p.create(ctx)
	} else {
		resp.RequiresReplace = p.update(ctx)
	}
	if !diags.HasError() {
		diags.Append(resp.Plan.Set(ctx, &plan)...)
	}
}

// want is the link that the plan makes, nil while the plan doesn't know all of it.
func (p *linkPlan) want() *link {
	if anyUnknown(p.plan.AccessGroupID, p.plan.StartDate, p.config.DueDate, p.plan.Enabled) {
		return nil
	}
	l := p.plan.toAPI(p.config)
	return &l
}

// resolveAccessGroup fills in name and id of the access group. One that is
// missing or disabled is an error, unless it stays, and the plan changes nothing
// of the link or disables the vendor.
func (p *linkPlan) resolveAccessGroup(ctx context.Context) {
	name, id := p.config.AccessGroupName, p.config.AccessGroupID
	if p.state != nil && (known(name) && name.Equal(p.state.AccessGroupName) || known(id) && id.Equal(p.state.AccessGroupID)) {
		p.plan.AccessGroupName, p.plan.AccessGroupID = p.state.AccessGroupName, p.state.AccessGroupID
		if want := p.want(); want != nil && (!want.enabled || len(want.differences(p.state.vendor())) == 0) {
			return
		}
		id = p.state.AccessGroupID
	}
	if !known(name) && !known(id) {
		return
	}
	group, ok := p.resource.provider.linkAccessGroup(ctx, p.diags, p.config, id.ValueString())
	if !ok {
		return
	}
	p.plan.AccessGroupID = types.StringValue(group.ID)
	switch {
	case p.state != nil && p.plan.AccessGroupID.Equal(p.state.AccessGroupID):
		p.plan.AccessGroupName = p.state.AccessGroupName // another spelling of the same is no change
	case name.IsNull():
		p.plan.AccessGroupName = types.StringValue(group.Name)
	}
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
