// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/explain"
)

// oneVendor reads the first vendor of the list, shows its fields as the profile
// maps them, and looks for what guards a write.
func (e *examination) oneVendor(ctx context.Context, l *list) {
	id := ""
	if len(l.rows) > 0 {
		id = lookup(l.rows[0], l.idPath).String()
	}
	if id == "" {
		const reason = "The list shows no vendor. Push a group of third parties, or correct what differs there, and run again."
		e.skip("one vendor", reason)
		e.skip("guard of writes", reason)
		return
	}
	read := &e.profile.Vendors.Read
	path := strings.ReplaceAll(read.Path, "{id}", id)
	f := finding{Check: "one vendor", Call: "GET " + path}
	answer, err := e.fetch(ctx, path, nil)
	if err == nil {
		f.RequestID = requestID(answer)
	}
	v, readErr := e.client.GetVendor(ctx, id)
	switch {
	case readErr != nil:
		f.Result, f.Meaning = differs, explain.Text(readErr)
		if err == nil {
			e.correctRead(answer, id)
		}
	default:
		record := lookup(gjson.ParseBytes(answer.Body), read.Item)
		f.Found = "The record is at " + place(read.Item) + "."
		f.Fields = vendorFields(e.profile, record, v)
		f.Meaning = e.unseen(l, record)
	}
	e.add(f)
	if readErr != nil || err != nil {
		e.skip("guard of writes", "It takes a vendor.")
		return
	}
	e.readable = true
	e.guard(answer)
}

// correctRead says where in an answer about one vendor the record may be, and
// which fields it lacks.
func (e *examination) correctRead(answer *domum.Answer, id string) {
	if answer.Status != http.StatusOK {
		if answer.Status == http.StatusNotFound {
			e.correct("vendors.read.path", "nothing is found at %s", e.profile.Vendors.Read.Path)
		}
		return
	}
	body := gjson.ParseBytes(answer.Body)
	item, idPath := e.profile.Vendors.Read.Item, e.profile.Vendors.Fields.ID
	if record := lookup(body, item); record.IsObject() && lookup(record, idPath).String() == id {
		for _, m := range fieldPaths(e.profile) {
			if where, keys, lacks := lacking(record, m.path); lacks {
				e.correct("vendors.fields."+m.key, "there is no %s; %s has %s", m.path, where, keys)
			}
		}
		return
	}
	for _, m := range append(members([]gjson.Result{body}), &member{object: true}) {
		if m.object && lookup(lookup(body, m.path), idPath).String() == id {
			e.correct("vendors.read.item", "%s (the record stands there)", quoted(m.path))
		}
	}
}

// marked is an ETag that a gateway has marked as that of a compressed answer.
var marked = regexp.MustCompile(`[-;](gzip|br|deflate|zstd)"$`)

// guard finds out whether the appliance keeps a write from undoing another one.
func (e *examination) guard(answer *domum.Answer) {
	etag := answer.Header.Get("ETag")
	f := finding{Check: "guard of writes", Call: "ETag of one vendor", RequestID: requestID(answer)}
	wants := e.profile.Vendors.Write.Guard
	switch {
	case strings.HasPrefix(etag, "W/"), marked.MatchString(etag):
		f.Differences = []string{"the ETag is weak, or marked by a gateway: " + etag}
		f.Meaning = "A gateway between here and the appliance compresses answers, which makes ETags weak or marks them: no write would go through. " +
			"Have it leave the API's answers uncompressed (nginx: gzip off; Apache: SetEnv no-gzip 1; haproxy: no compression)."
		if wants == domum.GuardCompare {
			f.Differences = nil
			f.Meaning = "The ETag is not the appliance's own: a gateway compresses answers. The profile does without. " + gap
		}
	case etag == "" && wants == domum.GuardETag:
		f.Differences = []string{"the answer has no ETag header"}
		f.Meaning = "The provider reads the vendor, and never writes without an ETag: no link can be made or changed. " + gap
		e.correct("vendors.write.guard", "compare")
	case etag == "":
		f.Found = "There is none, and the profile says compare."
		f.Meaning = gap
	case wants == domum.GuardCompare:
		f.Found = "There is an ETag: " + etag + ". The profile says compare."
		f.Meaning = gap + " Try guard: etag, which closes it, if the appliance honours If-Match."
	default:
		f.Found = "There is an ETag: " + etag + "."
	}
	e.add(f)
}

const gap = "With guard: compare the provider reads the vendor again just before it writes, and once more afterwards. " +
	"A change by somebody else in the moment between can still be lost."

// missingVendor asks for a vendor that isn't there.
func (e *examination) missingVendor(ctx context.Context, l *list) {
	id := unknownID(l)
	path := strings.ReplaceAll(e.profile.Vendors.Read.Path, "{id}", id)
	f := finding{Check: "missing vendor", Call: "GET " + path}
	_, err := e.client.GetVendor(ctx, id)
	got, answered := errors.AsType[*domum.Error](err)
	if answered {
		f.RequestID = got.RequestID
		f.Found = fmt.Sprintf("HTTP %d", got.Status)
		if got.Code != "" {
			f.Found += ", code " + got.Code
		}
	}
	want := e.profile.Vendors.Read.Missing
	switch {
	case err == nil:
		f.Differences = []string{"a vendor with the id " + id + " came"}
		f.Meaning = "The provider can't tell a vendor that is gone."
	case domum.IsNotFound(err) && want.Code == "" && answered && want.Status != http.StatusNotFound:
		f.Differences = []string{"the profile counts every answer with this status as a vendor that is gone"}
		f.Meaning = "Another mistake with this status would drop a link from the state."
		e.correct("vendors.read.missing", "{status: %d, code: %s}", got.Status, got.Code)
	case domum.IsNotFound(err):
		f.Found += ": a vendor that is gone."
		if want.Code == "" && got.Code != "" {
			f.Meaning = "The profile has no code: another answer with this status may count as a vendor that is gone, too."
			e.correct("vendors.read.missing", "{status: %d, code: %s}", got.Status, got.Code)
		}
	default:
		f.Differences = []string{"the provider does not take this for a vendor that is gone"}
		f.Meaning = "The link of a deleted vendor would stay in state, and plans would fail.\n" + explain.Text(err)
		aboutTheRecord := []int{http.StatusBadRequest, http.StatusNotFound, http.StatusGone, http.StatusUnprocessableEntity}
		if e.readable && answered && got.Code != "" && slices.Contains(aboutTheRecord, got.Status) {
			e.correct("vendors.read.missing", "{status: %d, code: %s}, if that says that the vendor is not there", got.Status, got.Code)
		}
	}
	e.add(f)
}

// unknownID is an id that no vendor has, in the form of the first vendor's.
func unknownID(l *list) string {
	const number = "2147483647"
	if len(l.rows) == 0 {
		return number
	}
	id := lookup(l.rows[0], l.idPath).String()
	if strings.Trim(id, "0123456789") == "" {
		return number
	}
	nines := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return '9'
		}
		return r
	}, id)
	if nines == id {
		nines += "9"
	}
	return nines
}
