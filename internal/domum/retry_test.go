// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"testing"
	"time"
)

var noon = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

func TestParseWait(t *testing.T) {
	t.Parallel()
	year := 365 * 24 * time.Hour
	for value, want := range map[string]time.Duration{
		"":                     0,
		"0":                    0,
		"7":                    7 * time.Second,
		"-7":                   0,
		"soon":                 0,
		"1.5":                  0,
		"99999999999999999999": 0,
		noon.Add(90 * time.Second).Format(http.TimeFormat):   90 * time.Second,
		noon.Add(-90 * time.Second).Format(http.TimeFormat):  0,
		strconv.FormatInt(noon.Add(time.Minute).Unix(), 10):  time.Minute,
		strconv.FormatInt(noon.Add(-time.Minute).Unix(), 10): 0,
		strconv.FormatInt(noon.Add(year).Unix(), 10):         year,
	} {
		if got := parseWait(value, noon); got != want {
			t.Errorf("parseWait(%q) = %s, want %s", value, got, want)
		}
	}
}

func FuzzParseWait(f *testing.F) {
	for _, seed := range []string{"7", "-1", "1796126400", "Tue, 01 Dec 2026 12:00:00 GMT", "9223372036854775807"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		if got := parseWait(value, noon); got < 0 {
			t.Errorf("parseWait(%q) = %s", value, got)
		}
	})
}

func TestServerWait(t *testing.T) {
	t.Parallel()
	reset := func(d time.Duration) string { return strconv.FormatInt(noon.Add(d).Unix(), 10) }
	for name, test := range map[string]struct {
		status            int
		after, reset      string
		serverIsAhead     time.Duration
		want              time.Duration
		withoutDateHeader bool
	}{
		"Retry-After decides":                     {status: 429, after: "1", reset: reset(time.Minute), want: time.Second},
		"Reset without Retry-After":               {status: 429, reset: reset(20 * time.Second), want: 20 * time.Second},
		"Reset on a 503 asks for nothing":         {status: 503, reset: reset(20 * time.Second)},
		"Retry-After on a 503":                    {status: 503, after: "3", reset: reset(20 * time.Second), want: 3 * time.Second},
		"the server is ahead":                     {status: 429, reset: reset(610 * time.Second), serverIsAhead: 10 * time.Minute, want: 10 * time.Second},
		"the server is behind":                    {status: 429, reset: reset(-590 * time.Second), serverIsAhead: -10 * time.Minute, want: 10 * time.Second},
		"a date of a server that is ahead":        {status: 429, after: noon.Add(610 * time.Second).Format(http.TimeFormat), serverIsAhead: 10 * time.Minute, want: 10 * time.Second},
		"a server without a Date: our own clock":  {status: 429, reset: reset(5 * time.Second), withoutDateHeader: true, want: 5 * time.Second},
		"an answer that asks for no wait at all":  {status: 429},
		"a Reset that is over":                    {status: 429, reset: reset(-time.Second)},
		"an unreadable Retry-After asks for none": {status: 429, after: "soon", reset: reset(time.Minute)},
	} {
		resp := response(test.status, "")
		for header, value := range map[string]string{"Retry-After": test.after, "X-RateLimit-Reset": test.reset} {
			if value != "" {
				resp.Header.Set(header, value)
			}
		}
		if !test.withoutDateHeader {
			resp.Header.Set("Date", noon.Add(test.serverIsAhead).UTC().Format(http.TimeFormat))
		}
		if got := serverWait(resp, noon); got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
}

func TestVerdict(t *testing.T) {
	t.Parallel()
	const (
		lockdown     = `{"response":{"status":503,"message":"locked until 18:00","error":true,"error_code":100}}`
		unauthorized = `{"response":{"status":500,"message":"You are not authorized to access this resource","error":true,"error_code":1}}`
	)
	for name, test := range map[string]struct {
		resp  *http.Response
		err   error
		again bool
		had   effect
	}{
		"200":              {resp: response(200, "")},
		"304":              {resp: response(304, "")},
		"400":              {resp: response(400, "")},
		"401":              {resp: response(401, "")},
		"404":              {resp: response(404, "")},
		"412":              {resp: response(412, "")},
		"422":              {resp: response(422, "")},
		"429":              {resp: response(429, ""), again: true},
		"500":              {resp: response(500, ""), again: true, had: visibleEffect},
		"500 unauthorized": {resp: response(500, unauthorized), had: visibleEffect},
		"501":              {resp: response(501, "")},
		"502":              {resp: response(502, ""), again: true, had: lateEffect},
		"503":              {resp: response(503, ""), again: true, had: visibleEffect},
		"503 lockdown":     {resp: response(503, lockdown), had: visibleEffect},
		"504":              {resp: response(504, ""), again: true, had: lateEffect},
		"dial":             {err: &net.OpError{Op: "dial", Err: errors.New("refused")}, again: true},
		"read":             {err: &net.OpError{Op: "read", Err: errors.New("reset")}, again: true, had: lateEffect},
		"truncated":        {err: fmt.Errorf("reading the answer: %w", io.ErrUnexpectedEOF), again: true, had: lateEffect},
		"too large":        {err: errBodyTooLarge, had: visibleEffect},
		"cancelled":        {err: fmt.Errorf("Get: %w", context.Canceled)},
		"certificate":      {err: &tls.CertificateVerificationError{Err: errors.New("unknown authority")}},
		"TLS, our alert":   {err: &net.OpError{Op: "local error", Err: errors.New("tls: bad certificate")}},
		"no proxy":         {err: &ProxyError{Err: &net.OpError{Op: "proxyconnect", Err: errors.New("refused")}}, again: true},
		"proxy, 407":       {err: &ProxyError{Status: 407}},
		"proxy, 403":       {err: &ProxyError{Status: 403}},
		"proxy, 429":       {err: &ProxyError{Status: 429}, again: true},
		"proxy, 503":       {err: &ProxyError{Status: 503}, again: true},
		"token refused":    {err: &Error{Status: 401}},
		"token no answer":  {err: &ConnectionError{Err: io.EOF}},
	} {
		again, had := verdict(test.resp, test.err)
		if again != test.again || had != test.had {
			t.Errorf("%s: again %t, effect %d; want %t, %d", name, again, had, test.again, test.had)
		}
	}
}

func TestCheckRetryGivesUp(t *testing.T) {
	t.Parallel()
	limited := func(seconds string) *http.Response {
		resp := response(http.StatusTooManyRequests, "")
		resp.Header.Set("Retry-After", seconds)
		return resp
	}
	short, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	ended, cancelEnded := context.WithCancel(t.Context())
	cancelEnded()
	for name, test := range map[string]struct {
		ctx   context.Context
		resp  *http.Response
		again bool
	}{
		"in time":             {ctx: t.Context(), resp: limited("5"), again: true},
		"a wait of a day":     {ctx: t.Context(), resp: limited("86400")},
		"past the deadline":   {ctx: short, resp: limited("15")},
		"before the deadline": {ctx: short, resp: limited("5"), again: true},
		"cancelled":           {ctx: ended, resp: limited("5")},
	} {
		p := newPacer(&Config{Clock: NewStillClock(noon)})
		var record call
		again, _ := p.checkRetry(withCall(test.ctx, &record), test.resp, nil)
		if again != test.again {
			t.Errorf("%s: retried %t, want %t", name, again, test.again)
		}
		if again && (record.wait < 5*time.Second || record.wait > 5*time.Second+backoffBase) {
			t.Errorf("%s: waits %s, want 5 s and some jitter", name, record.wait)
		}
	}
}

func TestBackoffGrowsWithJitter(t *testing.T) {
	t.Parallel()
	p := newPacer(&Config{Clock: NewStillClock(noon)})
	seen := map[time.Duration]bool{}
	for range 50 {
		record := &call{}
		for attempt := range 8 {
			if _, err := p.checkRetry(withCall(t.Context(), record), response(502, ""), nil); err != nil {
				t.Fatal(err)
			}
			if limit := min(backoffCap, backoffBase<<attempt); record.wait > limit {
				t.Fatalf("attempt %d waits %s, more than %s", attempt+1, record.wait, limit)
			}
			seen[record.wait] = true
		}
	}
	if len(seen) < 100 {
		t.Errorf("only %d different waits in 400: no jitter", len(seen))
	}
}

func TestGateHoldsAllWorkers(t *testing.T) {
	t.Parallel()
	clock := NewStillClock(noon)
	p := newPacer(&Config{Clock: clock})
	p.closeGate(30 * time.Second)
	p.closeGate(10 * time.Second) // an earlier opening doesn't count
	if err := p.admit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if waited := clock.Now().Sub(noon); waited < 30*time.Second || waited > 31*time.Second {
		t.Errorf("admitted after %s, want 30 s and some jitter", waited)
	}
}

func TestCapOnRequestsPerSecond(t *testing.T) {
	t.Parallel()
	clock := NewStillClock(noon)
	p := newPacer(&Config{Clock: clock, MaxRequestsPerSecond: 2})
	for range 11 {
		if err := p.admit(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if waited := clock.Now().Sub(noon); waited < 5*time.Second-time.Millisecond || waited > 5*time.Second+time.Millisecond {
		t.Errorf("11 requests took %s, want 5 s", waited)
	}
}

func response(status int, content string) *http.Response {
	data := []byte(content)
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: body{bytes.NewReader(data), data}}
}
