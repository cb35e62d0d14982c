// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func newAccessGroupsDataSource() datasource.DataSource {
	return &accessGroupsDataSource{dataSource{name: "domum_access_groups"}}
}

type accessGroupsDataSource struct{ dataSource }

type accessGroupsDataSourceModel struct {
	Enabled      types.Bool          `tfsdk:"enabled"`
	AccessGroups []accessGroupObject `tfsdk:"access_groups"`
	IDs          []string            `tfsdk:"ids"`
	Names        []string            `tfsdk:"names"`
}

func (d *accessGroupsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the access groups of Domum. That there is none is a valid answer.",
		Attributes: map[string]schema.Attribute{
			"enabled": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "`true`: access groups that are enabled; `false`: those that are disabled.",
			},
			"access_groups": schema.ListNestedAttribute{
				Computed:            true,
				NestedObject:        schema.NestedAttributeObject{Attributes: accessGroupAttributes()},
				MarkdownDescription: "The access groups.",
			},
			"ids":   schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Their ids."},
			"names": schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Their names."},
		},
	}
}

func (d *accessGroupsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	defer recoverPanic(&resp.Diagnostics, "list access groups")
	var m accessGroupsDataSourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, otherTimeout)
	defer cancel()
	groups, err := d.provider.client.AccessGroups(ctx)
	if err != nil {
		addError(&resp.Diagnostics, "Cannot list access groups", err)
		return
	}
	m.AccessGroups, m.IDs, m.Names = []accessGroupObject{}, []string{}, []string{}
	for i := range groups {
		if g := &groups[i]; m.Enabled.IsNull() || m.Enabled.ValueBool() == g.Enabled {
			m.AccessGroups = append(m.AccessGroups, newAccessGroupObject(g))
			m.IDs = append(m.IDs, g.ID)
			m.Names = append(m.Names, g.Name)
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}
