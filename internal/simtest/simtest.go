// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

// Package simtest serves the simulator to tests and holds every exchange with
// it against the wire contract, [domum.OpenAPI]. A request that the contract
// doesn't allow fails the test, as does an answer: a client must not send the
// one, nor may a simulator be believed that gives the other.
//
// An answer that a fault of the simulator made is passed on unchecked; the
// request that met it is checked all the same.
//
// The package imports domum: tests of domum that use it are in the external
// package domum_test.
package simtest

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/domum-iac/terraform-provider-domum/internal/contract"
	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// Server is a simulator that listens on a loopback address.
type Server struct {
	*simulator.Simulator

	// URL is the base URL, with the path prefix and without a slash at the end.
	URL string
}

// Start serves a new simulator until the test ends. What violates the contract
// is reported to t as an error.
func Start(t testing.TB, opts simulator.Options, options ...Option) *Server {
	t.Helper()
	sim := simulator.New(opts)
	handler := Handler(t, sim, append([]Option{PathPrefix(opts.PathPrefix)}, options...)...)
	return &Server{Simulator: sim, URL: Serve(t, handler).URL + strings.TrimSuffix(opts.PathPrefix, "/")}
}

// Serve serves a handler until the test ends: a simulator, or what stands in
// front of one.
func Serve(t testing.TB, handler http.Handler) *httptest.Server {
	t.Helper()
	srv := httptest.NewServer(handler)
	t.Cleanup(func() {
		// A fault that lasts until the client goes away would keep Close waiting.
		srv.CloseClientConnections()
		srv.Close()
	})
	return srv
}

// ClosedPort returns an address of this machine on which nothing listens.
func ClosedPort(t testing.TB) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// Handler returns sim with the checks of the contract around it, for a test
// that brings its own listener. Once t has ended nothing is reported any more.
func Handler(t testing.TB, sim *simulator.Simulator, options ...Option) http.Handler {
	t.Helper()
	return newChecker(t, sim, options...)
}

// Option changes what the checks take.
type Option func(*checker)

// PathPrefix names the path below which the simulator serves. [Start] needs no
// telling: it knows simulator.Options.
func PathPrefix(prefix string) Option {
	return func(c *checker) { c.prefix = strings.TrimSuffix(prefix, "/") }
}

// AllowUnknown lets requests pass that are for no operation of the contract.
// Without it they fail the test.
func AllowUnknown() Option {
	return func(c *checker) { c.allowUnknown = true }
}

// newChecker returns the middleware around next.
func newChecker(t testing.TB, next http.Handler, options ...Option) *checker {
	t.Helper()
	spec, err := contract.Load()
	if err != nil {
		t.Fatalf("load the contract: %v", err)
	}
	g := &guard{t: t}
	t.Cleanup(g.end)
	c := &checker{contract: spec, next: next, report: g.errorf}
	for _, option := range options {
		option(c)
	}
	return c
}

// guard reports to a test until it ends: a request can outlive the test that
// caused it, and Errorf would then panic.
type guard struct {
	mu    sync.Mutex
	t     testing.TB
	ended bool
}

func (g *guard) errorf(format string, args ...any) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.ended {
		g.t.Helper()
		g.t.Errorf(format, args...)
	}
}

func (g *guard) end() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.ended = true
}
