// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import "sync"

// claims keeps which vendors this run has linked. One run may destroy a
// vendor's link at one address and create it at another, in either order;
// the destruction must then not disable the vendor.
type claims struct {
	mu      sync.Mutex
	vendors map[string]*claim
}

type claim struct {
	mu    sync.Mutex
	taken bool
}

// lock returns the vendor's claim; nobody else has it until unlock is called.
func (c *claims) lock(vendorID string) (held *claim, unlock func()) {
	c.mu.Lock()
	if c.vendors == nil {
		c.vendors = map[string]*claim{}
	}
	held = c.vendors[vendorID]
	if held == nil {
		held = &claim{}
		c.vendors[vendorID] = held
	}
	c.mu.Unlock()
	held.mu.Lock()
	return held, held.mu.Unlock
}

// taken reports whether this run has linked the vendor.
func (c *claims) taken(vendorID string) bool {
	held, unlock := c.lock(vendorID)
	defer unlock()
	return held.taken
}
