// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package simtest

import (
	"bufio"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// get sends a request in which nothing is wrong through a checker around next.
func get(t *testing.T, fake *fakeTB, next http.HandlerFunc) (*http.Response, error) {
	t.Helper()
	srv := httptest.NewServer(newChecker(fake, next))
	t.Cleanup(srv.Close)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL+vendor, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := srv.Client().Do(req)
	if err == nil {
		t.Cleanup(func() { resp.Body.Close() })
	}
	return resp, err
}

// TestFaultStreams: an answer that a fault makes reaches the client while it
// is being made, and isn't checked.
func TestFaultStreams(t *testing.T) {
	t.Parallel()
	read := make(chan struct{})
	fake := &fakeTB{TB: t}
	resp, err := get(t, fake, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set(simulator.FaultHeader, "slow")
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, "first\n")
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Error(err)
		}
		select {
		case <-read:
			_, _ = io.WriteString(w, "second\n")
		case <-r.Context().Done():
		case <-time.After(time.Minute):
			t.Error("the client saw nothing")
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != http.StatusTeapot || resp.Header.Get(simulator.FaultHeader) != "" {
		t.Errorf("got status %d and header %q", resp.StatusCode, resp.Header)
	}
	lines := bufio.NewReader(resp.Body)
	if line, err := lines.ReadString('\n'); err != nil || line != "first\n" {
		t.Errorf("got %q, %v", line, err)
	}
	close(read)
	if rest, err := io.ReadAll(lines); err != nil || string(rest) != "second\n" {
		t.Errorf("got %q, %v", rest, err)
	}
	if reports := fake.take(); reports != nil {
		t.Errorf("reported %q", reports)
	}
}

// TestFaultCutsConnection: neither way to cut a connection is stopped or
// reported.
func TestFaultCutsConnection(t *testing.T) {
	t.Parallel()
	for name, cut := range map[string]http.HandlerFunc{
		"abort": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"abort after an answer": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusTeapot)
			panic(http.ErrAbortHandler)
		},
		"hijack": func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			conn.Close()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := &fakeTB{TB: t}
			resp, err := get(t, fake, cut)
			if err == nil {
				t.Errorf("got an answer: %d", resp.StatusCode)
			}
			if reports := fake.take(); reports != nil {
				t.Errorf("reported %q", reports)
			}
		})
	}
}

// TestSimulatorFaults: whatever fault the simulator has, nothing is reported,
// and the server ends while one is still at it.
func TestSimulatorFaults(t *testing.T) {
	t.Parallel()
	for _, fault := range []simulator.Fault{
		{Kind: simulator.FaultStatus, Status: 418},
		{Kind: simulator.FaultResetBefore},
		{Kind: simulator.FaultResetAfter},
		{Kind: simulator.FaultTruncate},
		{Kind: simulator.FaultSlow, Delay: time.Hour},
		{Kind: simulator.FaultEndless},
		{Kind: simulator.FaultHTML},
		{Kind: simulator.FaultRedirect, Body: "https://other.example/"},
		{Kind: simulator.FaultContentType},
	} {
		t.Run(string(fault.Kind), func(t *testing.T) {
			t.Parallel()
			fake := &fakeTB{TB: t}
			srv := Start(fake, simulator.Options{})
			srv.AddFault(fault)
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL+vendors, nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Authorization", "Bearer "+token)
			if resp, err := new(http.Transport).RoundTrip(req); err == nil {
				defer resp.Body.Close()
				if mark := resp.Header.Get(simulator.FaultHeader); mark != "" {
					t.Errorf("the simulator's mark came through: %q", mark)
				}
			}
			fake.end()
			if reports := fake.take(); reports != nil {
				t.Errorf("reported %q", reports)
			}
			if srv.Count(http.MethodGet, vendors) != 1 {
				t.Error("the request didn't reach the simulator")
			}
		})
	}
}

// TestFaultSparesNoRequest: a request that meets a fault is checked.
func TestFaultSparesNoRequest(t *testing.T) {
	t.Parallel()
	fake := &fakeTB{TB: t}
	fault := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set(simulator.FaultHeader, "status")
		w.WriteHeader(http.StatusTeapot)
	})
	r := testExchange{target: vendors + "?fields=id"}.request(t)
	newChecker(fake, fault).ServeHTTP(httptest.NewRecorder(), r)
	if reports := fake.take(); len(reports) != 1 || !strings.Contains(reports[0], `"fields"`) {
		t.Errorf("reported %q", reports)
	}
}

// TestAnswerWaitsForReport: a test that has seen the answer must not end
// before what is wrong with it is reported.
func TestAnswerWaitsForReport(t *testing.T) {
	t.Parallel()
	fake := &fakeTB{TB: t}
	resp, err := get(t, fake, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusTeapot)
		_ = http.NewResponseController(w).Flush()
	})
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != http.StatusTeapot || len(fake.take()) != 1 {
		t.Errorf("status %d came before its report", resp.StatusCode)
	}
}
