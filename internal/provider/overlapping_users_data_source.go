// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
)

func newOverlappingUsersDataSource() datasource.DataSource { return &overlappingUsersDataSource{} }

type overlappingUsersDataSource struct{ dataSource }

type overlappingUsersDataSourceModel struct {
	Users []overlappingUser `tfsdk:"users"`
}

type overlappingUser struct {
	ID       types.String `tfsdk:"id"`
	UserName types.String `tfsdk:"user_name"`
	Vendors  []string     `tfsdk:"vendors"`
}

func (d *overlappingUsersDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "domum_overlapping_users"
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
	users, err := d.overlappingUsers(ctx)
	if err != nil {
		addSCIMError(&resp.Diagnostics, "Cannot list overlapping users", err)
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, overlappingUsersDataSourceModel{Users: users})...)
}

func (d *overlappingUsersDataSource) overlappingUsers(ctx context.Context) ([]overlappingUser, error) {
	groups, err := d.provider.client.SCIMGroups(ctx)
	if err != nil {
		return nil, err
	}
	if len(overlaps(groups)) > 0 {
		if groups, err = d.vendorGroups(ctx, groups); err != nil {
			return nil, err
		}
	}
	users := overlaps(groups)
	if len(users) == 0 {
		return users, nil // nobody has to be named
	}
	all, err := d.provider.client.SCIMUsers(ctx)
	if err != nil {
		return nil, err
	}
	nameUsers(users, all)
	return users, nil
}

// vendorGroups returns the groups that are vendors of Domum, as far as these
// credentials tell: those of an IGA provider may open SCIM alone, and a list in
// which no group is says nothing.
func (d *overlappingUsersDataSource) vendorGroups(ctx context.Context, groups []domum.SCIMGroup) ([]domum.SCIMGroup, error) {
	vendors, err := d.provider.client.Vendors(ctx)
	if domum.IsRefused(err) {
		return groups, nil
	}
	if err != nil {
		return nil, err
	}
	isVendor := map[string]bool{}
	for _, v := range vendors {
		isVendor[foldName(v.Name)] = true
	}
	found := slices.DeleteFunc(slices.Clone(groups), func(g domum.SCIMGroup) bool { return !isVendor[foldName(g.DisplayName)] })
	if len(found) == 0 {
		return groups, nil
	}
	return found, nil
}

// overlaps returns the members of more than one group, not yet named.
func overlaps(groups []domum.SCIMGroup) []overlappingUser {
	vendors := map[string]map[string]string{} // by user id: the groups' names by id
	for _, g := range groups {
		for _, m := range g.Members {
			if vendors[m.UserID] == nil {
				vendors[m.UserID] = map[string]string{}
			}
			vendors[m.UserID][g.ID] = g.DisplayName
		}
	}
	users := []overlappingUser{}
	for id, names := range vendors {
		if len(names) > 1 {
			users = append(users, overlappingUser{ID: types.StringValue(id), Vendors: slices.Sorted(maps.Values(names))})
		}
	}
	return users
}

// nameUsers names the users and puts them in order.
func nameUsers(users []overlappingUser, all []domum.SCIMUser) {
	names := make(map[string]string, len(all))
	for _, u := range all {
		names[u.ID] = u.UserName
	}
	for i := range users {
		users[i].UserName = textValue(names[users[i].ID.ValueString()])
	}
	slices.SortFunc(users, func(a, b overlappingUser) int {
		if a.UserName.IsNull() != b.UserName.IsNull() {
			return cmp.Compare(b.UserName.ValueString(), a.UserName.ValueString()) // null is last
		}
		return cmp.Or(cmp.Compare(a.UserName.ValueString(), b.UserName.ValueString()), cmp.Compare(a.ID.ValueString(), b.ID.ValueString()))
	})
}

// addSCIMError reports a failure of a call to SCIM.
func addSCIMError(diags *diag.Diagnostics, summary string, err error) {
	if !domum.IsForbidden(err) && !domum.IsUnauthenticated(err) {
		addError(diags, summary, err)
		return
	}
	said, _ := explain(err)
	diags.AddError(summary, said+"\n\n"+
		"SCIM takes the credentials of the IGA provider, and those of an A2A authorization open nothing here. "+
		"Set client_id and client_secret in a second provider block, with an alias, to those that Segura shows on the IGA provider's details page, and name that alias in the provider argument here.")
}
