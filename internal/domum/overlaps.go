// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"cmp"
	"context"
	"maps"
	"slices"
)

// OverlappingUser is a member of more than one vendor group.
type OverlappingUser struct {
	ID       string   // in SCIM
	UserName string   // "" for a member that SCIM does not list as a user
	Vendors  []string // names of the groups, sorted
}

// OverlappingUsers returns the members of more than one vendor group, ordered by
// user name; those without one come last. It reads SCIM, with the credentials
// of an IGA provider, whose groups it sees.
func (c *Client) OverlappingUsers(ctx context.Context) ([]OverlappingUser, error) {
	groups, err := c.SCIMGroups(ctx)
	if err != nil {
		return nil, err
	}
	if len(overlaps(groups)) > 0 {
		if groups, err = c.vendorGroups(ctx, groups); err != nil {
			return nil, err
		}
	}
	users := overlaps(groups)
	if len(users) == 0 {
		return users, nil // nobody has to be named
	}
	all, err := c.SCIMUsers(ctx)
	if err != nil {
		return nil, err
	}
	nameUsers(users, all)
	return users, nil
}

// vendorGroups returns the groups that are vendors of Domum, as far as these
// credentials tell: those of an IGA provider may open SCIM alone, and a list in
// which no group is says nothing.
func (c *Client) vendorGroups(ctx context.Context, groups []SCIMGroup) ([]SCIMGroup, error) {
	vendors, err := c.Vendors(ctx)
	if IsRefused(err) {
		return groups, nil
	}
	if err != nil {
		return nil, err
	}
	isVendor := map[string]bool{}
	for _, v := range vendors {
		isVendor[foldName(v.Name)] = true
	}
	found := slices.DeleteFunc(slices.Clone(groups), func(g SCIMGroup) bool { return !isVendor[foldName(g.DisplayName)] })
	if len(found) == 0 {
		return groups, nil
	}
	return found, nil
}

// overlaps returns the members of more than one group, not yet named.
func overlaps(groups []SCIMGroup) []OverlappingUser {
	vendors := map[string]map[string]string{} // by user id: the groups' names by id
	for _, g := range groups {
		for _, m := range g.Members {
			if vendors[m.UserID] == nil {
				vendors[m.UserID] = map[string]string{}
			}
			vendors[m.UserID][g.ID] = g.DisplayName
		}
	}
	users := []OverlappingUser{}
	for id, names := range vendors {
		if len(names) > 1 {
			users = append(users, OverlappingUser{ID: id, Vendors: slices.Sorted(maps.Values(names))})
		}
	}
	return users
}

// nameUsers names the users and puts them in order.
func nameUsers(users []OverlappingUser, all []SCIMUser) {
	names := make(map[string]string, len(all))
	for _, u := range all {
		names[u.ID] = u.UserName
	}
	for i := range users {
		users[i].UserName = names[users[i].ID]
	}
	slices.SortFunc(users, func(a, b OverlappingUser) int {
		if (a.UserName == "") != (b.UserName == "") {
			return cmp.Compare(b.UserName, a.UserName) // "" is last
		}
		return cmp.Or(cmp.Compare(a.UserName, b.UserName), cmp.Compare(a.ID, b.ID))
	})
}
