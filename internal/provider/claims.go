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
	mu      sync.Mutex
	vendors map[string]*claim
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
