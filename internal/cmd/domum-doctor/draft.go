// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"cmp"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/explain"
)

// draftText is a profile in which $PATH and the like stand for what an answer
// tells, and <…> <…> for the path of a field: the first in the records whose name
// fits a pattern, and the first pattern that fits one. $FORMAT and the like are
// what the values there tell. What is behind a # may be left out.
//
//go:embed draft.yaml
var draftText string

// shorthand is what words in a pattern stand for.
var shorthand = strings.NewReplacer("ID", `(id|key|uid|uuid|code)$`, "NAME", `(name|title|label|caption)$`,
	"GROUP", `(access|group|polic)`, "PROVIDER", `(identity|provider|source|directory|iga|idp)`)

// Patterns for the names of numbers that are about pages.
const (
	startNames = `<(^|\.)(current ?)?page( ?number)?$> <(^|\.)(offset|skip|from|start)$>`
	sizeNames  = `<(^|\.)(page ?size|per ?page|limit|size|take|top)$> <(^|\.)count$>`
	totalNames = `<(^|\.)(total( ?(items|count|records|results))?|found|hits|count)$>`
)

var (
	fieldPath    = regexp.MustCompile(`<[^>]+>( <[^>]+>)*`)
	gap          = regexp.MustCompile(`: *([,}]|$)`)
	withComment  = regexp.MustCompile(`(?m)^(.*\S) +(# (?:guess|fill in).*)$`)
	notPaging    = regexp.MustCompile(`\b(code|status|error)`)
	capital      = regexp.MustCompile(`([^.\p{Lu}])(\p{Lu})`)
	day          = regexp.MustCompile(`^\d{4}-\d\d-\d\d(?:$|([ T])\d\d:\d\d:\d\d)`)
	enabledWord  = regexp.MustCompile(`(?i)^(true|1|yes|on|enabled|active|open)$`)
	disabledWord = regexp.MustCompile(`(?i)^(false|0|no|off|disabled|inactive|blocked|closed|suspended)$`)
)

// opposite has the values of which one tells the other.
var opposite = map[string]string{"true": "false", "false": "true", "1": "0", "0": "1", `"1"`: `"0"`, `"0"`: `"1"`}

// makeDraft reads one answer of each list and returns a profile. The one of the
// environment may be what it is to replace.
func makeDraft(ctx context.Context, vendorsPath, groupsPath string) (string, error) {
	client, _, err := connect("")
	if err != nil {
		return "", err
	}
	at := strings.Index(draftText, "access_groups:")
	vendors, err := draftOf(ctx, client, draftText[:at], "-vendors", vendorsPath)
	groups, groupsErr := draftOf(ctx, client, draftText[at:], "-access-groups", groupsPath)
	return withComment.ReplaceAllStringFunc(vendors+groups, func(line string) string {
		parts := withComment.FindStringSubmatch(line)
		return fmt.Sprintf("%-64s %s", parts[1], parts[2])
	}), cmp.Or(err, groupsErr)
}

// leaf is a value that is no object, and its dotted path.
type leaf struct {
	path  string
	value gjson.Result
}

// leaves returns what is in a value, in its order.
func leaves(path string, value gjson.Result) (all []leaf) {
	if !value.IsObject() {
		return []leaf{{path, value}}
	}
	value.ForEach(func(key, inside gjson.Result) bool {
		all = append(all, leaves(strings.TrimPrefix(path+"."+key.String(), "."), inside)...)
		return true
	})
	return all
}

// draftOf reads a list and fills a draft with what it tells.
func draftOf(ctx context.Context, client *domum.Client, draft, flag, target string) (string, error) {
	u, err := url.Parse(target)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(u.Path, "/") {
		return "", fmt.Errorf("%s %q is not a path below the appliance's URL, such as /api/v2/domum/vendors", flag, target)
	}
	answer, err := fetch(ctx, client, u.Path, "", u.Query())
	if err != nil {
		return "", errors.New(explain.Text(err))
	}
	at, records := "", []gjson.Result(nil)
	for _, l := range leaves("", answer) {
		rows := slices.DeleteFunc(l.value.Array(), func(row gjson.Result) bool { return !row.IsObject() })
		if len(rows) > len(records) {
			at, records = l.path, rows
		}
	}
	if len(records) == 0 {
		return "", fmt.Errorf("the answer to GET %s holds no array with a record to draft from.\nIs it the path of a list? "+
			"If so, push a group of third parties, or make an access group, and run again", u.Path)
	}
	item := strings.TrimSuffix(at, "s")
	if stem, ok := strings.CutSuffix(at, "ies"); ok {
		item = stem + "y"
	}
	draft = strings.NewReplacer("$PATH/{id}", strings.TrimSuffix(u.Path, "/")+"/{id}", "$PATH", u.Path, "$ITEMS", quoted(at), "$ITEM", quoted(item),
		"$COUNT", fmt.Sprint(len(records)), "$PAGING", paging(u, answer, len(records))).Replace(draft)
	return fill(draft, records), nil
}

// paging describes the pages of a list with what the query and the answer count.
func paging(u *url.URL, answer gjson.Result, count int) string {
	var all []leaf
	for name, values := range u.Query() {
		all = append(all, leaf{name, gjson.Parse(values[0])})
	}
	other := func(l leaf) bool { return l.value.Type != gjson.Number || notPaging.MatchString(spaced(l.path)) }
	all = slices.DeleteFunc(append(all, leaves("", answer)...), other)
	left := slices.Clone(all)
	start, size, total := take(&left, startNames, nil), take(&left, sizeNames, nil), take(&left, totalNames, nil)
	if start.path == "" || size.value.Int() < 1 {
		text := fmt.Sprintf("# paging: # guess: one answer holds all records (%d came); "+
			"if not, run again with the paging in the path: %s?page=1&limit=50", count, u.Path)
		for _, n := range all {
			text += fmt.Sprintf("; the answer says %s %s", n.path, n.value.Raw)
		}
		return text
	}
	parameter := func(path string) string { return quoted(path[strings.LastIndex(path, ".")+1:]) }
	by := map[bool]string{true: "page", false: "offset"}[strings.Contains(spaced(start.path), "page")]
	text := fmt.Sprintf("paging: {%s: %s, size: %s, max_size: %d", by, parameter(start.path), parameter(size.path), min(size.value.Int(), 100_000))
	if total.path != "" {
		text += ", total: " + quoted(total.path)
	}
	return text + "} # guess; a larger max_size costs fewer requests"
}

// spaced separates the words in the names of a path: contract start is what
// contractStart and contract_start are.
func spaced(path string) string {
	return strings.ToLower(strings.NewReplacer("_", " ", "-", " ").Replace(capital.ReplaceAllString(path, "$1 $2")))
}

// take removes what is called as a pattern says from those that are left, if it
// fits. It has no path if there is none.
func take(left *[]leaf, patterns string, fits func(leaf) bool) (taken leaf) {
	for _, pattern := range strings.Split(strings.Trim(patterns, "<>"), "> <") {
		called := regexp.MustCompile(shorthand.Replace(pattern))
		if i := slices.IndexFunc(*left, func(l leaf) bool { return called.MatchString(spaced(l.path)) && (fits == nil || fits(l)) }); i >= 0 {
			taken = (*left)[i]
			*left = slices.Delete(*left, i, i+1)
			return taken
		}
	}
	return taken
}

// fill writes what records tell of their fields into a draft.
func fill(draft string, records []gjson.Result) (text string) {
	var left []leaf
	for _, record := range records {
		for _, l := range leaves("", record) {
			if !slices.ContainsFunc(left, func(other leaf) bool { return other.path == l.path }) {
				left = append(left, l)
			}
		}
	}
	inSome := func(path string, is func(gjson.Result) bool) bool {
		return slices.ContainsFunc(records, func(record gjson.Result) bool { return is(domum.At(record, path)) })
	}
	omits := slices.ContainsFunc(left, func(l leaf) bool { return inSome(l.path, func(v gjson.Result) bool { return !v.Exists() }) })
	left = slices.DeleteFunc(left, func(l leaf) bool {
		return inSome(l.path, func(v gjson.Result) bool { return v.IsObject() || v.IsArray() })
	})
	format := "" // of the dates so far: one that no record has is taken to be written as the one before it
	for line := range strings.Lines(strings.ReplaceAll(draft, "$OMITS", fmt.Sprint(omits))) {
		if fieldPath.MatchString(line) {
			line, format = fillField(line, records, &left, format)
		}
		text += line
	}
	for _, l := range left {
		text += "    # not used: " + quoted(l.path) + "\n"
	}
	return text
}

// formatOf is the format of a date, as a profile calls it; "" is none.
func formatOf(date gjson.Result) string {
	if found := day.FindStringSubmatch(date.String()); found != nil {
		return map[string]string{"": "date", " ": "datetime", "T": "rfc3339"}[found[1]]
	}
	return ""
}

// fillField fills the line of a field with paths of those that are left, and with
// what the values at the last one tell. format is for a date without a value.
func fillField(line string, records []gjson.Result, left *[]leaf, format string) (filled, lastFormat string) {
	path, isDate := "", strings.Contains(line, "$FORMAT")
	fits := func(l leaf) bool { // a date takes dates, or what has no value
		return !isDate || !slices.ContainsFunc(records, func(record gjson.Result) bool {
			value := domum.At(record, l.path)
			return value.String() != "" && formatOf(value) == ""
		})
	}
	line = fieldPath.ReplaceAllStringFunc(strings.TrimSpace(line), func(patterns string) string {
		if path = take(left, patterns, fits).path; path == "" {
			return ""
		}
		return quoted(path)
	})
	var enabled, disabled, none string
	var all []string
	for _, record := range records {
		value := domum.At(record, path)
		format = cmp.Or(formatOf(value), format)
		switch all = append(all, value.Raw); {
		case value.Raw == `""`:
			none = `, none: ""`
		case enabledWord.MatchString(value.String()):
			enabled = value.Raw
		case disabledWord.MatchString(value.String()):
			disabled = value.Raw
		}
	}
	enabled, disabled = cmp.Or(enabled, opposite[disabled]), cmp.Or(disabled, opposite[enabled])
	line = strings.NewReplacer("$FORMAT", format, "$NONE", none, "$ENABLED", enabled, "$DISABLED", disabled).Replace(line)
	comment := "fill in"
	switch {
	case !gap.MatchString(line):
		line, comment = strings.TrimPrefix(line, "# "), "guess"
	case path != "":
		slices.Sort(all)
		all = slices.Compact(all)
		comment += "; these records have " + strings.Join(all[:min(len(all), 5)], ", ")
	case strings.HasPrefix(line, "# "):
		comment += ", or leave it out"
	}
	return "    " + line + " # " + comment + "\n", format
}
