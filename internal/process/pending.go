// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package process

import (
	"context"
	"sync"
	"time"
)

// pending counts the work that Await began. A sync.WaitGroup would not do:
// Finish may give up waiting, and work may begin meanwhile.
var pending struct {
	mu   sync.Mutex
	n    int
	idle chan struct{} // made by Finish; closed when the last of it ends
}

func begin() {
	pending.mu.Lock()
	defer pending.mu.Unlock()
	pending.n++
}

func end() {
	pending.mu.Lock()
	defer pending.mu.Unlock()
	if pending.n--; pending.n == 0 && pending.idle != nil {
		close(pending.idle)
		pending.idle = nil
	}
}

// Await returns what work returns. When ctx ends first, it waits until grace
// returns and no longer; ok is then false, and work goes on.
func Await[T any](ctx context.Context, grace func(), work func() T) (result T, ok bool) {
	done, over := make(chan T, 1), make(chan struct{})
	begin()
	go func() {
		defer end()
		done <- work()
	}()
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
	pending.mu.Lock()
	if pending.n == 0 {
		pending.mu.Unlock()
		return
	}
	if pending.idle == nil {
		pending.idle = make(chan struct{})
	}
	idle := pending.idle
	pending.mu.Unlock()
	select {
	case <-idle:
	case <-time.After(limit):
	}
}
