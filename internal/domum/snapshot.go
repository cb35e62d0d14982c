// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"context"
	"errors"
	"math"
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
	allowance *allowance // of pages

	mu        sync.Mutex
	evictions int            // and the times that the list was outdated
	evicted   map[string]int // by vendor id: its last eviction
	first     *firstPage     // nil once a load has begun with it
}

// firstPage is the first page of the list, read to see how long the list is.
type firstPage struct {
	*page[Vendor]
	began int // the evictions before it was read
}

// get is cache.get, which waits: the load may go on at once.
func (s *snapshot) get(ctx context.Context) (*listing, error) {
	s.allowance.lift()
	return s.cache.get(ctx)
}

// buy has the list loaded in the background, by one page more at each call. It
// does nothing once somebody has waited for the list: whoever needs it again
// will wait again.
func (s *snapshot) buy(ctx context.Context) {
	if s.allowance.pay() {
		s.begin(ctx)
	}
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

// keepFirst keeps the first page for the listing that is loaded next.
func (s *snapshot) keepFirst(first *firstPage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.first = first
}

// beginLoad returns the evictions before a load, and the list's first page if
// it was read after all of them.
func (s *snapshot) beginLoad() (began int, first *page[Vendor]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.first != nil && s.first.began == s.evictions {
		first = s.first.page
	}
	s.first = nil
	return s.evictions, first
}

// outdate makes the next load read every page anew.
func (s *snapshot) outdate() {
	s.mu.Lock()
	s.evictions++ // also for a first page that is being read
	s.mu.Unlock()
	s.forget()
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
	began, first := c.vendors.beginLoad()
	vendors, err := list(ctx, c, c.vendorRows, first, c.vendors.allowance.wait)
	if err != nil {
		return nil, err
	}
	index := make(map[string]int, len(vendors))
	for i := range vendors {
		index[vendors[i].ID] = i
	}
	return &listing{vendors, index, began}, nil
}

// errPostponed is for a read that was about to ask when another one's asking
// failed.
var errPostponed = errors.New("the list of vendors was refused a moment ago")

// countPages returns how many pages the list of vendors has.
func (c *Client) countPages(ctx context.Context) (int, error) {
	if c.reads.Load() < c.rented.Load() {
		return 0, errPostponed
	}
	began := c.vendors.now()
	first, err := getPage(ctx, c, c.vendorRows, 1)
	if err != nil {
		return 0, err
	}
	c.vendors.keepFirst(&firstPage{first, began})
	if first.pages == unknown {
		return math.MaxInt, nil
	}
	return first.pages, nil
}

// Vendors returns all vendors, ordered by id, from the list that the profile
// describes. The list is read once for a Client and again after a write; the
// caller must not change it. Vendors of which the list leaves out fields are
// read one by one.
func (c *Client) Vendors(ctx context.Context) ([]Vendor, error) {
	wanted := c.vendors.now()
	for {
		l, err := c.vendors.get(ctx)
		if err != nil {
			return nil, err
		}
		if l.began >= wanted {
			return c.completeAll(ctx, l.vendors)
		}
		c.vendors.forgetIf(func(l *listing) bool { return l.began < wanted })
	}
}

// Directory is Vendors without the reading again: what it says of vendors that
// this Client has written may be older than the write, and fields may be
// missing in it. It serves to find a vendor by name.
func (c *Client) Directory(ctx context.Context) ([]Vendor, error) {
	l, err := c.vendors.get(ctx)
	if err != nil {
		return nil, err
	}
	return l.vendors, nil
}

// ReloadVendors returns all vendors as they are now.
func (c *Client) ReloadVendors(ctx context.Context) ([]Vendor, error) {
	c.vendors.outdate()
	return c.Directory(ctx)
}

// rentReads is how many vendors are read one by one before it is asked how
// much the whole list would cost.
const rentReads = 10

// ReadVendor returns a vendor, without an ETag if it is from a list: by
// GetVendor while few are read, from one list when they are many. Each read in
// between pays for a page of the list, which is loaded beside it: so nobody
// waits long for the list, and reading N vendors costs at most about twice the
// cheaper of the two ways. Only a GET says that a vendor is gone.
func (c *Client) ReadVendor(ctx context.Context, id string) (*Vendor, error) {
	n, rented := c.reads.Add(1), c.rented.Load()
	if _, loaded, _ := c.vendors.peek(); n == rented && !loaded {
		c.pageCount.begin(ctx) // for the next read, which then hardly waits for it
	}
	if n > rented {
		if v := c.listed(ctx, id, n); v != nil {
			return c.Complete(ctx, v)
		}
	}
	return c.GetVendor(ctx, id)
}

// orPostpone keeps an appliance that fails to give a list from being asked for
// it at every read.
func orPostpone[T any](c *Client, load func(context.Context) (T, error)) func(context.Context) (T, error) {
	return func(ctx context.Context) (value T, err error) {
		defer func() {
			rented := int64(rentReads)
			if err != nil {
				rented = max(rented, 2*c.reads.Load())
			}
			c.rented.Store(rented)
		}()
		defer RecoverInto(&err)
		return load(ctx)
	}
}

// listed returns the vendor from the list; nil if the list can't be had, is
// too dear for n reads, doesn't hold the vendor, or is older than a write of it.
func (c *Client) listed(ctx context.Context, id string, n int64) *Vendor {
	l, loaded, _ := c.vendors.peek()
	if !loaded {
		pages, err := c.pageCount.get(ctx)
		if err != nil {
			return nil
		}
		if n <= int64(pages) {
			c.vendors.buy(ctx)
			return nil
		}
		if l, err = c.vendors.get(ctx); err != nil {
			return nil
		}
	}
	i, ok := l.index[id]
	if !ok || l.began < c.vendors.since(id) {
		return nil
	}
	return &l.vendors[i]
}
