// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
)

// vendorObject is a vendor as the data sources show it.
type vendorObject struct {
	ID                 types.String `tfsdk:"id"`
	Name               types.String `tfsdk:"name"`
	Status             types.String `tfsdk:"status"`
	Enabled            types.Bool   `tfsdk:"enabled"`
	Linked             types.Bool   `tfsdk:"linked"`
	AccessGroupID      types.String `tfsdk:"access_group_id"`
	AccessGroupName    types.String `tfsdk:"access_group_name"`
	StartDate          types.String `tfsdk:"start_date"`
	DueDate            types.String `tfsdk:"due_date"`
	ContractNumber     types.String `tfsdk:"contract_number"`
	DocumentID         types.String `tfsdk:"document_id"`
	Synced             types.Bool   `tfsdk:"synced"`
	IdentityProvider   types.String `tfsdk:"identity_provider"`
	IdentityProviderID types.String `tfsdk:"identity_provider_id"`
	SynchronizedAt     types.String `tfsdk:"synchronized_at"`
}

func newVendorObject(v *domum.Vendor) vendorObject {
	o := vendorObject{
		ID:             types.StringValue(v.ID),
		Name:           types.StringValue(v.Name),
		Status:         types.StringValue(string(v.Status)),
		Enabled:        types.BoolValue(v.Enabled()),
		Linked:         types.BoolValue(v.Linked()),
		StartDate:      dateValue(v.StartDate),
		DueDate:        dateValue(v.DueDate),
		ContractNumber: textValue(v.ContractNumber),
		DocumentID:     textValue(v.DocumentID),
		Synced:         types.BoolValue(v.Synced()),
		SynchronizedAt: textValue(v.SynchronizedAt),
	}
	if group := v.AccessGroup; group != nil {
		o.AccessGroupID, o.AccessGroupName = types.StringValue(group.ID), types.StringValue(group.Name)
	}
	if provider := v.IdentityProvider; provider != nil {
		o.IdentityProviderID, o.IdentityProvider = types.StringValue(provider.ID), types.StringValue(provider.Name)
	}
	return o
}

// vendorAttributes returns the schema of a vendorObject.
func vendorAttributes() map[string]schema.Attribute {
	text := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	flag := func(description string) schema.BoolAttribute {
		return schema.BoolAttribute{Computed: true, MarkdownDescription: description}
	}
	return map[string]schema.Attribute{
		"id":                   text("Id of the vendor in Domum."),
		"name":                 text("Name of the vendor."),
		"status":               text("Status of the vendor: `enabled` or `disabled`."),
		"enabled":              flag("Whether the status is `enabled`."),
		"linked":               flag("Whether the vendor has an access group."),
		"access_group_id":      text("Id of the vendor's access group; null if it is not linked."),
		"access_group_name":    text("Name of the vendor's access group; null if it is not linked."),
		"start_date":           text("First day of the vendor's access, `YYYY-MM-DD`; null if it has none."),
		"due_date":             text("Last day of the vendor's access, `YYYY-MM-DD`; null if it has none."),
		"contract_number":      text("Contract number; null if it has none."),
		"document_id":          text("Document id; null if it has none."),
		"synced":               flag("Whether an identity provider synchronized the vendor; otherwise it was registered by hand."),
		"identity_provider":    text("Name of the identity provider that synchronized the vendor; null for one registered by hand."),
		"identity_provider_id": text("Id of that identity provider in Segura."),
		"synchronized_at":      text("When it was synchronized, as the appliance writes it; null for one registered by hand."),
	}
}

// with returns the attributes with some added or replaced.
func with(attributes, more map[string]schema.Attribute) map[string]schema.Attribute {
	maps.Copy(attributes, more)
	return attributes
}
