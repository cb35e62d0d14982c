// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"golang.org/x/sync/errgroup"
)

const (
	pageSize     = 200 // the largest the contract allows
	pagesAtOnce  = 16
	maxPages     = 10_000
	listAttempts = 3 // a list that changes while it is read is read again
)

// page is one page of a list (assumed).
type page[T any] struct {
	Data       []T `json:"data"`
	Pagination struct {
		Page       int `json:"page"`
		TotalItems int `json:"total_items"`
		TotalPages int `json:"total_pages"`
	} `json:"pagination"`
}

// keyed is a record of a list.
type keyed interface{ key() string }

func getPage[T any](ctx context.Context, c *Client, path []string, number int) (*page[T], error) {
	query := url.Values{"page": {strconv.Itoa(number)}, "page_size": {strconv.Itoa(pageSize)}}
	got := &page[T]{}
	_, err := c.do(ctx, request{method: http.MethodGet, path: path, query: query}, got)
	return got, err
}

// notWholeError is what doesn't fit in a list. It may be gone at the next attempt.
type notWholeError string

func (n notWholeError) Error() string { return "the list is not whole: " + string(n) }

// list reads all pages. A record that comes or goes meanwhile moves the ones
// behind it to other pages, so a list counts as read only when every page
// agrees on its length and that many different records were seen. The first
// page is read unless the caller has it; each other one after a wait.
func list[T keyed](ctx context.Context, c *Client, path []string, first *page[T], wait func(context.Context) error) ([]T, error) {
	var problem notWholeError
	for range listAttempts {
		var err error
		if first == nil {
			if first, err = getPage[T](ctx, c, path, 1); err != nil {
				return nil, err
			}
		}
		items, err := rest(ctx, c, path, first, wait)
		var moved bool
		if problem, moved = errors.AsType[notWholeError](err); !moved {
			return items, err
		}
		first = nil
	}
	return nil, c.unexpected(http.MethodGet, path, problem.Error())
}

// rest reads the pages behind the first and puts them together.
func rest[T keyed](ctx context.Context, c *Client, path []string, first *page[T], wait func(context.Context) error) ([]T, error) {
	total := first.Pagination.TotalItems
	count := first.Pagination.TotalPages
	if count > maxPages {
		return nil, notWholeError(fmt.Sprintf("it claims %d pages", count))
	}
	pages := make([]*page[T], max(count, 1))
	pages[0] = first
	workers, ctx := errgroup.WithContext(ctx)
	workers.SetLimit(pagesAtOnce)
	for i := 1; i < count; i++ {
		workers.Go(func() (err error) {
			defer RecoverInto(&err)
			if err := wait(ctx); err != nil {
				return err
			}
			if pages[i], err = getPage[T](ctx, c, path, i+1); err != nil {
				return err
			}
			if now := pages[i].Pagination.TotalItems; now != total {
				return notWholeError(fmt.Sprintf("it had %d records on page 1 and %d on page %d", total, now, i+1))
			}
			return nil
		})
	}
	if err := workers.Wait(); err != nil {
		return nil, err
	}
	came := 0 // counted, because a claim can be any number
	for _, p := range pages {
		came += len(p.Data)
	}
	items := make([]T, 0, came)
	seen := make(map[string]bool, came)
	for _, p := range pages {
		items = append(items, p.Data...)
		for _, item := range p.Data {
			seen[item.key()] = true
		}
	}
	slices.SortStableFunc(items, func(a, b T) int { return compareIDs(a.key(), b.key()) })
	if len(seen) != total || len(items) != total {
		return nil, notWholeError(fmt.Sprintf("it claims %d records, %d came, %d of them different", total, len(items), len(seen)))
	}
	return items, nil
}

// compareIDs orders ids: numbers by value, and before those that are none.
func compareIDs(a, b string) int {
	x, errX := strconv.ParseUint(a, 10, 64)
	y, errY := strconv.ParseUint(b, 10, 64)
	switch {
	case errX == nil && errY == nil:
		return cmp.Or(cmp.Compare(x, y), cmp.Compare(a, b))
	case errX == nil:
		return -1
	case errY == nil:
		return 1
	}
	return cmp.Compare(a, b)
}
