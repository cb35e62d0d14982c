// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/validate"
)

var _ datasource.DataSourceWithConfigValidators = (*accessGroupDataSource)(nil)

func newAccessGroupDataSource() datasource.DataSource {
	return &accessGroupDataSource{dataSource{name: "domum_access_group"}}
}

type accessGroupDataSource struct{ dataSource }

// accessGroupObject is an access group as the data sources show it.
type accessGroupObject struct {
	ID          types.String `tfsdk:"id"`
	Name        types.String `tfsdk:"name"`
	Enabled     types.Bool   `tfsdk:"enabled"`
	Description types.String `tfsdk:"description"`
}

func newAccessGroupObject(g *domum.AccessGroup) accessGroupObject {
	return accessGroupObject{
		ID:          types.StringValue(g.ID),
		Name:        types.StringValue(g.Name),
		Enabled:     types.BoolValue(g.Enabled),
		Description: types.StringValue(g.Description),
	}
}

func accessGroupAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":          schema.StringAttribute{Computed: true, MarkdownDescription: "Id of the access group in Domum."},
		"name":        schema.StringAttribute{Computed: true, MarkdownDescription: "Name of the access group."},
		"enabled":     schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the access group is enabled; a disabled one can't be linked."},
		"description": schema.StringAttribute{Computed: true, MarkdownDescription: "Description of the access group."},
	}
}

func (d *accessGroupDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{validate.ExactlyOne{A: "id", B: "name"}}
}

func (d *accessGroupDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads one access group of Domum, by id or by name. Appliances from 3.33 on call it a limited access group, from 4.0 on an access policy.",
		Attributes: with(accessGroupAttributes(), map[string]schema.Attribute{
			"id":   selector("Id of the access group in Domum. Exactly one of `id` and `name` is set."),
			"name": selector("Name of the access group: exactly as written, else the only one that differs in case."),
		}),
	}
}

func (d *accessGroupDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	defer recoverPanic(&resp.Diagnostics, "read an access group")
	var m accessGroupObject
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, otherTimeout)
	defer cancel()
	group, err := d.provider.client.AccessGroup(ctx, m.ID.ValueString(), m.Name.ValueString())
	if err != nil {
		at, object := path.Root("name"), fmt.Sprintf("%q", m.Name.ValueString())
		if !m.ID.IsNull() {
			at, object = path.Root("id"), m.ID.ValueString()
		}
		addAccessGroupError(&resp.Diagnostics, "Cannot read access group "+object, at, err)
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, newAccessGroupObject(group))...)
}
