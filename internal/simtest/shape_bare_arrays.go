// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package simtest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
)

// supplier is a vendor of BareArrays. Its key is a number, and those of groups and
// directories are strings, so that a client meets both in one API.
type supplier struct {
	Key       int64  `json:"key"`
	Label     string `json:"label"`
	State     string `json:"state"`
	Group     *keyed `json:"group,omitempty"`
	Begins    string `json:"begins,omitempty"`
	Ends      string `json:"ends,omitempty"`
	Contract  string `json:"contract,omitempty"`
	Document  string `json:"document,omitempty"`
	Directory *keyed `json:"directory,omitempty"`
	Synced    string `json:"synced,omitempty"`
}

// keyed is a reference, and an access group, of BareArrays.
type keyed struct {
	Key   string `json:"key"`
	Label string `json:"label"`
}

// largestArray is the largest page of BareArrays, in records.
const largestArray = 50

const (
	supplierActive  = "active"
	supplierBlocked = "blocked"
)

func bareArrays(t *translator) map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"GET /domum/api/suppliers": func(w http.ResponseWriter, r *http.Request) { listArray(t, w, r, defaultVendors, toSupplier) },
		"GET /domum/api/groups": func(w http.ResponseWriter, r *http.Request) {
			listArray(t, w, r, defaultAccessGroups, func(g defaultAccessGroup) keyed { return keyed{g.ID, g.Name} })
		},
		"GET /domum/api/suppliers/{id}": func(w http.ResponseWriter, r *http.Request) {
			if v, got, ok := t.one(w, r); ok {
				got.send(http.StatusOK, toSupplier(v))
			}
		},
		"POST /domum/api/suppliers/{id}": t.changeSupplier,
	}
}

func listArray[From, To any](t *translator, w http.ResponseWriter, r *http.Request, path string, convert func(From) To) {
	number, size := 1, largestArray
	for name, values := range r.URL.Query() {
		var err error
		switch name {
		case "page":
			number, err = strconv.Atoi(values[0])
		case "limit":
			size, err = strconv.Atoi(values[0])
		default:
			t.fail(w, invalid(name, "is not a known parameter"))
			return
		}
		if err != nil || number < 1 || size < 1 || size > largestArray {
			t.fail(w, invalid(name, "is out of range"))
			return
		}
	}
	found, ok := page[From](t, w, r, path, nil, (number-1)*size, size)
	if !ok {
		return
	}
	list := []To{}
	for _, row := range found.Data {
		list = append(list, convert(row))
	}
	found.held.send(http.StatusOK, list)
}

// changeSupplier takes the fields that change, and answers nothing. It takes the
// name of the access group.
func (t *translator) changeSupplier(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler) // the client went away amid its body
	}
	var fields map[string]*string
	if json.Unmarshal(body, &fields) != nil || len(fields) == 0 {
		t.fail(w, invalid("body", "must be an object with the fields that change, each a string or null"))
		return
	}
	changes := map[string]any{}
	for name, value := range fields {
		switch {
		case name == "begins":
			changes["start_date"] = value
		case name == "ends":
			changes["due_date"] = value
		case name == "state" && value != nil && (*value == supplierActive || *value == supplierBlocked):
			changes["status"] = map[bool]string{true: "enabled", false: "disabled"}[*value == supplierActive]
		case name == "group_name" && value != nil && t.groupNamed(*value) != "":
			changes["access_group"] = map[string]string{"id": t.groupNamed(*value)}
		default:
			t.fail(w, invalid(name, "is not a field that can be changed, or can't have this value"))
			return
		}
	}
	if got, ok := t.patch(w, r, "", changes); ok {
		got.send(http.StatusNoContent, nil)
	}
}

// groupNamed returns the id of the access group of that name, "" if there is
// none.
func (t *translator) groupNamed(name string) string {
	for _, g := range t.sim.AccessGroups() {
		if g.Name == name {
			return g.ID
		}
	}
	return ""
}

func toSupplier(v defaultVendor) supplier {
	out := supplier{
		Key: number(v.ID), Label: v.Name, State: supplierBlocked, Begins: orEmpty(v.StartDate), Ends: orEmpty(v.DueDate),
		Contract: orEmpty(v.ContractNumber), Document: orEmpty(v.DocumentID), Synced: orEmpty(v.SynchronizedAt),
	}
	if v.Status == "enabled" {
		out.State = supplierActive
	}
	if g := v.AccessGroup; g != nil {
		out.Group = &keyed{g.ID, g.Name}
	}
	if p := v.IdentityProvider; p != nil {
		out.Directory = &keyed{p.ID, p.Name}
	}
	return out
}

// failFlat puts an error as a flat object.
func failFlat(w http.ResponseWriter, f failure) {
	code, message := f.code, f.message
	if code == "not_found" {
		code = "supplier_unknown"
	}
	for _, d := range f.details {
		message += fmt.Sprintf("; %s %s", d.Field, d.Message)
	}
	sendFailure(w, f, f.status, map[string]any{"code": code, "message": message})
}
