// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"context"
	"sync"
	"time"
)

// StillClock stands still but for sleeps, which it takes at once, and leaps.
type StillClock struct {
	mu  sync.Mutex
	now time.Time
}

// NewStillClock returns a clock that shows now.
func NewStillClock(now time.Time) *StillClock { return &StillClock{now: now} }

func (c *StillClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *StillClock) Sleep(ctx context.Context, d time.Duration) error {
	c.Leap(max(d, 0))
	return ctx.Err()
}

// Leap moves the clock.
func (c *StillClock) Leap(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}
