// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/simtest"
	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

const (
	vendorsPath = "/api/v2/domum/vendors"
	vendorPath  = "/api/v2/domum/vendors/*"
	tokenPath   = "/iso/oauth2/token"
)

// setup starts an appliance and a client of it, on one clock.
func setup(t *testing.T, change ...func(*domum.Config, *simulator.Options)) (*domum.Client, *simtest.Server, *domum.StillClock) {
	t.Helper()
	t.Parallel()
	clock := domum.NewStillClock(time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC))
	opts := simulator.Options{Now: clock.Now}
	cfg := domum.Config{ClientID: "domum-client", ClientSecret: domum.NewSecret("domum-secret"), MaxRetries: 4, Clock: clock}
	for _, c := range change {
		c(&cfg, &opts)
	}
	server := simtest.Start(t, opts)
	cfg.URL = server.URL
	client, err := domum.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return client, server, clock
}

func TestVendorRoundTrip(t *testing.T) {
	client, server, _ := setup(t, func(_ *domum.Config, o *simulator.Options) { o.PathPrefix = "/segura" })
	id := server.PushGroup("3", "Acme Ltd")
	v, err := client.GetVendor(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if v.Name != "Acme Ltd" || v.Linked() || v.Enabled() || !v.Synced() || v.StartDate != "" || v.DueDate != "" || v.ETag == "" {
		t.Errorf("as pushed: %+v", v)
	}
	group, start, due, status := "7", domum.Date("2026-12-01"), domum.Date("2027-12-01"), domum.StatusEnabled
	written, err := client.PatchVendor(t.Context(), id, v.ETag, domum.VendorPatch{AccessGroupID: &group, StartDate: &start, DueDate: &due, Status: &status})
	if err != nil {
		t.Fatal(err)
	}
	if written.AccessGroup.Name != "Vendors - OT" || written.StartDate != start || written.DueDate != due || !written.Enabled() || written.ETag == v.ETag {
		t.Errorf("as written: %+v", written)
	}
	if _, err := client.PatchVendor(t.Context(), id, v.ETag, domum.VendorPatch{StartDate: &due}); !domum.IsConflict(err) {
		t.Errorf("a stale ETag: %v", err)
	}
	if _, err := client.GetVendor(t.Context(), "4711"); !domum.IsNotFound(err) {
		t.Errorf("an unknown id: %v", err)
	}
	if n := server.Count("POST", tokenPath); n != 1 {
		t.Errorf("%d token calls", n)
	}
}

func TestIdsStayInTheirSegment(t *testing.T) {
	client, server, _ := setup(t)
	server.PushGroup("3", "Acme Ltd")
	for _, id := range []string{"..", ".", "../access-groups", "a/b", "1?x=y", "%2e%2e", "1#2"} {
		if _, err := client.GetVendor(t.Context(), id); !domum.IsNotFound(err) {
			t.Errorf("id %q: %v", id, err)
		}
	}
}

func TestServerErrorIsUnderstood(t *testing.T) {
	client, server, _ := setup(t)
	id := server.PushGroup("3", "Acme Ltd")
	v, _ := client.GetVendor(t.Context(), id)
	status := domum.StatusEnabled
	_, err := client.PatchVendor(t.Context(), id, v.ETag, domum.VendorPatch{Status: &status})
	e, ok := errors.AsType[*domum.Error](err)
	if !ok || e.Status != http.StatusUnprocessableEntity || e.Shape != domum.ShapeV2 || len(e.Details) == 0 || e.RequestID == "" || e.Operation != "PATCH "+vendorsPath+"/"+id {
		t.Errorf("enabling a vendor without a link: %#v", err)
	}
}

func TestListReadsAllPages(t *testing.T) {
	client, server, _ := setup(t)
	for i := range 431 {
		server.PushGroup("3", fmt.Sprintf("Vendor %03d", i))
	}
	for range 3 {
		vendors, err := client.Vendors(t.Context())
		if err != nil || len(vendors) != 431 || vendors[430].Name != "Vendor 430" {
			t.Fatalf("%d vendors, %v", len(vendors), err)
		}
	}
	if n := server.Count("GET", vendorsPath); n != 3 {
		t.Errorf("%d requests for three pages, read three times", n)
	}
}

// A list that isn't whole must never pass for one: a vendor that is missing in
// it would be waited for, or reported as gone.
func TestListIsWholeOrAnError(t *testing.T) {
	for _, kind := range []simulator.FaultKind{"repeat-page", "empty-page", "shift-page"} {
		t.Run(string(kind), func(t *testing.T) {
			client, server, _ := setup(t)
			for i := range 250 {
				server.PushGroup("3", fmt.Sprintf("Vendor %03d", i))
			}
			server.AddFault(simulator.Fault{Path: vendorsPath, Kind: kind})
			if vendors, err := client.Vendors(t.Context()); err == nil || !strings.Contains(err.Error(), "the list is not whole") {
				t.Errorf("%d vendors, %v", len(vendors), err)
			}
			server.ClearFaults()
			if vendors, err := client.Vendors(t.Context()); err != nil || len(vendors) != 250 {
				t.Errorf("afterwards: %d vendors, %v", len(vendors), err)
			}
		})
	}
}

func TestRetries(t *testing.T) {
	for name, test := range map[string]struct {
		fault    simulator.Fault
		requests int
		fails    bool
	}{
		"503 twice":               {simulator.Fault{Kind: "status", Status: 503, Times: 2}, 3, false},
		"502 always":              {simulator.Fault{Kind: "status", Status: 502}, 5, true},
		"reset before the answer": {simulator.Fault{Kind: "reset-before", Times: 1}, 2, false},
		"truncated":               {simulator.Fault{Kind: "truncate", Times: 1}, 2, false},
		"lockdown":                {simulator.Fault{Kind: "lockdown"}, 1, true},
		"403":                     {simulator.Fault{Kind: "status", Status: 403}, 1, true},
		"429 for 20 s":            {simulator.Fault{Kind: "status", Status: 429, Times: 1, Header: http.Header{"Retry-After": {"20"}}}, 2, false},
		"429 for a day":           {simulator.Fault{Kind: "status", Status: 429, Header: http.Header{"Retry-After": {"86400"}}}, 1, true},
		"redirect":                {simulator.Fault{Kind: "redirect", Body: "https://elsewhere.example/"}, 1, true},
		"an endless answer":       {simulator.Fault{Kind: "endless"}, 1, true},
		"not JSON":                {simulator.Fault{Kind: "html"}, 1, true},
	} {
		t.Run(name, func(t *testing.T) {
			client, server, clock := setup(t, func(_ *domum.Config, o *simulator.Options) { o.RateWindow = 10 * time.Second })
			id := server.PushGroup("3", "Acme Ltd")
			test.fault.Method, test.fault.Path = "GET", vendorPath
			server.AddFault(test.fault)
			start := clock.Now()
			_, err := client.GetVendor(t.Context(), id)
			if (err != nil) != test.fails {
				t.Errorf("%v", err)
			}
			if n := server.Count("GET", vendorPath); n != test.requests {
				t.Errorf("%d requests, want %d", n, test.requests)
			}
			if waited := clock.Now().Sub(start); waited > time.Minute {
				t.Errorf("waited %s", waited)
			}
		})
	}
}

// The connection broke after the server had made the change: the retry's 412
// is the change's own doing.
func TestAmbiguousPatchSucceedsOnce(t *testing.T) {
	client, server, _ := setup(t)
	id := server.PushGroup("3", "Acme Ltd")
	v, _ := client.GetVendor(t.Context(), id)
	server.AddFault(simulator.Fault{Method: "PATCH", Kind: "reset-after", Times: 1})
	group, start := "7", domum.Date("2026-12-01")
	written, err := client.PatchVendor(t.Context(), id, v.ETag, domum.VendorPatch{AccessGroupID: &group, StartDate: &start})
	if err != nil || written.AccessGroup.ID != "7" || written.StartDate != start {
		t.Errorf("%+v, %v", written, err)
	}

	// Somebody else's change in between is a conflict all the same.
	server.AddFault(simulator.Fault{Method: "PATCH", Kind: "reset-before", Times: 1})
	var once sync.Once
	server.OnRequest(func(r *http.Request) {
		if r.Method == http.MethodPatch {
			once.Do(func() { server.EditVendor(id, func(v *simulator.Vendor) { v.StartDate = "2026-06-01" }) })
		}
	})
	other := "8"
	if _, err := client.PatchVendor(t.Context(), id, written.ETag, domum.VendorPatch{AccessGroupID: &other}); !domum.IsConflict(err) {
		t.Errorf("%v", err)
	}
	if v, _ := server.Vendor(id); v.AccessGroupID != "7" {
		t.Errorf("overwritten: %+v", v)
	}
}

// What an answer leaves open is looked up; only if that fails too is it open.
func TestWriteWithoutAReadableAnswer(t *testing.T) {
	down := simulator.Fault{Method: "GET", Path: vendorPath, Kind: "status", Status: 503}
	for name, test := range map[string]struct {
		patch     simulator.Fault
		get       *simulator.Fault
		written   bool
		confirmed bool
		accepted  bool
	}{
		"a web page, looked up":             {patch: simulator.Fault{Kind: "html"}, confirmed: true}, // and found not written
		"a web page, and no more":           {patch: simulator.Fault{Kind: "html"}, get: &down, accepted: true},
		"always lost, committed, looked up": {patch: simulator.Fault{Kind: "reset-after"}, written: true, confirmed: true},
		"always lost, committed, no more":   {patch: simulator.Fault{Kind: "reset-after"}, get: &down, written: true},
		"always lost before, no more":       {patch: simulator.Fault{Kind: "reset-before"}, get: &down},
	} {
		t.Run(name, func(t *testing.T) {
			client, server, _ := setup(t)
			id := server.PushGroup("3", "Acme Ltd")
			v, err := client.GetVendor(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			test.patch.Method = "PATCH"
			server.AddFault(test.patch)
			if test.get != nil {
				server.AddFault(*test.get)
			}
			start := domum.Date("2026-12-01")
			now, err := client.PatchVendor(t.Context(), id, v.ETag, domum.VendorPatch{StartDate: &start})
			unconfirmed, ok := errors.AsType[*domum.UnconfirmedError](err)
			if ok == test.confirmed || ok && unconfirmed.Accepted != test.accepted {
				t.Errorf("%+v, %v", now, err)
			}
			if v, _ := server.Vendor(id); (v.StartDate != "") != test.written {
				t.Errorf("start date %q", v.StartDate)
			}
		})
	}
}

// A rate limit says that nothing was written: a write waits for it like any
// other request.
func TestWriteWaitsForTheRateLimit(t *testing.T) {
	client, server, clock := setup(t, func(_ *domum.Config, o *simulator.Options) { o.RateWindow = 10 * time.Second })
	id := server.PushGroup("3", "Acme Ltd")
	v, _ := client.GetVendor(t.Context(), id)
	server.AddFault(simulator.Fault{Method: "PATCH", Kind: "status", Status: 429, Times: 1, Header: http.Header{"Retry-After": {"45"}}})
	began := clock.Now()
	start := domum.Date("2026-12-01")
	if _, err := client.PatchVendor(t.Context(), id, v.ETag, domum.VendorPatch{StartDate: &start}); err != nil {
		t.Errorf("%v", err)
	}
	if waited := clock.Now().Sub(began); waited < 45*time.Second {
		t.Errorf("waited %s", waited)
	}
}

// After Ctrl-C nothing is sent again, and what became of the attempt is looked
// up.
func TestCancelledWriteIsNotRepeated(t *testing.T) {
	for kind, committed := range map[simulator.FaultKind]bool{"reset-before": false, "reset-after": true} {
		t.Run(string(kind), func(t *testing.T) {
			client, server, _ := setup(t)
			id := server.PushGroup("3", "Acme Ltd")
			v, _ := client.GetVendor(t.Context(), id)
			ctx, cancel := context.WithCancel(t.Context())
			server.AddFault(simulator.Fault{Method: "PATCH", Kind: kind})
			server.OnRequest(func(r *http.Request) {
				if r.Method == http.MethodPatch {
					cancel()
				}
			})
			start := domum.Date("2026-12-01")
			now, err := client.PatchVendor(ctx, id, v.ETag, domum.VendorPatch{StartDate: &start})
			if (err == nil) != committed || committed && now.StartDate != start {
				t.Errorf("%+v, %v", now, err)
			}
			if n := server.Count("PATCH", vendorPath); n != 1 {
				t.Errorf("%d writes", n)
			}
		})
	}
}

func TestWriteThatFailedIsAnError(t *testing.T) {
	client, server, _ := setup(t)
	id := server.PushGroup("3", "Acme Ltd")
	v, _ := client.GetVendor(t.Context(), id)
	server.AddFault(simulator.Fault{Method: "PATCH", Kind: "status", Status: 502})
	start := domum.Date("2026-12-01")
	_, err := client.PatchVendor(t.Context(), id, v.ETag, domum.VendorPatch{StartDate: &start})
	if e, ok := errors.AsType[*domum.Error](err); !ok || e.Status != http.StatusBadGateway {
		t.Errorf("%v", err)
	}
	if _, ok := errors.AsType[*domum.UnconfirmedError](err); ok {
		t.Errorf("looked up, and yet unconfirmed: %v", err)
	}
}

func TestWriteOutlivesItsCaller(t *testing.T) {
	client, server, _ := setup(t)
	id := server.PushGroup("3", "Acme Ltd")
	v, _ := client.GetVendor(t.Context(), id)
	ctx, cancel := context.WithCancel(t.Context())
	server.OnRequest(func(r *http.Request) {
		if r.Method == http.MethodPatch {
			cancel()
		}
	})
	start := domum.Date("2026-12-01")
	if _, err := client.PatchVendor(ctx, id, v.ETag, domum.VendorPatch{StartDate: &start}); err != nil {
		t.Errorf("cancelled while under way: %v", err)
	}
	before := server.Count("PATCH", vendorPath)
	if _, err := client.PatchVendor(ctx, id, v.ETag, domum.VendorPatch{StartDate: &start}); !errors.Is(err, context.Canceled) || server.Count("PATCH", vendorPath) != before {
		t.Errorf("cancelled before it began: %v", err)
	}
}

func TestTokenIsRenewedBeforeItEnds(t *testing.T) {
	client, server, clock := setup(t)
	id := server.PushGroup("3", "Acme Ltd")
	for range 10 {
		if _, err := client.GetVendor(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		clock.Leap(15 * time.Minute)
	}
	if n := server.Count("POST", tokenPath); n != 3 {
		t.Errorf("%d token calls in 135 minutes", n)
	}
	for _, r := range server.Requests() {
		if r.Status == http.StatusUnauthorized {
			t.Errorf("%s %s was refused", r.Method, r.Path)
		}
	}
}

func TestRevokedTokenIsRenewedOnceForAll(t *testing.T) {
	client, server, _ := setup(t)
	id := server.PushGroup("3", "Acme Ltd")
	if _, err := client.GetVendor(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	server.RevokeTokens()
	var workers sync.WaitGroup
	for range 20 {
		workers.Go(func() {
			if _, err := client.GetVendor(context.WithoutCancel(t.Context()), id); err != nil {
				t.Error(err)
			}
		})
	}
	workers.Wait()
	if n := server.Count("POST", tokenPath); n != 2 {
		t.Errorf("%d token calls, want 2", n)
	}
}

func TestRefusedTokenIsTriedTwice(t *testing.T) {
	client, server, _ := setup(t)
	id := server.PushGroup("3", "Acme Ltd")
	server.AddFault(simulator.Fault{Method: "GET", Path: vendorPath, Kind: "status", Status: 401})
	if _, err := client.GetVendor(t.Context(), id); !domum.IsUnauthenticated(err) {
		t.Errorf("%v", err)
	}
	if gets, posts := server.Count("GET", vendorPath), server.Count("POST", tokenPath); gets != 2 || posts != 2 {
		t.Errorf("%d requests, %d token calls; want 2 and 2", gets, posts)
	}
}

func TestGivenAccessTokenIsUsedAsItIs(t *testing.T) {
	client, server, _ := setup(t, func(c *domum.Config, _ *simulator.Options) {
		c.AccessToken, c.ClientID, c.ClientSecret = domum.NewSecret("expired-token"), "", domum.Secret{}
	})
	_, err := client.GetVendor(t.Context(), "1")
	if !domum.IsUnauthenticated(err) || strings.Contains(err.Error(), "expired-token") {
		t.Errorf("%v", err)
	}
	if n := server.Count("POST", tokenPath); n != 0 {
		t.Errorf("%d token calls", n)
	}
}

func TestTokenEndpointThatRepeatsTheSecret(t *testing.T) {
	client, server, _ := setup(t)
	server.AddFault(simulator.Fault{Path: tokenPath, Kind: "echo-secret"})
	_, err := client.GetVendor(t.Context(), "1")
	if !domum.IsUnauthenticated(err) || strings.Contains(err.Error(), "domum-secret") || !strings.Contains(err.Error(), "[redacted]") {
		t.Errorf("%v", err)
	}
}

func TestReadingManyCostsPages(t *testing.T) {
	for _, test := range []struct{ vendors, reads, atMost int }{
		{1000, 1, 1},
		{1000, 10, 10},
		{1000, 1000, 16},
		{5000, 20, 21},
	} {
		t.Run(fmt.Sprintf("%d of %d", test.reads, test.vendors), func(t *testing.T) {
			client, server, _ := setup(t)
			ids := make([]string, test.vendors)
			for i := range ids {
				ids[i] = server.PushGroup("3", fmt.Sprintf("Vendor %d", i))
			}
			for _, id := range ids[:test.reads] {
				if v, err := client.ReadVendor(t.Context(), id); err != nil || v.ID != id {
					t.Fatalf("%+v, %v", v, err)
				}
			}
			if n := server.Count("GET", vendorsPath) + server.Count("GET", vendorPath); n > test.atMost {
				t.Errorf("%d requests, want at most %d", n, test.atMost)
			}
		})
	}
}

func TestListIsNoWitnessOfAbsence(t *testing.T) {
	client, server, _ := setup(t)
	for i := range 50 {
		id := server.PushGroup("3", fmt.Sprintf("Vendor %d", i))
		if _, err := client.ReadVendor(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	late := server.PushGroup("3", "Late")
	if v, err := client.ReadVendor(t.Context(), late); err != nil || v.Name != "Late" {
		t.Errorf("%+v, %v", v, err)
	}
	if _, err := client.ReadVendor(t.Context(), "4711"); !domum.IsNotFound(err) {
		t.Errorf("%v", err)
	}
}

func TestWriteIsSeenByTheNextRead(t *testing.T) {
	client, server, _ := setup(t)
	var id string
	for i := range 50 {
		id = server.PushGroup("3", fmt.Sprintf("Vendor %d", i))
		if _, err := client.ReadVendor(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	v, err := client.GetVendor(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	start := domum.Date("2030-01-01")
	if _, err := client.PatchVendor(t.Context(), id, v.ETag, domum.VendorPatch{StartDate: &start}); err != nil {
		t.Fatal(err)
	}
	if v, err := client.ReadVendor(t.Context(), id); err != nil || v.StartDate != start {
		t.Errorf("%+v, %v", v, err)
	}
}

func TestFailedLoadIsNotKept(t *testing.T) {
	client, server, _ := setup(t)
	server.PushGroup("3", "Acme Ltd")
	server.AddFault(simulator.Fault{Path: vendorsPath, Kind: "status", Status: 403, Times: 1})
	if _, err := client.Vendors(t.Context()); !domum.IsForbidden(err) {
		t.Errorf("%v", err)
	}
	if vendors, err := client.Vendors(t.Context()); err != nil || len(vendors) != 1 {
		t.Errorf("%d vendors, %v", len(vendors), err)
	}
}

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
			if seen++; seen == 12 {
				server.PushGroup("3", "Acme Ltd")
			}
		}
	})
	progress := 0
	const timeout = 100 * time.Hour
	v, err := client.WaitForVendor(t.Context(), timeout,
		func(vendors []domum.Vendor) (*domum.Vendor, error) {
			if len(vendors) == 0 {
				return nil, nil
			}
			return &vendors[0], nil
		}, func(time.Duration) { progress++ })
	if err != nil || v.Name != "Acme Ltd" || seen != 12 || progress != 11 {
		t.Fatalf("%+v, %v after %d list calls, %d of them told", v, err, seen, progress)
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
	for name, test := range map[string]struct {
		fault simulator.Fault
		ends  func(error) bool
	}{
		"503":       {simulator.Fault{Kind: "status", Status: 503, Skip: 1, Times: 12}, nil},
		"not whole": {simulator.Fault{Kind: "empty-page", Skip: 1, Times: 4}, nil},
		"403":       {simulator.Fault{Kind: "status", Status: 403, Skip: 1}, domum.IsForbidden},
		"503 to the end": {simulator.Fault{Kind: "status", Status: 503, Skip: 1}, func(err error) bool {
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
			_, err := client.WaitForVendor(t.Context(), 15*time.Minute,
				func(vendors []domum.Vendor) (*domum.Vendor, error) {
					pushed.Do(func() { server.PushGroup("3", "Acme Ltd") })
					if len(vendors) == 0 {
						return nil, nil
					}
					return &vendors[0], nil
				}, func(time.Duration) {})
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
	_, err := client.WaitForVendor(ctx, 1000*time.Hour,
		func([]domum.Vendor) (*domum.Vendor, error) { cancel(); return nil, nil }, func(time.Duration) {})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
