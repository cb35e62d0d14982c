// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"context"
	"strconv"
	"sync"

	"golang.org/x/sync/singleflight"
)

// cache keeps what one load returned. It counts until it is forgotten; what
// began to load before that is not kept. A failed load is never kept.
type cache[T any] struct {
	load func(context.Context) (T, error)

	group      singleflight.Group
	mu         sync.Mutex
	generation int
	loaded     bool
	value      T
}

// get returns the value, loading it once for all who ask meanwhile. The load
// goes on when the one who began it is cancelled.
func (c *cache[T]) get(ctx context.Context) (value T, err error) {
	if value, ok, _ := c.peek(); ok {
		return value, nil
	}
	loading := c.begin(ctx)
	select {
	case <-ctx.Done():
		return value, ctx.Err()
	case r := <-loading:
		value, _ = r.Val.(T)
		return value, r.Err
	}
}

// begin begins to load the value unless it is there or being loaded.
func (c *cache[T]) begin(ctx context.Context) <-chan singleflight.Result {
	_, _, generation := c.peek()
	return c.group.DoChan(strconv.Itoa(generation), func() (_ any, err error) {
		defer RecoverInto(&err)
		if value, ok, _ := c.peek(); ok {
			return value, nil
		}
		value, err := c.load(context.WithoutCancel(ctx))
		if err != nil {
			return value, err
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.generation == generation {
			c.value, c.loaded = value, true
		}
		return value, nil
	})
}

func (c *cache[T]) peek() (value T, ok bool, generation int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.value, c.loaded, c.generation
}

// forget makes the next get load the value anew.
func (c *cache[T]) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clear()
}

// forgetIf is forget for a value that was loaded and is too old. Of several
// who find it so, the first forgets it, and all share the load that follows.
func (c *cache[T]) forgetIf(old func(T) bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.loaded && old(c.value) {
		c.clear()
	}
}

func (c *cache[T]) clear() {
	var zero T
	c.generation++
	c.value, c.loaded = zero, false
}
