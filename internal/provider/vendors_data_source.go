// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func newVendorsDataSource() datasource.DataSource {
	return &vendorsDataSource{dataSource{name: "domum_vendors"}}
}

type vendorsDataSource struct{ dataSource }

type vendorsDataSourceModel struct {
	vendorFilters
	Linked  types.Bool     `tfsdk:"linked"`
	Vendors []vendorObject `tfsdk:"vendors"`
	IDs     []string       `tfsdk:"ids"`
	Names   []string       `tfsdk:"names"`
}

func (d *vendorsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	flag := func(description string) schema.BoolAttribute {
		return schema.BoolAttribute{Optional: true, MarkdownDescription: description}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the vendors of Domum, ordered by id. A vendor is in the list if it passes every filter that is set; that none does is a valid answer.",
		Attributes: map[string]schema.Attribute{
			"name_regex": schema.StringAttribute{
				Optional:            true,
				Validators:          []validator.String{isNotEmpty{}, isRegexp{}},
				MarkdownDescription: filterByName,
			},
			"synced": flag(filterBySynced),
			"identity_provider": schema.StringAttribute{
				Optional:            true,
				Validators:          []validator.String{isNotEmpty{}},
				MarkdownDescription: filterByIdentityProvider,
			},
			"access_group_id": schema.StringAttribute{
				Optional:            true,
				Validators:          []validator.String{isNotEmpty{}},
				MarkdownDescription: filterByAccessGroup,
			},
			"linked":  flag("`true`: vendors that have an access group; `false`: those that have none."),
			"enabled": flag(filterByEnabled),
			"vendors": schema.ListNestedAttribute{
				Computed:            true,
				NestedObject:        schema.NestedAttributeObject{Attributes: vendorAttributes()},
				MarkdownDescription: "The vendors.",
			},
			"ids":   schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Their ids."},
			"names": schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Their names."},
		},
	}
}

func (d *vendorsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	defer recoverPanic(&resp.Diagnostics, "list vendors")
	var m vendorsDataSourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, otherTimeout)
	defer cancel()
	pass := m.filter(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	vendors, err := d.provider.client.Vendors(ctx)
	if err != nil {
		addError(&resp.Diagnostics, "Cannot list vendors", err)
		return
	}
	m.Vendors, m.IDs, m.Names = []vendorObject{}, []string{}, []string{}
	for i := range vendors {
		if v := &vendors[i]; pass(v) && passes(m.Linked, v.Linked()) {
			m.Vendors = append(m.Vendors, newVendorObject(v))
			m.IDs = append(m.IDs, v.ID)
			m.Names = append(m.Names, v.Name)
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}
