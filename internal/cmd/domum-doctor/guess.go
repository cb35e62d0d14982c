// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"cmp"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/tidwall/gjson"
)

// member is what values have at one path.
type member struct {
	path   string // dotted; "" is the value itself
	seen   int
	values []gjson.Result // those that are neither null nor ""
	blank  string         // how no value is written, as JSON; "" if that was not seen
}

// members returns what there is in values, and in objects in them, in the order
// of its appearance.
func members(values ...gjson.Result) []*member {
	var all []*member
	byPath := map[string]*member{}
	var walk func(at string, value gjson.Result)
	walk = func(at string, value gjson.Result) {
		m := byPath[at]
		if m == nil {
			m = &member{path: at}
			byPath[at] = m
			all = append(all, m)
		}
		m.seen++
		if isBlank(value) {
			m.blank = value.Raw
		} else {
			m.values = append(m.values, value)
		}
		if value.IsObject() {
			value.ForEach(func(key, inside gjson.Result) bool {
				walk(strings.TrimPrefix(at+"."+key.String(), "."), inside)
				return true
			})
		}
	}
	for _, value := range values {
		walk("", value)
	}
	return all
}

// isBlank reports whether a value says that there is none.
func isBlank(value gjson.Result) bool { return value.Type == gjson.Null || value.Raw == `""` }

// scalars returns the members that are neither objects nor arrays.
func scalars(values ...gjson.Result) []*member {
	isMore := func(value gjson.Result) bool { return value.IsObject() || value.IsArray() }
	return slices.DeleteFunc(members(values...), func(m *member) bool { return slices.ContainsFunc(m.values, isMore) })
}

// guess is what a field of a profile may be called in records, and how a draft
// describes it, if it does. A reference is two guesses, and the second is described.
type guess struct {
	field    string
	describe func(*draft, guess)
	optional bool
	fits     func(*member) bool
	names    []string // patterns of names, as words gives them; the first counts most
}

// The names of an id, a name, and of what they belong to.
const (
	ids       = `(id|key|uid|uuid|code)$`
	names     = `(name|title|label|caption)$`
	groups    = `\b(access|group|polic)`
	providers = `\b(identity|provider|source|directory|iga|idp)`
)

// Fields in the order of a profile. A guess takes its member away from those
// behind it.
var (
	vendorGuesses = []guess{
		{"id", (*draft).path, false, isAny, []string{`^id$`, `^` + ids, `^[^.]*\b` + ids}},
		{"name", (*draft).path, false, isAny, []string{`^name$`, `^` + names, `^(vendor|company)$`, `^[^.]*\b` + names}},
		{"status", (*draft).status, false, isAny, []string{`^[^.]*\b(status|state|enabled|active|situation)`}},
		{"access_group.id", nil, false, isAny, []string{groups + `.*\b` + ids}},
		{"access_group", (*draft).reference, false, isAny, []string{groups + `.*\b` + names, groups}},
		{"start_date", (*draft).date, false, isDate, []string{`\b(start|begin|from|since)`}},
		{"due_date", (*draft).date, false, isDate, []string{`\b(due|end|until|expir|to\b)`}},
		{"contract_number", (*draft).path, true, isNoDate, []string{`\bcontract`}},
		{"document_id", (*draft).path, true, isNoDate, []string{`\b(document|tax|cnpj|registration)`}},
		{"identity_provider.id", nil, true, isAny, []string{providers + `.*\b` + ids}},
		{"identity_provider", (*draft).reference, true, isAny, []string{providers + `.*\b` + names, providers}},
		{"synchronized_at", (*draft).path, true, isAny, []string{`\bsync`}},
	}
	groupGuesses = []guess{
		{"id", (*draft).path, false, isAny, []string{`^id$`, `^` + ids, `^[^.]*\b` + ids}},
		{"name", (*draft).path, false, isAny, []string{`^name$`, `^` + names, `^[^.]*\b` + names}},
		{"enabled", (*draft).status, true, isAny, []string{`\b(enabled|active|usable|status|state)`}},
		{"description", (*draft).path, true, isNoDate, []string{`\b(description|text|comment)`}},
	}
	pagingGuesses = []guess{
		{"page", nil, false, isAny, []string{`(^|\.)(current ?)?page( ?number)?$`}},
		{"offset", nil, false, isAny, []string{`(^|\.)(offset|skip|from|start)$`}},
		{"size", nil, false, isNotZero, []string{`(^|\.)(page ?size|per ?page|limit|size|take|top)$`, `(^|\.)count$`}},
		{"total", nil, false, isAny, []string{`(^|\.)(total( ?(items|count|records|results))?|found|hits|count)$`}},
	}
)

func isAny(*member) bool       { return true }
func isNoDate(m *member) bool  { return m.format() == "" }
func isDate(m *member) bool    { return m.format() != "" || isEmpty(m) }
func isEmpty(m *member) bool   { return len(m.values) == 0 }
func isNotZero(m *member) bool { return m.values[0].Int() > 0 }

// guessFields finds the fields of a profile among members. It also returns what
// is left over.
func guessFields(all []*member, guesses []guess) (found map[string]*member, left []*member) {
	found, left = map[string]*member{}, all
	for _, g := range guesses {
		for _, name := range g.names {
			called := regexp.MustCompile(name)
			i := slices.IndexFunc(left, func(m *member) bool { return called.MatchString(words(m.path)) && g.fits(m) })
			if i >= 0 {
				found[g.field] = left[i]
				left = slices.Delete(left, i, i+1)
				break
			}
		}
	}
	return found, left
}

// words separates the words in the names of a path: contract start is what
// contractStart and contract_start are.
func words(path string) string {
	return strings.ToLower(strings.NewReplacer("_", " ", "-", " ").Replace(upper.ReplaceAllString(path, "$1 $2")))
}

var upper = regexp.MustCompile(`([^.\p{Lu}])(\p{Lu})`)

// format returns the format of a member's dates, "" if it has none.
func (m *member) format() string {
	if m == nil || isEmpty(m) {
		return ""
	}
	found := day.FindStringSubmatch(m.values[0].String())
	if found == nil {
		return ""
	}
	return map[string]string{"": "date", " ": "datetime", "T": "rfc3339"}[found[1]]
}

var day = regexp.MustCompile(`^\d{4}-\d\d-\d\d(?:$|([ T])\d\d:\d\d:\d\d)`)

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
	return cmp.Or(enabled, opposite[disabled]), cmp.Or(disabled, opposite[enabled])
}

// shown lists the values of a member.
func (m *member) shown() string {
	var all []string
	for _, value := range m.values {
		all = append(all, value.Raw)
	}
	slices.Sort(all)
	return strings.Join(slices.Compact(all), ", ")
}

// opposite has the values of which one tells the other.
var opposite = map[string]string{
	"true": "false", "false": "true", "1": "0", "0": "1", `"1"`: `"0"`, `"0"`: `"1"`,
}

// guessPaging looks at the query that was asked with, and at what the answer
// says of itself beside its records.
func guessPaging(answer gjson.Result, query url.Values) map[string]*member {
	var asked []*member
	for name, values := range query {
		if n := gjson.Parse(values[0]); n.Type == gjson.Number {
			asked = append(asked, &member{path: name, values: []gjson.Result{n}})
		}
	}
	found, _ := guessFields(append(asked, numbers(answer)...), pagingGuesses)
	return found
}

// numbers are the numbers that an answer has beside its records.
func numbers(answer gjson.Result) []*member {
	return slices.DeleteFunc(scalars(answer), func(m *member) bool {
		return isEmpty(m) || m.values[0].Type != gjson.Number || notPaging.MatchString(words(m.path))
	})
}

var notPaging = regexp.MustCompile(`\b(code|status|error)`)

// pagingText is paging as a profile has it; "" if a page can't be asked for.
func pagingText(found map[string]*member) string {
	by, size := "page", found["size"]
	if found[by] == nil {
		by = "offset"
	}
	if found[by] == nil || size == nil {
		return ""
	}
	last := func(m *member) string { return m.path[strings.LastIndex(m.path, ".")+1:] }
	text := fmt.Sprintf("{%s: %s, size: %s, max_size: %s", by, last(found[by]), last(size), size.values[0].Raw)
	if total := found["total"]; total != nil {
		text += ", total: " + total.path
	}
	return text + "}"
}
