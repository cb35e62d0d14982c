// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"sync/atomic"
	"time"
)

// callContext is the context of one call of the plugin protocol, and drops
// everything in it when the call is over. The framework (1.19) keeps a
// context of each call until the provider stops, and with it the call's
// loggers: tens of kilobytes for each link.
type callContext struct {
	now atomic.Pointer[context.Context]
}

// ended is what is left of a call.
var ended = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

// during makes a call in a context that drops everything when it returns.
func during[Request, Response any](ctx context.Context, req Request, call func(context.Context, Request) (Response, error)) (Response, error) {
	c := &callContext{}
	c.now.Store(&ctx)
	defer c.now.Store(&ended)
	return call(c, req)
}

func (c *callContext) Deadline() (time.Time, bool) { return (*c.now.Load()).Deadline() }

func (c *callContext) Done() <-chan struct{} { return (*c.now.Load()).Done() }

func (c *callContext) Err() error { return (*c.now.Load()).Err() }

func (c *callContext) Value(key any) any { return (*c.now.Load()).Value(key) }
