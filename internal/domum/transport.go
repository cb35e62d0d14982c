// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/hashicorp/go-cleanhttp"
	"golang.org/x/net/http/httpproxy"
)

const (
	maxBodyBytes    = 16 << 20 // a page of 200 vendors is about 100 KB
	idleConnsToHost = 32       // Terraform's parallelism is 10 by default
)

// roundTripper is a function as an http.RoundTripper.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// newTransport returns the connection pool: proxies from the environment, the
// configured TLS.
func newTransport(cfg *Config) (*http.Transport, error) {
	tlsConfig := &tls.Config{
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: cfg.InsecureSkipVerify, //nolint:gosec // the user asks for it, and is warned
	}
	if len(cfg.CACert) > 0 {
		pool, err := x509.SystemCertPool()
		if err != nil {
			pool = x509.NewCertPool()
		}
		if !pool.AppendCertsFromPEM(cfg.CACert) {
			return nil, &ConfigError{"ca_cert_pem", "holds no certificate in PEM form"}
		}
		tlsConfig.RootCAs = pool
	}
	if len(cfg.ClientCert) > 0 || !cfg.ClientKey.IsZero() {
		if len(cfg.ClientCert) == 0 {
			return nil, &ConfigError{"client_cert_pem", "is not set, and its key is; the two go together"}
		}
		if cfg.ClientKey.IsZero() {
			return nil, &ConfigError{"client_key_pem", "is not set, and its certificate is; the two go together"}
		}
		pair, err := tls.X509KeyPair(cfg.ClientCert, []byte(cfg.ClientKey.Reveal()))
		if err != nil {
			return nil, &ConfigError{"client_cert_pem", "certificate and key are no pair in PEM form: " + scrub(err.Error(), cfg.ClientKey.Reveal())}
		}
		tlsConfig.Certificates = []tls.Certificate{pair}
	}
	transport := cleanhttp.DefaultPooledTransport()
	transport.MaxIdleConnsPerHost = idleConnsToHost
	transport.DisableCompression = true // a gateway that compresses makes the ETag weak, and If-Match needs a strong one
	transport.TLSClientConfig = tlsConfig
	proxies := httpproxy.FromEnvironment()
	if err := checkProxies(proxies); err != nil {
		return nil, err
	}
	proxy := proxies.ProxyFunc()
	transport.Proxy = func(req *http.Request) (*url.URL, error) { return proxy(req.URL) }
	transport.OnProxyConnectResponse = func(_ context.Context, proxy *url.URL, _ *http.Request, resp *http.Response) error {
		if resp.StatusCode == http.StatusOK {
			return nil
		}
		return &ProxyError{Proxy: proxy.Scheme + "://" + proxy.Host, Status: resp.StatusCode}
	}
	return transport, nil
}

// checkProxies finds a proxy of the environment that can't be read. The library
// would go without it.
func checkProxies(proxies *httpproxy.Config) error {
	for variable, value := range map[string]string{"HTTPS_PROXY": proxies.HTTPSProxy, "HTTP_PROXY": proxies.HTTPProxy} {
		_, err := url.Parse(value)
		_, errWithScheme := url.Parse("http://" + value)
		if err != nil && errWithScheme != nil { // whose text would show the password
			return &ConfigError{variable, "can't be read as a URL. Special characters in its user name or password have to be escaped, such as %2F for a slash"}
		}
	}
	return nil
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
		caller := ctx
		if isWrite(req) {
			ctx = context.WithoutCancel(ctx)
		}
		limited, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		if isWrite(req) {
			defer context.AfterFunc(caller, func() { time.AfterFunc(writeGrace, cancel) })()
		}
		resp, err := exchange(req.WithContext(limited), next)
		if err != nil && limited.Err() != nil && ctx.Err() == nil {
			return nil, fmt.Errorf("no whole answer within %s: %w", timeout, os.ErrDeadlineExceeded)
		}
		return resp, err
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
