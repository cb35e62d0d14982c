// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"sync"
)

// run is what the provider keeps while it is configured once: which vendors
// have a link in state, and which of them it has linked itself. Terraform
// creates and destroys the links of one vendor in any order, and "terraform
// test" does both for the same link. A link is known by its mark.
type run struct {
	mu      sync.Mutex
	vendors map[string]*vendorRun
}

type vendorRun struct {
	turn     chan struct{}   // holds one token, see takeTurn
	links    map[string]bool // marks of the links in state
	linkedBy string          // mark of the link that this run wrote; "" if it wrote none
	disabled bool            // this run disabled the vendor, which was enabled
}

func (r *run) vendor(id string) *vendorRun {
	if r.vendors == nil {
		r.vendors = map[string]*vendorRun{}
	}
	v := r.vendors[id]
	if v == nil {
		v = &vendorRun{turn: make(chan struct{}, 1), links: map[string]bool{}}
		r.vendors[id] = v
	}
	return v
}

// takeTurn returns when no other block of this run reads and writes the
// vendor, or with the context's error. The caller calls done afterwards.
func (r *run) takeTurn(ctx context.Context, vendorID string) (done func(), err error) {
	r.mu.Lock()
	turn := r.vendor(vendorID).turn
	r.mu.Unlock()
	select {
	case turn <- struct{}{}:
		return func() { <-turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// noteRead keeps that state has a link of the vendor with that mark, and
// returns how many links it has so far.
func (r *run) noteRead(vendorID, mark string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	links := r.vendor(vendorID).links
	links[mark] = true
	return len(links)
}

// noteLinked keeps that this run linked the vendor, by the link with that mark.
func (r *run) noteLinked(vendorID, mark string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	v := r.vendor(vendorID)
	v.links[mark], v.linkedBy, v.disabled = true, mark, false
}

// noteDestroyed keeps that the link with that mark is gone, and whether that
// disabled the vendor.
func (r *run) noteDestroyed(vendorID, mark string, disabled bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	v := r.vendor(vendorID)
	delete(v.links, mark)
	if v.linkedBy == mark {
		v.linkedBy = ""
	}
	v.disabled = disabled
}

// linksOf returns what the run knows of a vendor and its links. An apply reads
// no links in state, so it knows only those that it wrote.
func (r *run) linksOf(vendorID string) (links int, linkedBy string, disabled bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	v := r.vendor(vendorID)
	return len(v.links), v.linkedBy, v.disabled
}
