// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/http/httpproxy"
)

// EnvironmentError says which environment variable, that is no setting of the
// provider block, can't be used. Problem doesn't repeat its value, which may
// hold a password.
type EnvironmentError struct {
	Variable string
	Problem  string
}

// Error implements error.
func (e *EnvironmentError) Error() string {
	return "the environment variable " + e.Variable + " " + e.Problem
}

// ProxyError is a failure of the proxy that the environment names: it can't be
// reached, doesn't speak TLS, or refuses to connect.
type ProxyError struct {
	Proxy  string // scheme, host and port
	Status int    // HTTP status of its answer; 0 if there was none
	Login  bool   // it was sent the user name of the environment
	Err    error
}

// Error implements error.
func (e *ProxyError) Error() string {
	if e.Status != 0 {
		return fmt.Sprintf("the proxy %s answered HTTP %d %s", e.Proxy, e.Status, http.StatusText(e.Status))
	}
	return "the proxy " + e.Proxy + " can't be used: " + e.Err.Error()
}

// Unwrap implements the errors package's convention.
func (e *ProxyError) Unwrap() error { return e.Err }

const proxyVariable = "HTTPS_PROXY" // plain http is for loopback addresses, which no proxy serves

// proxyOf returns the proxy that the environment names for base, or nil.
func proxyOf(base *url.URL) (*url.URL, error) {
	env := httpproxy.FromEnvironment()
	proxy, err := env.ProxyFunc()(base)
	if err != nil {
		return nil, &EnvironmentError{proxyVariable, "can't be used"}
	}
	unreadable := &EnvironmentError{proxyVariable, "can't be read as an address such as http://proxy.example.com:3128; " +
		"in its user name and password, special characters must be escaped (% as %25, @ as %40, # as %23, / as %2F)"}
	switch {
	case proxy == nil && env.HTTPSProxy != "":
		// What can't be read counts as no proxy there. Whether NO_PROXY exempts
		// the appliance is known from an address that can be read.
		env.HTTPSProxy = "http://proxy.invalid"
		if would, _ := env.ProxyFunc()(base); would != nil {
			return nil, unreadable
		}
	case proxy == nil:
	case proxy.Hostname() == "" || strings.HasPrefix(proxy.Path, "//"): // it was read with another http:// in front
		return nil, unreadable
	case !slices.Contains([]string{"http", "https", "socks5", "socks5h"}, proxy.Scheme):
		return nil, &EnvironmentError{proxyVariable, fmt.Sprintf("has the scheme %q; a proxy's is http, https or socks5", clean(proxy.Scheme, maxWord))}
	}
	return proxy, nil
}

// throughProxy sends all requests of a transport through proxy, and makes each
// failure of it a *ProxyError.
func throughProxy(proxy *url.URL, transport *http.Transport) http.RoundTripper {
	name := (&url.URL{Scheme: proxy.Scheme, Host: proxy.Host}).String()
	transport.Proxy = http.ProxyURL(proxy)
	transport.OnProxyConnectResponse = func(_ context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
		if resp.StatusCode == http.StatusOK {
			return nil
		}
		return &ProxyError{Proxy: name, Status: resp.StatusCode, Login: proxy.User != nil, Err: errors.New(clean(resp.Status, maxWord))}
	}
	return roundTripper(func(req *http.Request) (*http.Response, error) {
		resp, err := transport.RoundTrip(req)
		if err != nil && failedAt(err, "proxyconnect") {
			err = &ProxyError{Proxy: name, Err: err}
		}
		return resp, err
	})
}
