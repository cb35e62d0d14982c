// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/simtest"
	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// recordingClock keeps how long it was asked to sleep.
type recordingClock struct {
	simtest.FastClock
	mu     sync.Mutex
	sleeps []time.Duration
}

func (c *recordingClock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	c.sleeps = append(c.sleeps, d)
	c.mu.Unlock()
	return c.FastClock.Sleep(ctx, d)
}

func TestWaitForVendor(t *testing.T) {
	clock := &recordingClock{FastClock: simtest.NewFastClock()}
	client, server, _ := setup(t, func(c *domum.Config, o *simulator.Options) {
		c.Clock, o.Now, o.TokenLifetime = clock, clock.Now, 1000*time.Hour
	})
	seen := 0
	server.OnRequest(func(r *http.Request) {
		if r.URL.Path == vendorsPath {
			if seen++; seen == 1+12 { // the name filter, then the list
				server.PushGroup("3", "Acme Ltd")
			}
		}
	})
	progress := 0
	const timeout = 100 * time.Hour
	v, err := client.WaitForVendor(t.Context(), "Acme Ltd", timeout, func(time.Duration) { progress++ })
	if err != nil || v.Name != "Acme Ltd" || seen != 1+12 || progress != 11 {
		t.Fatalf("%+v, %v after %d calls, %d of them told", v, err, seen, progress)
	}
	clock.mu.Lock()
	defer clock.mu.Unlock()
	ticks := slices.DeleteFunc(clock.sleeps, func(d time.Duration) bool { return d <= 0 || d == timeout })
	for i, milliseconds := range []int64{2000, 3000, 4500, 6750, 10125, 15187, 22781, 30000, 30000, 30000, 30000} {
		if i >= len(ticks) || ticks[i].Milliseconds() != milliseconds {
			t.Fatalf("ticks %v", ticks)
		}
	}
}

// A bad minute of the appliance doesn't end a wait; a refusal does.
func TestWaitOutlivesABadMinute(t *testing.T) {
	atOnce := func(err error) bool {
		_, late := errors.AsType[*domum.SyncTimeoutError](err)
		return !late && domum.IsForbidden(err)
	}
	for name, test := range map[string]struct {
		fault simulator.Fault
		ends  func(error) bool
	}{
		"503":       {simulator.Fault{Kind: "status", Status: 503, Skip: 2, Times: 12}, nil},
		"not whole": {simulator.Fault{Kind: "empty-page", Skip: 2, Times: 4}, nil},
		"403":       {simulator.Fault{Kind: "status", Status: 403, Skip: 2}, atOnce},
		"500 of API v1 that means 403": {
			simulator.Fault{Kind: "status", Status: 500, Skip: 2, Body: `{"response":{"status":500,"message":"Not authorized","error":true,"error_code":1}}`}, atOnce,
		},
		"503 to the end": {simulator.Fault{Kind: "status", Status: 503, Skip: 2}, func(err error) bool {
			late, ok := errors.AsType[*domum.SyncTimeoutError](err)
			return ok && late.Err != nil
		}},
	} {
		t.Run(name, func(t *testing.T) {
			clock := simtest.NewFastClock()
			client, server, _ := setup(t, func(c *domum.Config, o *simulator.Options) {
				c.Clock, o.Now, o.TokenLifetime = clock, clock.Now, 1000*time.Hour
			})
			test.fault.Path = vendorsPath
			server.AddFault(test.fault)
			var pushed sync.Once
			_, err := client.WaitForVendor(t.Context(), "Acme Ltd", 15*time.Minute, func(time.Duration) {
				pushed.Do(func() { server.PushGroup("3", "Acme Ltd") })
			})
			if test.ends == nil && err != nil || test.ends != nil && !test.ends(err) {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestWaitEndsWithItsCaller(t *testing.T) {
	clock := simtest.NewFastClock()
	client, _, _ := setup(t, func(c *domum.Config, o *simulator.Options) { c.Clock, o.Now = clock, clock.Now })
	ctx, cancel := context.WithCancel(t.Context())
	_, err := client.WaitForVendor(ctx, "Acme Ltd", 1000*time.Hour, func(time.Duration) { cancel() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
