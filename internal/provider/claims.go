// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import "sync"

// claims keeps what this run knows of who links which vendor. One run may
// destroy a vendor's link at one address and create it at another, in either
// order; the destruction must then not disable the vendor. The links of one
// vendor are told apart by their marks: "terraform test" creates and destroys
// the same one in a run.
type claims struct {
	mu        sync.Mutex
	vendors   map[string]*claim
	refreshed bool // any link
}

type claim struct {
	mu        sync.Mutex
	linkedBy  string          // mark of the link that this run wrote last; "" if it wrote none
	refused   bool            // a block wants to link the vendor, and could not
	refreshed map[string]bool // marks of the links that this run refreshed: a plan's, not an apply's
}

// lock returns the vendor's claim; nobody else has it until unlock is called.
func (c *claims) lock(vendorID string) (held *claim, unlock func()) {
	c.mu.Lock()
	if c.vendors == nil {
		c.vendors = map[string]*claim{}
	}
	held = c.vendors[vendorID]
	if held == nil {
		held = &claim{refreshed: map[string]bool{}}
		c.vendors[vendorID] = held
	}
	c.mu.Unlock()
	held.mu.Lock()
	return held, held.mu.Unlock
}

// noteRefresh keeps that this run refreshed the vendor's link with that mark.
func (c *claims) noteRefresh(vendorID, mark string) {
	held, unlock := c.lock(vendorID)
	defer unlock()
	held.refreshed[mark] = true
	c.mu.Lock()
	defer c.mu.Unlock()
	c.refreshed = true
}

// refreshedAny reports whether this run refreshed any link: it is a plan, and
// state is not empty.
func (c *claims) refreshedAny() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.refreshed
}

// refreshes returns how many links of the vendor this run has refreshed.
func (c *claims) refreshes(vendorID string) int {
	held, unlock := c.lock(vendorID)
	defer unlock()
	return len(held.refreshed)
}

// release forgets the link with that mark.
func (c *claim) release(mark string) {
	delete(c.refreshed, mark)
	if c.linkedBy == mark {
		c.linkedBy = ""
	}
}
