// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"crypto/rand"
	"strconv"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// privateLink is the key, in the resource's private state, of what tells a
// link from another one for the same vendor. It moves with the link when its
// address changes.
const privateLink = "link"

// newLinkMark returns a value for privateLink, which has to be JSON.
func newLinkMark() string { return strconv.Quote(rand.Text()) }

// linkMark returns the mark of a link, "" if it has none yet.
func linkMark(ctx context.Context, diags *diag.Diagnostics, private interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
},
) string {
	mark, problems := private.GetKey(ctx, privateLink)
	diags.Append(problems...)
	return string(mark)
}

// claims keeps which vendors this run has linked. One run may destroy a
// vendor's link at one address and create it at another, in either order;
// the destruction must then not disable the vendor. The links are told apart
// by their marks: "terraform test" creates and destroys the same one in a run.
type claims struct {
	mu      sync.Mutex
	vendors map[string]*claim
}

type claim struct {
	mu   sync.Mutex
	mark string // of the link that this run wrote last; "" if it wrote none
}

// taken reports whether this run has linked the vendor.
func (c *claim) taken() bool { return c.mark != "" }

// release gives the claim up if it is the link's with that mark.
func (c *claim) release(mark string) {
	if c.mark == mark {
		c.mark = ""
	}
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
	return held.taken()
}
