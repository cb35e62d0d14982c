// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
)

// draft writes a profile from one answer of each list. Each guess has a comment
// that begins with "guess", each gap one that begins with "fill in".
type draft struct {
	text strings.Builder
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
	array
}

// makeDraft reads one answer of each list and returns a profile.
func makeDraft(ctx context.Context, client *domum.Client, vendorsPath, groupsPath string) (string, error) {
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
	d.line("profile: 1", "")
	groupFields := newGuesser(groups.rows)
	groupID, groupName := groupFields.called(idNames...), groupFields.called(nameNames...)
	d.vendors(vendors, groupID, groupName)
	d.line("access_groups:", "")
	d.list(groups)
	d.accessGroupFields(groupFields, groupID, groupName)
	return d.text.String(), nil
}

// readList reads a list and finds its records.
func readList(ctx context.Context, client *domum.Client, flag, target string) (*listAnswer, error) {
	u, err := url.Parse(target)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(u.Path, "/") {
		return nil, fmt.Errorf("%s %q is not a path below the appliance's URL, such as /api/v2/domum/vendors", flag, target)
	}
	answer, err := client.Fetch(ctx, strings.Split(strings.TrimPrefix(u.Path, "/"), "/"), u.Query(), nil)
	if err != nil {
		return nil, err
	}
	got := &listAnswer{path: u.Path, query: u.Query(), body: gjson.ParseBytes(answer.Body)}
	switch {
	case answer.Status == http.StatusOK && gjson.ValidBytes(answer.Body):
	case answer.Status == http.StatusOK:
		return nil, fmt.Errorf("the answer to GET %s is not JSON.\nCheck DOMUM_URL: something that is not an API answers there", u.Path)
	default:
		remedy := "Correct the path"
		if answer.Status == http.StatusUnauthorized || answer.Status == http.StatusForbidden {
			remedy = "Let the authorization read it"
		}
		return nil, fmt.Errorf("GET %s was answered with HTTP %d (request id %s).\n%s, and run again", u.Path, answer.Status, cmp.Or(requestID(answer), "none"), remedy)
	}
	found := arrays(got.body)
	if len(found) == 0 {
		return nil, fmt.Errorf("the answer to GET %s holds no array of records; its keys: %s\nIs it the path of a list?", u.Path, cmp.Or(keysOf(got.body), "none"))
	}
	if got.array = found[0]; len(got.rows) == 0 {
		return nil, errors.New("the answer to GET " + u.Path + " holds no record to draft from.\nPush a group of third parties, or make an access group, and run again")
	}
	return got, nil
}

// list describes how a list is read.
func (d *draft) list(l *listAnswer) {
	d.line("  list:", "")
	d.line("    path: "+l.path, "")
	why := "guess: the only array of records in the answer"
	if all := len(arrays(l.body)); all > 1 {
		why = fmt.Sprintf("guess: the longest of %d arrays in the answer", all)
	}
	if l.at == "" {
		d.line(`    items: ""`, "the answer is the array")
	} else {
		d.line("    items: "+l.at, why)
	}
	if p := guessPaging(l.body, l.array, l.query); p != nil {
		d.line("    paging: "+p.String(), "guess: "+p.why+"; a larger max_size costs fewer requests")
		return
	}
	if others := beside(l.body, l.array); others != "" {
		d.line("    # paging:", fmt.Sprintf("fill in unless one answer holds all records; %d came, and the answer says %s", len(l.rows), others))
		return
	}
	d.line("    # paging:", fmt.Sprintf("guess: one answer holds all records (%d came); if not, run again with the paging in the path: %s?page=1&limit=50", len(l.rows), l.path))
}

func (d *draft) vendors(l *listAnswer, groupID, groupName *member) {
	d.line("vendors:", "")
	d.list(l)
	d.line("    # name_filter:", "fill in where the list can be narrowed by name: the query parameter")
	one := strings.TrimSuffix(l.path, "/") + "/{id}"
	v1 := l.body.Get("response.error").Exists()
	d.line("  read:", "")
	d.line("    path: "+one, "guess")
	d.item(l)
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
	if sameKeys(l.rows) {
		d.line("  omits_empty: false", fmt.Sprintf("guess: all %d records have the same keys", len(l.rows)))
	} else {
		d.line("  omits_empty: true", fmt.Sprintf("guess: not all %d records have the same keys", len(l.rows)))
	}
	d.vendorFields(newGuesser(l.rows), groupID, groupName)
}

func (d *draft) item(l *listAnswer) {
	switch single := singular(l.at); {
	case l.at == "":
		d.line(`    item: ""`, "guess: the record alone, as the list is the array alone")
	case single == l.at:
		d.line("    item: "+l.at, "guess: where the list has its records")
	default:
		d.line("    item: "+single, "guess: one of "+l.at)
	}
}

func (d *draft) vendorFields(g *guesser, groupID, groupName *member) {
	d.line("  fields:", "")
	id, name := g.called(idNames...), g.called(append(nameNames, "vendor", "company")...)
	status := g.take(func(m *member) bool {
		return m.says("status", "state", "enabled", "active", "situation") && !strings.Contains(m.path, ".")
	})
	synchronized := g.take(func(m *member) bool { return m.says("sync", "last_sync") })
	d.field("id", id)
	d.field("name", name)
	d.status("    ", "status", status)
	d.accessGroup(g, groupID, groupName)
	start := g.date("start", "begin", "from", "since")
	due := g.date("due", "end", "until", "expir", "to")
	d.date("start_date", start, due)
	d.date("due_date", due, start)
	contract := g.text("contract")
	document := g.text("document", "tax", "cnpj", "registration")
	providerID, providerName := g.reference("identity", "provider", "source", "directory", "iga", "idp")
	d.optional("contract_number", contract)
	d.optional("document_id", document)
	if providerID != nil && providerName != nil {
		d.line(fmt.Sprintf("    identity_provider: {id: %s, name: %s}", providerID.path, providerName.path), "guess")
	} else {
		d.line("    # identity_provider: {id: , name: }", "fill in, or leave it out")
	}
	d.optional("synchronized_at", synchronized)
	for _, m := range g.members {
		if !g.used[m] && !m.object {
			d.line("    # not used: "+m.path, "")
		}
	}
}

func (d *draft) accessGroup(g *guesser, groupID, groupName *member) {
	id, name := g.reference("access", "group", "policy", "policies")
	if id != nil && name != nil {
		d.line(fmt.Sprintf("    access_group: {id: %s, name: %s}", id.path, name.path), "guess; add write and write_as if a change is written elsewhere, or by name")
		return
	}
	if at := g.empty("access", "group", "policy", "policies"); at != nil && groupID != nil && groupName != nil {
		d.line(fmt.Sprintf("    access_group: {id: %s.%s, name: %[1]s.%s}", at.path, groupID.path, groupName.path), "guess: no vendor of these has one; the names are those of an access group")
		return
	}
	d.line("    access_group: {id: , name: }", "fill in: no vendor of these seems to have one")
}

func (d *draft) accessGroupFields(g *guesser, id, name *member) {
	d.line("  fields:", "")
	d.field("id", id)
	d.field("name", name)
	if enabled := g.take(func(m *member) bool { return m.says("enabled", "active", "usable", "status", "state") }); enabled != nil {
		d.status("    ", "enabled", enabled)
	}
	d.optional("description", g.text("description", "text", "comment"))
}

func (d *draft) field(name string, m *member) {
	if m == nil {
		d.line("    "+name+":", "fill in")
		return
	}
	d.line("    "+name+": "+m.path, "guess")
}

func (d *draft) optional(name string, m *member) {
	if m == nil {
		d.line("    # "+name+":", "fill in, or leave it out")
		return
	}
	d.line("    "+name+": "+m.path, "guess")
}

func (d *draft) status(indent, name string, m *member) {
	if m == nil {
		d.line(indent+name+": {at: , enabled: , disabled: }", "fill in")
		return
	}
	enabled, disabled := m.status()
	comment := "guess"
	if enabled == "" || disabled == "" {
		comment = "fill in; these records have " + m.shown()
	}
	d.line(fmt.Sprintf("%s%s: {at: %s, enabled: %s, disabled: %s}", indent, name, m.path, enabled, disabled), comment)
}

// date describes a date. Another one tells the format where this one has no
// value.
func (d *draft) date(name string, m, other *member) {
	if m == nil {
		d.line("    "+name+": {at: , format: }", "fill in: date, datetime or rfc3339")
		return
	}
	format, comment := m.format(), "guess"
	if format == "" && other != nil {
		format, comment = other.format(), "guess: no record has one; the format is the other date's"
	}
	if format == "" {
		comment = "fill in the format: date, datetime or rfc3339"
	}
	text := fmt.Sprintf("    %s: {at: %s, format: %s", name, m.path, format)
	if name == "due_date" && m.blank == `""` {
		text += `, none: ""`
	}
	d.line(text+"}", comment)
}
