// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/tidwall/gjson"
)

// array is an array of objects in an answer.
type array struct {
	at   string // dotted path; "" is the answer itself
	rows []gjson.Result
}

// deepest is how many objects deep an array is looked for.
const deepest = 4

// arrays finds the arrays of objects in an answer, the longest first. An empty
// array counts.
func arrays(answer gjson.Result) []array {
	var found []array
	var walk func(at string, value gjson.Result, depth int)
	walk = func(at string, value gjson.Result, depth int) {
		switch rows := value.Array(); {
		case value.IsArray() && !slices.ContainsFunc(rows, func(row gjson.Result) bool { return !row.IsObject() }):
			found = append(found, array{at, rows})
		case value.IsObject() && depth > 0:
			value.ForEach(func(key, member gjson.Result) bool {
				walk(join(at, key.String()), member, depth-1)
				return true
			})
		}
	}
	walk("", answer, deepest)
	slices.SortStableFunc(found, func(a, b array) int { return len(b.rows) - len(a.rows) })
	return found
}

func join(at, key string) string {
	if at == "" {
		return key
	}
	return at + "." + key
}

// member is what the records of a list have at one path.
type member struct {
	path   string
	values []gjson.Result // those that are none of null, "" and an array
	blank  string         // how no value is written, as JSON; "" if that was not seen
	object bool           // some records have an object there, whose members are members too
}

// members returns what there is in records, in the order of its appearance.
func members(rows []gjson.Result) []*member {
	var all []*member
	byPath := map[string]*member{}
	var walk func(at string, value gjson.Result)
	walk = func(at string, value gjson.Result) {
		value.ForEach(func(key, value gjson.Result) bool {
			path := join(at, key.String())
			m := byPath[path]
			if m == nil {
				m = &member{path: path}
				byPath[path] = m
				all = append(all, m)
			}
			switch {
			case value.IsObject():
				m.object = true
				walk(path, value)
			case value.IsArray():
			case isBlank(value):
				m.blank = value.Raw
			default:
				m.values = append(m.values, value)
			}
			return true
		})
	}
	for _, row := range rows {
		walk("", row)
	}
	return all
}

// isBlank reports whether a value says that there is none.
func isBlank(value gjson.Result) bool {
	return !value.Exists() || value.Type == gjson.Null || value.Type == gjson.String && value.Str == ""
}

// sameKeys reports whether all records have the same members.
func sameKeys(rows []gjson.Result) bool {
	for _, row := range rows {
		if keysOf(row) != keysOf(rows[0]) {
			return false
		}
	}
	return true
}

func keysOf(value gjson.Result) string {
	var keys []string
	value.ForEach(func(key, _ gjson.Result) bool {
		keys = append(keys, key.String())
		return true
	})
	slices.Sort(keys)
	return strings.Join(keys, ", ")
}

// words splits a path into the words of its names: validity.from, contractStart
// and contract_start.
func words(path string) []string {
	var found []string
	var word strings.Builder
	flush := func() {
		if word.Len() > 0 {
			found = append(found, strings.ToLower(word.String()))
			word.Reset()
		}
	}
	lower := false
	for _, r := range path {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			flush()
			lower = false
			continue
		case unicode.IsUpper(r) && lower:
			flush()
		}
		lower = !unicode.IsUpper(r)
		word.WriteRune(r)
	}
	flush()
	return found
}

// says reports whether a word of the path begins with one of those.
func (m *member) says(beginnings ...string) bool {
	for _, word := range words(m.path) {
		for _, beginning := range beginnings {
			if strings.HasPrefix(word, beginning) {
				return true
			}
		}
	}
	return false
}

// dateFormats are the formats of a profile, and what a date looks like in each.
var dateFormats = []struct {
	name string
	like *regexp.Regexp
}{
	{"date", regexp.MustCompile(`^\d{4}-\d\d-\d\d$`)},
	{"datetime", regexp.MustCompile(`^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$`)},
	{"rfc3339", regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d`)},
}

// format returns the format of a member's dates, "" if it has none.
func (m *member) format() string {
	for _, format := range dateFormats {
		if len(m.values) > 0 && format.like.MatchString(m.values[0].String()) {
			return format.name
		}
	}
	return ""
}
