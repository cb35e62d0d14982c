// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package simtest

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// held is an answer of the default API on its way to the client. It is held
// back for a translation, but for one that a fault makes endless, or whose
// header comes long before its body.
type held struct {
	shape   *translator
	out     http.ResponseWriter
	header  http.Header
	status  int
	body    bytes.Buffer
	begun   bool // the client has the header
	endless bool // the client gets the body as it is made
}

// Header implements [http.ResponseWriter].
func (h *held) Header() http.Header { return h.header }

// WriteHeader implements [http.ResponseWriter].
func (h *held) WriteHeader(status int) { h.status = status }

// Write implements [http.ResponseWriter].
func (h *held) Write(p []byte) (int, error) {
	if h.endless {
		return h.out.Write(p)
	}
	if h.body.Len()+len(p) > mostHeld {
		h.begin()
		h.endless = true
		if _, err := h.out.Write(h.body.Bytes()); err != nil {
			return 0, err
		}
		return h.out.Write(p)
	}
	return h.body.Write(p)
}

// FlushError implements what [http.ResponseController] looks for.
func (h *held) FlushError() error {
	h.begin()
	return http.NewResponseController(h.out).Flush()
}

// begin sends the header.
func (h *held) begin() {
	if h.begun {
		return
	}
	h.begun = true
	maps.Copy(h.out.Header(), h.head())
	h.out.WriteHeader(h.status)
}

// head is the header for the client.
func (h *held) head() http.Header {
	header := h.header.Clone()
	header.Del(simulator.FaultHeader)
	if !h.shape.etags {
		header.Del("ETag")
	}
	return header
}

// failed sends on an answer that isn't the one asked for, and reports whether it
// is one. The default API's errors are put into the words of the shape; what a
// fault breaks stays broken.
func (h *held) failed() bool {
	var e struct {
		Error *struct {
			Code, Message string
			Details       []detail
		}
	}
	whole := !h.endless && json.Unmarshal(h.body.Bytes(), &e) == nil
	switch {
	case whole && h.status < http.StatusMultipleChoices:
		return false
	case whole && e.Error != nil && !h.begun:
		for i := range e.Error.Details {
			e.Error.Details[i].Field = h.shape.fields.Replace(e.Error.Details[i].Field)
		}
		h.shape.fail(h.out, failure{h.status, e.Error.Code, e.Error.Message, e.Error.Details, h.head()})
	case !h.endless:
		h.begin()
		_, _ = h.out.Write(h.body.Bytes()) // the client may have gone away
	}
	return true
}

// decode reads the answer into out. If it can't be, the client gets it as it is.
func (h *held) decode(out any) bool {
	if json.Unmarshal(h.body.Bytes(), out) == nil {
		return true
	}
	h.begin()
	_, _ = h.out.Write(h.body.Bytes()) // the client may have gone away
	return false
}

// vendor reads an answer about one vendor.
func (h *held) vendor() (defaultVendor, bool) {
	var record struct {
		Data *defaultVendor `json:"data"`
	}
	if !h.decode(&record) {
		return defaultVendor{}, false
	}
	if record.Data == nil {
		h.begin()
		_, _ = h.out.Write(h.body.Bytes()) // the client may have gone away
		return defaultVendor{}, false
	}
	return *record.Data, true
}

// send sends a translation in place of the answer.
func (h *held) send(status int, v any) {
	h.header.Del("Content-Length")
	h.status = status
	if v == nil {
		h.header.Del("Content-Type")
		h.begin()
		return
	}
	h.begin()
	_, _ = h.out.Write(mustJSON(v)) // the client may have gone away
}

// mustJSON encodes what a shape says, all of which can be encoded.
func mustJSON(v any) []byte {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return body
}

// sendFailure sends an error as the shape has it.
func sendFailure(w http.ResponseWriter, f failure, status int, v any) {
	header := w.Header()
	for name, values := range f.header {
		if name != "Content-Length" {
			header[name] = values
		}
	}
	header.Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(mustJSON(v)) // the client may have gone away
}
