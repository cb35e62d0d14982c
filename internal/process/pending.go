// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package process

import (
	"context"
	"sync"
	"time"
)

// pending is the work whose callers have stopped waiting for it.
var pending sync.WaitGroup

// Await returns what work returns. When ctx ends first, it waits until grace
// returns and no longer; ok is then false, and work goes on.
func Await[T any](ctx context.Context, grace func(), work func() T) (result T, ok bool) {
	done, over := make(chan T, 1), make(chan struct{})
	pending.Go(func() { done <- work() })
	select {
	case result = <-done:
		return result, true
	case <-ctx.Done():
	}
	go func() {
		defer close(over)
		grace()
	}()
	select {
	case result = <-done:
		return result, true
	case <-over:
	}
	select { // both may be there
	case result = <-done:
		return result, true
	default:
		return result, false
	}
}

// Finish waits for all work that Await began, up to limit. Terraform ends a
// provider that takes longer than two seconds.
func Finish(limit time.Duration) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		pending.Wait()
	}()
	select {
	case <-done:
	case <-time.After(limit):
	}
}
