// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"context"
	"sync"
)

// allowance is how many pages of a list may be read: one for each payment,
// and without limit once somebody waits for the list.
type allowance struct {
	payments chan struct{}
	lifted   chan struct{} // closed by lift
	once     sync.Once
}

func newAllowance() *allowance {
	return &allowance{payments: make(chan struct{}, maxPages), lifted: make(chan struct{})}
}

// pay allows for one page more, and reports whether that was needed.
func (a *allowance) pay() bool {
	select {
	case <-a.lifted:
		return false
	default:
	}
	select {
	case a.payments <- struct{}{}:
	default: // for more pages than a list may have
	}
	return true
}

// lift allows for all pages, from now on.
func (a *allowance) lift() { a.once.Do(func() { close(a.lifted) }) }

// wait returns when a page may be read, or the context's error.
func (a *allowance) wait(ctx context.Context) error {
	select {
	case <-a.payments:
	case <-a.lifted:
	case <-ctx.Done():
	}
	return ctx.Err()
}

// unlimited is the wait of a list that somebody waits for anyway.
func unlimited(ctx context.Context) error { return ctx.Err() }
