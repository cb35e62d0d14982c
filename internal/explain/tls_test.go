// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package explain

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/simtest"
)

// explained is what the user reads when a client can't reach url.
func explained(t *testing.T, url string, change func(*domum.Config)) (said, remedy string) {
	t.Helper()
	cfg := domum.Config{URL: url, AccessToken: domum.NewSecret("token"), MaxRetries: 1, Clock: simtest.NewFastClock()}
	if change != nil {
		change(&cfg)
	}
	client, err := domum.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = client.Vendors(t.Context()); err == nil {
		t.Fatal("it works")
	}
	return Failure(err)
}

func TestTLSFailuresAreExplained(t *testing.T) {
	t.Parallel()
	authority, stranger := simtest.NewAuthority(t), simtest.NewAuthority(t)
	serve := func(host string, life time.Duration, change func(*tls.Config)) string {
		cert, key := authority.Issue(host, life)
		return simtest.ServeTLS(t, http.NotFoundHandler(), cert, key, change)
	}
	mutual := func(c *tls.Config) { c.ClientAuth, c.ClientCAs = tls.RequireAndVerifyClientCert, authority.Pool() }
	plain := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(plain.Close)
	trusting := func(c *domum.Config) { c.CACert = authority.PEM }
	for name, test := range map[string]struct {
		url          string
		client       func(*domum.Config)
		said, remedy string
	}{
		"authority not trusted": {serve("127.0.0.1", time.Hour, nil), nil, "unknown authority", "set ca_cert_file or ca_cert_pem"},
		"another authority": {
			serve("127.0.0.1", time.Hour, nil), func(c *domum.Config) { c.CACert = stranger.PEM },
			"unknown authority", "set ca_cert_file or ca_cert_pem",
		},
		"expired":      {serve("127.0.0.1", -time.Hour, nil), trusting, "has expired", "have it renewed, and check this machine's clock"},
		"another host": {serve("gw.example.test", time.Hour, nil), trusting, "127.0.0.1", "use a name that it holds in the url attribute"},
		"no client certificate": {
			serve("127.0.0.1", time.Hour, mutual), trusting,
			"certificate required", "set client_cert_file and client_key_file",
		},
		"no TLS": {strings.Replace(plain.URL, "http:", "https:", 1), nil, "HTTP response to HTTPS client", "does not speak TLS"},
	} {
		said, remedy := explained(t, test.url, test.client)
		if !strings.Contains(said, test.said) || !strings.Contains(remedy, test.remedy) || strings.Contains(said, "It was sent") {
			t.Errorf("%s:\n%s\n%s", name, said, remedy)
		}
	}
}

// A dialer's own time-out claims to be a context's.
func TestDialTimeoutIsTheRequests(t *testing.T) {
	t.Parallel()
	dialer := net.Dialer{Timeout: time.Nanosecond}
	_, err := dialer.DialContext(t.Context(), "tcp", "127.0.0.1:1")
	_, remedy := Failure(&domum.ConnectionError{Operation: "GET /", Err: err})
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(remedy, "request_timeout") {
		t.Errorf("%v: %s", err, remedy)
	}
}

// Whose time was over decides which attribute makes it longer.
func TestTimeoutsAreExplained(t *testing.T) {
	t.Parallel()
	silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	t.Cleanup(silent.Close)
	for remedy, times := range map[string]struct{ operation, request time.Duration }{
		"set a longer time in timeouts": {50 * time.Millisecond, time.Minute},
		"set a longer request_timeout":  {time.Minute, 50 * time.Millisecond},
	} {
		client, err := domum.New(domum.Config{
			URL: silent.URL, AccessToken: domum.NewSecret("token"), MaxRetries: -1, RequestTimeout: times.request, Clock: simtest.NewFastClock(),
		})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), times.operation)
		_, err = client.GetVendor(ctx, "1")
		cancel()
		if _, got := Failure(err); !strings.Contains(got, remedy) {
			t.Errorf("want %q, got %q", remedy, got)
		}
	}
}
