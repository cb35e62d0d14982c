// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// standIn is a simulator without a network, and the book of what was written
// to it.
type standIn struct {
	*simulator.Simulator
	handler http.Handler
	turn    chan struct{} // one write at a time, so that what changes is its doing

	mu     sync.Mutex
	writes []*write
	late   []*write // answered 504, and not carried out yet
	status map[string]*write
}

// write is a PATCH that reached the appliance.
type write struct {
	walk          *walk
	node          *node // whose call sent it
	vendor        string
	fields        map[string]json.RawMessage
	before, after simulator.Vendor
	landed        bool   // after a gateway's 504
	disabledBy    *write // the write that had disabled the vendor before; nil: somebody, or nobody
}

func (w *write) changed() bool { return w.before != w.after }

func (w *write) enables() bool {
	return w.before.Status == "disabled" && w.after.Status == "enabled"
}

func (w *write) disables() bool {
	return w.before.Status == "enabled" && w.after.Status == "disabled"
}

// connection is how one process of the provider reaches the appliance.
type connection struct {
	*standIn
	walk *walk
	gone chan struct{} // closed when the process ends
}

var errProcessEnded = errors.New("the provider's process has ended")

// RoundTrip implements [http.RoundTripper].
func (c *connection) RoundTrip(req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil {
		body, _ = io.ReadAll(req.Body)
		_ = req.Body.Close()
	}
	if err := c.pass(req.Context(), c.walk.requested()); err != nil {
		return nil, err
	}
	incoming := httptest.NewRequestWithContext(req.Context(), req.Method, req.URL.String(), strings.NewReader(string(body)))
	incoming.Header = req.Header.Clone()
	var resp *http.Response
	var err error
	if req.Method == http.MethodPatch {
		resp, err = c.patch(incoming, body)
	} else {
		resp, err = c.serve(incoming)
	}
	if delay := c.walk.delay(req.Method); delay > 0 {
		if err := c.pass(req.Context(), delay); err != nil {
			return nil, err
		}
	}
	return resp, err
}

// pass lets time pass.
func (c *connection) pass(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-c.gone:
		return errProcessEnded
	}
}

// serve answers a request as a connection would bring the answer.
func (c *connection) serve(req *http.Request) (resp *http.Response, err error) {
	defer func() {
		if recover() != nil { // how a handler cuts the connection
			resp, err = nil, io.ErrUnexpectedEOF
		}
	}()
	recorder := httptest.NewRecorder()
	defer func() {
		if recorder.Header().Get(simulator.FaultHeader) != "" {
			c.walk.faulted.Store(true)
		}
	}()
	c.handler.ServeHTTP(recorder, req)
	resp = recorder.Result()
	if length, err := strconv.Atoi(resp.Header.Get("Content-Length")); err == nil && length > recorder.Body.Len() {
		resp.Body = io.NopCloser(io.MultiReader(resp.Body, cut{}))
	}
	return resp, nil
}

// cut is the end of a body that was cut off.
type cut struct{}

func (cut) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// patch is serve for a write, which goes into the book.
func (c *connection) patch(req *http.Request, body []byte) (*http.Response, error) {
	c.turn <- struct{}{}
	defer func() { <-c.turn }()
	w := &write{walk: c.walk, node: c.walk.sender(req.Context()), vendor: path.Base(req.URL.Path)}
	_ = json.Unmarshal(body, &w.fields)
	w.before, _ = c.Vendor(w.vendor)
	resp, err := c.serve(req)
	if err == nil && resp.StatusCode == http.StatusGatewayTimeout {
		c.mu.Lock()
		c.late = append(c.late, w)
		c.mu.Unlock()
	}
	c.book(w)
	return resp, err
}

// book enters a write into the book.
func (a *standIn) book(w *write) {
	w.after, _ = a.Vendor(w.vendor)
	a.mu.Lock()
	defer a.mu.Unlock()
	w.disabledBy = a.status[w.vendor]
	if w.before.Status != w.after.Status {
		a.status[w.vendor] = w
	}
	a.writes = append(a.writes, w)
}

// land has the oldest late write carried out. It returns nil if there is none.
func (a *standIn) land() *write {
	a.mu.Lock()
	if len(a.late) == 0 {
		a.mu.Unlock()
		return nil
	}
	sent := a.late[0]
	a.late = a.late[1:]
	a.mu.Unlock()
	landed := *sent
	landed.landed = true
	landed.before, _ = a.Vendor(landed.vendor)
	a.LandWrite()
	a.book(&landed)
	return &landed
}

// edit changes a vendor, as somebody does who isn't Terraform.
func (a *standIn) edit(id string, change func(*simulator.Vendor)) {
	a.EditVendor(id, func(v *simulator.Vendor) {
		before := v.Status
		if change(v); v.Status != before {
			a.mu.Lock()
			delete(a.status, id)
			a.mu.Unlock()
		}
	})
}

// nodeKey is under which a context says whose call it is.
type nodeKey struct{}

func (w *walk) sender(ctx context.Context) *node {
	n, _ := ctx.Value(nodeKey{}).(*node)
	return n
}
