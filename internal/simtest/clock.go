// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package simtest

import (
	"context"
	"time"
)

// timeLapse is how much faster than ours a FastClock runs.
const timeLapse = 1000

// FastClock is a clock for client and simulator on which a wait of 15 minutes
// takes less than a second.
type FastClock struct{ start time.Time }

// NewFastClock returns a clock that runs from now.
func NewFastClock() FastClock { return FastClock{time.Now()} }

// Now returns the clock's time.
func (c FastClock) Now() time.Time { return c.start.Add(time.Since(c.start) * timeLapse) }

// Sleep returns after d on this clock, or with the context's error when that
// ends first.
func (c FastClock) Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(max(d, 0) / timeLapse)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
