// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
)

// draft writes a profile from one answer of each list. Each guess has a comment
// that begins with "guess", each gap one that begins with "fill in".
type draft struct {
	text  strings.Builder
	found map[string]*member // the fields of a record
}

const column = 64 // where a comment begins, if there is room

// line writes a line with a comment; an empty comment is none.
func (d *draft) line(text, comment string) {
	if comment != "" {
		text = fmt.Sprintf("%-*s # %s", column, text, comment)
	}
	d.text.WriteString(text + "\n")
}

// listAnswer is a list as it was answered.
type listAnswer struct {
	path  string // without its query
	query url.Values
	body  gjson.Result
	at    string         // of its records; "" is the answer itself
	rows  []gjson.Result // its records
}

// makeDraft reads one answer of each list and returns a profile. The one of the
// environment may be what it is to replace.
func makeDraft(ctx context.Context, vendorsPath, groupsPath string) (string, error) {
	client, _, err := connect("")
	if err != nil {
		return "", err
	}
	vendors, err := readList(ctx, client, "-vendors", vendorsPath)
	if err != nil {
		return "", err
	}
	groups, err := readList(ctx, client, "-access-groups", groupsPath)
	if err != nil {
		return "", err
	}
	d := &draft{}
	d.line("# Made by domum-doctor from one answer of "+vendors.path+" and one of "+groups.path+".", "")
	d.line("# Check what is a guess, fill in what is left open, then: domum-doctor -profile FILE", "")
	d.line("profile: 1\nvendors:", "")
	d.list(vendors)
	d.calls(vendors)
	d.fields(vendors, vendorGuesses)
	d.line("access_groups:", "")
	d.list(groups)
	d.fields(groups, groupGuesses)
	return d.text.String(), nil
}

// readList reads a list and finds its records.
func readList(ctx context.Context, client *domum.Client, flag, target string) (*listAnswer, error) {
	u, err := url.Parse(target)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(u.Path, "/") {
		return nil, fmt.Errorf("%s %q is not a path below the appliance's URL, such as /api/v2/domum/vendors", flag, target)
	}
	body, err := fetch(ctx, client, u.Path, u.Query())
	if err != nil {
		return nil, err
	}
	l := &listAnswer{path: u.Path, query: u.Query(), body: body}
	for _, m := range members(body) {
		if isEmpty(m) || !m.values[0].IsArray() {
			continue
		}
		rows := slices.DeleteFunc(m.values[0].Array(), func(row gjson.Result) bool { return !row.IsObject() })
		if l.rows == nil || len(rows) > len(l.rows) {
			l.at, l.rows = m.path, rows
		}
	}
	switch {
	case l.rows == nil:
		return nil, fmt.Errorf("the answer to GET %s holds no array of records.\nIs it the path of a list?", l.path)
	case len(l.rows) == 0:
		return nil, fmt.Errorf("the answer to GET %s holds no record to draft from.\nPush a group of third parties, or make an access group, and run again", l.path)
	}
	return l, nil
}

// list describes how a list is read.
func (d *draft) list(l *listAnswer) {
	d.line("  list:", "")
	d.line("    path: "+l.path, "")
	d.line("    items: "+quoted(l.at), "guess: the array with the most records")
	if paging := pagingText(guessPaging(l.body, l.query)); paging != "" {
		d.line("    paging: "+paging, "guess; a larger max_size costs fewer requests")
		return
	}
	comment := fmt.Sprintf("guess: one answer holds all records (%d came); if not, run again with the paging in the path: %s?page=1&limit=50", len(l.rows), l.path)
	for _, m := range numbers(l.body) {
		comment += fmt.Sprintf("; the answer says %s %s", m.path, m.values[0].Raw)
	}
	d.line("    # paging:", comment)
}

// calls describes how one vendor is read and written.
func (d *draft) calls(l *listAnswer) {
	one := strings.TrimSuffix(l.path, "/") + "/{id}"
	v1 := l.body.Get("response.error").Exists()
	d.line("    # name_filter:", "fill in where the list can be narrowed by name: the query parameter")
	d.line("  read:", "")
	d.line("    path: "+one, "guess")
	d.line("    item: "+quoted(singular(l.at)), "guess: one of the list's, or the same place")
	if v1 {
		d.line("    missing: {status: 400, code: }", "fill in the code; the envelope is API v1's, which has a 400 with a code for it, such as 1005")
	} else {
		d.line("    missing: {status: 404}", "guess; with the error's code, if it has one: {status: 404, code: not_found}")
	}
	d.line("  write:", "")
	d.line("    method:", "fill in: PATCH, PUT or POST")
	d.line("    path: "+one, "guess")
	d.line("    body:", "fill in: changes (only the fields that change) or record (all of it)")
	d.line("    guard:", "fill in: etag where the answer about one vendor has an ETag header, else compare")
	if v1 {
		d.line("  # enable: {method: POST, path: \""+one+"/enable\"}", "fill in both where the status has calls of its own")
		d.line("  # disable: {method: POST, path: \""+one+"/disable\"}", "")
	}
	omits := slices.ContainsFunc(members(l.rows...), func(m *member) bool { return !strings.Contains(m.path, ".") && m.seen < len(l.rows) })
	d.line(fmt.Sprintf("  omits_empty: %t", omits), fmt.Sprintf("guess: true if not all records have the same keys; %d came", len(l.rows)))
}

// fields describes the fields of a record.
func (d *draft) fields(l *listAnswer, guesses []guess) {
	var left []*member
	d.found, left = guessFields(scalars(l.rows...), guesses)
	d.line("  fields:", "")
	for _, g := range guesses {
		if g.describe != nil {
			g.describe(d, g)
		}
	}
	for _, m := range left {
		d.line("    # not used: "+m.path, "")
	}
}

// open leaves a field open.
func (d *draft) open(g guess, value string) {
	if g.optional {
		d.line("    # "+g.field+": "+value, "fill in, or leave it out")
	} else {
		d.line("    "+g.field+": "+value, "fill in")
	}
}

func (d *draft) path(g guess) {
	if m := d.found[g.field]; m != nil {
		d.line("    "+g.field+": "+m.path, "guess")
		return
	}
	d.open(g, "")
}

// reference describes another record, which takes both its id and its name.
func (d *draft) reference(g guess) {
	id, name := d.found[g.field+".id"], d.found[g.field]
	if id != nil && name != nil {
		d.line(fmt.Sprintf("    %s: {id: %s, name: %s}", g.field, id.path, name.path), "guess")
		return
	}
	d.open(g, "{id: , name: }")
	if alone := cmp.Or(id, name); alone != nil {
		d.line("    # not used: "+alone.path, "")
	}
}

func (d *draft) status(g guess) {
	m := d.found[g.field]
	if m == nil {
		d.open(g, "{at: , enabled: , disabled: }")
		return
	}
	enabled, disabled := m.status()
	comment := "guess"
	if enabled == "" || disabled == "" {
		comment = "fill in; these records have " + m.shown()
	}
	d.line(fmt.Sprintf("    %s: {at: %s, enabled: %s, disabled: %s}", g.field, m.path, enabled, disabled), comment)
}

// date describes a date. The other one tells the format where this one has no
// value.
func (d *draft) date(g guess) {
	m := d.found[g.field]
	if m == nil {
		d.open(g, "{at: , format: }")
		return
	}
	format, comment, none := m.format(), "guess", ""
	if format == "" {
		format = cmp.Or(d.found["start_date"].format(), d.found["due_date"].format())
		comment = "fill in or check: no record has one; the formats are date, datetime and rfc3339"
	}
	if g.field == "due_date" && m.blank == `""` {
		none = `, none: ""`
	}
	d.line(fmt.Sprintf("    %s: {at: %s, format: %s%s}", g.field, m.path, format, none), comment)
}

// singular guesses what one of several is called.
func singular(plural string) string {
	if stem, ok := strings.CutSuffix(plural, "ies"); ok {
		return stem + "y"
	}
	return strings.TrimSuffix(plural, "s")
}
