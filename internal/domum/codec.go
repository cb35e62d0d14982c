// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tidwall/gjson"
	"github.com/tidwall/sjson"
)

// codec turns answers into records, and changes into requests, as its profile
// says. It reads only what is valid JSON.
type codec struct {
	*Profile
	item            place
	vendorFields    vendorPlaces
	id, name, about place // of an access group
	groupStatus     *status
}

// vendorPlaces is VendorFields, ready to be used.
type vendorPlaces struct {
	id, name, groupID, groupName, start, due, contract, document, idpID, idpName, synced place
	status                                                                               status
}

// status is a StatusField, ready to be used.
type status struct {
	place
	enabled, disabled gjson.Result
}

func newCodec(p *Profile) *codec {
	f, g := p.Vendors.Fields, p.AccessGroups.Fields
	idp := RefField{}
	if f.IdentityProvider != nil {
		idp = *f.IdentityProvider
	}
	const vendor, group = "vendors.fields.", "access_groups.fields."
	c := &codec{
		Profile: p,
		item:    newPlace("vendors.read.item", p.Vendors.Read.Item),
		vendorFields: vendorPlaces{
			id: newPlace(vendor+"id", f.ID), name: newPlace(vendor+"name", f.Name), status: newStatus(vendor+"status", f.Status),
			groupID: newPlace(vendor+"access_group.id", f.AccessGroup.ID), groupName: newPlace(vendor+"access_group.name", f.AccessGroup.Name),
			start: newPlace(vendor+"start_date.at", f.StartDate.At), due: newPlace(vendor+"due_date.at", f.DueDate.At),
			contract: newPlace(vendor+"contract_number", f.ContractNumber), document: newPlace(vendor+"document_id", f.DocumentID),
			idpID: newPlace(vendor+"identity_provider.id", idp.ID), idpName: newPlace(vendor+"identity_provider.name", idp.Name),
			synced: newPlace(vendor+"synchronized_at", f.SynchronizedAt),
		},
		id: newPlace(group+"id", g.ID), name: newPlace(group+"name", g.Name), about: newPlace(group+"description", g.Description),
	}
	if g.Enabled != nil {
		s := newStatus(group+"enabled", *g.Enabled)
		c.groupStatus = &s
	}
	return c
}

func newStatus(key string, f StatusField) status {
	return status{newPlace(key+".at", f.At), gjson.Parse(f.Enabled.json()), gjson.Parse(f.Disabled.json())}
}

// json is the scalar; one that was left out is null.
func (s Scalar) json() string { return cmp.Or(string(s), "null") }

// place is where a value stands.
type place struct {
	key     string   // of the profile
	dotted  string   // as the profile has it; "" is the whole
	path    string   // for gjson
	parents []string // of path, the innermost first
}

func newPlace(key, dotted string) place {
	p := place{key: key, dotted: dotted, path: escapePath(dotted)}
	for i, c := range dotted {
		if c == '.' {
			p.parents = append(p.parents, escapePath(dotted[:i]))
		}
	}
	slices.Reverse(p.parents)
	return p
}

func escapePath(dotted string) string {
	names := strings.Split(dotted, ".")
	for i, name := range names {
		names[i] = gjson.Escape(name)
	}
	return strings.Join(names, ".")
}

// in returns the value at the place. Below a null everything is null.
func (p *place) in(whole gjson.Result) gjson.Result {
	if p.dotted == "" {
		return whole
	}
	if value := whole.Get(p.path); value.Exists() {
		return value
	}
	for _, parent := range p.parents {
		if value := whole.Get(parent); value.Exists() {
			if value.Type == gjson.Null {
				return value
			}
			break
		}
	}
	return gjson.Result{}
}

// notThere says what was looked for, where, and what was there. wanted is the
// kind of value.
func (p *place) notThere(what string, whole gjson.Result, wanted string) error {
	key := "which is " + p.key + " of the API profile"
	if value := p.in(whole); value.Exists() || p.dotted == "" {
		return fmt.Errorf("%q in %s, %s, is %s, and not %s", p.dotted, what, key, describe(value), wanted)
	}
	for _, parent := range p.parents {
		if value := whole.Get(parent); value.Exists() {
			what, whole = fmt.Sprintf("%q in %s", strings.ReplaceAll(parent, `\`, ""), what), value
			break
		}
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
	case !value.IsObject():
		return map[gjson.Type]string{gjson.Null: "null", gjson.String: "a text", gjson.Number: "a number"}[value.Type] + map[bool]string{true: "true or false"}[value.IsBool()]
	}
	var keys []string
	value.ForEach(func(key, _ gjson.Result) bool {
		keys = append(keys, fmt.Sprintf("%q", clean(key.Str, maxWord)))
		return len(keys) < maxDetails
	})
	if keys == nil {
		return "an object without keys"
	}
	return "an object with the keys " + strings.Join(keys, ", ")
}

// saysFailed reports whether an answer says that it failed, whatever its HTTP
// status: API v1's envelope (published), or an error of API v2 (assumed).
func saysFailed(body []byte) bool {
	for _, at := range []string{"response.error", "response.erro", "error"} {
		switch value := gjson.GetBytes(body, at); {
		case value.IsObject():
			return value.Raw != "{}"
		case value.Type == gjson.True, at != "error" && (value.String() == "1" || value.String() == "true"):
			return true
		}
	}
	return false
}

// isMissing reports whether an error is the answer for an id that isn't there.
// Without a code in the profile, what is known to speak of the path doesn't
// count: a page, a plain text, the gateway's and API v1's 404 (published).
func (m *Missing) describes(e *Error) bool {
	if e.Status != m.Status {
		return false
	}
	if m.Code != "" {
		return e.Code == gjson.Parse(string(m.Code)).String()
	}
	switch e.Shape {
	case ShapeV2, ShapeSCIM:
		return true
	case ShapeFlat:
		return !strings.HasPrefix(e.Message, "no Route matched")
	case ShapeV1:
		return e.Status != 404
	}
	return e.Shape == ShapeUnknown && e.Message == ""
}

// record is a record that is being read.
type record struct {
	what    string // for messages
	value   gjson.Result
	sparse  bool  // a field without a value is left out
	lacks   error // the first field that isn't there
	problem error // the first value that can't be understood
}

// get returns the value of a field; ok is false if it has none.
func (r *record) get(p *place) (value gjson.Result, ok bool) {
	if p.dotted == "" {
		return value, false
	}
	value = p.in(r.value)
	if !value.Exists() && !r.sparse && r.lacks == nil {
		r.lacks = p.notThere(r.what, r.value, "a text")
	}
	return value, value.Type != gjson.Null && (value.Type != gjson.String || value.Str != "")
}

func (r *record) odd(p *place, value gjson.Result, why string) {
	if r.problem == nil {
		r.problem = fmt.Errorf("its %s is %s, %s (%s of the API profile)", p.dotted, clean(value.Raw, maxWord), why, p.key)
	}
}

// text returns a text or a number; "" is no value.
func (r *record) text(p *place) string {
	value, ok := r.get(p)
	switch {
	case !ok:
		return ""
	case value.Type == gjson.String:
		return strings.Clone(strings.ToValidUTF8(value.Str, "\uFFFD")) // the list would else stay in memory
	case value.Type != gjson.Number:
		r.odd(p, value, "and not a text")
	}
	return strings.Clone(value.Raw)
}

// status returns a status; one that is neither word as it is.
func (r *record) status(s *status) Status {
	value := s.in(r.value)
	same := func(word gjson.Result) bool {
		return value.Type == word.Type && value.Str == word.Str && value.Num == word.Num && (value.Exists() || r.sparse)
	}
	switch {
	case same(s.enabled):
		return StatusEnabled
	case same(s.disabled):
		return StatusDisabled
	case !value.Exists() && r.lacks == nil:
		r.lacks = s.notThere(r.what, r.value, "a status")
	case value.Exists():
		r.odd(&s.place, value, "and neither "+s.enabled.Raw+" nor "+s.disabled.Raw)
	}
	return Status(clean(value.String(), maxWord))
}

// date returns a calendar day as written; what is none as it is.
func (r *record) date(p *place, none Scalar) Date {
	text := r.text(p)
	if text == "" || text == gjson.Parse(none.json()).String() {
		return ""
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339, time.DateTime, "2006-01-02T15:04:05"} {
		if _, err := time.Parse(layout, text); err == nil {
			return Date(text[:len(time.DateOnly)])
		}
	}
	r.odd(p, p.in(r.value), "and not a date")
	return Date(clean(text, maxWord))
}

// named returns id and name, which a record can't do without.
func (r *record) named(id, name *place) (of, called string, err error) {
	for _, p := range []*place{id, name} {
		if !p.in(r.value).Exists() {
			return "", "", p.notThere(r.what, r.value, "a text")
		}
	}
	if of = r.text(id); of == "" || r.problem != nil {
		return "", "", fmt.Errorf("%s has no id: %q, which is %s of the API profile, is %s", r.what, id.dotted, id.key, clean(id.in(r.value).Raw, maxWord))
	}
	if called = r.text(name); called == "" {
		r.odd(name, name.in(r.value), "and no name")
	}
	return of, called, nil
}

// trouble is why nobody can use the record; nil if there is no reason.
func (r *record) trouble(kind, id, name string) error {
	if r.problem == nil {
		return nil
	}
	return fmt.Errorf("%s %s (%q) can't be used: %w", kind, clean(id, maxWord), clean(name, maxWord), r.problem)
}

// ref returns another record that is named, nil if none is.
func (r *record) ref(id, name *place) *Ref {
	of := Ref{r.text(id), r.text(name)}
	if of.ID == "" {
		return nil
	}
	return &of
}

// vendor reads the record of a vendor. A row of a list may lack fields.
func (c *codec) vendor(what string, value gjson.Result, isRow bool) (v Vendor, err error) {
	f := &c.vendorFields
	r := record{what: what, value: value, sparse: c.Vendors.OmitsEmpty}
	if v.ID, v.Name, err = r.named(&f.id, &f.name); err != nil {
		return v, err
	}
	v.Status = r.status(&f.status)
	v.AccessGroup = r.ref(&f.groupID, &f.groupName)
	v.StartDate, v.DueDate = r.date(&f.start, c.Vendors.Fields.StartDate.None), r.date(&f.due, c.Vendors.Fields.DueDate.None)
	v.ContractNumber, v.DocumentID = r.text(&f.contract), r.text(&f.document)
	v.IdentityProvider = r.ref(&f.idpID, &f.idpName)
	v.SynchronizedAt = r.text(&f.synced)
	v.Problem = r.trouble("vendor", v.ID, v.Name)
	if !isRow {
		return v, r.lacks
	}
	// Where empty fields are left out, a row without a link may be one that leaves it out.
	v.partial = r.lacks != nil || r.sparse && (v.AccessGroup == nil || v.StartDate == "")
	return v, nil
}

func (c *codec) vendorRow(what string, value gjson.Result) (Vendor, error) {
	return c.vendor(what, value, true)
}

// one reads the answer about the vendor with that id.
func (c *codec) one(data []byte, id string) (*Vendor, error) {
	answer := gjson.ParseBytes(data)
	value := c.item.in(answer)
	if !value.IsObject() {
		return nil, c.item.notThere("the answer", answer, "an object")
	}
	v, err := c.vendor("the vendor", value, false)
	switch {
	case err != nil:
		return nil, err
	case v.ID != id:
		return nil, fmt.Errorf("the answer is about vendor %s", clean(v.ID, maxWord))
	case c.Vendors.Write.Body == "record":
		v.record = value.Raw
	}
	return &v, nil
}

// accessGroup reads a row of the list of access groups.
func (c *codec) accessGroup(what string, value gjson.Result) (g AccessGroup, err error) {
	r := record{what: what, value: value, sparse: c.Vendors.OmitsEmpty}
	if g.ID, g.Name, err = r.named(&c.id, &c.name); err != nil {
		return g, err
	}
	g.Description, g.Enabled, g.numeric = r.text(&c.about), true, c.id.in(value).Type == gjson.Number
	if c.groupStatus != nil {
		g.Enabled = r.status(c.groupStatus) == StatusEnabled
	}
	g.Problem = r.trouble("access group", g.ID, g.Name)
	return g, r.lacks
}

// body is what a write sends: read with the changes in it, or only these.
// group is the JSON of the access group, status whether the status is a field.
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
