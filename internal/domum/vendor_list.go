// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"context"
	"errors"
	"math"
	"net/url"
	"slices"
	"sync/atomic"
)

// How many vendors are asked for one by one, before the whole list is
// considered: it costs a request a page, and page 1 says how many pages there
// are.
const (
	blindReads = 10 // reads by id before page 1 is asked for
	blindNames = 5  // names before that
	mostNames  = 10 // names before the list is read, however long it is
)

// assumedPages is how long a list is taken to be that doesn't tell.
const assumedPages = 50

// vendorList is the list of vendors kept for one Client, and what was asked
// about single vendors instead of it.
type vendorList struct {
	keptList[Vendor]
	reads atomic.Int64 // calls of ReadVendor
	names atomic.Int64 // different names that were looked for

	pages *flight[int]                 // how many there are; nil until it is asked
	named map[string]*flight[[]Vendor] // by name: what the filter found; ReloadVendors clears it
}

// Vendors returns all vendors, ordered by id, from the list that the profile
// describes. The list is read once for a Client and again after a write; the
// caller must not change it. Vendors of which the list leaves out fields are
// read one by one.
func (c *Client) Vendors(ctx context.Context) ([]Vendor, error) {
	vendors, err := c.listedSince(ctx, c.vendors.changeCount())
	if err != nil {
		return nil, err
	}
	return c.completeAll(ctx, vendors)
}

// Directory is Vendors without the reading again: what it says of vendors that
// this Client has written may be older than the write, and fields may be
// missing in it. It serves to find a vendor by name.
func (c *Client) Directory(ctx context.Context) ([]Vendor, error) {
	return c.listedSince(ctx, 0)
}

// ReloadVendors returns all vendors as they are now.
func (c *Client) ReloadVendors(ctx context.Context) ([]Vendor, error) {
	c.vendors.outdate()
	c.vendors.forgetNames()
	return c.Directory(ctx)
}

func (c *Client) listedSince(ctx context.Context, changes int) ([]Vendor, error) {
	l, err := c.vendors.get(ctx, changes)
	if err != nil {
		return nil, err
	}
	return l.items, nil
}

// ReadVendor returns a vendor, without an ETag if it is from the list: by
// GetVendor while few are read, from the list when that takes fewer requests.
// Only a GET says that a vendor is gone. A list that can't be had is not asked
// for again.
func (c *Client) ReadVendor(ctx context.Context, id string) (*Vendor, error) {
	if !c.singly(ctx, c.vendors.reads.Add(1), blindReads, math.MaxInt64) {
		if l, err := c.vendors.get(ctx, 0); err == nil {
			if v := c.vendors.item(l, id); v != nil {
				return c.Complete(ctx, v)
			}
		}
	}
	return c.GetVendor(ctx, id)
}

// singly reports whether it is better to ask for the n-th vendor alone than for
// the list: while n is small, or where the list has at least n pages.
func (c *Client) singly(ctx context.Context, n, blind, most int64) bool {
	there, failed := c.vendors.peek()
	return !there && (failed || n <= blind || n <= most && n <= c.pageCount(ctx))
}

// pageCount returns how many pages the list of vendors has; the greatest number
// there is if nobody can know.
func (c *Client) pageCount(ctx context.Context) int64 {
	c.vendors.mu.Lock()
	if c.vendors.pages == nil {
		c.vendors.pages = launch(ctx, func(ctx context.Context) (int, error) {
			first, err := getPage(ctx, c, c.vendorRows, 1)
			if err != nil {
				return 0, err
			}
			if first.pages == unknown {
				return assumedPages, nil
			}
			return first.pages, nil
		})
	}
	pages := c.vendors.pages
	c.vendors.mu.Unlock()
	n, err := pages.wait(ctx)
	if err != nil {
		return math.MaxInt64
	}
	return int64(n)
}

// FindVendor returns the vendor with that name, with all its fields and as this
// Client has written it. Its errors are also those of MatchVendor: a vendor that
// was synchronized since the list was read has no match.
func (c *Client) FindVendor(ctx context.Context, name string) (*Vendor, error) {
	vendors, err := c.candidates(ctx, name)
	if err != nil {
		return nil, err
	}
	v, err := MatchVendor(vendors, name)
	return c.asWritten(ctx, v, err)
}

// LookUpVendor returns the vendor with that id, or else FindVendor's; the list
// is read once more before it says that there is none.
func (c *Client) LookUpVendor(ctx context.Context, id, name string) (*Vendor, error) {
	if id != "" {
		return c.ReadVendor(ctx, id)
	}
	v, err := c.FindVendor(ctx, name)
	if !IsNoMatch(err) {
		return v, err
	}
	c.vendors.outdateForMissing(c.cfg.Clock.Now())
	vendors, err := c.Directory(ctx)
	if err != nil {
		return nil, err
	}
	v, err = MatchVendor(vendors, name)
	return c.asWritten(ctx, v, err)
}

// asWritten returns a vendor that was picked from a list as it is now, if this
// Client has written it, and with all its fields.
func (c *Client) asWritten(ctx context.Context, v *Vendor, err error) (*Vendor, error) {
	switch {
	case err != nil:
		return nil, err
	case c.vendors.lastWrite(v.ID) > 0:
		v, err = c.GetVendor(ctx, v.ID)
	default:
		v, err = c.Complete(ctx, v)
	}
	return v, MarkGoneSinceListed(err)
}

// candidates returns the vendors among which to look for a name: those of
// exactly that name, where the appliance's own filter finds some, and otherwise
// all. A filter may be unknown to the appliance, be ignored, or hide a vendor
// whose name differs in case only.
func (c *Client) candidates(ctx context.Context, name string) ([]Vendor, error) {
	if filtered := c.filtered(ctx, name); filtered != nil {
		exact, err := filtered.wait(ctx)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err == nil && len(exact) > 0 {
			return exact, nil
		}
	}
	return c.Directory(ctx)
}

// filtered returns what the appliance's filter finds; nil if the list is
// better.
func (c *Client) filtered(ctx context.Context, name string) *flight[[]Vendor] {
	asked := c.vendors.filteredBefore(name)
	if asked != nil || name == "" || c.codec.Vendors.List.NameFilter == "" || !c.singly(ctx, c.vendors.names.Add(1), blindNames, mostNames) {
		return asked
	}
	c.vendors.mu.Lock()
	defer c.vendors.mu.Unlock()
	if c.vendors.named == nil {
		c.vendors.named = map[string]*flight[[]Vendor]{}
	}
	if c.vendors.named[name] == nil {
		c.vendors.named[name] = launch(ctx, func(ctx context.Context) ([]Vendor, error) { return c.vendorsNamed(ctx, name) })
	}
	return c.vendors.named[name]
}

func (l *vendorList) filteredBefore(name string) *flight[[]Vendor] {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.named[name]
}

func (l *vendorList) forgetNames() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.named = nil
}

// vendorsNamed returns the vendors of exactly that name: all of them, or an
// error.
func (c *Client) vendorsNamed(ctx context.Context, name string) ([]Vendor, error) {
	narrowed := c.vendorRows
	narrowed.filter = url.Values{c.codec.Vendors.List.NameFilter: {name}}
	found, err := getPage(ctx, c, narrowed, 1)
	if err != nil {
		return nil, err
	}
	if found.pages != 1 || found.total != unknown && found.total != len(found.items) {
		return nil, errTooMany
	}
	c.codec.doubtFields(found.items)
	return slices.DeleteFunc(found.items, func(v Vendor) bool { return v.Name != name }), nil
}

var errTooMany = errors.New("the filter finds more vendors than one page holds")
