// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"encoding/json"
	"errors"
	"maps"
	"mime"
	"net/http"
	"slices"
	"time"
)

// readOnlyFields are the fields of a vendor that a PATCH can't change.
var readOnlyFields = []string{
	"id", "name", "contract_number", "document_id", "identity_provider", "synchronized_at",
}

// mergeVendor returns v with the changes of a PATCH, or the answer that refuses them, as openapi.yaml describes it. A field
// that isn't sent keeps its value. It also takes null for access group and start date, which the provider never sends: so
// tests unlink a vendor, as a person can.
func (s *Simulator) mergeVendor(req *request, v Vendor) (Vendor, *answer) {
	mediaType, _, err := mime.ParseMediaType(req.header.Get("Content-Type"))
	if err != nil || mediaType != contentJSON {
		return v, req.invalid(detail{"Content-Type", "must be " + contentJSON})
	}
	// Not a struct: encoding/json would take "STATUS" for its field status.
	var fields map[string]json.RawMessage
	err = json.Unmarshal(req.body, &fields)
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return v, req.v2Error(http.StatusBadRequest, "The body is not valid JSON")
	case err != nil || fields == nil:
		return v, req.invalid(detail{"body", "must be an object"})
	}

	var details []detail
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if d, ok := s.mergeField(&v, name, fields[name]); !ok {
			details = append(details, d)
		}
	}
	if len(details) == 0 {
		details = checkLink(v)
	}
	if len(details) > 0 {
		return v, req.invalid(details...)
	}
	return v, nil
}

// mergeField sets one field of v. If ok is false, it could not, and d says why.
func (s *Simulator) mergeField(v *Vendor, name string, raw json.RawMessage) (d detail, ok bool) {
	var message string
	switch name {
	case "status":
		message = mergeStatus(v, raw)
	case "access_group":
		return s.mergeAccessGroup(v, raw)
	case "start_date":
		v.StartDate, message = readDate(raw)
	case "due_date":
		v.DueDate, message = readDate(raw)
	default:
		message = "is not a known field"
		if slices.Contains(readOnlyFields, name) {
			message = "can't be changed"
		}
	}
	return detail{name, message}, message == ""
}

func mergeStatus(v *Vendor, raw json.RawMessage) (message string) {
	status, ok := readString(raw)
	if !ok || status != statusEnabled && status != statusDisabled {
		return "must be enabled or disabled"
	}
	v.Status = status
	return ""
}

func (s *Simulator) mergeAccessGroup(v *Vendor, raw json.RawMessage) (d detail, ok bool) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil {
		return detail{"access_group", "must be an object or null"}, false
	}
	if fields == nil {
		v.AccessGroupID = ""
		return detail{}, true
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if name != "id" {
			return detail{"access_group." + name, "is not a known field"}, false
		}
	}
	id, ok := readString(fields["id"])
	if !ok {
		return detail{"access_group.id", "must be a string"}, false
	}
	if _, ok := s.accessGroups.records[id]; !ok {
		return detail{"access_group.id", "does not exist"}, false
	}
	v.AccessGroupID = id
	return detail{}, true
}

// checkLink returns the rules that v breaks (assumed: the fields that the form demands).
func checkLink(v Vendor) []detail {
	var details []detail
	if v.Status == statusEnabled && v.AccessGroupID == "" {
		details = append(details, detail{"access_group", "is required for an enabled vendor"})
	}
	if v.Status == statusEnabled && v.StartDate == "" {
		details = append(details, detail{"start_date", "is required for an enabled vendor"})
	}
	// Dates in this layout sort as text.
	if v.StartDate != "" && v.DueDate != "" && v.DueDate < v.StartDate {
		details = append(details, detail{"due_date", "must not be before the start date"})
	}
	return details
}

// readDate reads a plain date, or null as "".
func readDate(raw json.RawMessage) (date, message string) {
	if string(raw) == "null" {
		return "", ""
	}
	date, ok := readString(raw)
	if !ok || !validDate(date) {
		return "", "must be a date such as 2026-12-01, or null"
	}
	return date, ""
}

func validDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// readString reads a JSON string; null isn't one.
func readString(raw json.RawMessage) (string, bool) {
	var s *string
	if err := json.Unmarshal(raw, &s); err != nil || s == nil {
		return "", false
	}
	return *s, true
}
