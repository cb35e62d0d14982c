// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package simtest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"
)

// company is a vendor of NamedObjects.
type company struct {
	ID           int64           `json:"id"`
	Title        string          `json:"title"`
	Active       bool            `json:"active"`
	Policy       *titled         `json:"policy"`
	Validity     validity        `json:"validity"`
	Contract     *string         `json:"contract"`
	TaxID        *string         `json:"tax_id"`
	Source       *titled         `json:"source"`
	Synchronized *string         `json:"synchronized"`
	Locations    json.RawMessage `json:"locations"` // these two are here to be kept
	Checksum     json.RawMessage `json:"checksum"`
}

type titled struct {
	ID    int64  `json:"id"`
	Title string `json:"title"`
}

type validity struct {
	From  *string `json:"from"`
	Until *string `json:"until"`
}

// policy is an access group of NamedObjects.
type policy struct {
	ID     int64  `json:"id"`
	Title  string `json:"title"`
	Usable bool   `json:"usable"`
	Text   string `json:"text"`
}

// Numbers that a reader into floating point would change.
const (
	someLocations = `[{"country":"BR","accuracy":0.80},{"country":"PT","accuracy":1.0e2}]`
	someChecksum  = `12345678901234567891`
)

// midnight follows the day of a date.
const midnight = "T00:00:00Z"

// largestOffsetPage is the largest page of NamedObjects, in records.
const largestOffsetPage = 100

func namedObjects(t *translator) map[string]http.HandlerFunc {
	c := &companies{translator: t, shown: map[string][]byte{}}
	return map[string]http.HandlerFunc{
		"GET /rest/v3/companies":      c.list,
		"GET /rest/v3/companies/{id}": c.read,
		"PUT /rest/v3/companies/{id}": c.replace,
		"GET /rest/v3/policies":       c.policies,
	}
}

type companies struct {
	*translator
	mu    sync.Mutex
	shown map[string][]byte // the records that clients have seen, by ETag
}

type meta struct {
	Offset int `json:"offset"`
	Limit  int `json:"limit"`
	Total  int `json:"total"`
}

func (c *companies) list(w http.ResponseWriter, r *http.Request) {
	at, search, ok := c.offset(w, r, "search")
	if !ok {
		return
	}
	query := url.Values{}
	if search != "" {
		query.Set("vendor.name", search)
	}
	found, ok := page[defaultVendor](c.translator, w, r, defaultVendors, query, at.Offset, at.Limit)
	if !ok {
		return
	}
	at.Total = found.Pagination.Total
	list := struct {
		Companies []company `json:"companies"`
		Meta      meta      `json:"meta"`
	}{[]company{}, at}
	for _, v := range found.Data {
		list.Companies = append(list.Companies, toCompany(v))
	}
	found.held.send(http.StatusOK, list)
}

func (c *companies) policies(w http.ResponseWriter, r *http.Request) {
	at, _, ok := c.offset(w, r, "")
	if !ok {
		return
	}
	found, ok := page[defaultAccessGroup](c.translator, w, r, defaultAccessGroups, nil, at.Offset, at.Limit)
	if !ok {
		return
	}
	at.Total = found.Pagination.Total
	list := struct {
		Policies []policy `json:"policies"`
		Meta     meta     `json:"meta"`
	}{[]policy{}, at}
	for _, g := range found.Data {
		list.Policies = append(list.Policies, policy{number(g.ID), g.Name, g.Enabled, g.Description})
	}
	found.held.send(http.StatusOK, list)
}

// offset reads the query of a list: paging, and one filter.
func (c *companies) offset(w http.ResponseWriter, r *http.Request, filter string) (at meta, search string, ok bool) {
	at.Limit = 20
	for name, values := range r.URL.Query() {
		var err error
		switch name {
		case "offset":
			at.Offset, err = strconv.Atoi(values[0])
		case "limit":
			at.Limit, err = strconv.Atoi(values[0])
		case filter:
			search = values[0]
		default:
			c.fail(w, invalid(name, "is not a known parameter"))
			return at, "", false
		}
		if err != nil || at.Offset < 0 || at.Limit < 1 || at.Limit > largestOffsetPage {
			c.fail(w, invalid(name, "is out of range"))
			return at, "", false
		}
	}
	return at, search, true
}

func (c *companies) read(w http.ResponseWriter, r *http.Request) {
	if v, got, ok := c.one(w, r); ok {
		c.show(got, v)
	}
}

// show answers with a company, and remembers it for its ETag.
func (c *companies) show(got *held, v defaultVendor) {
	record := mustJSON(toCompany(v))
	c.mu.Lock()
	c.shown[got.header.Get("ETag")] = record
	c.mu.Unlock()
	got.send(http.StatusOK, map[string]json.RawMessage{"company": record})
}

// replace takes a whole record, in which only some members may differ from the
// one that its ETag names.
func (c *companies) replace(w http.ResponseWriter, r *http.Request) {
	etag := r.Header.Get("If-Match")
	if etag == "" {
		c.fail(w, failure{status: http.StatusPreconditionRequired, code: "precondition_required", message: "If-Match is required"})
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler) // the client went away amid its body
	}
	c.mu.Lock()
	seen, known := c.shown[etag]
	c.mu.Unlock()
	changes := map[string]any{}
	if known {
		var refused *failure
		if changes, refused = companyChanges(seen, body); refused != nil {
			c.fail(w, *refused)
			return
		}
	}
	// An ETag that isn't known here is refused there.
	got, ok := c.patch(w, r, etag, changes)
	if !ok {
		return
	}
	if v, ok := got.vendor(); ok {
		c.show(got, v)
	}
}

// companyChanges returns what differs between two records, as a PATCH of the
// default API.
func companyChanges(seen, sent []byte) (changes map[string]any, refused *failure) {
	var before, after map[string]json.RawMessage
	if json.Unmarshal(seen, &before) != nil || json.Unmarshal(sent, &after) != nil {
		return nil, &failure{status: http.StatusBadRequest, code: "bad_request", message: "The body is not valid JSON"}
	}
	bad := func(field, message string) (map[string]any, *failure) {
		f := invalid(field, message)
		return nil, &f
	}
	for name := range after {
		if before[name] == nil {
			return bad(name, "is not a known field")
		}
	}
	changes = map[string]any{}
	for name, old := range before {
		value, ok := after[name]
		if !ok {
			return bad(name, "is missing: a PUT replaces the whole record")
		}
		if bytes.Equal(old, value) {
			continue
		}
		var message string
		switch name {
		case "active":
			message = changeActive(changes, value)
		case "policy":
			message = changePolicy(changes, value)
		case "validity":
			message = changeValidity(changes, old, value)
		default:
			message = "can't be changed: it is " + string(old) + ", and " + string(value) + " was sent"
		}
		if message != "" {
			return bad(name, message)
		}
	}
	return changes, nil
}

func changeActive(changes map[string]any, value json.RawMessage) (message string) {
	var active *bool
	if json.Unmarshal(value, &active) != nil || active == nil {
		return "must be true or false"
	}
	changes["status"] = map[bool]string{true: "enabled", false: "disabled"}[*active]
	return ""
}

// changePolicy takes the id, and passes over the title, which may be the old
// one's.
func changePolicy(changes map[string]any, value json.RawMessage) (message string) {
	var to *struct {
		ID    *int64 `json:"id"`
		Title string `json:"title"`
	}
	decoder := json.NewDecoder(bytes.NewReader(value))
	decoder.DisallowUnknownFields()
	if decoder.Decode(&to) != nil || to != nil && to.ID == nil {
		return "must be null, or an object with an integer id"
	}
	changes["access_group"] = nil
	if to != nil {
		changes["access_group"] = map[string]string{"id": strconv.FormatInt(*to.ID, 10)}
	}
	return ""
}

func changeValidity(changes map[string]any, old, value json.RawMessage) (message string) {
	var before, after map[string]json.RawMessage
	if json.Unmarshal(old, &before) != nil || json.Unmarshal(value, &after) != nil || len(after) != len(before) {
		return "must be an object with from and until"
	}
	for name, field := range map[string]string{"from": "start_date", "until": "due_date"} {
		var moment *string
		switch {
		case after[name] == nil || json.Unmarshal(after[name], &moment) != nil:
			return name + " must be a moment such as 2026-12-01T00:00:00Z, or null"
		case bytes.Equal(before[name], after[name]):
			continue
		case moment == nil:
			changes[field] = nil
			continue
		}
		if _, err := time.Parse(time.RFC3339, *moment); err != nil {
			return name + " must be a moment such as 2026-12-01T00:00:00Z, or null"
		}
		changes[field] = (*moment)[:len(time.DateOnly)]
	}
	return ""
}

func toCompany(v defaultVendor) company {
	return company{
		ID: number(v.ID), Title: v.Name, Active: v.Status == "enabled", Policy: toTitled(v.AccessGroup),
		Validity: validity{followedBy(v.StartDate, midnight), followedBy(v.DueDate, midnight)},
		Contract: v.ContractNumber, TaxID: v.DocumentID, Source: toTitled(v.IdentityProvider), Synchronized: v.SynchronizedAt,
		Locations: json.RawMessage(someLocations), Checksum: json.RawMessage(someChecksum),
	}
}

func toTitled(n *named) *titled {
	if n == nil {
		return nil
	}
	return &titled{number(n.ID), n.Name}
}

// followedBy appends a time to a day.
func followedBy(day *string, moment string) *string {
	if day == nil {
		return nil
	}
	text := (*day)[:len(time.DateOnly)] + moment
	return &text
}

// number is an id as an integer.
func number(id string) int64 {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		panic("simtest: the id " + id + " is no number") // a test's own seed
	}
	return n
}

// failV2 puts an error as API v2 does.
func failV2(w http.ResponseWriter, f failure) {
	type body struct {
		Code    string   `json:"code"`
		Message string   `json:"message"`
		Details []detail `json:"details"`
	}
	sendFailure(w, f, f.status, map[string]any{
		"error": body{f.code, f.message, append([]detail{}, f.details...)}, "request_id": f.header.Get("X-Request-Id"),
	})
}
