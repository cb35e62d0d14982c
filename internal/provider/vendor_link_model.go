// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
)

// The values of deletion_policy.
const (
	deletionDisable = "disable"
	deletionAbandon = "abandon"
)

type vendorLinkModel struct {
	ID              types.String   `tfsdk:"id"`
	VendorName      types.String   `tfsdk:"vendor_name"`
	VendorID        types.String   `tfsdk:"vendor_id"`
	AccessGroupName types.String   `tfsdk:"access_group_name"`
	AccessGroupID   types.String   `tfsdk:"access_group_id"`
	StartDate       types.String   `tfsdk:"start_date"`
	DueDate         types.String   `tfsdk:"due_date"`
	Enabled         types.Bool     `tfsdk:"enabled"`
	AdoptExisting   types.Bool     `tfsdk:"adopt_existing"`
	DeletionPolicy  types.String   `tfsdk:"deletion_policy"`
	Timeouts        timeouts.Value `tfsdk:"timeouts"`
}

type vendorLinkIdentity struct {
	VendorID types.String `tfsdk:"vendor_id"`
}

// fromAPI overwrites what the remote decides. The user's spelling of a name
// stays while it names the same thing, and so does the empty due date that
// means none.
func (m *vendorLinkModel) fromAPI(v *domum.Vendor) {
	m.ID, m.VendorID = types.StringValue(v.ID), types.StringValue(v.ID)
	if !domum.SameName(m.VendorName.ValueString(), v.Name) {
		m.VendorName = types.StringValue(v.Name)
	}
	if group := v.AccessGroup; group == nil {
		m.AccessGroupID, m.AccessGroupName = types.StringNull(), types.StringNull()
	} else {
		if m.AccessGroupID.ValueString() != group.ID || !domum.SameName(m.AccessGroupName.ValueString(), group.Name) {
			m.AccessGroupName = types.StringValue(group.Name)
		}
		m.AccessGroupID = types.StringValue(group.ID)
	}
	m.StartDate = dateValue(v.StartDate)
	if v.DueDate != "" || !m.DueDate.Equal(types.StringValue("")) {
		m.DueDate = dateValue(v.DueDate)
	}
	m.Enabled = types.BoolValue(v.Enabled())
}

// fillUnknown fills in what the plan did not know. What it named stays, as
// Terraform demands; where the remote differs, the next plan shows it.
func (m *vendorLinkModel) fillUnknown(v *domum.Vendor) {
	remote := *m
	remote.fromAPI(v)
	for _, a := range []struct{ planned, actual *types.String }{
		{&m.ID, &remote.ID},
		{&m.VendorID, &remote.VendorID},
		{&m.VendorName, &remote.VendorName},
		{&m.AccessGroupID, &remote.AccessGroupID},
		{&m.AccessGroupName, &remote.AccessGroupName},
		{&m.DueDate, &remote.DueDate},
	} {
		if a.planned.IsUnknown() {
			*a.planned = *a.actual
		}
	}
}

// setDefaults gives an imported link the values that a configuration which
// doesn't mention them has.
func (m *vendorLinkModel) setDefaults() {
	m.AdoptExisting = types.BoolValue(false)
	m.DeletionPolicy = types.StringValue(deletionDisable)
	m.Timeouts = timeouts.Value{Object: types.ObjectNull(map[string]attr.Type{
		"create": types.StringType, "read": types.StringType, "update": types.StringType, "delete": types.StringType,
	})}
}

// link is what a domum_vendor_link manages of a vendor.
type link struct {
	accessGroupID   string
	accessGroupName string // for messages only
	startDate       domum.Date
	dueDate         *domum.Date // nil: not managed
	enabled         bool
}

// toAPI returns what the model wants of the vendor. A due date that the
// configuration leaves out is not managed.
func (m *vendorLinkModel) toAPI(config *vendorLinkModel) link {
	want := link{
		accessGroupID:   m.AccessGroupID.ValueString(),
		accessGroupName: m.AccessGroupName.ValueString(),
		startDate:       domum.Date(m.StartDate.ValueString()),
		enabled:         m.Enabled.ValueBool(),
	}
	if !config.DueDate.IsNull() {
		due := domum.Date(m.DueDate.ValueString())
		want.dueDate = &due
	}
	return want
}

// patch returns the change that makes v what want says. Only what differs is
// in it.
func (want link) patch(v *domum.Vendor) domum.VendorPatch {
	var p domum.VendorPatch
	if v.AccessGroupID() != want.accessGroupID {
		p.AccessGroupID = &want.accessGroupID
	}
	if v.StartDate != want.startDate {
		p.StartDate = &want.startDate
	}
	if want.dueDate != nil && v.DueDate != *want.dueDate {
		p.DueDate = want.dueDate
	}
	if v.Enabled() != want.enabled {
		status := domum.StatusDisabled
		if want.enabled {
			status = domum.StatusEnabled
		}
		p.Status = &status
	}
	return p
}

func dateValue(d domum.Date) types.String { return textValue(string(d)) }

// textValue is a string attribute in which "" means that there is none.
func textValue(s string) types.String {
	if s == "" {
		return types.StringNull()
	}
	return types.StringValue(s)
}
