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

// AccessGroup returns the access group with that id, or else with that name. The
// list is read once more before it says that there is none; those who ask for
// that within half a minute share one list. Its errors are also *NoMatchError
// and *AmbiguousError; a group that has a Problem is one, too.
func (c *Client) AccessGroup(ctx context.Context, id, name string) (*AccessGroup, error) {
	group, err := c.listedAccessGroup(ctx, id, name)
	if !IsNoMatch(err) {
		return group, err
	}
	c.accessGroups.outdateForMissing(c.cfg.Clock.Now())
	return c.listedAccessGroup(ctx, id, name)
}

func (c *Client) listedAccessGroup(ctx context.Context, id, name string) (*AccessGroup, error) {
	groups, err := c.AccessGroups(ctx)
	if err != nil {
		return nil, err
	}
	var group *AccessGroup
	if i := slices.IndexFunc(groups, func(g AccessGroup) bool { return g.ID == id }); i >= 0 {
		group = &groups[i]
	} else if id != "" {
		return nil, &NoMatchError{kind: "access group", claim: fmt.Sprintf("access group has the id %q", id), none: len(groups) == 0}
	} else if group, err = matchAccessGroup(groups, name); err != nil {
		return nil, err
	}
	if group.Problem != nil {
		return group, c.unexpected(elements(c.codec.AccessGroups.List.Path, ""), OddRecord, group.Problem.Error())
	}
	return group, nil
}

// groupToWrite returns the JSON that stands for the access group with that id
// in a write. The list of access groups says how the API writes ids, and the
// name where a write takes that.
func (c *Client) groupToWrite(ctx context.Context, id *string) (string, error) {
	if id == nil {
		return "", nil
	}
	group, err := c.AccessGroup(ctx, *id, "")
	switch {
	case group != nil:
		return c.codec.groupValue(group), nil
	case !IsNoMatch(err):
		return "", err
	}
	return "", c.unexpected(elements(c.codec.AccessGroups.List.Path, ""), GoneSinceListed, fmt.Sprintf("the list has no access group %s", strings.ToValidUTF8(clean(*id, maxWord), "")))
}
