// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"
)

const (
	pollFirst = 2 * time.Second
	pollLast  = 30 * time.Second
)

// SyncTimeoutError says that a vendor didn't appear in time.
type SyncTimeoutError struct {
	Timeout time.Duration
	NoMatch error // what the last list had instead
	Err     error // of the last list call; nil if it went well
}

// Error implements error.
func (e *SyncTimeoutError) Error() string {
	text := fmt.Sprintf("the vendor did not appear within %s", e.Timeout)
	if e.Err != nil {
		text += "; the last list call failed: " + e.Err.Error()
	}
	return text
}

// Unwrap implements the errors package's convention.
func (e *SyncTimeoutError) Unwrap() error { return e.Err }

// WaitForVendor is FindVendor that waits, up to timeout, for a vendor that has no
// match yet. All who wait share one list call a tick; ticks grow from 2 s to
// 30 s. An error of the list that another tick would only repeat ends the wait.
// progress is called after each tick in vain.
func (c *Client) WaitForVendor(ctx context.Context, name string, timeout time.Duration, progress func(waited time.Duration)) (*Vendor, error) {
	start := c.cfg.Clock.Now()
	var lastFailure error
	limited, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		if c.cfg.Clock.Sleep(limited, timeout) == nil {
			cancel(errSyncTimeout)
		}
	}()
	vendors, err := c.candidates(limited, name)
	if err != nil && context.Cause(limited) == nil {
		return nil, err
	}
	for {
		if err == nil {
			if v, err := MatchVendor(vendors, name); !IsNoMatch(err) {
				return c.asWritten(ctx, v, err)
			}
		}
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case limited.Err() != nil:
			_, noMatch := MatchVendor(vendors, name)
			return nil, &SyncTimeoutError{Timeout: timeout, NoMatch: noMatch, Err: lastFailure}
		case err != nil && !mayPass(err):
			return nil, err
		}
		lastFailure = err
		if waited := c.cfg.Clock.Now().Sub(start); waited > 0 {
			progress(waited)
		}
		var next []Vendor
		if next, err = c.poll.next(limited, c); err == nil {
			vendors = next
		}
	}
}

// mayPass reports whether a failed list call is no reason to stop waiting: a
// server error, a rate limit, a broken connection, a list that changed while
// it was read.
func mayPass(err error) bool {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Status == http.StatusTooManyRequests || e.Status >= http.StatusInternalServerError && !e.Lockdown && !IsForbidden(err) ||
			e.Status == http.StatusOK && e.Shape == ShapeUnknown
	}
	_, broken := errors.AsType[*ConnectionError](err)
	return broken
}

var errSyncTimeout = errors.New("the time for synchronization is over")

// poll is the one loop of all who wait: whoever needs a tick that nobody has
// asked for yet starts it.
type poll struct {
	mu       sync.Mutex
	pending  *tick
	interval time.Duration
}

type tick struct {
	done    chan struct{}
	waiters int
	vendors []Vendor
	err     error
}

func (p *poll) next(ctx context.Context, c *Client) ([]Vendor, error) {
	p.mu.Lock()
	t := p.pending
	if t == nil {
		t = &tick{done: make(chan struct{})}
		p.pending = t
		p.interval = min(max(p.interval*3/2, pollFirst), pollLast)
		go p.run(context.WithoutCancel(ctx), c, t, p.interval)
	}
	t.waiters++
	p.mu.Unlock()
	select {
	case <-ctx.Done():
		p.mu.Lock()
		t.waiters--
		p.mu.Unlock()
		return nil, ctx.Err()
	case <-t.done:
		return t.vendors, t.err
	}
}

// run makes one tick, unless everybody has left before it is due.
func (p *poll) run(ctx context.Context, c *Client, t *tick, wait time.Duration) {
	defer close(t.done)
	_ = c.cfg.Clock.Sleep(ctx, wait) // never cancelled
	p.mu.Lock()
	p.pending = nil
	abandoned := t.waiters == 0
	if abandoned {
		p.interval = 0
	}
	p.mu.Unlock()
	if abandoned {
		return
	}
	t.vendors, t.err = c.ReloadVendors(ctx)
}
