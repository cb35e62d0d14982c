// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"context"
	"sync"
	"time"
)

// keptList is a list that is loaded once for a Client. It knows which records
// this Client has written: a listing shows a write only if it began to load
// after the write's last eviction.
type keptList[T keyed] struct {
	load func(context.Context) ([]T, error)

	mu        sync.Mutex
	current   *listing[T]    // nil if there is none
	loading   *load[T]       // nil if none is under way
	failed    bool           // the last load failed
	changes   int            // evictions, and the times that the list was outdated
	outdated  int            // the changes that a listing must have seen to be used at all
	evicted   map[string]int // by id: the changes at the last eviction
	rechecked time.Time      // when a record that was not found last outdated the list
}

// listing is a list as one load found it.
type listing[T keyed] struct {
	items []T
	index map[string]int // of items, by id
	began int            // the changes before the load began
}

// load is a load that is under way.
type load[T keyed] struct {
	*flight[*listing[T]]
	began int
}

// get returns a listing that began to load after that many changes, and loads
// it if there is none. All who can use the same load wait for the same one.
func (k *keptList[T]) get(ctx context.Context, changes int) (*listing[T], error) {
	k.mu.Lock()
	changes = max(changes, k.outdated)
	if l := k.current; l != nil && l.began >= changes {
		k.mu.Unlock()
		return l, nil
	}
	if k.loading == nil || k.loading.began < changes {
		began := k.changes
		k.loading = &load[T]{began: began, flight: launch(ctx, func(ctx context.Context) (*listing[T], error) {
			return k.begin(ctx, began)
		})}
	}
	loading := k.loading
	k.mu.Unlock()
	return loading.wait(ctx)
}

// begin loads the list, and keeps it unless a later load was faster.
func (k *keptList[T]) begin(ctx context.Context, began int) (l *listing[T], err error) {
	defer func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		k.failed = err != nil
		if k.loading != nil && k.loading.began == began {
			k.loading = nil
		}
		if err == nil && (k.current == nil || k.current.began < began) {
			k.current = l
		}
	}()
	defer RecoverInto(&err)
	items, err := k.load(ctx)
	if err != nil {
		return nil, err
	}
	l = &listing[T]{items: items, index: make(map[string]int, len(items)), began: began}
	for i := range items {
		l.index[items[i].key()] = i
	}
	return l, nil
}

// peek reports whether the list is there or on its way, and otherwise whether
// the last load failed.
func (k *keptList[T]) peek() (there, failed bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	there = k.loading != nil || k.current != nil && k.current.began >= k.outdated
	return there, k.failed
}

// item returns a record of the listing, nil if it isn't there or is older than
// a write of it.
func (k *keptList[T]) item(l *listing[T], id string) *T {
	i, ok := l.index[id]
	if !ok || l.began < k.lastWrite(id) {
		return nil
	}
	return &l.items[i]
}

// evict is called before a write and again after: a list whose loading began
// in between may or may not show it.
func (k *keptList[T]) evict(id string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.changes++
	if k.evicted == nil {
		k.evicted = map[string]int{}
	}
	k.evicted[id] = k.changes
}

// lastWrite returns the changes at the last eviction of a record, 0 if this
// Client hasn't written it.
func (k *keptList[T]) lastWrite(id string) int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.evicted[id]
}

// now returns the number of changes so far.
func (k *keptList[T]) now() int {
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

// recheckAge is how long a list that was loaded again for a record that was not
// found also answers for other records that are not found.
const recheckAge = 30 * time.Second

// recheck is outdate for a record that was not found. Of many such records,
// only the first one outdates the list.
func (k *keptList[T]) recheck(now time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.rechecked.IsZero() || now.Sub(k.rechecked) >= recheckAge {
		k.rechecked = now
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
