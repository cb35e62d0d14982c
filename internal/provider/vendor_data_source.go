// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/validate"
)

var _ datasource.DataSourceWithConfigValidators = (*vendorDataSource)(nil)

func newVendorDataSource() datasource.DataSource {
	return &vendorDataSource{dataSource{name: "domum_vendor"}}
}

type vendorDataSource struct{ dataSource }

type vendorDataSourceModel struct {
	vendorObject
	WaitForSync types.Bool     `tfsdk:"wait_for_sync"`
	Timeouts    timeouts.Value `tfsdk:"timeouts"`
}

func (d *vendorDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{validate.ExactlyOne{A: "id", B: "name"}}
}

func (d *vendorDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads one vendor of Domum, by id or by name.",
		Attributes: with(vendorAttributes(), map[string]schema.Attribute{
			"id":   selector("Id of the vendor in Domum. Exactly one of `id` and `name` is set."),
			"name": selector("Name of the vendor: exactly as written, else the only one that differs in case."),
			"wait_for_sync": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Whether to wait, up to `timeouts.read`, for a vendor of that `name` that is not there yet. " +
					"Default: `false`.",
			},
			"timeouts": dataSourceTimeouts(timeouts.AttributesWithOpts(ctx,
				timeouts.Opts{ReadDescription: "How long to wait for the vendor to synchronize, such as `30m`. Default: `5m`."})),
		}),
	}
}

func (d *vendorDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	defer recoverPanic(&resp.Diagnostics, "read a vendor")
	var m vendorDataSourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	timeout, diags := m.Timeouts.Read(ctx, otherTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	v, err := d.vendor(ctx, &m, timeout)
	if err != nil {
		at, object := path.Root("name"), fmt.Sprintf("%q", m.Name.ValueString())
		if !m.ID.IsNull() {
			at, object = path.Root("id"), m.ID.ValueString()
		}
		addVendorError(&resp.Diagnostics, "Cannot read vendor "+object, at, err)
		return
	}
	m.vendorObject = newVendorObject(v)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

func (d *vendorDataSource) vendor(ctx context.Context, m *vendorDataSourceModel, timeout time.Duration) (*domum.Vendor, error) {
	if m.WaitForSync.ValueBool() && m.ID.IsNull() {
		return d.provider.awaitVendor(ctx, m.Name.ValueString(), timeout)
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	return d.provider.client.LookUpVendor(ctx, m.ID.ValueString(), m.Name.ValueString())
}

// selector is an attribute that picks the object, and is filled in when
// another one does.
func selector(description string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{validate.NotEmpty()},
		MarkdownDescription: description,
	}
}
