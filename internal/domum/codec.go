// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/tidwall/gjson"
	"github.com/tidwall/sjson"
)

// codec turns answers into records, and changes into requests, as its profile
// says. It reads only what is valid JSON.
type codec struct{ *Profile }

// json is the scalar; one that was left out is null.
func (s Scalar) json() string { return cmp.Or(string(s), "null") }

// place is where a value stands: a dotted path, "" for the whole, and the key of
// the profile that says so, in two parts.
type place struct{ section, key, dotted string }

// At returns what stands at a dotted path of a profile. Below a value that is none
// everything is null.
func At(whole gjson.Result, dotted string) gjson.Result {
	if dotted == "" {
		return whole
	}
	if value := whole.Get(escapePath(dotted)); value.Exists() {
		return value
	}
	if _, value := parent(whole, dotted); value.Exists() && (value.Type == gjson.Null || value.Raw == `""`) {
		return gjson.Parse("null")
	}
	return gjson.Result{}
}

// parent returns what is there of a dotted path.
func parent(whole gjson.Result, dotted string) (at string, value gjson.Result) {
	for at = dotted; strings.Contains(at, ".") && !value.Exists(); {
		at = at[:strings.LastIndexByte(at, '.')]
		value = whole.Get(escapePath(at))
	}
	return at, value
}

// escapePath is a dotted path as gjson and sjson have it.
func escapePath(dotted string) string {
	special := func(c rune) bool { // to gjson, where the path is no plain word
		return c < '-' || c == '/' || c > ':' && c < 'A' || c > 'Z' && c < '_' || c == '`' || c > 'z'
	}
	if strings.IndexFunc(dotted, special) < 0 {
		return dotted
	}
	names := strings.Split(dotted, ".")
	for i, name := range names {
		names[i] = gjson.Escape(name)
	}
	return strings.Join(names, ".")
}

// notThere says what was looked for, where, and what was there. wanted is the
// kind of value.
func (p place) notThere(what string, whole gjson.Result, wanted string) error {
	key := "which is " + p.section + p.key + " of the API profile"
	if value := At(whole, p.dotted); value.Exists() || p.dotted == "" {
		return fmt.Errorf("%q in %s, %s, is %s, and not %s", p.dotted, what, key, describe(value), wanted)
	}
	if at, value := parent(whole, p.dotted); value.Exists() {
		what, whole = fmt.Sprintf("%q in %s", at, what), value
	}
	return fmt.Errorf("there is no %q, %s: %s is %s", p.dotted, key, what, describe(whole))
}

// describe says what a value is, and of an object which keys it has.
func describe(value gjson.Result) string {
	switch {
	case !value.Exists():
		return "empty"
	case value.IsArray():
		return "an array"
	case value.IsBool():
		return "true or false"
	case !value.IsObject():
		return map[gjson.Type]string{gjson.Null: "null", gjson.String: "a text", gjson.Number: "a number"}[value.Type]
	}
	var keys []string
	value.ForEach(func(key, _ gjson.Result) bool {
		keys = append(keys, fmt.Sprintf("%q", clean(key.Str, maxWord)))
		return len(keys) < maxDetails
	})
	return "an object with the keys " + cmp.Or(strings.Join(keys, ", "), "(none)")
}

// record is a record that is being read.
type record struct {
	what    string // for messages
	fields  string // the key of the profile that says where they are
	value   gjson.Result
	sparse  bool  // a field without a value is left out
	lacks   error // the first field that isn't there
	problem error // the first value that can't be understood
}

func (r *record) odd(p place, why string) {
	if r.problem == nil {
		r.problem = fmt.Errorf("its %s is %s, and %s (%s of the API profile)", p.dotted, clean(At(r.value, p.dotted).Raw, maxWord), why, p.section+p.key)
	}
}

// text returns a text or a number; "" is no value.
func (r *record) text(key, dotted string) string {
	p := place{r.fields, key, dotted}
	if dotted == "" {
		return "" // the profile has no such field
	}
	value := At(r.value, p.dotted)
	switch {
	case value.Type == gjson.String:
		return strings.Clone(strings.ToValidUTF8(value.Str, "\uFFFD")) // a part of the answer would keep all of it in memory
	case !value.Exists() && !r.sparse && r.lacks == nil:
		r.lacks = leftOutError{p.notThere(r.what, r.value, "a text")}
	case value.Type != gjson.Number && value.Type != gjson.Null:
		r.odd(p, "not a text")
	}
	if value.Type == gjson.Null {
		return ""
	}
	return strings.Clone(value.Raw)
}

// status returns a status; one that is neither word as it is.
func (r *record) status(key string, f *StatusField) Status {
	p := place{r.fields, key, f.At}
	value, enabled, disabled := At(r.value, p.dotted), gjson.Parse(f.Enabled.json()), gjson.Parse(f.Disabled.json())
	is := func(word gjson.Result) bool {
		return value.Type == word.Type && value.Str == word.Str && value.Num == word.Num && (value.Exists() || r.sparse)
	}
	switch {
	case is(enabled):
		return StatusEnabled
	case is(disabled):
		return StatusDisabled
	case !value.Exists() && r.lacks == nil:
		r.lacks = p.notThere(r.what, r.value, "a status")
	case value.Exists():
		r.odd(p, "neither "+enabled.Raw+" nor "+disabled.Raw)
	}
	return Status(clean(value.String(), maxWord))
}

// date returns a calendar day as written, and what is none as it is.
func (r *record) date(key string, f *DateField) Date {
	text := r.text(key, f.At)
	if text == "" || text == gjson.Parse(f.None.json()).String() {
		return ""
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339, time.DateTime, "2006-01-02T15:04:05"} {
		if _, err := time.Parse(layout, text); err == nil {
			return Date(text[:len(time.DateOnly)])
		}
	}
	r.odd(place{r.fields, key, f.At}, "not a date")
	return Date(clean(text, maxWord))
}

// ref returns another record that is named, nil if none is.
func (r *record) ref(key string, f *RefField) *Ref {
	if f == nil {
		return nil
	}
	of := Ref{r.text(key, f.ID), r.text(key, f.Name)}
	if of.ID == "" {
		return nil
	}
	return &of
}

// named returns id and name, which every record has.
func (r *record) named(idAt, nameAt string) (id, name string, err error) {
	id, name = r.text("id", idAt), r.text("name", nameAt)
	if id != "" && name != "" && r.problem == nil {
		return id, name, nil
	}
	for _, p := range [2]place{{r.fields, "id", idAt}, {r.fields, "name", nameAt}} {
		if value := At(r.value, p.dotted); !value.Exists() || p.dotted == idAt && value.Type != gjson.Number && value.Str == "" {
			return "", "", p.notThere(r.what, r.value, "an id or a name")
		}
	}
	r.odd(place{r.fields, "name", nameAt}, "not a name")
	return id, name, nil
}

// trouble is why nobody can use the record; nil if there is no reason.
func (r *record) trouble(kind, id, name string) error {
	if r.problem == nil {
		return nil
	}
	return fmt.Errorf("%s %s (%q) can't be used: %w", kind, clean(id, maxWord), clean(name, maxWord), r.problem)
}

// vendor reads the record of a vendor. What it lacks is the second error: a row
// of a list may.
func (c *codec) vendor(what string, value gjson.Result) (v Vendor, lacks, err error) {
	f := &c.Vendors.Fields
	r := record{what: what, fields: "vendors.fields.", value: value, sparse: c.Vendors.OmitsEmpty}
	if v.ID, v.Name, err = r.named(f.ID, f.Name); err != nil {
		return v, nil, err
	}
	v.Status, v.AccessGroup = r.status("status", &f.Status), r.ref("access_group", &f.AccessGroup.RefField)
	v.StartDate, v.DueDate = r.date("start_date", &f.StartDate), r.date("due_date", &f.DueDate)
	v.ContractNumber, v.DocumentID = r.text("contract_number", f.ContractNumber), r.text("document_id", f.DocumentID)
	v.IdentityProvider, v.SynchronizedAt = r.ref("identity_provider", f.IdentityProvider), r.text("synchronized_at", f.SynchronizedAt)
	v.Problem = r.trouble("vendor", v.ID, v.Name)
	return v, r.lacks, nil
}

// vendorRow reads a row of the list of vendors.
func (c *codec) vendorRow(what string, value gjson.Result) (Vendor, error) {
	v, lacks, err := c.vendor(what, value)
	v.partial = lacks != nil
	return v, err
}

// one reads the answer about the vendor with that id.
func (c *codec) one(data []byte, id string) (*Vendor, error) {
	answer, item := gjson.ParseBytes(data), place{"vendors.", "read.item", c.Vendors.Read.Item}
	value := At(answer, item.dotted)
	if !value.IsObject() {
		return nil, item.notThere("the answer", answer, "an object")
	}
	v, lacks, err := c.vendor("the vendor", value)
	switch {
	case cmp.Or(err, lacks) != nil:
		return nil, cmp.Or(err, lacks)
	case v.ID != id:
		return nil, fmt.Errorf("the answer is about vendor %s", clean(v.ID, maxWord))
	case c.Vendors.Write.Body == "record":
		v.record = value.Raw
	}
	return &v, nil
}

// groupRow reads a row of the list of access groups.
func (c *codec) groupRow(what string, value gjson.Result) (g AccessGroup, err error) {
	f := &c.AccessGroups.Fields
	r := record{what: what, fields: "access_groups.fields.", value: value, sparse: c.Vendors.OmitsEmpty}
	if g.ID, g.Name, err = r.named(f.ID, f.Name); err != nil {
		return g, err
	}
	g.Description, g.Enabled, g.numeric = r.text("description", f.Description), true, At(value, f.ID).Type == gjson.Number
	if f.Enabled != nil {
		g.Enabled = r.status("enabled", f.Enabled) == StatusEnabled
	}
	g.Problem = r.trouble("access group", g.ID, g.Name)
	return g, r.lacks
}

// body is what a write sends: read with the changes in it, or only these.
// group is the JSON of the access group.
func (c *codec) body(read *Vendor, patch VendorPatch, group string) ([]byte, error) {
	f := &c.Vendors.Fields
	body, err := "{}", error(nil)
	if c.Vendors.Write.Body == "record" {
		body = read.record
	}
	set := func(dotted, value string) {
		if err == nil {
			body, err = sjson.SetRaw(body, escapePath(dotted), value)
		}
	}
	if patch.AccessGroupID != nil {
		byDefault := f.AccessGroup.ID
		if f.AccessGroup.WriteAs == "name" {
			byDefault = f.AccessGroup.Name
		}
		set(cmp.Or(f.AccessGroup.Write, byDefault), group)
	}
	if patch.StartDate != nil {
		set(f.StartDate.At, f.StartDate.write(*patch.StartDate))
	}
	if patch.DueDate != nil {
		set(f.DueDate.At, f.DueDate.write(*patch.DueDate))
	}
	if patch.Status != nil {
		words := map[Status]Scalar{StatusEnabled: f.Status.Enabled, StatusDisabled: f.Status.Disabled}
		set(f.Status.At, words[*patch.Status].json())
	}
	return []byte(body), err
}

// write is a date as the profile writes it.
func (f *DateField) write(d Date) string {
	if d == "" {
		return f.None.json()
	}
	return fmt.Sprintf("%q", string(d)+map[string]string{"datetime": " 00:00:00", "rfc3339": "T00:00:00Z"}[f.Format])
}

// groupValue is the JSON of an access group in a write.
func (c *codec) groupValue(g *AccessGroup) string {
	value, numeric := g.ID, g.numeric
	if c.Vendors.Fields.AccessGroup.WriteAs == "name" {
		value, numeric = g.Name, false
	}
	if numeric {
		return value
	}
	quoted, _ := json.Marshal(value) // a text always can
	return string(quoted)
}
