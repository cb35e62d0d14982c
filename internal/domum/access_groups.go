// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import "context"

var accessGroupsPath = []string{"api", "v2", "domum", "access-groups"}

// AccessGroup decides what the users of a vendor may reach, and who approves
// it (fields published, JSON names assumed). Appliances from 3.33 on call it a
// limited access group, from 4.0 on an access policy.
type AccessGroup struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Enabled     bool   `json:"enabled"`
	Description string `json:"description"`
}

func (g AccessGroup) key() string { return g.ID }

// AccessGroups returns all access groups, ordered by id: GET
// /api/v2/domum/access-groups (assumed). They are read once for a Client; the
// caller must not change them.
func (c *Client) AccessGroups(ctx context.Context) ([]AccessGroup, error) {
	return c.accessGroups.get(ctx)
}

// ReloadAccessGroups returns all access groups as they are now.
func (c *Client) ReloadAccessGroups(ctx context.Context) ([]AccessGroup, error) {
	c.accessGroups.forget()
	return c.accessGroups.get(ctx)
}
