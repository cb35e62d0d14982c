// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

var (
	scimGroupsPath = []string{"iso", "scim", "v2", "Groups"}
	scimUsersPath  = []string{"iso", "scim", "v2", "Users"}
)

const scimPageSize = 200

// acceptSCIM asks for SCIM's media type (published), and takes plain JSON.
const acceptSCIM = "application/scim+json, application/json"

// SCIMGroup is a group that an identity provider pushed (published). One of a
// provider that synchronizes third parties to Domum is a vendor there.
type SCIMGroup struct {
	ID          string // SCIM's, not the vendor's
	DisplayName string
	Members     []SCIMMember // users, also those of groups that are members
}

// SCIMMember is a user that is a member of a group.
type SCIMMember struct {
	UserID string
}

// scimGroup is a group as SCIM has it (published). A member may be a group
// itself (RFC 7643, section 4.2), and groups may be members of each other.
type scimGroup struct {
	ID          string `json:"id"`
	DisplayName string `json:"displayName"`
	Members     []struct {
		ID   string `json:"value"`
		Type string `json:"type"` // User or Group; "" where the server leaves it out
		Ref  string `json:"$ref"`
	} `json:"members"`
}

func (g scimGroup) key() string { return g.ID }

// withUsers returns the groups with their users: their own, and those of the
// groups in them, each once.
func withUsers(groups []scimGroup) []SCIMGroup {
	byID := make(map[string]scimGroup, len(groups))
	for _, g := range groups {
		byID[g.ID] = g
	}
	found := make([]SCIMGroup, len(groups))
	for i, g := range groups {
		found[i] = SCIMGroup{ID: g.ID, DisplayName: g.DisplayName}
		inside, seenUsers := []scimGroup{g}, map[string]bool{}
		seenGroups := map[string]bool{g.ID: true}
		for len(inside) > 0 {
			group := inside[0]
			inside = inside[1:]
			for _, m := range group.Members {
				isGroup := strings.EqualFold(m.Type, "Group") || m.Type == "" && strings.Contains(m.Ref, "/Groups/")
				switch {
				case isGroup && !seenGroups[m.ID]:
					seenGroups[m.ID] = true
					inside = append(inside, byID[m.ID])
				case !isGroup && !seenUsers[m.ID]:
					seenUsers[m.ID] = true
					found[i].Members = append(found[i].Members, SCIMMember{UserID: m.ID})
				}
			}
		}
	}
	return found
}

// SCIMUser is a user that an identity provider pushed (published).
type SCIMUser struct {
	ID       string `json:"id"`
	UserName string `json:"userName"`
}

func (u SCIMUser) key() string { return u.ID }

// SCIMGroups returns all groups of the identity provider whose own credentials
// the Client has, in the server's order: GET /iso/scim/v2/Groups (published).
// Other credentials are an error for which IsForbidden is true.
func (c *Client) SCIMGroups(ctx context.Context) ([]SCIMGroup, error) {
	groups, err := scimList[scimGroup](ctx, c, scimGroupsPath)
	return withUsers(groups), err
}

// SCIMUsers is SCIMGroups for users: GET /iso/scim/v2/Users (published).
func (c *Client) SCIMUsers(ctx context.Context) ([]SCIMUser, error) {
	return scimList[SCIMUser](ctx, c, scimUsersPath)
}

// scimPage is a ListResponse (published).
type scimPage[T any] struct {
	TotalResults *int `json:"totalResults"` // nil: no ListResponse
	Resources    []T  `json:"Resources"`
}

// scimList reads all pages, and reads them again if they contradict each other:
// half a list must not pass for the whole.
func scimList[T keyed](ctx context.Context, c *Client, path []string) ([]T, error) {
	var problem string
	for range listAttempts {
		var items []T
		var err error
		items, problem, err = scimPages[T](ctx, c, path)
		if err != nil {
			return nil, err
		}
		if problem == "" {
			return items, nil
		}
	}
	e := c.unexpected(path, IncompleteList, notWholeError(problem).Error())
	e.SCIM = true
	return nil, e
}

// scimPages reads page after page, each from the first record that is missing.
// A server may ignore startIndex and count (published without parameters): one
// that always sends the whole list is done at once, one with pages of its own
// size takes more of them, and one that repeats a page is a problem. A problem
// may be gone at the next attempt. A page that is too large, because groups can
// have many members, is asked for again in smaller pieces.
func scimPages[T keyed](ctx context.Context, c *Client, path []string) (items []T, problem string, err error) {
	seen := map[string]bool{}
	total, size := -1, scimPageSize
	for range maxPages {
		query := url.Values{"startIndex": {strconv.Itoa(len(items) + 1)}, "count": {strconv.Itoa(size)}}
		var page scimPage[T]
		_, err := c.do(ctx, request{method: http.MethodGet, path: path, query: query, accept: acceptSCIM}, into(&page))
		if IsTooLarge(err) && size > 1 {
			size = max(size/4, 1)
			continue
		}
		if err != nil {
			return nil, "", err
		}
		before := len(items)
		for _, item := range page.Resources {
			if !seen[item.key()] {
				seen[item.key()] = true
				items = append(items, item)
			}
		}
		if total < 0 && page.TotalResults != nil {
			total = *page.TotalResults
		}
		switch {
		case page.TotalResults == nil:
			e := c.unexpected(path, "", "the answer is no ListResponse of SCIM: it has no totalResults")
			e.SCIM = true
			return nil, "", e
		case seen[""]:
			return nil, "a record has no id", nil
		case *page.TotalResults != total:
			return nil, fmt.Sprintf("it had %d records on one page and %d on the next", total, *page.TotalResults), nil
		case len(items) == total:
			return items, "", nil
		case len(items) == before || len(items) > total:
			return nil, fmt.Sprintf("it claims %d records, and %d different ones came", total, len(items)), nil
		}
	}
	return nil, fmt.Sprintf("it has more than %d pages", maxPages), nil
}
