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
)

// oneVendor reads the first vendor of the list, shows its fields as the profile
// maps them, and looks for what guards a write. It returns whether the vendor
// could be read.
func (e *examination) oneVendor(ctx context.Context, l *list) bool {
	id, read := domum.At(l.rows.Get("0"), l.idPath).String(), &e.profile.Vendors.Read
	if id == "" {
		const reason = "The list shows no vendor. Is the authorization allowed to see any? Push a group of third parties, or correct what differs there."
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
	record, fields := domum.At(answer, read.Item), vendorFields(&e.profile.Vendors.Fields, v)
	said := "The record is at " + quoted(read.Item) + ".\n" + show(fields, record, append(l.rows.Array(), record))
	lacks := func(f field) bool { return f.path != "" && !domum.At(l.rows.Get("0"), f.path).Exists() }
	if i := slices.IndexFunc(fields, lacks); i >= 0 && !e.profile.Vendors.OmitsEmpty {
		said += "\nThe rows of the list lack " + fields[i].path + ": the provider reads each link one by one, which takes a request a link."
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
	usual, unsafe := read.Missing.Status == http.StatusNotFound, differs
	if usual {
		unsafe = holds
	}
	e.conclude("missing vendor", get(strings.ReplaceAll(read.Path, "{id}", id), nil), []outcome{
		{err == nil, differs, "A vendor came. The provider can't tell a vendor that is gone.", ""},
		{!domum.IsNotFound(err), differs, "The provider does not take this for a vendor that is gone. " +
			"The link of a deleted vendor would stay in state, and plans would fail.\n" + failure(err, "", "").said, correction},
		{read.Missing.Code == "" && (got.Code != "" || !usual), unsafe, "The profile has no code: another mistake with this status " +
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

// field is a part of a record: its value as the provider reads it, and the path
// that the profile has for it, "" for none. A field with a word is not shown: it
// is one of the values of a status.
type field struct {
	name, value, path string
	word              domum.Scalar
}

// vendorFields lists the fields of a vendor.
func vendorFields(f *domum.VendorFields, v *domum.Vendor) []field {
	group, identity := cmp.Or(v.AccessGroup, &domum.Ref{}), cmp.Or(v.IdentityProvider, &domum.Ref{})
	provider := cmp.Or(f.IdentityProvider, &domum.RefField{})
	return []field{
		{"id", v.ID, f.ID, ""},
		{"name", v.Name, f.Name, ""},
		{"status", string(v.Status), f.Status.At, ""},
		{"", "", f.Status.At, f.Status.Enabled},
		{"", "", f.Status.At, f.Status.Disabled},
		{"access_group", group.ID, f.AccessGroup.ID, ""},
		{"  its name", group.Name, f.AccessGroup.Name, ""},
		{"start_date", string(v.StartDate), f.StartDate.At, ""},
		{"due_date", string(v.DueDate), f.DueDate.At, ""},
		{"contract_number", v.ContractNumber, f.ContractNumber, ""},
		{"document_id", v.DocumentID, f.DocumentID, ""},
		{"identity_provider", identity.ID, provider.ID, ""},
		{"  its name", identity.Name, provider.Name, ""},
		{"synchronized_at", v.SynchronizedAt, f.SynchronizedAt, ""},
	}
}

// groupFields lists the fields of an access group.
func groupFields(f *domum.AccessGroupFields, g *domum.AccessGroup) []field {
	enabled := cmp.Or(f.Enabled, &domum.StatusField{})
	return []field{
		{"id", g.ID, f.ID, ""},
		{"name", g.Name, f.Name, ""},
		{"enabled", strconv.FormatBool(g.Enabled), enabled.At, ""},
		{"", "", enabled.At, enabled.Enabled},
		{"", "", enabled.At, enabled.Disabled},
		{"description", g.Description, f.Description, ""},
	}
}

// show puts the fields of a record and what they come from together, a line for
// each. It adds what none of the records has: what is wrong may look the same.
func show(fields []field, record gjson.Result, records []gjson.Result) (text string) {
	var never []string
	for _, f := range fields {
		if f.path == "" {
			continue
		}
		if f.word == "" {
			text += fmt.Sprintf("%-19s%-24s← %s %s\n", f.name, cmp.Or(f.value, "none"), f.path, cmp.Or(domum.At(record, f.path).Raw, "(not there)"))
		}
		if !slices.ContainsFunc(records, func(record gjson.Result) bool { return f.fits(domum.At(record, f.path)) }) {
			never = append(never, strings.TrimSpace(f.path+" "+string(f.word)))
		}
	}
	if never != nil {
		text += "No record of the first page has " + strings.Join(never, ", ") +
			". A path or a value that is wrong looks the same: compare with a record that has it."
	}
	return text
}

// fits reports whether a value is the field's word, or says something if it has none.
func (f *field) fits(value gjson.Result) bool {
	if f.word == "" {
		return value.String() != ""
	}
	return value.Value() == gjson.Parse(string(f.word)).Value()
}
