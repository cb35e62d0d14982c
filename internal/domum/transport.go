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
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/hashicorp/go-cleanhttp"
)

const (
	maxBodyBytes    = 16 << 20 // a page of 200 vendors is about 100 KB
	idleConnsToHost = 32       // Terraform's parallelism is 10 by default
)

// roundTripper is a function as an http.RoundTripper.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// Transport sends a request and returns its answer.
type Transport = http.RoundTripper

// newTransport returns the connection pool: the proxy of the environment, the
// configured TLS, and no compression. A gateway that compresses makes an ETag
// weak, and If-Match needs a strong one.
func newTransport(cfg *Config, base *url.URL) (Transport, error) {
	if cfg.Transport != nil {
		return cfg.Transport, nil
	}
	tlsConfig := &tls.Config{
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: cfg.InsecureSkipVerify, //nolint:gosec // the user asks for it, and is warned
	}
	var err error
	if tlsConfig.RootCAs, err = trusted(cfg); err != nil {
		return nil, err
	}
	pair, err := clientPair(cfg)
	if err != nil {
		return nil, err
	}
	if pair != nil {
		// Also to a server that names other authorities: it then says what it
		// has against the certificate, and not that there is none.
		tlsConfig.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return pair, nil }
	}
	transport := cleanhttp.DefaultPooledTransport()
	transport.MaxIdleConnsPerHost = idleConnsToHost
	transport.DisableCompression = true
	transport.TLSClientConfig = tlsConfig
	transport.Proxy = nil
	proxy, err := proxyOf(base)
	if err != nil {
		return nil, err
	}
	if proxy != nil {
		transport.ProxyConnectHeader = http.Header{headerUserAgent: {cfg.UserAgent}}
		return throughProxy(proxy, transport), nil
	}
	return transport, nil
}

const headerUserAgent = "User-Agent"

// withHeaders adds what every call has, that for a token too: who sends it, and
// that answers are to come as they are. Without the latter, a gateway may do as
// it likes.
func withHeaders(userAgent string, next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(req *http.Request) (*http.Response, error) {
		req = req.Clone(req.Context())
		req.Header.Set(headerUserAgent, userAgent)
		req.Header.Set("Accept-Encoding", "identity")
		return next.RoundTrip(req)
	})
}

// errBodyTooLarge is final: asking again gets the same body.
var errBodyTooLarge = fmt.Errorf("the answer is larger than %d MiB", maxBodyBytes>>20)

// body is a response body that was read whole.
type body struct {
	*bytes.Reader
	data []byte
}

func (body) Close() error { return nil }

// buffered gives each attempt its time, and reads the body to its end: a
// truncated one is then an error of the attempt, and is retried like any
// other, and the retry policy can look into it.
//
// An attempt to write that has begun is not interrupted: an answer that nobody
// waits for would leave a change that no state knows of. When the caller's
// context ends meanwhile, it has writeGrace more. Between attempts the caller's
// context counts.
func buffered(timeout time.Duration, next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(req *http.Request) (*http.Response, error) {
		ctx := req.Context()
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		parent := ctx
		if isWrite(req) {
			parent = context.WithoutCancel(ctx)
		}
		limited, cancel := context.WithTimeout(parent, timeout)
		defer cancel()
		if isWrite(req) {
			defer context.AfterFunc(ctx, func() { time.AfterFunc(writeGrace, cancel) })()
		}
		resp, err := exchange(req.WithContext(limited), next)
		switch {
		case err == nil || limited.Err() == nil || parent.Err() != nil:
			return resp, err
		case errors.Is(limited.Err(), context.Canceled):
			return nil, fmt.Errorf("no complete response within %s after the interrupt: %w", writeGrace, os.ErrDeadlineExceeded)
		default:
			return nil, fmt.Errorf("no complete response within %s: %w", timeout, os.ErrDeadlineExceeded)
		}
	})
}

// writeGrace is how long a write that is under way goes on after its caller was
// interrupted. The process grants as long again to look it up.
const writeGrace = 30 * time.Second

// isWrite reports a request that may change a record.
func isWrite(req *http.Request) bool {
	c, ok := req.Context().Value(callKey{}).(*call)
	return ok && c.write
}

func exchange(req *http.Request, next http.RoundTripper) (*http.Response, error) {
	resp, err := next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxBodyBytes+1))
	closeErr := resp.Body.Close()
	switch {
	case err != nil:
		return nil, fmt.Errorf("reading the answer: %w", err)
	case len(data) > maxBodyBytes:
		return nil, errBodyTooLarge
	case closeErr != nil:
		return nil, fmt.Errorf("reading the answer: %w", closeErr)
	}
	resp.Body = body{bytes.NewReader(data), data}
	return resp, nil
}

// bodyOf returns the whole body of a buffered response, however much of it was
// read.
func bodyOf(resp *http.Response) []byte {
	if b, ok := resp.Body.(body); ok {
		return b.data
	}
	return nil
}

// logged reports each attempt: method, path without query, status, duration,
// request id. It stands above the transport that adds Authorization.
func logged(cfg *Config, next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(req *http.Request) (*http.Response, error) {
		start := cfg.Clock.Now()
		resp, err := next.RoundTrip(req)
		fields := map[string]any{
			"method":      req.Method,
			"path":        req.URL.Path,
			"attempt":     attemptsOf(req.Context()) + 1,
			"duration_ms": cfg.Clock.Now().Sub(start).Milliseconds(),
		}
		if err != nil {
			fields["failure"] = fmt.Sprintf("%T", errors.Unwrap(err))
			cfg.Log(req.Context(), "Domum request failed", fields)
			return nil, err
		}
		fields["status"] = resp.StatusCode
		fields["request_id"] = clean(resp.Header.Get(headerRequestID), maxWord)
		cfg.Log(req.Context(), "Domum request", fields)
		return resp, nil
	})
}

// noRedirects hands a redirect back as the answer that it is: a bearer token
// must not follow one to another host.
func noRedirects(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
