// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

func TestRoutes(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		method, path string
		status       int
		allow        string
		shape        string // a part of the body
	}{
		"root":              {"GET", "/", 404, "", `"error_code":1`},
		"unknown":           {"GET", "/api/v2/domum/users", 404, "", `"message":"Resource /api/v2/domum/users not found"`},
		"trailing slash":    {"GET", vendorsPath + "/", 404, "", `"error_code":1`},
		"doubled slash":     {"GET", "/" + vendorsPath, 404, "", `"error_code":1`},
		"below a record":    {"GET", vendorsPath + "/1/users", 404, "", `"error_code":1`},
		"slash in an id":    {"GET", vendorsPath + "/a%2Fb", 404, "", `"code":"not_found"`},
		"no POST":           {"POST", vendorsPath, 405, "GET", `"code":"method_not_allowed"`},
		"no DELETE":         {"DELETE", vendorsPath + "/1", 405, "GET, PATCH", `"code":"method_not_allowed"`},
		"no PUT":            {"PUT", accessGroupsPath + "/7", 405, "GET", `"code":"method_not_allowed"`},
		"no PUT of a group": {"PUT", groupsPath + "/1", 405, "DELETE, GET, PATCH", `"status":"405"`},
	}
	s := start(t, simulator.Options{})
	a2a, okta := s.a2a(), s.okta()
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := s.in(t)
			token := a2a
			if strings.HasPrefix(test.path, "/iso/scim/") {
				token = okta
			}
			r := s.want(test.status, call{method: test.method, path: test.path, token: token})
			if !strings.Contains(r.body, test.shape) || r.header.Get("Allow") != test.allow {
				t.Errorf("Allow is %q, body %s", r.header.Get("Allow"), r.body)
			}
		})
	}
}

func TestPathPrefix(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{PathPrefix: "/segura"})
	a2a := s.a2a()
	s.AddVendor(simulator.Vendor{Name: "Acme Ltd"})
	s.want(200, call{method: "GET", path: vendorsPath + "/%31", token: a2a})
	user := s.want(201, call{method: "POST", path: usersPath, token: s.okta(), body: userBody("ann")})
	if got := user.header.Get("Location"); !strings.HasPrefix(got, s.url+usersPath+"/") {
		t.Errorf("Location is %q", got)
	}

	for _, path := range []string{vendorsPath, "/segurax" + vendorsPath, "/segura"} {
		outside := *s
		outside.url = strings.TrimSuffix(s.url, "/segura")
		r := outside.want(404, call{method: "GET", path: path, token: a2a})
		if r.body != `{"message":"no Route matched with those values"}` {
			t.Errorf("%s: %s", path, r.body)
		}
	}
	if got := s.Count("GET", vendorsPath+"/*"); got != 1 {
		t.Errorf("counted %d requests for a vendor", got)
	}
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{RateLimit: 2, RateWindow: 10 * time.Second})
	token := s.a2a()
	reset := s.clock.Now().Add(10 * time.Second)
	get := func() []string {
		r := s.do(call{method: "GET", path: vendorsPath, token: token})
		return []string{
			strconv.Itoa(r.status), r.header.Get("X-RateLimit-Limit"), r.header.Get("X-RateLimit-Remaining"),
			r.header.Get("X-RateLimit-Reset"),
		}
	}
	first := strconv.FormatInt(reset.Unix(), 10)
	next := strconv.FormatInt(reset.Add(10*time.Second).Unix(), 10)
	for i, want := range [][]string{{"200", "2", "1", first}, {"200", "2", "0", first}, {"429", "2", "0", first}} {
		if diff := cmp.Diff(want, get()); diff != "" {
			t.Errorf("request %d: %s", i, diff)
		}
	}
	r := s.do(call{method: "GET", path: vendorsPath, token: token})
	if decode[v2Error](t, r).Error.Code != "rate_limited" {
		t.Errorf("past the limit: %s", r.body)
	}
	s.want(200, call{method: "GET", path: groupsPath, token: s.okta()}) // SCIM and the token call have no limit

	s.clock.advance(10 * time.Second)
	if diff := cmp.Diff([]string{"200", "2", "1", next}, get()); diff != "" {
		t.Error(diff)
	}
}

func TestNoRateLimit(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	s.clock.advance(time.Millisecond)
	r := s.want(200, call{method: "GET", path: vendorsPath, token: s.a2a()})
	if r.header.Get("X-RateLimit-Limit") == "" || r.header.Get("X-RateLimit-Remaining") == "0" {
		t.Errorf("headers: %v", r.header)
	}
	// Rounded up, so that the window is over by then.
	want := strconv.FormatInt(s.clock.Now().Add(time.Minute+time.Second).Unix(), 10)
	if got := r.header.Get("X-RateLimit-Reset"); got != want {
		t.Errorf("reset at %s, want %s", got, want)
	}
}

// TestV2Headers: answers of API v2, errors too, carry a request id of their own.
func TestV2Headers(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	s.AddVendor(simulator.Vendor{Name: "Acme Ltd"})
	token := s.a2a()
	seen := make(map[string]bool)
	for _, c := range []call{
		{method: "GET", path: vendorsPath},
		{method: "GET", path: vendorsPath + "/1"},
		{method: "GET", path: vendorsPath + "/2"},
		{method: "GET", path: vendorsPath + "?page=x"},
		{method: "PATCH", path: vendorsPath + "/1", body: `{}`},
		{method: "PATCH", path: vendorsPath + "/1", body: `{`},
		{method: "PUT", path: vendorsPath + "/1"},
	} {
		c.token = token
		r := s.do(c)
		id := r.header.Get("X-Request-Id")
		if id == "" || seen[id] || r.header.Get("X-RateLimit-Remaining") == "" {
			t.Errorf("%s %s: %v", c.method, c.path, r.header)
		}
		seen[id] = true
		if (r.header.Get("ETag") != "") != (r.status == http.StatusOK) {
			t.Errorf("%s %s: %d with the ETag %q", c.method, c.path, r.status, r.header.Get("ETag"))
		}
		if r.status != http.StatusOK && decode[v2Error](t, r).RequestID != id {
			t.Errorf("%s %s: request %s is called %s", c.method, c.path, id, r.body)
		}
	}
}

func TestBodyTooLarge(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	s.AddVendor(simulator.Vendor{Name: "Acme Ltd"})
	large := `{"status":"` + strings.Repeat("x", 1<<20) + `"}`
	s.want(413, call{method: "PATCH", path: vendorsPath + "/1", token: s.a2a(), body: large})
	s.want(413, call{method: "POST", path: groupsPath, token: s.okta(), body: large})
	s.want(413, call{method: "POST", path: tokenPath, body: large})
}
