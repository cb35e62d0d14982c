// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/tidwall/gjson"
)

// guesser assigns the members of a list's records to the fields of a profile,
// each to one.
type guesser struct {
	members []*member
	used    map[*member]bool
}

func newGuesser(rows []gjson.Result) *guesser {
	return &guesser{members(rows), map[*member]bool{}}
}

// take returns the first member that is fit, nil if there is none.
func (g *guesser) take(fit func(*member) bool) *member {
	for _, m := range g.members {
		if !g.used[m] && !m.object && fit(m) {
			g.used[m] = true
			return m
		}
	}
	return nil
}

// called takes a member that stands at the top of the record and has one of
// those names; the first name counts most, and a name that only ends so least.
func (g *guesser) called(names ...string) *member {
	for _, name := range names {
		if m := g.take(func(m *member) bool { return strings.EqualFold(m.path, name) }); m != nil {
			return m
		}
	}
	return g.take(func(m *member) bool {
		all := words(m.path)
		return !strings.Contains(m.path, ".") && len(all) > 0 && slices.Contains(names, all[len(all)-1])
	})
}

// date takes a member whose name begins so, and that has dates or nothing.
func (g *guesser) date(beginnings ...string) *member {
	return g.take(func(m *member) bool { return m.says(beginnings...) && (m.format() != "" || len(m.values) == 0) })
}

// text takes a member whose name begins so, and that has no dates.
func (g *guesser) text(beginnings ...string) *member {
	return g.take(func(m *member) bool { return m.says(beginnings...) && m.format() == "" })
}

// The names that a reference's id and name have.
var (
	idNames   = []string{"id", "key", "uid", "uuid", "code"}
	nameNames = []string{"name", "title", "label", "caption"}
)

// reference takes the id and the name of another record: group.id and
// group.name, or group_id and group.
func (g *guesser) reference(beginnings ...string) (id, name *member) {
	ends := func(m *member, endings []string) bool {
		all := words(m.path)
		return len(all) > 1 && slices.Contains(endings, all[len(all)-1])
	}
	id = g.take(func(m *member) bool { return m.says(beginnings...) && ends(m, idNames) })
	if id == nil {
		return nil, nil
	}
	stem := func(path string) string { all := words(path); return strings.Join(all[:len(all)-1], " ") }
	name = g.take(func(m *member) bool { return ends(m, nameNames) && stem(m.path) == stem(id.path) })
	if name == nil {
		name = g.take(func(m *member) bool { return strings.Join(words(m.path), " ") == stem(id.path) })
	}
	return id, name
}

// empty takes a member that says it is a reference, and is null wherever it was
// seen.
func (g *guesser) empty(beginnings ...string) *member {
	return g.take(func(m *member) bool { return m.says(beginnings...) && len(m.values) == 0 })
}

// How a status says that it is one or the other.
var (
	enabledWords  = []string{"true", "1", "enabled", "active", "on", "yes", "open"}
	disabledWords = []string{"false", "0", "disabled", "inactive", "blocked", "off", "no", "closed", "suspended"}
)

// status guesses which of a member's values stand for enabled and disabled: as
// JSON, "" for what was not seen.
func (m *member) status() (enabled, disabled string) {
	for _, value := range m.values {
		switch word := strings.ToLower(value.String()); {
		case slices.Contains(enabledWords, word):
			enabled = value.Raw
		case slices.Contains(disabledWords, word):
			disabled = value.Raw
		}
	}
	switch {
	case enabled == "" && disabled != "":
		enabled = opposite[disabled]
	case disabled == "" && enabled != "":
		disabled = opposite[enabled]
	}
	return scalar(enabled), scalar(disabled)
}

// shown lists the values of a member, each once.
func (m *member) shown() string {
	var all []string
	for _, value := range m.values {
		if raw := scalar(value.Raw); !slices.Contains(all, raw) {
			all = append(all, raw)
		}
	}
	return strings.Join(all, ", ")
}

// opposite has the values of which one tells the other.
var opposite = map[string]string{
	"true": "false", "false": "true", "1": "0", "0": "1", `"1"`: `"0"`, `"0"`: `"1"`,
}

// scalar writes a JSON scalar in YAML: a word without its quotes, if it stays a
// word.
func scalar(raw string) string {
	var word string
	if json.Unmarshal([]byte(raw), &word) != nil {
		return raw
	}
	letters := strings.IndexFunc(word, func(r rune) bool { return (r < 'a' || r > 'z') && r != '_' }) < 0
	if letters && word != "" && !slices.Contains([]string{"true", "false", "null", "yes", "no", "on", "off", "y", "n"}, word) {
		return word
	}
	return raw
}

// paging is what is known of how a list is cut into pages.
type paging struct {
	page, offset, size, total string
	max                       int64
	why                       string
}

var (
	pageNames   = []string{"page", "page_number", "pagenumber", "current_page", "currentpage"}
	offsetNames = []string{"offset", "skip", "from", "start"}
	sizeNames   = []string{"page_size", "pagesize", "per_page", "perpage", "limit", "size", "take", "top", "count"}
	totalNames  = []string{"total_items", "totalitems", "total", "total_count", "totalcount", "total_records", "total_results", "found", "hits", "count"}
)

// guessPaging looks at the query that was asked with, and at what the answer
// says of itself beside its records.
func guessPaging(answer gjson.Result, list array, query map[string][]string) *paging {
	p := &paging{}
	note := func(name, key string, value int64) {
		name = strings.ToLower(name)
		switch {
		case p.page == "" && slices.Contains(pageNames, name):
			p.page = key
		case p.offset == "" && slices.Contains(offsetNames, name):
			p.offset = key
		case p.size == "" && slices.Contains(sizeNames, name) && value > 0:
			p.size, p.max = key, value
		}
	}
	for name, values := range query {
		if n := gjson.Parse(values[0]); n.Type == gjson.Number {
			note(name, name, n.Int())
		}
	}
	p.why = "as it was asked for"
	told := p.size != ""
	for _, m := range members([]gjson.Result{answer}) {
		name := m.path[strings.LastIndex(m.path, ".")+1:]
		if len(m.values) != 1 || m.values[0].Type != gjson.Number || strings.HasPrefix(m.path, list.at+".") && list.at != "" {
			continue
		}
		n := m.values[0].Int()
		if p.total == "" && slices.Contains(totalNames, strings.ToLower(name)) && n >= int64(len(list.rows)) {
			p.total = m.path
			continue
		}
		if !told {
			note(name, name, n)
			p.why = "the answer says so of itself"
		}
	}
	if p.size == "" || p.page == "" && p.offset == "" {
		return nil
	}
	return p
}

// beside names the numbers of an answer that are not in its records, and that
// may say how many there are.
func beside(answer gjson.Result, list array) string {
	var all []string
	for _, m := range members([]gjson.Result{answer}) {
		if !m.says("code", "status", "error") && len(m.values) == 1 && m.values[0].Type == gjson.Number && !(list.at != "" && strings.HasPrefix(m.path, list.at+".")) {
			all = append(all, m.path+" "+m.values[0].Raw)
		}
	}
	return strings.Join(all, ", ")
}

// singular guesses what one of several is called.
func singular(plural string) string {
	at := strings.LastIndex(plural, ".") + 1
	name := plural[at:]
	switch {
	case strings.HasSuffix(name, "ies"):
		name = strings.TrimSuffix(name, "ies") + "y"
	case strings.HasSuffix(name, "s") && !strings.HasSuffix(name, "ss"):
		name = strings.TrimSuffix(name, "s")
	}
	return plural[:at] + name
}

func (p *paging) String() string {
	by := "page: " + p.page
	if p.page == "" {
		by = "offset: " + p.offset
	}
	text := fmt.Sprintf("{%s, size: %s, max_size: %d", by, p.size, p.max)
	if p.total != "" {
		text += ", total: " + p.total
	}
	return text + "}"
}
