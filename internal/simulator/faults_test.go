// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// TestFaultAnswers: faults that make up an answer, or spoil the right one.
func TestFaultAnswers(t *testing.T) {
	t.Parallel()
	header := func(pairs ...string) http.Header {
		h := http.Header{}
		for i := 0; i < len(pairs); i += 2 {
			h.Set(pairs[i], pairs[i+1])
		}
		return h
	}
	const (
		scimTeapot = `{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"503","detail":"The simulator was told to fail"}`
		v1Denied   = `{"response":{"status":500,"message":"You are not authorized to access this resource","error":true,"error_code":1},` +
			`"exception":{"code":1,"message":"1: You are not authorized to access this resource","detail":null}}`
		locked = `{"response":{"status":503,"message":"The vault is in lockdown until 2026-11-20 11:00:00","error":true,"error_code":100},` +
			`"exception":{"code":100,"message":"100: The vault is in lockdown until 2026-11-20 11:00:00","detail":null}}`
		empty = `{"data":[],"pagination":{"page":1,"page_size":30,"total_items":500,"total_pages":17}}`
	)
	tests := map[string]struct {
		fault       simulator.Fault
		path        string // "" is the list of vendors
		status      int
		contentType string // "" is JSON
		body        string // a part of it
		header      http.Header
	}{
		"status":             {simulator.Fault{Kind: "status"}, "", 500, "", `"code":"internal_server_error"`, header("X-Request-Id", "sim-000003")},
		"status chosen":      {simulator.Fault{Kind: "status", Status: 429, Header: http.Header{"X-RateLimit-Reset": {"7"}}}, "", 429, "", `"code":"rate_limited"`, header("X-RateLimit-Reset", "7")},
		"status with body":   {simulator.Fault{Kind: "status", Status: 502, Body: "down"}, "", 502, "", "down", nil},
		"status of SCIM":     {simulator.Fault{Kind: "status", Status: 503}, groupsPath, 503, "application/scim+json", scimTeapot, nil},
		"status of nothing":  {simulator.Fault{Kind: "status", Status: 503}, "/", 503, "", `"error_code":1`, nil},
		"status of no name":  {simulator.Fault{Kind: "status", Status: 599}, "", 599, "", `"code":"unknown"`, nil},
		"html":               {simulator.Fault{Kind: "html"}, "", 200, "text/html; charset=utf-8", "<html>", nil},
		"html chosen":        {simulator.Fault{Kind: "html", Status: 502, Body: "<p>"}, "", 502, "text/html; charset=utf-8", "<p>", nil},
		"redirect":           {simulator.Fault{Kind: "redirect", Body: "https://example.com/"}, "", 302, "text/html; charset=utf-8", "", header("Location", "https://example.com/")},
		"content-type":       {simulator.Fault{Kind: "content-type"}, accessGroupsPath + "/7", 200, "text/plain; charset=utf-8", `{"data":{"id":"7"`, nil},
		"lockdown":           {simulator.Fault{Kind: "lockdown"}, "", 503, "", locked, nil},
		"v1":                 {simulator.Fault{Kind: "v1"}, "", 500, "", v1Denied, nil},
		"v1 chosen":          {simulator.Fault{Kind: "v1", Status: 400}, "", 400, "", `"status":400`, nil},
		"gateway":            {simulator.Fault{Kind: "gateway"}, "", 404, "", `{"message":"no Route matched with those values"}`, nil},
		"empty-page":         {simulator.Fault{Kind: "empty-page"}, "", 200, "", empty, nil},
		"repeat-page":        {simulator.Fault{Kind: "repeat-page"}, vendorsPath + "?page=2&page_size=2", 200, "", `"page":1,"page_size":2,"total_items":5,"total_pages":3`, nil},
		"shift-page, first":  {simulator.Fault{Kind: "shift-page"}, vendorsPath + "?page=1&page_size=2", 200, "", `"total_items":5`, nil},
		"shift-page, second": {simulator.Fault{Kind: "shift-page"}, vendorsPath + "?page=2&page_size=2", 200, "", `{"data":[{"id":"4"`, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, simulator.Options{})
			for range 5 {
				s.AddVendor(simulator.Vendor{Name: "Acme Ltd"})
			}
			c := call{method: "GET", path: test.path, token: s.a2a()}
			if okta := s.okta(); test.path == groupsPath {
				c.token = okta
			}
			if c.path == "" {
				c.path = vendorsPath
			}
			s.AddFault(test.fault)
			r := s.want(test.status, c)
			if !strings.Contains(r.body, test.body) {
				t.Errorf("body %s", r.body)
			}
			if got := r.header.Get(simulator.FaultHeader); got != string(test.fault.Kind) {
				t.Errorf("fault is called %q", got)
			}
			if test.contentType == "" {
				test.contentType = "application/json"
			}
			if got := r.header.Get("Content-Type"); got != test.contentType {
				t.Errorf("Content-Type is %q", got)
			}
			for key := range test.header {
				if diff := cmp.Diff(test.header[key], r.header[key]); diff != "" {
					t.Errorf("%s: %s", key, diff)
				}
			}

			s.ClearFaults()
			if r := s.do(c); r.header.Get(simulator.FaultHeader) != "" {
				t.Errorf("still faulty: %s", r.body)
			}
		})
	}
}

func TestFaultEchoSecret(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	s.AddFault(simulator.Fault{Kind: simulator.FaultEchoSecret})
	r := s.want(401, call{method: "POST", path: tokenPath, body: grant("an-id", "a-secret")})
	if !strings.Contains(r.body, "an-id") || !strings.Contains(r.body, "a-secret") {
		t.Errorf("got %s", r.body)
	}
	s.want(401, call{method: "POST", path: tokenPath, body: "x", header: map[string]string{"Content-Type": "text/plain"}})
}

// TestFaultSuits: a fault of lists or of the token call isn't used up by another request.
func TestFaultSuits(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	s.AddVendor(simulator.Vendor{Name: "Acme Ltd"})
	token := s.a2a()
	for kind, hit := range map[simulator.FaultKind]call{
		simulator.FaultEmptyPage:  {method: "GET", path: vendorsPath, token: token},
		simulator.FaultRepeatPage: {method: "GET", path: accessGroupsPath, token: token},
		simulator.FaultShiftPage:  {method: "GET", path: vendorsPath, token: token},
		simulator.FaultEchoSecret: {method: "POST", path: tokenPath, body: grant("domum-client", "domum-secret")},
	} {
		s.AddFault(simulator.Fault{Kind: kind, Times: 1})
		for _, path := range []string{vendorsPath + "/1", groupsPath, "/"} {
			if got := s.do(call{method: "GET", path: path, token: token}).header.Get(simulator.FaultHeader); got != "" {
				t.Errorf("%s hit %s", got, path)
			}
		}
		if got := s.do(hit).header.Get(simulator.FaultHeader); got != string(kind) {
			t.Errorf("%s: %q hit %s", kind, got, hit.path)
		}
	}
}

// TestFaultReset: the connection is cut, before or after the request is carried out.
func TestFaultReset(t *testing.T) {
	t.Parallel()
	for kind, want := range map[simulator.FaultKind]string{
		simulator.FaultResetBefore: "enabled",
		simulator.FaultResetAfter:  "disabled",
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			s := start(t, simulator.Options{})
			s.AddVendor(linked)
			c := call{method: "PATCH", path: vendorsPath + "/42", token: s.a2a(), body: `{"status":"disabled"}`}
			s.AddFault(simulator.Fault{Kind: kind, Method: "PATCH"})
			resp, err := s.client.Do(s.request(c))
			if err == nil {
				resp.Body.Close()
				t.Fatalf("answered %d", resp.StatusCode)
			}
			if got, _ := s.Vendor("42"); got.Status != want {
				t.Errorf("status is %q", got.Status)
			}
			requests := s.Requests()
			if last := requests[len(requests)-1]; last.Method != http.MethodPatch || last.Status != 0 {
				t.Errorf("logged as %s %d", last.Method, last.Status)
			}
		})
	}
}

// TestFaultLate: a write is answered 504, and arrives when LandWrite is called. If-Match counts then.
func TestFaultLate(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	s.AddVendor(linked)
	token := s.a2a()
	etag := s.want(http.StatusOK, call{method: "GET", path: vendorsPath + "/42", token: token}).header.Get("ETag")
	s.AddFault(simulator.Fault{Kind: simulator.FaultLate, Times: 2})
	s.want(http.StatusOK, call{method: "GET", path: vendorsPath + "/42", token: token}) // hits writes only
	for range 2 {
		s.want(http.StatusGatewayTimeout, call{method: "PATCH", path: vendorsPath + "/42", token: token, body: `{"status":"disabled"}`, header: map[string]string{"If-Match": etag}})
	}
	if got, _ := s.Vendor("42"); got.Status != "enabled" {
		t.Errorf("before it arrives, the status is %q", got.Status)
	}
	for _, want := range []int{http.StatusOK, http.StatusPreconditionFailed} {
		if status, ok := s.LandWrite(); !ok || status != want {
			t.Errorf("it arrives with %d, want %d", status, want)
		}
		if got, _ := s.Vendor("42"); got.Status != "disabled" {
			t.Errorf("the status is %q", got.Status)
		}
	}
	if _, ok := s.LandWrite(); ok {
		t.Error("a third write arrives")
	}
}

func TestFaultTruncate(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	c := call{method: "GET", path: accessGroupsPath, token: s.a2a()}
	whole := s.do(c).body
	s.AddFault(simulator.Fault{Kind: simulator.FaultTruncate})
	resp, err := s.client.Do(s.request(c))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if !errors.Is(err, io.ErrUnexpectedEOF) || string(body) != whole[:len(whole)/2] {
		t.Errorf("got %q, %v", body, err)
	}
	if resp.ContentLength != int64(len(whole)) {
		t.Errorf("Content-Length is %d", resp.ContentLength)
	}
}

// TestFaultSlow: the header comes at once, the body after the delay.
func TestFaultSlow(t *testing.T) {
	t.Parallel()
	const delay = 50 * time.Millisecond
	s := start(t, simulator.Options{})
	c := call{method: "GET", path: accessGroupsPath, token: s.a2a()}
	whole := s.do(c).body
	s.AddFault(simulator.Fault{Kind: simulator.FaultSlow, Delay: delay})
	begin := time.Now()
	if r := s.want(200, c); r.body != whole {
		t.Errorf("got %s", r.body)
	}
	if took := time.Since(begin); took < delay {
		t.Errorf("took %v", took)
	}
}

// TestFaultUntilGone: answers that would take for ever end when the client goes away; else the server couldn't close.
func TestFaultUntilGone(t *testing.T) {
	t.Parallel()
	for _, fault := range []simulator.Fault{
		{Kind: simulator.FaultSlow, Delay: 24 * time.Hour},
		{Kind: simulator.FaultEndless},
	} {
		t.Run(string(fault.Kind), func(t *testing.T) {
			t.Parallel()
			s := start(t, simulator.Options{})
			c := call{method: "GET", path: accessGroupsPath, token: s.a2a()}
			s.AddFault(fault)
			resp, err := s.client.Do(s.request(c))
			if err != nil {
				t.Fatal(err)
			}
			if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "application/json" {
				t.Errorf("answered %d, %v", resp.StatusCode, resp.Header)
			}
			if fault.Kind == simulator.FaultEndless {
				if n, err := io.CopyN(io.Discard, resp.Body, 10<<20); err != nil {
					t.Errorf("ended after %d bytes: %v", n, err)
				}
			}
			resp.Body.Close()
		})
	}
}

// TestFaultChoice: which requests a fault hits.
func TestFaultChoice(t *testing.T) {
	t.Parallel()
	// Each test sends GET vendors, PATCH vendors/1 and GET vendors/1, twice; h is a hit.
	tests := map[string]struct {
		faults []simulator.Fault
		want   string
	}{
		"every":         {[]simulator.Fault{{}}, "hhhhhh"},
		"method":        {[]simulator.Fault{{Method: "PATCH"}}, ".h..h."},
		"path":          {[]simulator.Fault{{Path: vendorsPath}}, "h..h.."},
		"pattern":       {[]simulator.Fault{{Path: vendorsPath + "/*"}}, ".hh.hh"},
		"both":          {[]simulator.Fault{{Method: "GET", Path: vendorsPath + "/*"}}, "..h..h"},
		"times":         {[]simulator.Fault{{Times: 2}}, "hh...."},
		"skip":          {[]simulator.Fault{{Skip: 4}}, "....hh"},
		"skip and time": {[]simulator.Fault{{Skip: 1, Times: 3}}, ".hhh.."},
		"skip matching": {[]simulator.Fault{{Method: "PATCH", Skip: 1, Times: 1}}, "....h."},
		"two":           {[]simulator.Fault{{Times: 1}, {Skip: 1, Times: 2}}, "h.hh.."},
		"never":         {[]simulator.Fault{{Rate: 1e-12}}, "......"},
		"ever":          {[]simulator.Fault{{Rate: 1}}, "hhhhhh"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, simulator.Options{})
			token := s.a2a()
			for _, f := range test.faults {
				f.Kind = simulator.FaultGateway
				s.AddFault(f)
			}
			got := ""
			for range 2 {
				for _, c := range []call{{method: "GET"}, {method: "PATCH", path: "/1"}, {method: "GET", path: "/1"}} {
					c.path, c.token = vendorsPath+c.path, token
					if s.do(c).header.Get(simulator.FaultHeader) != "" {
						got += "h"
					} else {
						got += "."
					}
				}
			}
			if got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// TestFaultRate: the same seed makes the same choices, another makes others.
func TestFaultRate(t *testing.T) {
	t.Parallel()
	hits := func(seed int64) string {
		s := start(t, simulator.Options{RandomSeed: seed})
		s.AddFault(simulator.Fault{Kind: simulator.FaultGateway, Rate: 0.5})
		got := ""
		for range 40 {
			got += s.do(call{method: "GET", path: "/"}).header.Get(simulator.FaultHeader) + "."
		}
		return got
	}
	first := hits(1)
	if again := hits(1); again != first {
		t.Errorf("got %s, then %s", first, again)
	}
	if hits(2) == first {
		t.Error("two seeds make the same choices")
	}
	if n := strings.Count(first, "gateway"); n < 5 || n > 35 {
		t.Errorf("hit %d of 40", n)
	}
}
