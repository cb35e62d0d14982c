// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/explain"
)

func newOverlappingUsersDataSource() datasource.DataSource {
	return &overlappingUsersDataSource{dataSource{name: "domum_overlapping_users"}}
}

type overlappingUsersDataSource struct{ dataSource }

type overlappingUsersDataSourceModel struct {
	Users []overlappingUser `tfsdk:"users"`
}

type overlappingUser struct {
	ID       types.String `tfsdk:"id"`
	UserName types.String `tfsdk:"user_name"`
	Vendors  []string     `tfsdk:"vendors"`
}

func (d *overlappingUsersDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the users that are members of more than one vendor group. " +
			"Domum puts such a user into the vendor that was synchronized last, so the user's access changes with the order in which groups are pushed. " +
			"That there is none is a valid answer, and the wanted one: assert it in a `check` block.\n\n" +
			"It is read over SCIM, which takes the credentials of the IGA provider itself and refuses those of an A2A authorization: " +
			"use a provider configuration of its own, with an `alias`. Those credentials show the groups of that one IGA provider. " +
			"As it synchronizes third parties to Domum, each of them is a vendor; groups of internal users are left out where these credentials may read the vendors of Domum, and would be taken for vendors where they may not. " +
			"Users of several IGA providers take one data source each, and a user that two of them push is not found.",
		Attributes: map[string]schema.Attribute{
			"users": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The users, ordered by user name.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"id": schema.StringAttribute{Computed: true, MarkdownDescription: "Id of the user in SCIM."},
					"user_name": schema.StringAttribute{
						Computed:            true,
						MarkdownDescription: "Name of the user; null for a member that SCIM does not list as a user, such as one that was deleted meanwhile. Such members come last.",
					},
					"vendors": schema.ListAttribute{
						Computed:            true,
						ElementType:         types.StringType,
						MarkdownDescription: "Names of the vendor groups that the user is a member of, directly or through a group in them, sorted.",
					},
				}},
			},
		},
	}
}

func (d *overlappingUsersDataSource) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	defer recoverPanic(&resp.Diagnostics, "list overlapping users")
	ctx, cancel := context.WithTimeout(ctx, otherTimeout)
	defer cancel()
	found, err := d.provider.client.OverlappingUsers(ctx)
	if err != nil {
		addSCIMError(&resp.Diagnostics, "Cannot list overlapping users", err)
		return
	}
	users := make([]overlappingUser, len(found))
	for i, u := range found {
		users[i] = overlappingUser{ID: types.StringValue(u.ID), UserName: textValue(u.UserName), Vendors: u.Vendors}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, overlappingUsersDataSourceModel{Users: users})...)
}

// addSCIMError reports a failure of a call to SCIM.
func addSCIMError(diags *diag.Diagnostics, summary string, err error) {
	if !domum.IsForbidden(err) && !domum.IsUnauthenticated(err) {
		addError(diags, summary, err)
		return
	}
	said, _ := explain.Failure(err)
	diags.AddError(summary, said+"\n\n"+
		"SCIM accepts the credentials of the IGA provider, and refuses those of an A2A authorization. "+
		"Set client_id and client_secret in a second provider block, with an alias, to those that Segura shows on the IGA provider's details page, and name that alias in the provider argument here.")
}
