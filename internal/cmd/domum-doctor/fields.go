// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"cmp"
	"fmt"
	"net/url"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
)

// lookup returns what stands at a dotted path; "" is the value itself.
func lookup(value gjson.Result, path string) gjson.Result {
	for name := range strings.SplitSeq(path, ".") {
		if path != "" {
			value = value.Get(gjson.Escape(name))
		}
	}
	return value
}

// lacking reports whether an object on the way along a path, or the record,
// lacks the next name; where it is, and which keys it has. An object that is
// null lacks nothing.
func lacking(record gjson.Result, path string) (where, keys string, lacks bool) {
	where = "the record"
	for name := range strings.SplitSeq(path, ".") {
		next := lookup(record, name)
		if record.IsObject() && !next.Exists() {
			return where, keysOf(record), true
		}
		record, where = next, name
	}
	return "", "", false
}

// place names where a part of an answer stands.
func place(at string) string {
	if at == "" {
		return "the top of the answer"
	}
	return at
}

// quoted writes a dotted path as a profile does.
func quoted(at string) string { return cmp.Or(at, `""`) }

// call is a GET of a path with its query, as a person reads it.
func call(path string, query url.Values) string {
	if len(query) == 0 {
		return "GET " + path
	}
	return "GET " + path + "?" + query.Encode()
}

// requestID returns the name of the answer in the appliance's log, unless it is
// unlike one.
func requestID(answer *domum.Answer) string {
	id := answer.Header.Get("X-Request-Id")
	if len(id) > 100 || strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return ""
	}
	return id
}

// fieldPath is a path of a profile's field, and the key it has there.
type fieldPath struct{ field, key, path string }

// fieldPaths lists the fields of a vendor that the profile names.
func fieldPaths(p *domum.Profile) []fieldPath {
	f := &p.Vendors.Fields
	all := []fieldPath{
		{"id", "id", f.ID},
		{"name", "name", f.Name},
		{"status", "status.at", f.Status.At},
		{"access_group", "access_group.id", f.AccessGroup.ID},
		{"access_group", "access_group.name", f.AccessGroup.Name},
		{"start_date", "start_date.at", f.StartDate.At},
		{"due_date", "due_date.at", f.DueDate.At},
		{"contract_number", "contract_number", f.ContractNumber},
		{"document_id", "document_id", f.DocumentID},
	}
	if f.IdentityProvider != nil {
		all = append(all, fieldPath{"identity_provider", "identity_provider.id", f.IdentityProvider.ID},
			fieldPath{"identity_provider", "identity_provider.name", f.IdentityProvider.Name})
	}
	all = append(all, fieldPath{"synchronized_at", "synchronized_at", f.SynchronizedAt})
	var named []fieldPath
	for _, p := range all {
		if p.path != "" {
			named = append(named, p)
		}
	}
	return named
}

// vendorFields shows a vendor as the provider reads it, and where each field
// comes from.
func vendorFields(p *domum.Profile, record gjson.Result, v *domum.Vendor) []field {
	reference := func(r *domum.Ref) string {
		if r == nil {
			return ""
		}
		return r.ID + " " + r.Name
	}
	values := map[string]string{
		"id": v.ID, "name": v.Name, "status": string(v.Status), "access_group": reference(v.AccessGroup),
		"start_date": string(v.StartDate), "due_date": string(v.DueDate), "contract_number": v.ContractNumber, "document_id": v.DocumentID,
		"identity_provider": reference(v.IdentityProvider), "synchronized_at": v.SynchronizedAt,
	}
	return mapped(fieldPaths(p), values, record)
}

// groupFields shows the access group of a list's row.
func groupFields(p *domum.Profile, row gjson.Result, all []domum.AccessGroup) []field {
	f := &p.AccessGroups.Fields
	paths := []fieldPath{{"id", "", f.ID}, {"name", "", f.Name}}
	if f.Enabled != nil {
		paths = append(paths, fieldPath{"enabled", "", f.Enabled.At})
	}
	if f.Description != "" {
		paths = append(paths, fieldPath{"description", "", f.Description})
	}
	for _, g := range all {
		if g.ID == lookup(row, f.ID).String() {
			values := map[string]string{"id": g.ID, "name": g.Name, "enabled": fmt.Sprint(g.Enabled), "description": g.Description}
			return mapped(paths, values, row)
		}
	}
	return nil
}

// mapped puts fields and what they come from together.
func mapped(paths []fieldPath, values map[string]string, record gjson.Result) (fields []field) {
	for _, p := range paths {
		if len(fields) == 0 || fields[len(fields)-1].Name != p.field {
			fields = append(fields, field{Name: p.field, Value: cmp.Or(values[p.field], "none")})
		}
		last := &fields[len(fields)-1]
		last.From = append(last.From, source{p.path, lookup(record, p.path).Raw})
	}
	return fields
}

// unseen says which fields have no value in the first page or in the record that
// was read: a path that is wrong may look the same. It also says which fields
// the rows of the list lack.
func (e *examination) unseen(l *list, record gjson.Result) string {
	var never, lacked []string
	for _, p := range fieldPaths(e.profile) {
		seen := !isBlank(lookup(record, p.path))
		for _, row := range l.rows {
			seen = seen || !isBlank(lookup(row, p.path))
		}
		if !seen {
			never = append(never, p.path)
		}
		if _, _, lacks := lacking(l.rows[0], p.path); lacks && !e.profile.Vendors.OmitsEmpty {
			lacked = append(lacked, p.path)
		}
	}
	var said string
	if len(lacked) > 0 {
		said = fmt.Sprintf("The rows of the list lack %s: the provider reads each link one by one, which takes a request a link.\n", strings.Join(lacked, ", "))
	}
	if len(never) > 0 {
		said += fmt.Sprintf("No vendor of the first page has a value at %s. A path that is wrong looks the same: compare with a vendor that has one.", strings.Join(never, ", "))
	}
	return said
}
