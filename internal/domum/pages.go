// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"
	"golang.org/x/sync/errgroup"
)

const (
	pagesAtOnce  = 25
	maxPages     = 10_000
	listAttempts = 3 // a list that changes while it is read is read again
)

// keyed is a record of a list.
type keyed interface{ key() string }

// source is a list of records: how it is asked for, and how an answer is read.
type source[T keyed] struct {
	path         []string
	paging       *Paging
	items, total place
	read         func(what string, row gjson.Result) (T, error)
	filter       url.Values // narrows the list; nil is all of it
}

func newSource[T keyed](key string, p ListProfile, read func(string, gjson.Result) (T, error)) source[T] {
	s := source[T]{path: elements(p.Path, ""), paging: p.Paging, items: place{key, ".items", p.Items}, read: read}
	if p.Paging != nil {
		s.total = place{key, ".paging.total", p.Paging.Total}
	}
	return s
}

// elements are the parts of a profile's path, with the id in it.
func elements(path, id string) []string {
	parts := strings.Split(strings.TrimPrefix(path, "/"), "/")
	for i := range parts {
		parts[i] = strings.ReplaceAll(parts[i], "{id}", id)
	}
	return parts
}

func (s *source[T]) query(number int) url.Values {
	query := maps.Clone(s.filter)
	if query == nil {
		query = url.Values{}
	}
	if s.paging != nil {
		s.paging.Ask(query, number, s.paging.MaxSize)
	}
	return query
}

// Ask adds what asks for a page of size records to a query. number counts from 1.
func (p *Paging) Ask(query url.Values, number, size int) {
	query.Set(p.Size, strconv.Itoa(size))
	if p.Page != "" {
		query.Set(p.Page, strconv.Itoa(number))
	} else {
		query.Set(p.Offset, strconv.Itoa((number-1)*size))
	}
}

// page is one answer about a list.
type page[T any] struct {
	items []T
	total int // of all records; unknown if the answer doesn't tell
	pages int // of the list; unknown if it may have more, and nobody knows how many
}

const unknown = -1

// decode reads an answer.
func (s *source[T]) decode(data []byte) (got *page[T], err error) {
	answer := gjson.ParseBytes(data)
	array := At(answer, s.items.dotted)
	if !array.IsArray() {
		return nil, s.items.notThere("the answer", answer, "an array")
	}
	got = &page[T]{total: unknown, pages: 1}
	array.ForEach(func(_, row gjson.Result) bool {
		var item T
		item, err = s.read("record "+strconv.Itoa(len(got.items)+1)+" of the answer", row)
		got.items = append(got.items, item)
		return err == nil
	})
	switch {
	case err != nil || s.paging == nil:
	case s.paging.Total != "":
		total := At(answer, s.total.dotted)
		if got.total, err = strconv.Atoi(total.String()); err != nil || got.total < 0 {
			return nil, s.total.notThere("the answer", answer, "the number of all records")
		}
		got.pages = max(1, (got.total+s.paging.MaxSize-1)/s.paging.MaxSize)
	case len(got.items) >= s.paging.MaxSize:
		got.pages = unknown
	}
	return got, err
}

func getPage[T keyed](ctx context.Context, c *Client, from source[T], number int) (got *page[T], err error) {
	_, err = c.do(ctx, request{method: http.MethodGet, path: from.path, query: from.query(number)}, func(data []byte) (err error) {
		got, err = from.decode(data)
		return err
	})
	return got, err
}

// notWholeError is what doesn't fit in a list. It may be gone at the next attempt.
type notWholeError string

func (n notWholeError) Error() string {
	return "the list is incomplete, or changed while it was read: " + string(n)
}

// list reads all pages. A record that comes or goes meanwhile moves the ones
// behind it to other pages, so a list counts as read only when every page
// agrees on its length and that many different records were seen.
func list[T keyed](ctx context.Context, c *Client, from source[T]) ([]T, error) {
	var problem notWholeError
	for range listAttempts {
		first, err := getPage(ctx, c, from, 1)
		if err != nil {
			return nil, err
		}
		pages := []*page[T]{first}
		if first.pages == unknown {
			pages, err = untilShort(ctx, c, from, pages)
		} else {
			pages, err = rest(ctx, c, from, first)
		}
		var items []T
		if err == nil {
			items, err = together(pages, first.total)
		}
		var moved bool
		if problem, moved = errors.AsType[notWholeError](err); !moved {
			return items, err
		}
	}
	return nil, c.unexpected(from.path, IncompleteList, problem.Error())
}

// untilShort reads the pages behind the first until one that isn't full.
func untilShort[T keyed](ctx context.Context, c *Client, from source[T], pages []*page[T]) ([]*page[T], error) {
	for pages[len(pages)-1].pages == unknown {
		if len(pages) == maxPages {
			return nil, notWholeError(fmt.Sprintf("it has more than %d pages", maxPages))
		}
		next, err := getPage(ctx, c, from, len(pages)+1)
		if err != nil {
			return nil, err
		}
		if len(next.items) > 0 && next.items[0].key() == pages[len(pages)-1].items[0].key() {
			return nil, notWholeError(fmt.Sprintf("page %d is page %d again", len(pages)+1, len(pages)))
		}
		pages = append(pages, next)
	}
	return pages, nil
}

// rest reads the pages behind the first, which says how many there are.
func rest[T keyed](ctx context.Context, c *Client, from source[T], first *page[T]) ([]*page[T], error) {
	if first.pages > maxPages {
		return nil, notWholeError(fmt.Sprintf("it claims %d records", first.total))
	}
	pages := make([]*page[T], first.pages)
	pages[0] = first
	workers, ctx := errgroup.WithContext(ctx)
	workers.SetLimit(pagesAtOnce)
	for i := 1; i < len(pages); i++ {
		workers.Go(func() (err error) {
			defer RecoverInto(&err)
			if pages[i], err = getPage(ctx, c, from, i+1); err != nil {
				return err
			}
			if now := pages[i].total; now != first.total {
				return notWholeError(fmt.Sprintf("it had %d records on page 1 and %d on page %d", first.total, now, i+1))
			}
			return nil
		})
	}
	return pages, workers.Wait()
}

// together puts pages together: total different records, ordered by id.
func together[T keyed](pages []*page[T], total int) ([]T, error) {
	came := 0 // counted, because a claim can be any number
	for _, p := range pages {
		came += len(p.items)
	}
	if total == unknown {
		total = came
	}
	items := make([]T, 0, came)
	seen := make(map[string]bool, came)
	for _, p := range pages {
		items = append(items, p.items...)
		for _, item := range p.items {
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
