// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package simtest

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// Shape is an API that differs from the default one. It is a translator in
// front of the simulator: requests of the shape become requests of the default
// API, and answers go the other way. It shares no type or table with the
// client, so that a mistake in the client's codec can't hide.
//
// A request with a path, parameter or field that the shape doesn't have is
// refused, as a real appliance would refuse it.
type Shape struct {
	// Name says which it is, in words that can be a file's name.
	Name string
	// Profile is the profile that describes it: a path from the root of the
	// repository.
	Profile string

	routes func(*translator) map[string]http.HandlerFunc // patterns of [http.ServeMux]
	fields *strings.Replacer                             // its names of what the default API calls otherwise, for errors
	fail   func(w http.ResponseWriter, f failure)
	etags  bool
}

// The shapes.
var (
	// NamedObjects puts a record under a key such as "company", and a list under
	// one such as "companies". Ids are integers, the status is a boolean, dates
	// are RFC 3339; a list is paged by offset. A change is a PUT of the whole
	// record with If-Match.
	NamedObjects = Shape{Name: "named-objects", Profile: profiles + "named-objects.yaml", routes: namedObjects, fail: failV2, etags: true, fields: strings.NewReplacer(
		"access_group", "policy", "start_date", "validity.from", "due_date", "validity.until", "status", "active")}
	// EnvelopeV1 follows API v1: every answer is wrapped in an envelope, ids and
	// booleans are strings, and there is no paging and no ETag. A missing record
	// is answered with HTTP 400 and an error code. The status is changed by
	// separate calls, enable and disable; a call that would not change it is
	// refused.
	EnvelopeV1 = Shape{Name: "v1-envelope", Profile: profiles + "v1-envelope.yaml", routes: envelopeV1, fail: failV1, fields: strings.NewReplacer(
		"access_group.id", "access_group_id", "access_group", "access_group_id", "start_date", "contract_start", "due_date", "contract_end")}
	// BareArrays answers a list with a bare array. There is no total: a page with
	// fewer records than asked for is the last. Fields without a value are left
	// out. A change is a POST of the changed fields, with the access group by
	// name; there is no ETag.
	BareArrays = Shape{Name: "bare-arrays", Profile: profiles + "bare-arrays.yaml", routes: bareArrays, fail: failFlat, fields: strings.NewReplacer(
		"access_group.id", "group_name", "access_group", "group_name", "start_date", "begins", "due_date", "ends", "status", "state")}

	// Shapes is all of them.
	Shapes = []Shape{NamedObjects, EnvelopeV1, BareArrays}
)

const profiles = "examples/profiles/"

// ShapeServer is a simulator that is reached through a shape.
type ShapeServer struct {
	*Server

	mu   sync.Mutex
	sent []simulator.Request
}

// StartShape serves a new simulator through a shape until the test ends. Unlike
// [Start] it doesn't check requests against the contract, which describes the
// default API only. opts.PathPrefix must be empty.
func StartShape(t testing.TB, shape Shape, opts simulator.Options) *ShapeServer {
	t.Helper()
	sim := simulator.New(opts)
	s := &ShapeServer{Server: &Server{Simulator: sim}}
	translated := shape.Handler(sim)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			panic(http.ErrAbortHandler) // the client went away amid its body
		}
		s.log(r, body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		translated.ServeHTTP(w, r)
	}))
	t.Cleanup(func() {
		// A fault that lasts until the client goes away would keep Close waiting.
		srv.CloseClientConnections()
		srv.Close()
	})
	s.URL = srv.URL
	return s
}

func (s *ShapeServer) log(r *http.Request, body []byte) {
	header := r.Header.Clone()
	if header.Get("Authorization") != "" {
		header.Set("Authorization", "(removed)")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent = append(s.sent, simulator.Request{Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, Body: body, Header: header})
}

// Sent returns the requests that the client has sent so far, as they were before
// translation; Status and At are not set. [simulator.Simulator.Requests] returns
// the requests after translation: one list request may become several.
func (s *ShapeServer) Sent() []simulator.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.sent)
}

// Writes returns every request that would change a vendor, also those that were
// refused, each as "method path body". Token calls, SCIM and the simulator's
// control are left out.
func (s *ShapeServer) Writes() []string {
	var writes []string
	for _, r := range s.Sent() {
		if r.Method != http.MethodGet && !common(r.Path) {
			writes = append(writes, strings.TrimSpace(r.Method+" "+r.Path+" "+string(r.Body)))
		}
	}
	return writes
}
