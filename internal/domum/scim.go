// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
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
	ID          string       `json:"id"` // SCIM's, not the vendor's
	DisplayName string       `json:"displayName"`
	Members     []SCIMMember `json:"members"`
}

func (g SCIMGroup) key() string { return g.ID }

// SCIMMember is a member of a group (published).
type SCIMMember struct {
	UserID string `json:"value"`
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
	return scimList[SCIMGroup](ctx, c, scimGroupsPath)
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
	return nil, c.unexpected(http.MethodGet, path, "the list is not whole: "+problem)
}

// scimPages reads page after page, each from the first record that is missing.
// A server may ignore startIndex and count (published without parameters): one
// that always sends the whole list is done at once, one with pages of its own
// size takes more of them, and one that repeats a page is a problem. A problem
// may be gone at the next attempt.
func scimPages[T keyed](ctx context.Context, c *Client, path []string) (items []T, problem string, err error) {
	seen := map[string]bool{}
	total := -1
	for range maxPages {
		query := url.Values{"startIndex": {strconv.Itoa(len(items) + 1)}, "count": {strconv.Itoa(scimPageSize)}}
		var page scimPage[T]
		if _, err := c.do(ctx, request{method: http.MethodGet, path: path, query: query, accept: acceptSCIM}, into(&page)); err != nil {
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
			return nil, "the answer has no totalResults", nil
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
