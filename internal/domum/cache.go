// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"context"
	"strconv"
	"sync"

	"golang.org/x/sync/singleflight"
)

// cache keeps a whole list. A list counts until forget is called; one whose
// loading began before that is not kept. A failed load is never kept.
type cache[T any] struct {
	load func(context.Context) ([]T, error)

	group      singleflight.Group
	mu         sync.Mutex
	generation int
	loaded     bool
	items      []T
}

// get returns the list, loading it once for all who ask meanwhile. The load
// goes on when the one who began it is cancelled.
func (c *cache[T]) get(ctx context.Context) ([]T, error) {
	items, ok, generation := c.peek()
	if ok {
		return items, nil
	}
	result := c.group.DoChan(strconv.Itoa(generation), func() (_ any, err error) {
		defer recoverInto(&err)
		if items, ok, _ := c.peek(); ok {
			return items, nil
		}
		items, err := c.load(context.WithoutCancel(ctx))
		if err != nil {
			return nil, err
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.generation == generation {
			c.items, c.loaded = items, true
		}
		return items, nil
	})
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case r := <-result:
		if r.Err != nil {
			return nil, r.Err
		}
		return r.Val.([]T), nil
	}
}

func (c *cache[T]) peek() (items []T, ok bool, generation int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.items, c.loaded, c.generation
}

// forget makes the next get load the list anew.
func (c *cache[T]) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.generation++
	c.items, c.loaded = nil, false
}
