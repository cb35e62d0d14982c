// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"context"
	"maps"
	"slices"
	"sync"
)

// snapshot is the list of vendors kept for one Client, and which of them this
// Client has written since.
type snapshot struct {
	cache[Vendor]

	mu     sync.Mutex
	writes int            // counts evictions
	stale  map[string]int // by vendor id: the last eviction
}

// evict is called before a write and again after: a list whose loading began
// in between may or may not show it.
func (s *snapshot) evict(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writes++
	if s.stale == nil {
		s.stale = map[string]int{}
	}
	s.stale[id] = s.writes
}

// loading returns what to call once a list that begins to load now is here.
func (s *snapshot) loading() (done func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	began := s.writes
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		maps.DeleteFunc(s.stale, func(_ string, write int) bool { return write <= began })
	}
}

func (s *snapshot) isStale(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, stale := s.stale[id]
	return stale
}

func (s *snapshot) hasStale() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.stale) > 0
}

// Vendors returns all vendors, ordered by id: GET /api/v2/domum/vendors
// (assumed). The list is read once for a Client and again after a write; the
// caller must not change it.
func (c *Client) Vendors(ctx context.Context) ([]Vendor, error) {
	if c.vendors.hasStale() {
		c.vendors.forget()
	}
	return c.vendors.get(ctx)
}

// Directory is Vendors without the reading again: what it says of vendors that
// this Client has written may be older than the write. It serves to find a
// vendor by name.
func (c *Client) Directory(ctx context.Context) ([]Vendor, error) {
	return c.vendors.get(ctx)
}

// rentReads is how many vendors are read one by one before it is asked how
// much the whole list would cost.
const rentReads = 10

// ReadVendor returns a vendor, without an ETag: by GetVendor while few are
// read, from one list when they are many. So reading N vendors costs at most
// about twice the cheaper of the two ways. Only a GET says that a vendor is
// gone.
func (c *Client) ReadVendor(ctx context.Context, id string) (*Vendor, error) {
	if n := int(c.reads.Add(1)); n > rentReads && !c.vendors.isStale(id) {
		if pages, err := c.pages(ctx); err == nil && n > pages {
			if v := c.listed(ctx, id); v != nil {
				return v, nil
			}
		}
	}
	return c.GetVendor(ctx, id)
}

// pages returns how many pages the list of vendors has.
func (c *Client) pages(ctx context.Context) (int, error) {
	count, err := c.pageCount.get(ctx)
	if err != nil {
		return 0, err
	}
	return count[0], nil
}

// listed returns the vendor if the list can be had, holds it, and is no older
// than the last write.
func (c *Client) listed(ctx context.Context, id string) *Vendor {
	vendors, err := c.Directory(ctx)
	if err != nil || c.vendors.isStale(id) {
		return nil
	}
	i := slices.IndexFunc(vendors, func(v Vendor) bool { return v.ID == id })
	if i < 0 {
		return nil
	}
	return &vendors[i]
}
