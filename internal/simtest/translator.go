// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package simtest

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

const (
	defaultVendors      = "/api/v2/domum/vendors"
	defaultAccessGroups = "/api/v2/domum/access-groups"
	// mostHeld is how much of an answer is held back. What is longer never ends.
	mostHeld = 4 << 20
	// largestPage is the largest page of the default API, in records.
	largestPage = 200
)

// translator is an appliance of a shape.
type translator struct {
	Shape
	sim *simulator.Simulator
	mux *http.ServeMux
}

// Handler returns sim as an appliance of the shape. The token call, SCIM and the
// simulator's control are as they were.
func (s Shape) Handler(sim *simulator.Simulator) http.Handler {
	t := &translator{Shape: s, sim: sim, mux: http.NewServeMux()}
	for pattern, handler := range s.routes(t) {
		t.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(pattern, "{id}") && r.URL.RawQuery != "" { // a list judges its own
				t.fail(w, invalid("query", "is not known here"))
				return
			}
			handler(w, r)
		})
	}
	t.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if common(r.URL.Path) {
			sim.ServeHTTP(w, r)
			return
		}
		t.fail(w, failure{status: http.StatusNotFound, code: noRoute, message: "Resource " + r.URL.Path + " not found"})
	})
	return t.mux
}

// common reports whether a path is of a part of the API that all shapes share.
func common(path string) bool {
	return strings.HasSuffix(path, "/oauth2/token") || strings.HasPrefix(path, "/iso/scim/") || strings.HasPrefix(path, "/_simulator/")
}

// Codes of failures that the default API doesn't have.
const (
	noRoute         = "no_such_route"
	alreadyEnabled  = "already_enabled"
	alreadyDisabled = "already_disabled"
)

// failure is an error before a shape puts it into words.
type failure struct {
	status  int
	code    string // of the default API, or one of the above
	message string
	details []detail
	header  http.Header
}

type detail struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

// invalid is the failure of a request whose body or query has that mistake.
func invalid(field, message string) failure {
	return failure{status: http.StatusUnprocessableEntity, code: "validation_failed", message: "The request is not valid", details: []detail{{field, message}}}
}

// defaultVendor is a vendor of the default API.
type defaultVendor struct {
	ID               string  `json:"id"`
	Name             string  `json:"name"`
	Status           string  `json:"status"`
	AccessGroup      *named  `json:"access_group"`
	StartDate        *string `json:"start_date"`
	DueDate          *string `json:"due_date"`
	ContractNumber   *string `json:"contract_number"`
	DocumentID       *string `json:"document_id"`
	IdentityProvider *named  `json:"identity_provider"`
	SynchronizedAt   *string `json:"synchronized_at"`
}

type named struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// defaultAccessGroup is an access group of the default API.
type defaultAccessGroup struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Enabled     bool   `json:"enabled"`
	Description string `json:"description"`
}

// ask sends a request of the default API with the credentials of r. ok is false
// if its answer is none to translate: then w has it already.
func (t *translator) ask(w http.ResponseWriter, r *http.Request, call *http.Request) (got *held, ok bool) {
	call = call.WithContext(r.Context())
	for _, name := range []string{"Authorization", "If-None-Match", "Accept"} {
		if value := r.Header.Get(name); value != "" {
			call.Header.Set(name, value)
		}
	}
	if !t.etags {
		call.Header.Del("If-None-Match")
	}
	call.Host, call.RemoteAddr = r.Host, r.RemoteAddr
	got = &held{shape: t, out: w, header: http.Header{}, status: http.StatusOK}
	t.sim.ServeHTTP(got, call)
	if got.failed() {
		return got, false
	}
	return got, true
}

// get is ask for a GET.
func (t *translator) get(w http.ResponseWriter, r *http.Request, path string, query url.Values) (*held, bool) {
	return t.ask(w, r, newCall(http.MethodGet, path, query, nil))
}

// patch is ask for a PATCH. An empty ifMatch is none.
func (t *translator) patch(w http.ResponseWriter, r *http.Request, ifMatch string, changes map[string]any) (*held, bool) {
	call := newCall(http.MethodPatch, pathOfVendor(r), nil, changes)
	if ifMatch != "" {
		call.Header.Set("If-Match", ifMatch)
	}
	return t.ask(w, r, call)
}

// pathOfVendor is the path of the vendor that r is about.
func pathOfVendor(r *http.Request) string {
	return defaultVendors + "/" + url.PathEscape(r.PathValue("id"))
}

func newCall(method, path string, query url.Values, body any) *http.Request {
	var reader io.Reader = http.NoBody
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			panic(err)
		}
		reader = bytes.NewReader(encoded)
	}
	call, err := http.NewRequest(method, path+"?"+query.Encode(), reader) //nolint:noctx // ask gives it the context of its own request
	if err != nil {
		panic(err)
	}
	call.URL.ForceQuery = false
	if body != nil {
		call.Header.Set("Content-Type", "application/json")
	}
	return call
}

// rows are the records of a default list and how many there are in all.
type rows[T any] struct {
	Data       []T `json:"data"`
	Pagination struct {
		Total int `json:"total_items"`
	} `json:"pagination"`
	held *held
}

// page reads the page of a default list that begins behind skip records. skip
// is a multiple of size, or the page is put together from two.
func page[T any](t *translator, w http.ResponseWriter, r *http.Request, path string, query url.Values, skip, size int) (found rows[T], ok bool) {
	query = maps.Clone(query)
	if query == nil {
		query = url.Values{}
	}
	query.Set("page_size", strconv.Itoa(size))
	for first := skip / size; first*size < skip+size; first++ {
		query.Set("page", strconv.Itoa(first+1))
		got, ok := t.get(w, r, path, query)
		if !ok {
			return found, false
		}
		var part rows[T]
		if !got.decode(&part) {
			return found, false
		}
		for i, row := range part.Data {
			if at := first*size + i; at >= skip && at < skip+size {
				found.Data = append(found.Data, row)
			}
		}
		found.Pagination, found.held = part.Pagination, got
	}
	return found, true
}

// all reads a whole default list.
func all[T any](t *translator, w http.ResponseWriter, r *http.Request, path string) (found rows[T], ok bool) {
	for {
		part, ok := page[T](t, w, r, path, nil, len(found.Data), largestPage)
		if !ok {
			return found, false
		}
		part.Data = append(found.Data, part.Data...)
		short := len(part.Data)-len(found.Data) < largestPage
		if found = part; short || len(found.Data) >= found.Pagination.Total {
			return found, true
		}
	}
}

// one reads the vendor that r is about.
func (t *translator) one(w http.ResponseWriter, r *http.Request) (v defaultVendor, got *held, ok bool) {
	if got, ok = t.get(w, r, pathOfVendor(r), nil); !ok {
		return v, got, false
	}
	v, ok = got.vendor()
	return v, got, ok
}
