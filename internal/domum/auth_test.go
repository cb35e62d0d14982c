// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

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

func TestEveryCallSaysWhoSendsIt(t *testing.T) {
	client, server, _ := setup(t, func(c *domum.Config, _ *simulator.Options) { c.UserAgent = "terraform-provider-domum/1.2.3" })
	id := server.PushGroup("3", "Acme Ltd")
	v, err := client.GetVendor(t.Context(), id)
	if err == nil {
		_, err = client.UpdateVendor(t.Context(), v, domum.VendorPatch{StartDate: new(domum.Date("2026-12-01"))})
	}
	if _, listErr := client.AccessGroups(t.Context()); err != nil || listErr != nil {
		t.Fatal(err, listErr)
	}
	_, _ = client.SCIMGroups(t.Context()) // refused, and sent all the same
	seen := map[string]bool{}
	for _, r := range server.Requests() {
		seen[r.Method] = true
		if agent := r.Header.Get("User-Agent"); agent != "terraform-provider-domum/1.2.3" {
			t.Errorf("%s %s: User-Agent %q", r.Method, r.Path, agent)
		}
	}
	if !seen["POST"] || !seen["GET"] || !seen["PATCH"] {
		t.Errorf("seen: %v", seen)
	}
}

// The cap is on all requests: the call for a token, the one for a new token, and
// what is sent again with it, count too.
func TestTokenCallsCountAsRequests(t *testing.T) {
	client, server, clock := setup(t, func(c *domum.Config, _ *simulator.Options) { c.MaxRequestsPerSecond = 1 })
	id, start := server.PushGroup("3", "Acme Ltd"), clock.Now()
	for range 2 {
		if _, err := client.GetVendor(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		server.RevokeTokens()
	}
	if _, err := client.GetVendor(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	sent := 0
	for _, r := range server.Requests() {
		sent++
		if at := r.At.Sub(start); sent <= 2 && at < time.Duration(sent-1)*time.Second {
			t.Errorf("request %d, %s, was sent after %s", sent, r.Path, at)
		}
	}
	// Each of the two revoked tokens costs a refusal, a new token, and the request again.
	if lasted := clock.Now().Sub(start); sent != 8 || lasted < 7*time.Second {
		t.Errorf("%d requests in %s, want 8 in at least 7 s", sent, lasted)
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

// A token that no header can take is an answer that can't be used, not a broken
// connection.
func TestTokenThatCannotBeSentIsRefused(t *testing.T) {
	t.Parallel()
	for _, token := range []string{`two\nlines`, `two words`, `\u0000`, `t\u00f6ken`, ``} {
		var calls atomic.Int32
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			calls.Add(1)
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(`{"token_type":"Bearer","expires_in":3600,"access_token":"` + token + `"}`))
		}))
		client, err := domum.New(domum.Config{URL: server.URL, ClientID: "id", ClientSecret: domum.NewSecret("s3cret"), MaxRetries: 4})
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.GetVendor(t.Context(), "1")
		server.Close()
		e, ok := errors.AsType[*domum.Error](err)
		if !ok || !e.Token || !strings.Contains(e.Message, "no access token that can be used") || calls.Load() != 1 {
			t.Errorf("%q: %d calls, %v", token, calls.Load(), err)
		}
	}
}

// A refusal is shown with its words, whatever its status.
func TestRefusedTokenCallOfV1IsShown(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 400, 401} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = w.Write([]byte(`{"response":{"message":"lockdown","error":true,"error_code":1},"exception":{"code":1005,"message":"1005: vault locked for s3cret"}}`))
		}))
		client, err := domum.New(domum.Config{URL: server.URL, ClientID: "id", ClientSecret: domum.NewSecret("s3cret")})
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.GetVendor(t.Context(), "1")
		server.Close()
		if e, ok := errors.AsType[*domum.Error](err); !ok || !e.Token || e.Status != status || e.Attempts != 1 || e.Words() != "1005: lockdown: vault locked for [redacted]" {
			t.Errorf("%d: %v", status, err)
		}
	}
}

func TestRefusedTokenCallSaysHowLongToWait(t *testing.T) {
	client, server, _ := setup(t)
	server.AddFault(simulator.Fault{Path: tokenPath, Kind: "status", Status: 429, Header: http.Header{"Retry-After": {"86400"}}})
	_, err := client.GetVendor(t.Context(), "1")
	if e, ok := errors.AsType[*domum.Error](err); !ok || e.RetryAfter != 24*time.Hour {
		t.Errorf("%#v", e)
	}
}

// Any bytes in a credential give an error at most: no panic, and no text that
// repeats them.
func FuzzCredentialsOfAnyBytes(f *testing.F) {
	echo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(r.PostFormValue("client_secret") + strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")))
	}))
	f.Cleanup(echo.Close)
	f.Add("id", "caf\xe9 long enough")
	f.Add("\x00", "\xff\xfe\x00\x00\x01\x02\x03\x04\x05\x06\x07\x08")
	f.Add("i d", "(?i)[a-z long enough\n")
	f.Fuzz(func(t *testing.T, id, secret string) {
		for _, cfg := range []domum.Config{{ClientID: id, ClientSecret: domum.NewSecret(secret)}, {AccessToken: domum.NewSecret(secret)}} {
			cfg.URL, cfg.MaxRetries = echo.URL, -1
			client, err := domum.New(cfg)
			if err == nil {
				_, err = client.GetVendor(t.Context(), "1")
			}
			if err == nil {
				t.Error("it works")
			} else if len(secret) > 10 && strings.Contains(err.Error(), secret) {
				t.Errorf("%q is repeated: %v", secret, err)
			}
		}
	})
}
