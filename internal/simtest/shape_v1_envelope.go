// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package simtest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// flatVendor is a vendor of EnvelopeV1.
type flatVendor struct {
	ID               string  `json:"id"`
	Name             string  `json:"name"`
	Enabled          string  `json:"enabled"`
	AccessGroupID    *string `json:"access_group_id"`
	AccessGroup      string  `json:"access_group"`
	StartDate        string  `json:"contract_start"`
	DueDate          string  `json:"contract_end"`
	ContractNumber   string  `json:"contract_number"`
	DocumentID       string  `json:"document"`
	IdentityProvider *string `json:"iga_provider_id"`
	ProviderName     string  `json:"iga_provider"`
	SynchronizedAt   *string `json:"last_synchronization"`
}

type flatAccessGroup struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Enabled     string `json:"enabled"`
	Description string `json:"description"`
}

// envelope is what every answer of API v1 has, beside its payload.
type envelope struct {
	Status    int    `json:"status"`
	Message   string `json:"message"`
	Error     bool   `json:"error"`
	ErrorCode int    `json:"error_code"`
	Detail    string `json:"detail"`
}

func envelopeV1(t *translator) map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"GET /iso/domum/vendor":               func(w http.ResponseWriter, r *http.Request) { listV1(t, w, r, "vendors", toFlatVendor) },
		"GET /iso/domum/access_group":         func(w http.ResponseWriter, r *http.Request) { listV1(t, w, r, "access_groups", toFlatAccessGroup) },
		"GET /iso/domum/vendor/{id}":          t.readV1,
		"PUT /iso/domum/vendor/{id}":          t.changeV1,
		"POST /iso/domum/vendor/{id}/enable":  func(w http.ResponseWriter, r *http.Request) { t.switchV1(w, r, "enabled") },
		"POST /iso/domum/vendor/{id}/disable": func(w http.ResponseWriter, r *http.Request) { t.switchV1(w, r, "disabled") },
	}
}

// sayV1 answers in the envelope. An empty key is no payload.
func sayV1(got *held, status int, key string, payload any) {
	answer := map[string]any{"code": status, "response": envelope{Status: status, Message: "Operation completed"}}
	if key != "" {
		answer[key] = payload
	}
	got.send(status, answer)
}

func listV1[From, To any](t *translator, w http.ResponseWriter, r *http.Request, key string, convert func(From) To) {
	for name := range r.URL.Query() {
		t.fail(w, invalid(name, "is not a known parameter"))
		return
	}
	path := map[string]string{"vendors": defaultVendors, "access_groups": defaultAccessGroups}[key]
	found, ok := all[From](t, w, r, path)
	if !ok {
		return
	}
	payload := []To{}
	for _, row := range found.Data {
		payload = append(payload, convert(row))
	}
	sayV1(found.held, http.StatusOK, key, payload)
}

func (t *translator) readV1(w http.ResponseWriter, r *http.Request) {
	if v, got, ok := t.one(w, r); ok {
		sayV1(got, http.StatusOK, "vendor", toFlatVendor(v))
	}
}

// changeV1 takes the fields that change, and answers without the record.
func (t *translator) changeV1(w http.ResponseWriter, r *http.Request) {
	changes, refused := flatChanges(r.Body)
	if refused != nil {
		t.fail(w, *refused)
		return
	}
	if got, ok := t.patch(w, r, "", changes); ok {
		sayV1(got, http.StatusCreated, "", nil)
	}
}

func flatChanges(body io.Reader) (changes map[string]any, refused *failure) {
	var fields map[string]string // null is no string
	var raw map[string]json.RawMessage
	data, err := io.ReadAll(body)
	if err != nil {
		panic(http.ErrAbortHandler) // the client went away amid its body
	}
	changes = map[string]any{}
	bad := func(field, message string) (map[string]any, *failure) {
		f := invalid(field, message)
		return nil, &f
	}
	if json.Unmarshal(data, &raw) != nil || len(raw) == 0 {
		return bad("body", "must be an object with the fields that change")
	}
	for name, value := range raw {
		if string(value) == "null" || json.Unmarshal(value, new(string)) != nil {
			return bad(name, "must be a string")
		}
	}
	_ = json.Unmarshal(data, &fields)
	for name, value := range fields {
		field := map[string]string{"contract_start": "start_date", "contract_end": "due_date"}[name]
		switch {
		case name == "access_group_id":
			changes["access_group"] = map[string]string{"id": value}
		case field == "":
			return bad(name, "is not a field that can be changed")
		case value == "":
			changes[field] = nil
		default:
			if _, err := time.Parse(time.DateTime, value); err != nil {
				return bad(name, "must be a moment such as 2026-12-01 00:00:00")
			}
			changes[field] = value[:len(time.DateOnly)]
		}
	}
	return changes, nil
}

// switchV1 sets the status, and refuses to set it to what it is.
func (t *translator) switchV1(w http.ResponseWriter, r *http.Request, status string) {
	if v, ok := t.sim.Vendor(r.PathValue("id")); ok && v.Status == status {
		code := map[string]string{"enabled": alreadyEnabled, "disabled": alreadyDisabled}[status]
		t.fail(w, failure{status: http.StatusBadRequest, code: code, message: "The vendor is already " + status})
		return
	}
	if got, ok := t.patch(w, r, "", map[string]any{"status": status}); ok {
		sayV1(got, http.StatusOK, "", nil)
	}
}

func toFlatVendor(v defaultVendor) flatVendor {
	out := flatVendor{
		ID: v.ID, Name: v.Name, Enabled: oneOrZero(v.Status == "enabled"),
		StartDate: orEmpty(followedBy(v.StartDate, " 00:00:00")), DueDate: orEmpty(followedBy(v.DueDate, " 00:00:00")),
		ContractNumber: orEmpty(v.ContractNumber), DocumentID: orEmpty(v.DocumentID),
	}
	if g := v.AccessGroup; g != nil {
		out.AccessGroupID, out.AccessGroup = &g.ID, g.Name
	}
	if p := v.IdentityProvider; p != nil {
		out.IdentityProvider, out.ProviderName = &p.ID, p.Name
	}
	if at := v.SynchronizedAt; at != nil {
		text := strings.TrimSuffix(strings.Replace(*at, "T", " ", 1), "Z")
		out.SynchronizedAt = &text
	}
	return out
}

func toFlatAccessGroup(g defaultAccessGroup) flatAccessGroup {
	return flatAccessGroup{g.ID, g.Name, oneOrZero(g.Enabled), g.Description}
}

func oneOrZero(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// failV1 puts an error as API v1 does: most are a 400 with a code.
func failV1(w http.ResponseWriter, f failure) {
	status, code := f.status, 1
	switch f.code {
	case "not_found":
		status, code = http.StatusBadRequest, 1005
	case "validation_failed":
		status, code = http.StatusBadRequest, 1001
	case alreadyEnabled:
		code = 1043
	case alreadyDisabled:
		code = 1017
	case noRoute:
		code = 4
	}
	message := f.message
	for _, d := range f.details {
		message += fmt.Sprintf("; %s %s", d.Field, d.Message)
	}
	text := strconv.Itoa(code) + ": " + message
	sendFailure(w, f, status, map[string]any{
		"code":      status,
		"response":  envelope{status, message, true, 1, ""},
		"exception": map[string]any{"code": code, "message": text, "detail": nil},
	})
}
