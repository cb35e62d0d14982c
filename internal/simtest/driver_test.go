// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package simtest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/domum-iac/terraform-provider-domum/internal/contract"
	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// driver sends requests to a simulator and holds each exchange, as the client
// sees it, against the contract.
type driver struct {
	t        *testing.T
	contract *contract.Contract
	sim      *simulator.Simulator
	url      string
	client   *http.Client
	seen     map[string]bool // "operationId status"
}

func newDriver(t *testing.T, opts simulator.Options) *driver {
	t.Helper()
	sim := simulator.New(opts)
	srv := httptest.NewServer(sim)
	t.Cleanup(srv.Close)
	return &driver{t, mustLoad(t), sim, srv.URL, srv.Client(), make(map[string]bool)}
}

// step is a request and the status that it should be answered with.
type step struct {
	method, path string
	token        string
	ifMatch      string
	ifNoneMatch  string
	body         string
	want         int
	bad          bool // the contract forbids the request
}

// reply is what came back.
type reply struct {
	header http.Header
	body   []byte
}

// id returns the id of the record, which API v2 wraps and SCIM doesn't.
func (r reply) id(t *testing.T) string {
	t.Helper()
	var record struct{ ID string }
	if err := json.Unmarshal(r.body, &record); err != nil || record.ID == "" {
		t.Fatalf("no id in %s", r.body)
	}
	return record.ID
}

func (d *driver) do(s step) reply {
	d.t.Helper()
	req := s.request(d)
	resp, err := d.client.Do(req)
	if err != nil {
		d.t.Fatalf("%s %s: %v", s.method, s.path, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		d.t.Fatalf("%s %s: %v", s.method, s.path, err)
	}
	name := fmt.Sprintf("%s %s: %d", s.method, s.path, resp.StatusCode)
	if resp.StatusCode != s.want {
		d.t.Fatalf("%s, want %d: %s", name, s.want, body)
	}

	found := d.contract.Find(req, []byte(s.body))
	if found == nil {
		d.t.Fatalf("%s: no operation of the contract", name)
	}
	if violations := found.CheckRequest(req.Context()); (violations != nil) != s.bad {
		d.t.Errorf("%s: the request violates %q", name, violations)
	}
	for _, violation := range found.CheckResponse(req.Context(), resp.StatusCode, resp.Header, body) {
		d.t.Errorf("%s: %s: %s", name, violation, body)
	}
	d.checkRequestID(name, resp.Header, body)
	d.seen[coverageKey(found.Operation(), resp.StatusCode)] = true
	return reply{resp.Header, body}
}

func (s step) request(d *driver) *http.Request {
	req, err := http.NewRequestWithContext(d.t.Context(), s.method, d.url+s.path, strings.NewReader(s.body))
	if err != nil {
		d.t.Fatal(err)
	}
	for name, value := range map[string]string{"If-Match": s.ifMatch, "If-None-Match": s.ifNoneMatch} {
		if value != "" {
			req.Header.Set(name, value)
		}
	}
	if s.token != "" {
		req.Header.Set("Authorization", "Bearer "+s.token)
	}
	switch {
	case s.body == "":
	case strings.HasSuffix(s.path, "/token"):
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	case strings.HasPrefix(s.path, "/iso/scim/"):
		req.Header.Set("Content-Type", "application/scim+json")
	default:
		req.Header.Set("Content-Type", "application/json")
	}
	return req
}

// checkRequestID holds what the document can't say: an error of API v2 itself
// names the request in its header and its body alike.
func (d *driver) checkRequestID(name string, header http.Header, body []byte) {
	d.t.Helper()
	var e struct {
		RequestID *string `json:"request_id"`
	}
	if json.Unmarshal(body, &e) == nil && e.RequestID != nil && *e.RequestID != header.Get("X-Request-Id") {
		d.t.Errorf("%s: request_id is %q, X-Request-Id %q", name, *e.RequestID, header.Get("X-Request-Id"))
	}
}

// coverageKey names an operation's answer as the document does.
func coverageKey(op *openapi3.Operation, status int) string {
	declared := strconv.Itoa(status)
	if op.Responses.Value(declared) == nil {
		declared = declared[:1] + "XX"
	}
	return op.OperationID + " " + declared
}

// login returns an access token.
func (d *driver) login(path, id, secret string) string {
	d.t.Helper()
	r := d.do(step{method: "POST", path: path, body: grant("client_credentials", id, secret), want: 200})
	var answer struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.Unmarshal(r.body, &answer); err != nil {
		d.t.Fatal(err)
	}
	return answer.AccessToken
}

func grant(kind, id, secret string) string {
	return url.Values{"grant_type": {kind}, "client_id": {id}, "client_secret": {secret}}.Encode()
}
