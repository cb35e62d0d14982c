// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package simtest

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"strings"

	"github.com/domum-iac/terraform-provider-domum/internal/contract"
	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// checker is the middleware that holds exchanges against the contract.
type checker struct {
	contract     *contract.Contract
	next         http.Handler
	prefix       string
	allowUnknown bool
	report       func(format string, args ...any)
}

// ServeHTTP passes the request on and checks it and its answer.
func (c *checker) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler) // the client went away amid its body
	}
	r = r.Clone(r.Context())
	r.Body = io.NopCloser(bytes.NewReader(body))

	found := c.find(r, body)
	if found == nil && !c.allowUnknown {
		c.report("contract: %s %s is no operation of the contract", r.Method, r.URL.Path)
	}
	if found != nil {
		for _, violation := range found.CheckRequest(r.Context()) {
			c.report("contract: %s: request: %s", found, violation)
		}
	}

	held := &heldResponse{ResponseWriter: w}
	c.next.ServeHTTP(held, r)
	if found != nil && !held.direct {
		for _, violation := range found.CheckResponse(r.Context(), held.sent(), held.Header(), held.body.Bytes()) {
			c.report("contract: %s: answer %d: %s", found, held.sent(), violation)
		}
	}
	held.release()
}

// find returns the exchange that r begins, or nil if it isn't the contract's.
func (c *checker) find(r *http.Request, body []byte) *contract.Exchange {
	path, ok := strings.CutPrefix(r.URL.Path, c.prefix)
	if !ok {
		return nil
	}
	r = r.Clone(r.Context())
	r.URL.Path, r.URL.RawPath = path, strings.TrimPrefix(r.URL.RawPath, c.prefix)
	return c.contract.Find(r, body)
}

// heldResponse holds an answer back until it is checked: a test must not see
// the answer, and end, before the report is made. An answer of a fault, which
// may never end, goes out as it comes, without the simulator's mark.
type heldResponse struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
	direct bool
}

// WriteHeader implements [http.ResponseWriter].
func (h *heldResponse) WriteHeader(status int) {
	if h.status != 0 {
		return
	}
	h.status = status
	if h.Header().Get(simulator.FaultHeader) != "" {
		h.direct = true
		h.Header().Del(simulator.FaultHeader)
		h.ResponseWriter.WriteHeader(status)
	}
}

// Write implements [http.ResponseWriter].
func (h *heldResponse) Write(p []byte) (int, error) {
	h.WriteHeader(http.StatusOK)
	if h.direct {
		return h.ResponseWriter.Write(p)
	}
	return h.body.Write(p)
}

// FlushError implements what [http.ResponseController] looks for.
func (h *heldResponse) FlushError() error {
	if !h.direct {
		return nil
	}
	return http.NewResponseController(h.ResponseWriter).Flush()
}

// Hijack implements [http.Hijacker]: only faults take the connection.
func (h *heldResponse) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	h.direct = true
	return http.NewResponseController(h.ResponseWriter).Hijack()
}

// sent returns the answer's status.
func (h *heldResponse) sent() int {
	if h.status == 0 {
		return http.StatusOK
	}
	return h.status
}

// release lets the answer go.
func (h *heldResponse) release() {
	if h.direct {
		return
	}
	h.ResponseWriter.WriteHeader(h.sent())
	// A client that is gone needs no answer.
	_, _ = h.ResponseWriter.Write(h.body.Bytes())
}
