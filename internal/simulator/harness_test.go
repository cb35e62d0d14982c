// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

const (
	vendorsPath      = "/api/v2/domum/vendors"
	accessGroupsPath = "/api/v2/domum/access-groups"
	usersPath        = "/iso/scim/v2/Users"
	groupsPath       = "/iso/scim/v2/Groups"
	tokenPath        = "/iso/oauth2/token"
)

// server is a simulator behind a real listener.
type server struct {
	*simulator.Simulator
	t      *testing.T
	url    string
	client *http.Client
	clock  *clock
}

// start serves a simulator whose clock stands still until it is advanced.
func start(t *testing.T, opts simulator.Options) *server {
	t.Helper()
	c := &clock{now: time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)}
	opts.Now = c.Now
	sim := simulator.New(opts)
	srv := httptest.NewServer(sim)
	t.Cleanup(func() {
		srv.CloseClientConnections()
		srv.Close()
	})
	client := srv.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &server{sim, t, srv.URL + opts.PathPrefix, client, c}
}

// in returns the server for a subtest.
func (s *server) in(t *testing.T) *server {
	sub := *s
	sub.t = t
	return &sub
}

type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// call is a request; its token, if any, is sent as a bearer token.
type call struct {
	method, path string
	token        string
	body         string
	header       map[string]string
}

// reply is a whole answer.
type reply struct {
	status int
	header http.Header
	body   string
}

// request makes the HTTP request of a call.
func (s *server) request(c call) *http.Request {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), c.method, s.url+c.path, strings.NewReader(c.body))
	if err != nil {
		s.t.Fatal(err)
	}
	switch {
	case c.body == "":
	case strings.HasSuffix(c.path, "/token"):
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	case strings.HasPrefix(c.path, "/iso/scim/"):
		req.Header.Set("Content-Type", "application/scim+json")
	default:
		req.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	for name, value := range c.header {
		req.Header.Set(name, value)
	}
	return req
}

// do sends a call. The answer is empty if there was none.
func (s *server) do(c call) reply {
	s.t.Helper()
	resp, err := s.client.Do(s.request(c))
	if err != nil {
		s.t.Errorf("%s %s: %v", c.method, c.path, err)
		return reply{}
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Errorf("%s %s: %v", c.method, c.path, err)
	}
	return reply{resp.StatusCode, resp.Header, string(body)}
}

// want sends a call and fails the test unless the answer has the given status.
func (s *server) want(status int, c call) reply {
	s.t.Helper()
	r := s.do(c)
	if r.status != status {
		s.t.Fatalf("%s %s: status %d, want %d: %s", c.method, c.path, r.status, status, r.body)
	}
	return r
}

// login returns a new token for the given credentials.
func (s *server) login(id, secret string) string {
	s.t.Helper()
	r := s.want(http.StatusOK, call{method: "POST", path: tokenPath, body: grant(id, secret)})
	return decode[struct {
		AccessToken string `json:"access_token"`
	}](s.t, r).AccessToken
}

func (s *server) a2a() string  { s.t.Helper(); return s.login("domum-client", "domum-secret") }
func (s *server) okta() string { s.t.Helper(); return s.login("okta-scim", "okta-scim-secret") }

func grant(id, secret string) string {
	return url.Values{"grant_type": {"client_credentials"}, "client_id": {id}, "client_secret": {secret}}.Encode()
}

func decode[T any](t *testing.T, r reply) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(r.body), &v); err != nil {
		t.Fatalf("%v: %s", err, r.body)
	}
	return v
}

// page is what a list of API v2 answers.
type page struct {
	Data []struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"data"`
	Pagination map[string]int `json:"pagination"`
}

func (p page) ids() []string {
	var ids []string
	for _, record := range p.Data {
		ids = append(ids, record.ID)
	}
	return ids
}

// v2Error is an error of API v2.
type v2Error struct {
	Error struct {
		Code    string   `json:"code"`
		Message string   `json:"message"`
		Details []detail `json:"details"`
	} `json:"error"`
	RequestID string `json:"request_id"`
}

type detail struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

// fields returns the fields that an error of API v2 complains about.
func fields(t *testing.T, r reply) []string {
	t.Helper()
	var names []string
	for _, d := range decode[v2Error](t, r).Error.Details {
		names = append(names, d.Field)
	}
	return names
}
