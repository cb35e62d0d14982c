// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"context"
	"sync"
	"time"
)

// keptList is a list that is loaded once for a Client. It counts the changes that
// make what it holds old: each write of a record by this Client, and each time
// that the whole list is outdated.
type keptList[T keyed] struct {
	load func(context.Context) ([]T, error)

	mu       sync.Mutex
	current  *listing[T]    // nil if there is none
	loading  *load[T]       // nil if none is under way
	failed   bool           // the load that was begun last has failed
	changes  int            // how many there were
	outdated int            // how many there were when the whole list was last outdated
	written  map[string]int // by id: how many there were when the record was last written
	missed   time.Time      // when outdateForMissing last outdated the list
}

// listing is a list as one load found it.
type listing[T keyed] struct {
	items []T
	index map[string]int // of items, by id
	after int            // how many changes there were before the load began
}

// load is a load that is under way.
type load[T keyed] struct {
	*flight[*listing[T]]
	after int
}

// get returns a listing whose load began after that many changes, and loads it
// if there is none. All who can use the same load wait for the same one.
func (k *keptList[T]) get(ctx context.Context, changes int) (*listing[T], error) {
	k.mu.Lock()
	changes = max(changes, k.outdated)
	if l := k.current; l != nil && l.after >= changes {
		k.mu.Unlock()
		return l, nil
	}
	if k.loading == nil || k.loading.after < changes {
		after := k.changes
		k.failed = false
		k.loading = &load[T]{after: after, flight: launch(ctx, func(ctx context.Context) (*listing[T], error) {
			return k.loadAndKeep(ctx, after)
		})}
	}
	loading := k.loading
	k.mu.Unlock()
	return loading.wait(ctx)
}

// loadAndKeep loads the list, and keeps it unless a later load was faster.
func (k *keptList[T]) loadAndKeep(ctx context.Context, after int) (l *listing[T], err error) {
	defer func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		if k.loading != nil && k.loading.after == after {
			k.loading, k.failed = nil, err != nil
		}
		if err == nil && (k.current == nil || k.current.after < after) {
			k.current = l
		}
	}()
	defer RecoverInto(&err)
	items, err := k.load(ctx)
	if err != nil {
		return nil, err
	}
	l = &listing[T]{items: items, index: make(map[string]int, len(items)), after: after}
	for i := range items {
		l.index[items[i].key()] = i
	}
	return l, nil
}

// peek reports whether get has a list that it can use, or is loading one, and
// whether the load that was begun last has failed.
func (k *keptList[T]) peek() (there, failed bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	there = k.loading != nil && k.loading.after >= k.outdated || k.current != nil && k.current.after >= k.outdated
	return there, k.failed
}

// item returns a record of the listing, nil if it isn't there or is older than
// a write of it.
func (k *keptList[T]) item(l *listing[T], id string) *T {
	i, ok := l.index[id]
	if !ok || l.after < k.lastWrite(id) {
		return nil
	}
	return &l.items[i]
}

// markWritten is called before a write and again after: a list whose load began
// in between may or may not show it.
func (k *keptList[T]) markWritten(id string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.changes++
	if k.written == nil {
		k.written = map[string]int{}
	}
	k.written[id] = k.changes
}

// lastWrite returns how many changes there were when a record was last written, 0
// if this Client hasn't written it.
func (k *keptList[T]) lastWrite(id string) int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.written[id]
}

// changeCount returns how many changes there were.
func (k *keptList[T]) changeCount() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.changes
}

// outdate makes the next get load the list again.
func (k *keptList[T]) outdate() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.outdateLocked()
}

func (k *keptList[T]) outdateLocked() {
	k.changes++
	k.outdated = k.changes
}

// missingPause is how long outdateForMissing leaves the list as it is.
const missingPause = 30 * time.Second

// outdateForMissing outdates the list because a record is missing in it. Where
// many are missing, it does so once in missingPause.
func (k *keptList[T]) outdateForMissing(now time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.missed.IsZero() || now.Sub(k.missed) >= missingPause {
		k.missed = now
		k.outdateLocked()
	}
}

// flight is one call whose result many wait for.
type flight[T any] struct {
	done  chan struct{}
	value T
	err   error
}

// launch begins a call, which goes on when the one who began it is cancelled.
func launch[T any](ctx context.Context, call func(context.Context) (T, error)) *flight[T] {
	f := &flight[T]{done: make(chan struct{})}
	go func() {
		defer close(f.done)
		defer RecoverInto(&f.err)
		f.value, f.err = call(context.WithoutCancel(ctx))
	}()
	return f
}

// wait returns the call's result, or the error of ctx if that ends first.
func (f *flight[T]) wait(ctx context.Context) (value T, err error) {
	select {
	case <-ctx.Done():
		return value, ctx.Err()
	case <-f.done:
		return f.value, f.err
	}
}
