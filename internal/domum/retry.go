// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"context"
	"crypto/tls"
	"errors"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	backoffBase   = 500 * time.Millisecond
	backoffCap    = 20 * time.Second
	maxServerWait = 65 * time.Second // a window of a minute, rounded up; longer is no wait but a refusal
)

// call is the record of one request through its attempts. It travels in the
// context, because the retry loop hands its policies nothing else.
type call struct {
	attempts  int
	last      *http.Response
	wait      time.Duration // before the next attempt
	effect    effect        // the greatest that an attempt may have had
	again     bool          // the last attempt is worth another one
	write     bool          // it may change a record
	unguarded bool          // a write without If-Match: only what surely had no effect is sent again
}

// effect is what an attempt that failed may have done at the appliance.
type effect int

const (
	noEffect      effect = iota
	visibleEffect        // if it had one, a look-up shows it now
	lateEffect           // it received no response from the appliance: it may even arrive after a look-up
)

type callKey struct{}

func withCall(ctx context.Context, c *call) context.Context {
	return context.WithValue(ctx, callKey{}, c)
}

func attemptsOf(ctx context.Context) int {
	if c, ok := ctx.Value(callKey{}).(*call); ok {
		return c.attempts
	}
	return 0
}

// pacer decides when a request may be sent: the cap on requests per second,
// the gate that a 429 closes for all workers, the backoff of a retry.
type pacer struct {
	clock   Clock
	limiter *rate.Limiter

	mu    sync.Mutex
	until time.Time // the gate opens
}

func newPacer(cfg *Config) *pacer {
	limit := rate.Inf
	if cfg.MaxRequestsPerSecond > 0 {
		limit = rate.Limit(cfg.MaxRequestsPerSecond)
	}
	return &pacer{clock: cfg.Clock, limiter: rate.NewLimiter(limit, 1)}
}

// admit returns when a request may be sent. Sleepers look at the gate again
// when they wake, and each wakes at a time of its own.
func (p *pacer) admit(ctx context.Context) error {
	for {
		now := p.clock.Now()
		p.mu.Lock()
		wait := p.until.Sub(now)
		p.mu.Unlock()
		if wait <= 0 {
			return p.clock.Sleep(ctx, p.limiter.ReserveN(now, 1).DelayFrom(now))
		}
		if err := p.clock.Sleep(ctx, wait+jitter(backoffBase)); err != nil {
			return err
		}
	}
}

func (p *pacer) closeGate(wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until := p.clock.Now().Add(wait); until.After(p.until) {
		p.until = until
	}
}

// prepareRetry waits out what checkRetry decided.
func (p *pacer) prepareRetry(req *http.Request) error {
	ctx := req.Context()
	if err := p.clock.Sleep(ctx, ctx.Value(callKey{}).(*call).wait); err != nil {
		return err
	}
	return p.admit(ctx)
}

// checkRetry is the retry table. A retry that could not be sent before the
// context's deadline is not waited for. What an attempt gave stands, even if
// the context ended meanwhile.
func (p *pacer) checkRetry(ctx context.Context, resp *http.Response, err error) (bool, error) {
	c := ctx.Value(callKey{}).(*call)
	c.attempts++
	c.last = resp
	again, effect := verdict(resp, err)
	c.again = again
	c.effect = max(c.effect, effect)
	if !again || c.unguarded && effect != noEffect || ctx.Err() != nil {
		return false, nil //nolint:nilerr // the attempt's own result stands
	}
	asked := serverWait(resp, p.clock.Now())
	if asked > maxServerWait {
		return false, nil
	}
	if resp != nil && resp.StatusCode == http.StatusTooManyRequests {
		p.closeGate(asked)
	}
	c.wait = asked + jitter(min(backoffCap, backoffBase<<min(c.attempts-1, 10)))
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < c.wait {
		return false, nil
	}
	return true, nil
}

// verdict says whether an attempt is worth another one, and what effect it may
// have had all the same.
func verdict(resp *http.Response, err error) (again bool, had effect) {
	switch {
	case err == nil:
	case isFinal(err), errors.Is(err, context.Canceled): // a write that is under way isn't cancelled
		return false, noEffect
	case errors.Is(err, errBodyTooLarge):
		return false, visibleEffect
	case failedAt(err, "dial"), isOfProxy(err):
		return true, noEffect
	default:
		return true, lateEffect
	}
	switch resp.StatusCode {
	case http.StatusTooManyRequests:
		return true, noEffect
	case http.StatusInternalServerError, http.StatusServiceUnavailable:
		failure := decodeError("", resp)
		return !failure.Lockdown && !IsForbidden(failure), visibleEffect
	case http.StatusBadGateway, http.StatusGatewayTimeout:
		return true, lateEffect
	}
	return false, noEffect
}

// isFinal reports errors that another attempt would only repeat.
func isFinal(err error) bool {
	if _, ok := errors.AsType[*Error](err); ok { // of the token call, which has retries of its own
		return true
	}
	if _, ok := errors.AsType[*ConnectionError](err); ok {
		return true
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return true
	}
	// A password that is tried again and again may lock its account.
	if e, ok := errors.AsType[*ProxyError](err); ok && e.Status >= 400 && e.Status < 500 && e.Status != http.StatusTooManyRequests {
		return true
	}
	return IsTLSRefused(err) || IsNotTLS(err) || failedAt(err, "local error")
}

// isOfProxy reports a request that got no further than to the proxy.
func isOfProxy(err error) bool {
	_, ok := errors.AsType[*ProxyError](err)
	return ok
}

// epochFrom tells a moment from a length of time: no server asks to wait 31
// years.
const epochFrom = 1_000_000_000

// serverWait returns how long the server asks to wait: Retry-After (seconds, an
// HTTP date, or seconds since 1970); on a 429 without it, X-RateLimit-Reset
// (published: seconds since 1970). The server's clock counts, where the answer
// says its time. What can't be read counts as nothing.
func serverWait(resp *http.Response, now time.Time) time.Duration {
	if resp == nil {
		return 0
	}
	if date, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		now = date
	}
	if after := resp.Header.Get("Retry-After"); after != "" || resp.StatusCode != http.StatusTooManyRequests {
		return parseWait(after, now)
	}
	return parseWait(resp.Header.Get("X-RateLimit-Reset"), now)
}

func parseWait(value string, now time.Time) time.Duration {
	const century = 100 * 365 * 24 * 3600
	if n, err := strconv.ParseInt(value, 10, 64); err == nil {
		if n >= epochFrom {
			n -= now.Unix()
		}
		return time.Duration(min(max(n, 0), century)) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(at.Sub(now), 0)
	}
	return 0
}

func jitter(limit time.Duration) time.Duration {
	return rand.N(limit) //nolint:gosec // spreads load, guards nothing
}
