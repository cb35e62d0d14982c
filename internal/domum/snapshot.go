// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"context"
	"net/http"
	"sync"
)

// listing is the list of vendors as one load found it.
type listing struct {
	vendors []Vendor
	index   map[string]int // of vendors, by id
	began   int            // the evictions before the load began
}

// snapshot is the list of vendors kept for one Client, and which of them this
// Client has written. A listing shows a write only if it began to load after
// the write's last eviction.
type snapshot struct {
	cache[*listing]

	mu        sync.Mutex
	evictions int
	evicted   map[string]int // by vendor id: its last eviction
}

// evict is called before a write and again after: a list whose loading began
// in between may or may not show it.
func (s *snapshot) evict(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.evictions++
	if s.evicted == nil {
		s.evicted = map[string]int{}
	}
	s.evicted[id] = s.evictions
}

// now returns the number of evictions so far.
func (s *snapshot) now() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.evictions
}

// since returns the eviction that a listing must not be older than to be right
// about a vendor.
func (s *snapshot) since(id string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.evicted[id]
}

// loadVendors reads the list of vendors.
func (c *Client) loadVendors(ctx context.Context) (*listing, error) {
	began := c.vendors.now()
	vendors, err := list[Vendor](ctx, c, vendorsPath)
	if err != nil {
		return nil, err
	}
	index := make(map[string]int, len(vendors))
	for i := range vendors {
		if err := vendors[i].check(); err != nil {
			return nil, c.unexpected(http.MethodGet, vendorsPath, err.Error())
		}
		index[vendors[i].ID] = i
	}
	return &listing{vendors, index, began}, nil
}

// Vendors returns all vendors, ordered by id: GET /api/v2/domum/vendors
// (assumed). The list is read once for a Client and again after a write; the
// caller must not change it.
func (c *Client) Vendors(ctx context.Context) ([]Vendor, error) {
	wanted := c.vendors.now()
	for {
		l, err := c.vendors.get(ctx)
		if err != nil {
			return nil, err
		}
		if l.began >= wanted {
			return l.vendors, nil
		}
		c.vendors.forgetIf(func(l *listing) bool { return l.began < wanted })
	}
}

// Directory is Vendors without the reading again: what it says of vendors that
// this Client has written may be older than the write. It serves to find a
// vendor by name.
func (c *Client) Directory(ctx context.Context) ([]Vendor, error) {
	l, err := c.vendors.get(ctx)
	if err != nil {
		return nil, err
	}
	return l.vendors, nil
}

// ReloadVendors returns all vendors as they are now.
func (c *Client) ReloadVendors(ctx context.Context) ([]Vendor, error) {
	c.vendors.forget()
	return c.Directory(ctx)
}

// rentReads is how many vendors are read one by one before it is asked how
// much the whole list would cost.
const rentReads = 10

// ReadVendor returns a vendor, without an ETag if it is from a list: by
// GetVendor while few are read, from one list when they are many. So reading N
// vendors costs at most about twice the cheaper of the two ways. Only a GET
// says that a vendor is gone.
func (c *Client) ReadVendor(ctx context.Context, id string) (*Vendor, error) {
	if n := c.reads.Add(1); n > c.rented.Load() {
		v, err := c.listed(ctx, id, n)
		if v != nil {
			return v, nil
		}
		if err != nil {
			// An appliance that gives no list is not asked for it at every read.
			c.rented.Store(2 * n)
		}
	}
	return c.GetVendor(ctx, id)
}

// listed returns the vendor from the list; nil if the list is too dear for n
// reads, doesn't hold the vendor, or is older than a write of it.
func (c *Client) listed(ctx context.Context, id string, n int64) (*Vendor, error) {
	pages, err := c.pageCount.get(ctx)
	if err != nil || n <= int64(pages) {
		return nil, err
	}
	l, err := c.vendors.get(ctx)
	if err != nil {
		return nil, err
	}
	i, ok := l.index[id]
	if !ok || l.began < c.vendors.since(id) {
		return nil, nil
	}
	return &l.vendors[i], nil
}
