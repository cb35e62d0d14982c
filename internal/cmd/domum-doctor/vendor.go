// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/explain"
)

// oneVendor reads the first vendor of the list, shows its fields as the profile
// maps them, and looks for what guards a write. It returns whether the vendor
// could be read.
func (e *examination) oneVendor(ctx context.Context, l *list) bool {
	const check = "one vendor"
	id := domum.At(l.first, l.idPath).String()
	if id == "" {
		const reason = "The list shows no vendor. Push a group of third parties, or correct what differs there, and run again."
		e.skip(check, reason)
		e.skip(guardCheck, reason)
		return false
	}
	read := &e.profile.Vendors.Read
	path := strings.ReplaceAll(read.Path, "{id}", id)
	body, fetchErr := fetch(ctx, e.client, path, nil)
	v, err := e.client.GetVendor(ctx, id)
	if err := cmp.Or(err, fetchErr); err != nil {
		e.fail(check, get(path, nil), "vendors.read", read.Path, err)
		e.skip(guardCheck, "It takes a vendor.")
		return false
	}
	record := domum.At(body, read.Item)
	fields := vendorFields(&e.profile.Vendors.Fields, v)
	said := append([]string{"The record is at " + quoted(read.Item) + "."}, show(fields, record)...)
	var lacked []string
	for _, f := range fields {
		if !domum.At(l.first, f.path).Exists() {
			lacked = append(lacked, f.path)
		}
	}
	if lacked != nil && !e.profile.Vendors.OmitsEmpty {
		said = append(said, "The rows of the list lack "+strings.Join(lacked, ", ")+": the provider reads each link one by one, which takes a request a link.")
	}
	e.add(holds, check, get(path, nil), append(said, unseen(append(l.rows, record), fields, &e.profile.Vendors.Fields.Status))...)
	e.guard(v.ETag)
	return true
}

const (
	guardCheck = "guard of writes"
	gap        = "With guard: compare the provider reads the vendor again just before it writes, and once more afterwards. " +
		"A change by somebody else in the moment between can still be lost."
	compresses = "A gateway between here and the appliance compresses answers, which makes ETags weak or marks them: no write would go through. " +
		"Have it leave the API's answers uncompressed (nginx: gzip off; Apache: SetEnv no-gzip 1; haproxy: no compression)."
)

// marked is an ETag that is weak, or that a gateway has marked as that of a
// compressed answer.
var marked = regexp.MustCompile(`^W/|[-;](gzip|br|deflate|zstd)"$`)

// guard finds out whether the appliance keeps a write from undoing another one.
func (e *examination) guard(etag string) {
	became, said := holds, []string{"There is an ETag: " + etag + "."}
	compare := e.profile.Vendors.Write.Guard == domum.GuardCompare
	switch {
	case compare && etag == "":
		said = []string{"There is none, and the profile says compare.", gap}
	case compare:
		said = append(said, "The profile says compare.", gap, "Try guard: etag, which closes it, if the appliance honours If-Match and no gateway compresses its answers.")
	case etag == "":
		became, said = differs, []string{"The answer has no ETag header, and the provider never writes without: no link can be made or changed.", gap}
		e.correct("vendors.write.guard", "compare")
	case marked.MatchString(etag):
		became, said = differs, []string{"The ETag is weak, or marked by a gateway: " + etag, compresses}
	}
	e.add(became, guardCheck, "ETag of one vendor", said...)
}

// missingVendor asks for a vendor that isn't there. readable says whether the
// one that is there could be read.
func (e *examination) missingVendor(ctx context.Context, l *list, readable bool) {
	id := unknownID(domum.At(l.first, l.idPath).String())
	_, err := e.client.GetVendor(ctx, id)
	got, answered := errors.AsType[*domum.Error](err)
	if !answered {
		got = &domum.Error{}
	}
	want := e.profile.Vendors.Read.Missing
	answer := fmt.Sprintf("{status: %d, code: %s}", got.Status, got.Code)
	became, said := holds, []string{fmt.Sprintf("HTTP %d, code %s: a vendor that is gone.", got.Status, cmp.Or(got.Code, "none"))}
	switch {
	case err == nil:
		became, said = differs, []string{"A vendor with the id " + id + " came. The provider can't tell a vendor that is gone."}
	case !domum.IsNotFound(err):
		became = differs
		said = []string{"The provider does not take this for a vendor that is gone. The link of a deleted vendor would stay in state, and plans would fail.", explain.Text(err)}
		if readable && got.Code != "" && got.Status < http.StatusInternalServerError {
			e.correct("vendors.read.missing", "%s, if that says that the vendor is not there", answer)
		}
	case want.Code == "" && (want.Status != http.StatusNotFound || got.Code != ""):
		said = append(said, "The profile has no code: another mistake with this status would count as a vendor that is gone, too, and drop a link from the state.")
		e.correct("vendors.read.missing", "%s", answer)
		if want.Status != http.StatusNotFound {
			became = differs
		}
	}
	e.add(became, "missing vendor", get(strings.ReplaceAll(e.profile.Vendors.Read.Path, "{id}", id), nil), said...)
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

// field is a part of a record: its value as the provider reads it, and the path
// that the profile has for it. A reference has two paths.
type field struct{ name, value, path string }

// vendorFields lists the fields of a vendor that the profile names.
func vendorFields(f *domum.VendorFields, v *domum.Vendor) []field {
	group, identity := reference(v.AccessGroup), reference(v.IdentityProvider)
	provider := cmp.Or(f.IdentityProvider, &domum.RefField{})
	return named([]field{
		{"id", v.ID, f.ID},
		{"name", v.Name, f.Name},
		{"status", string(v.Status), f.Status.At},
		{"access_group", group, f.AccessGroup.ID},
		{"access_group", group, f.AccessGroup.Name},
		{"start_date", string(v.StartDate), f.StartDate.At},
		{"due_date", string(v.DueDate), f.DueDate.At},
		{"contract_number", v.ContractNumber, f.ContractNumber},
		{"document_id", v.DocumentID, f.DocumentID},
		{"identity_provider", identity, provider.ID},
		{"identity_provider", identity, provider.Name},
		{"synchronized_at", v.SynchronizedAt, f.SynchronizedAt},
	})
}

func reference(r *domum.Ref) string {
	if r == nil {
		return ""
	}
	return r.ID + " " + r.Name
}

// groupFields lists the fields of an access group that the profile names.
func groupFields(f *domum.AccessGroupFields, g *domum.AccessGroup) []field {
	enabled := cmp.Or(f.Enabled, &domum.StatusField{})
	return named([]field{
		{"id", g.ID, f.ID},
		{"name", g.Name, f.Name},
		{"enabled", strconv.FormatBool(g.Enabled), enabled.At},
		{"description", g.Description, f.Description},
	})
}

func named(fields []field) []field {
	return slices.DeleteFunc(fields, func(f field) bool { return f.path == "" })
}

// show puts fields and what they come from together, a line for each.
func show(fields []field, record gjson.Result) (lines []string) {
	for i, f := range fields {
		from := f.path + " " + cmp.Or(domum.At(record, f.path).Raw, "(not there)")
		if i > 0 && fields[i-1].name == f.name {
			lines[len(lines)-1] += ", " + from
			continue
		}
		lines = append(lines, fmt.Sprintf("%-19s%-24s← %s", f.name, cmp.Or(f.value, "none"), from))
	}
	return lines
}

// unseen says which fields have no value in the records, and which value of a
// status none has: what is wrong may look the same.
func unseen(records []gjson.Result, fields []field, status *domum.StatusField) string {
	var never []string
	note := func(path, word string, fits func(gjson.Result) bool) {
		if !slices.ContainsFunc(records, func(record gjson.Result) bool { return fits(domum.At(record, path)) }) {
			never = append(never, strings.TrimSpace(path+" "+word))
		}
	}
	for _, f := range fields {
		note(f.path, "", func(value gjson.Result) bool { return !isBlank(value) })
	}
	if status != nil {
		for _, word := range []domum.Scalar{status.Enabled, status.Disabled} {
			wanted := gjson.Parse(string(word)).Value()
			note(status.At, string(word), func(value gjson.Result) bool { return value.Value() == wanted })
		}
	}
	if never == nil {
		return ""
	}
	return "No record of the first page has " + strings.Join(never, ", ") + ". A path or a value that is wrong looks the same: compare with a record that has it."
}
