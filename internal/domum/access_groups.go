// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// AccessGroup decides what the users of a vendor may reach, and who approves
// it (fields published; where they are is the profile's). Appliances from 3.33
// on call it a limited access group, from 4.0 on an access policy.
type AccessGroup struct {
	ID          string
	Name        string
	Enabled     bool
	Description string

	// Problem says why nobody can use the group: its status can't be
	// understood. nil if there is no reason.
	Problem error

	numeric bool // the id is a number in JSON
}

func (g AccessGroup) key() string { return g.ID }

// AccessGroups returns all access groups, ordered by id, from the list that the
// profile describes. They are read once for a Client; the caller must not
// change them.
func (c *Client) AccessGroups(ctx context.Context) ([]AccessGroup, error) {
	l, err := c.accessGroups.get(ctx, 0)
	if err != nil {
		return nil, err
	}
	return l.items, nil
}

// RecheckAccessGroups returns all access groups as they are now, for somebody
// who hasn't found one. Those who come within half a minute after it share one
// list.
func (c *Client) RecheckAccessGroups(ctx context.Context) ([]AccessGroup, error) {
	c.accessGroups.recheck(c.cfg.Clock.Now())
	return c.AccessGroups(ctx)
}

// groupToWrite returns the JSON that stands for the access group with that id
// in a write. The list of access groups says how the API writes ids, and the
// name where a write takes that.
func (c *Client) groupToWrite(ctx context.Context, id *string) (string, error) {
	if id == nil {
		return "", nil
	}
	for _, get := range []func(context.Context) ([]AccessGroup, error){c.AccessGroups, c.RecheckAccessGroups} {
		groups, err := get(ctx)
		if err != nil {
			return "", err
		}
		if i := slices.IndexFunc(groups, func(g AccessGroup) bool { return g.ID == *id }); i >= 0 {
			return c.codec.groupValue(&groups[i]), nil
		}
	}
	return "", c.unexpected(elements(c.codec.AccessGroups.List.Path, ""), fmt.Sprintf("the list has no access group %s", strings.ToValidUTF8(clean(*id, maxWord), "")))
}
