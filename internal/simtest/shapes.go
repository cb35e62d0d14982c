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
// What a request of the shape may not say is refused, as an appliance would.
type Shape struct {
	// Name says which it is, in words that can be a file's name.
	Name string
	// Profile is the profile that describes it: a path from the root of the
	// repository.
	Profile string

	routes func(*translator) map[string]http.HandlerFunc // patterns of [http.ServeMux]
	fail   func(w http.ResponseWriter, f failure)
	etags  bool
}

// The shapes.
var (
	// NamedObjects puts each record and list under a name of its own. Ids are
	// integers, the status is a boolean, dates are RFC 3339; pages go by offset.
	// A change is a PUT of the whole record with If-Match.
	NamedObjects = Shape{Name: "named-objects", Profile: profiles + "named-objects.yaml", routes: namedObjects, fail: failV2, etags: true}
	// EnvelopeV1 follows API v1: an envelope, ids and booleans that are strings,
	// no paging, no ETag, a missing record that is a 400 with a code. The status
	// has calls of its own, which refuse to repeat.
	EnvelopeV1 = Shape{Name: "v1-envelope", Profile: profiles + "v1-envelope.yaml", routes: envelopeV1, fail: failV1}
	// BareArrays answers a list with the array alone, page by page until a short
	// one, and leaves out fields without a value. A change is a POST of what
	// changes; there is no ETag.
	BareArrays = Shape{Name: "bare-arrays", Profile: profiles + "bare-arrays.yaml", routes: bareArrays, fail: failFlat}

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

// StartShape serves a new simulator through a shape until the test ends.
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

// Sent returns the requests of the client so far, in the words of the shape and
// without the status of their answers. [simulator.Simulator.Requests] returns
// what became of them: a list may take several.
func (s *ShapeServer) Sent() []simulator.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.sent)
}

// Writes returns the changes of vendors that the client has sent, each as
// "method path body".
func (s *ShapeServer) Writes() []string {
	var writes []string
	for _, r := range s.Sent() {
		if r.Method != http.MethodGet && !common(r.Path) {
			writes = append(writes, strings.TrimSpace(r.Method+" "+r.Path+" "+string(r.Body)))
		}
	}
	return writes
}
