// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
)

// oneVendor reads the first vendor of the list, shows its fields as the profile
// maps them, and looks for what guards a write. It returns whether the vendor
// could be read.
func (e *examination) oneVendor(ctx context.Context, l *list) bool {
	id, read := domum.At(l.rows.Get("0"), l.idPath).String(), &e.profile.Vendors.Read
	if id == "" {
		const reason = "The list shows none: correct what differs there, push a group of third parties, or let the authorization see vendors."
		e.add(skipped, "one vendor", "", reason)
		e.add(skipped, "guard of writes", "", reason)
		return false
	}
	path := strings.ReplaceAll(read.Path, "{id}", id)
	v, err := e.client.GetVendor(ctx, id)
	answer, fetchErr := fetch(ctx, e.client, path, nil)
	if err = cmp.Or(err, fetchErr); err != nil {
		e.conclude("one vendor", get(path, nil), []outcome{failure(err, "vendors.read", read.Path)})
		e.add(skipped, "guard of writes", "", "It takes a vendor.")
		return false
	}
	record := domum.At(answer, read.Item)
	shown, paths := show(&e.profile.Vendors.Fields, v, record, append(l.rows.Array(), record))
	said := "The record is at " + quoted(read.Item) + ".\n" + shown
	lacks := func(at string) bool { return !domum.At(l.rows.Get("0"), at).Exists() }
	if i := slices.IndexFunc(paths, lacks); i >= 0 && !e.profile.Vendors.OmitsEmpty {
		said += "\nThe rows of the list lack " + paths[i] + ": the provider reads each link one by one, which takes a request a link."
	}
	e.add(holds, "one vendor", get(path, nil), said)
	compare, gap := e.profile.Vendors.Write.Guard == domum.GuardCompare, "\nWith guard: compare the provider reads the vendor again just before "+
		"it writes, and once more afterwards. A change by somebody else in the moment between can still be lost."
	e.conclude("guard of writes", get(path, nil), []outcome{
		{compare && v.ETag == "", holds, "There is no ETag, and the profile says compare." + gap, ""},
		{compare, holds, "There is an ETag: " + v.ETag + ". The profile says compare." + gap +
			"\nTry guard: etag, which closes it, if the appliance honours If-Match and no gateway compresses its answers.", ""},
		{v.ETag == "", differs, "There is no ETag header, without which the provider never writes: no link can be made or changed." + gap,
			"vendors.write.guard: compare"},
		{marked.MatchString(v.ETag), differs, "The ETag is weak, or marked by a gateway: " + v.ETag +
			"\nA gateway between here and the appliance compresses answers, and no write would go through. " +
			"Have it leave them uncompressed (nginx: gzip off; Apache: SetEnv no-gzip 1; haproxy: no compression).", ""},
		{true, holds, "There is an ETag: " + v.ETag + ".", ""},
	})
	return true
}

// marked is an ETag that is weak, or that a gateway has marked as that of a
// compressed answer.
var marked = regexp.MustCompile(`^W/|[-;](gzip|br|deflate|zstd)"$`)

// missingVendor asks for a vendor that isn't there. readable says whether the
// one that is there could be read.
func (e *examination) missingVendor(ctx context.Context, l *list, readable bool) {
	id, read := unknownID(domum.At(l.rows.Get("0"), l.idPath).String()), &e.profile.Vendors.Read
	_, err := e.client.GetVendor(ctx, id)
	got, _ := errors.AsType[*domum.Error](err)
	got = cmp.Or(got, &domum.Error{})
	correction := ""
	if got.Code != "" && readable && got.Status < http.StatusInternalServerError { // otherwise it may be about something else
		correction = fmt.Sprintf("vendors.read.missing: {status: %d, code: %s}, if that says that the vendor is not there", got.Status, got.Code)
	}
	e.conclude("missing vendor", get(strings.ReplaceAll(read.Path, "{id}", id), nil), []outcome{
		{err == nil, differs, "A vendor came. The provider can't tell a vendor that is gone.", ""},
		{!domum.IsNotFound(err), differs, "The provider does not take this for a vendor that is gone. " +
			"The link of a deleted vendor would stay in state, and plans would fail.\n" + failure(err, "", "").said, correction},
		{read.Missing.Code == "" && got.Code != "", holds, "The profile has no code: another mistake with this status " +
			"would count as a vendor that is gone, too, and drop a link from the state.", correction},
		{true, holds, fmt.Sprintf("HTTP %d, code %s: a vendor that is gone.", got.Status, cmp.Or(got.Code, "none")), ""},
	})
}

var digit = regexp.MustCompile(`[0-9]`)

// unknownID is an id that no vendor has, in the form of one that a vendor has;
// "" is none.
func unknownID(known string) string {
	if strings.Trim(known, "0123456789") == "" {
		return "2147483647"
	}
	if other := digit.ReplaceAllString(known, "9"); other != known {
		return other
	}
	return known + "9"
}

// show lists what the client has read of a record, and the paths at which the
// profile finds it: in both types, a field has the same name. It adds what none of
// the records has: what is wrong may look the same.
func show(profile, read any, record gjson.Result, records []gjson.Result) (text string, paths []string) {
	at, values, never := "", inJSON(read), []string(nil)
	seek := func(what string, is func(gjson.Result) bool) {
		if !slices.ContainsFunc(records, func(r gjson.Result) bool { return is(domum.At(r, at)) }) {
			never = append(never, what)
		}
	}
	for _, key := range leaves("", inJSON(profile)) {
		name, word := strings.TrimSuffix(key.path, ".At"), key.value.Str
		switch _, part, _ := strings.Cut(key.path, "."); part {
		case "", "At", "ID", "Name":
			if at = word; at == "" {
				continue
			}
			paths = append(paths, at)
			text += fmt.Sprintf("%-24s%-24s← %s %s\n", strings.ReplaceAll(spaced(name), " ", "_"),
				cmp.Or(values.Get(name).String(), "none"), at, cmp.Or(domum.At(record, at).Raw, "(not there)"))
			seek(at, func(value gjson.Result) bool { return value.String() != "" })
		case "Enabled", "Disabled": // of the status that is there
			seek(at+" "+word, func(value gjson.Result) bool { return value.Value() == gjson.Parse(word).Value() })
		}
	}
	if never != nil {
		text += "No record of the first page has " + strings.Join(never, ", ") +
			". A path or a value that is wrong looks the same: compare with a record that has it."
	}
	return text, paths
}

// inJSON is a value in JSON. Those of this program are fit for it.
func inJSON(value any) gjson.Result {
	text, _ := json.Marshal(value)
	return gjson.ParseBytes(text)
}
