// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
)

func newVendorsDataSource() datasource.DataSource { return &vendorsDataSource{} }

type vendorsDataSource struct{ dataSource }

type vendorFilters struct {
	NameRegex        types.String `tfsdk:"name_regex"`
	Synced           types.Bool   `tfsdk:"synced"`
	IdentityProvider types.String `tfsdk:"identity_provider"`
	AccessGroupID    types.String `tfsdk:"access_group_id"`
	Linked           types.Bool   `tfsdk:"linked"`
	Enabled          types.Bool   `tfsdk:"enabled"`
}

type vendorsDataSourceModel struct {
	vendorFilters
	Vendors []vendorObject `tfsdk:"vendors"`
	IDs     []string       `tfsdk:"ids"`
	Names   []string       `tfsdk:"names"`
}

func (d *vendorsDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "domum_vendors"
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
				Validators:          []validator.String{isRegexp{}},
				MarkdownDescription: "Vendors whose name matches this regular expression ([RE2](https://github.com/google/re2/wiki/Syntax)), anywhere in the name unless it has anchors.",
			},
			"synced": flag("`true`: vendors that an identity provider synchronized; `false`: those registered by hand."),
			"identity_provider": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Vendors that the identity provider with this name (in any case) or id synchronized.",
			},
			"access_group_id": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Vendors with this access group.",
			},
			"linked":  flag("`true`: vendors that have an access group; `false`: those that have none."),
			"enabled": flag("`true`: vendors whose status is `enabled`; `false`: those whose status is `disabled`."),
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
	vendors, err := d.client.Vendors(ctx)
	if err != nil {
		addError(&resp.Diagnostics, "Cannot list vendors", err)
		return
	}
	m.Vendors, m.IDs, m.Names = []vendorObject{}, []string{}, []string{}
	for i := range vendors {
		if v := &vendors[i]; m.pass(v) {
			m.Vendors = append(m.Vendors, newVendorObject(v))
			m.IDs = append(m.IDs, v.ID)
			m.Names = append(m.Names, v.Name)
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

// pass reports whether a vendor passes every filter that is set.
func (f *vendorFilters) pass(v *domum.Vendor) bool {
	is := func(filter types.Bool, value bool) bool { return filter.IsNull() || filter.ValueBool() == value }
	if !is(f.Synced, v.Synced()) || !is(f.Linked, v.Linked()) || !is(f.Enabled, v.Enabled()) {
		return false
	}
	if id := f.AccessGroupID; !id.IsNull() && v.AccessGroupID() != id.ValueString() {
		return false
	}
	if wanted := f.IdentityProvider.ValueString(); !f.IdentityProvider.IsNull() {
		if v.IdentityProvider == nil || v.IdentityProvider.ID != wanted && !strings.EqualFold(v.IdentityProvider.Name, wanted) {
			return false
		}
	}
	return f.NameRegex.IsNull() || regexp.MustCompile(f.NameRegex.ValueString()).MatchString(v.Name)
}

// isRegexp is a validator of a string attribute that holds a regular
// expression.
type isRegexp struct{}

func (isRegexp) Description(context.Context) string { return "a regular expression" }

func (v isRegexp) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (isRegexp) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if _, err := regexp.Compile(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid regular expression", sentence(err.Error())+"\n\nCorrect "+req.Path.String()+".")
	}
}
