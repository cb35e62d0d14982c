// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
)

// A draft is a text in which words like PATH stand for what one answer of a list
// tells, and <…> <…> for the path of a field: the first in the records whose name
// fits a pattern, and the first pattern that fits one. $FORMAT and the like stand
// for what the values there tell. A field after a # may be left out. A comment follows ##.
const (
	listDraft = `  list:
    path: PATH
    items: ITEMS ## guess: the array with the most records
    PAGING
`
	vendorsDraft = `vendors:
` + listDraft + `    # name_filter: ## fill in where the list can be narrowed by name: the query parameter
  read:
    path: PATH/{id} ## guess
    item: ITEM ## guess: one of the list's, or the same place
    missing: {status: 404, code: } ## fill in: the answer for an id that isn't there, without code if it has none
  write:
    method: ## fill in: PATCH, PUT or POST
    path: PATH/{id} ## guess
    body: ## fill in: changes (only the fields that change) or record (all of it)
    guard: ## fill in: etag where the answer about one vendor has an ETag header, else compare
  # enable: {method: POST, path: "PATH/{id}/enable"} ## fill in both where the status has calls of its own
  # disable: {method: POST, path: "PATH/{id}/disable"} ## fill in
  omits_empty: OMITS ## guess: true if not all records have the same keys; COUNT came
  fields:
    id: <^id$> <^ID> <^[^.]*\bID>
    name: <^name$> <^NAME> <^[^.]*\bNAME>
    status: {at: <^[^.]*\b(status|state|enabled|active|situation)>, enabled: $ENABLED, disabled: $DISABLED}
    access_group: {id: <\bGROUP.*\bID>, name: <\bGROUP.*\bNAME> <\bGROUP>}
    start_date: {at: <\b(start|begin|from|since)>, format: $FORMAT}
    due_date: {at: <\b(due|end|until|expir|to\b)>, format: $FORMAT$NONE}
    # contract_number: <\bcontract>
    # document_id: <\b(document|tax|cnpj|registration)>
    # identity_provider: {id: <\bPROVIDER.*\bID>, name: <\bPROVIDER.*\bNAME> <\bPROVIDER>}
    # synchronized_at: <\bsync>
`
	groupsDraft = `access_groups:
` + listDraft + `  fields:
    id: <^id$> <^ID> <^[^.]*\bID>
    name: <^name$> <^NAME> <^[^.]*\bNAME>
    # enabled: {at: <\b(enabled|active|usable|status|state)>, enabled: $ENABLED, disabled: $DISABLED}
    # description: <\b(description|text|comment)>
`
)

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
	fieldPath = regexp.MustCompile(`<[^>]+>( <[^>]+>)*`)
	gap       = regexp.MustCompile(`: *([,}]|$)`)
	notPaging = regexp.MustCompile(`\b(code|status|error)`)
	capital   = regexp.MustCompile(`([^.\p{Lu}])(\p{Lu})`)
	day       = regexp.MustCompile(`^\d{4}-\d\d-\d\d(?:$|([ T])\d\d:\d\d:\d\d)`)
	offWord   = regexp.MustCompile(`(?i)^(false|0|no|off|disabled|inactive|blocked|closed|suspended)$`)
	onWord    = regexp.MustCompile(`(?i)^(true|1|yes|on|enabled|active|open)$`)
)

// answered is a list as it was answered.
type answered struct {
	path    string         // without its query
	at      string         // of the records; "" is the answer itself
	rows    []gjson.Result // the records
	numbers []leaf         // of the query, and of the answer beside the records
}

// makeDraft reads one answer of each list and returns a profile. The one of the
// environment may be what it is to replace.
func makeDraft(ctx context.Context, vendorsPath, groupsPath string) (string, error) {
	client, _, err := connect("")
	if err != nil {
		return "", err
	}
	vendors, err := readList(ctx, client, "-vendors", vendorsPath)
	if err != nil {
		return "", err
	}
	groups, err := readList(ctx, client, "-access-groups", groupsPath)
	if err != nil {
		return "", err
	}
	return "# Made by domum-doctor from one answer of " + vendors.path + " and one of " + groups.path + ".\n" +
		"# Check what is a guess, fill in what is left open, then: domum-doctor -profile FILE\n" +
		"profile: 1\n" + vendors.fill(vendorsDraft) + groups.fill(groupsDraft), nil
}

// readList reads a list and finds its records.
func readList(ctx context.Context, client *domum.Client, flag, target string) (*answered, error) {
	u, err := url.Parse(target)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(u.Path, "/") {
		return nil, fmt.Errorf("%s %q is not a path below the appliance's URL, such as /api/v2/domum/vendors", flag, target)
	}
	answer, err := fetch(ctx, client, u.Path, u.Query())
	if err != nil {
		return nil, err
	}
	l := &answered{path: u.Path, numbers: numbersOf(u.Query(), answer)}
	for _, found := range leaves("", answer) {
		if rows := found.value.Array(); found.value.IsArray() && (l.rows == nil || len(rows) > len(l.rows)) {
			l.at, l.rows = found.path, slices.DeleteFunc(rows, func(row gjson.Result) bool { return !row.IsObject() })
		}
	}
	switch {
	case l.rows == nil:
		return nil, fmt.Errorf("the answer to GET %s holds no array of records.\nIs it the path of a list?", l.path)
	case len(l.rows) == 0:
		return nil, fmt.Errorf("the answer to GET %s holds no record to draft from.\n"+
			"Push a group of third parties, or make an access group, and run again", l.path)
	}
	return l, nil
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

// numbersOf returns the numbers of a query, and of its answer beside records.
func numbersOf(query url.Values, answer gjson.Result) []leaf {
	all := leaves("", answer)
	for name, values := range query {
		all = append(all, leaf{name, gjson.Parse(values[0])})
	}
	return slices.DeleteFunc(all, func(l leaf) bool {
		return l.value.Type != gjson.Number || notPaging.MatchString(spaced(l.path))
	})
}

// spaced separates the words in the names of a path: contract start is what
// contractStart and contract_start are.
func spaced(path string) string {
	return strings.ToLower(strings.NewReplacer("_", " ", "-", " ").Replace(capital.ReplaceAllString(path, "$1 $2")))
}

// take removes what is called as a pattern says from those that are left. It has
// no path if there is none.
func take(left *[]leaf, patterns string) leaf {
	for _, pattern := range strings.Split(strings.Trim(patterns, "<>"), "> <") {
		called := regexp.MustCompile(shorthand.Replace(pattern))
		if i := slices.IndexFunc(*left, func(l leaf) bool { return called.MatchString(spaced(l.path)) }); i >= 0 {
			found := (*left)[i]
			*left = slices.Delete(*left, i, i+1)
			return found
		}
	}
	return leaf{}
}

// fill writes what the list tells into a draft.
func (l *answered) fill(draft string) string {
	var left []leaf
	for _, row := range l.rows {
		for _, found := range leaves("", row) {
			if !slices.ContainsFunc(left, func(other leaf) bool { return other.path == found.path }) {
				left = append(left, found)
			}
		}
	}
	inRow := func(path string, is func(gjson.Result) bool) bool {
		return slices.ContainsFunc(l.rows, func(row gjson.Result) bool { return is(domum.At(row, path)) })
	}
	omits := slices.ContainsFunc(left, func(f leaf) bool { return inRow(f.path, func(v gjson.Result) bool { return !v.Exists() }) })
	left = slices.DeleteFunc(left, func(f leaf) bool {
		return inRow(f.path, func(v gjson.Result) bool { return v.IsObject() || v.IsArray() })
	})
	draft = strings.NewReplacer("PATH", l.path, "ITEMS", quoted(l.at), "ITEM", quoted(singular(l.at)), "PAGING", l.paging(),
		"OMITS", fmt.Sprint(omits), "COUNT", fmt.Sprint(len(l.rows))).Replace(draft)
	text, format := "", ""
	for line := range strings.Lines(draft) {
		if fieldPath.MatchString(line) {
			line = l.fillField(line, &left, &format)
		}
		code, comment, commented := strings.Cut(line, " ## ")
		if commented {
			line = fmt.Sprintf("%-64s # %s", code, comment)
		}
		text += line
	}
	for _, f := range left {
		text += "    # not used: " + f.path + "\n"
	}
	return text
}

// fillField fills the line of a field. A date that no record has is taken to have
// the format of the one before it.
func (l *answered) fillField(line string, left *[]leaf, format *string) string {
	path := ""
	line = fieldPath.ReplaceAllStringFunc(strings.TrimSpace(line), func(patterns string) string {
		path = take(left, patterns).path
		return path
	})
	var enabled, disabled, none string
	var all []string
	for _, row := range l.rows {
		value := domum.At(row, path)
		if found := day.FindStringSubmatch(value.String()); found != nil {
			*format = map[string]string{"": "date", " ": "datetime", "T": "rfc3339"}[found[1]]
		}
		switch all = append(all, value.Raw); {
		case value.Raw == `""`:
			none = `, none: ""`
		case onWord.MatchString(value.String()):
			enabled = value.Raw
		case offWord.MatchString(value.String()):
			disabled = value.Raw
		}
	}
	slices.Sort(all)
	line = strings.NewReplacer("$FORMAT", *format, "$NONE", none, "$ENABLED", enabled, "$DISABLED", disabled).Replace(line)
	switch open, optional := gap.MatchString(line), strings.HasPrefix(line, "# "); {
	case !open:
		line = strings.TrimPrefix(line, "# ") + " ## guess"
	case path != "":
		line += " ## fill in; these records have " + strings.Join(slices.Compact(all), ", ")
	case optional:
		line += " ## fill in, or leave it out"
	default:
		line += " ## fill in"
	}
	return "    " + line + "\n"
}

// paging describes the pages of the list.
func (l *answered) paging() string {
	left := slices.Clone(l.numbers)
	start, size, total := take(&left, startNames), take(&left, sizeNames), take(&left, totalNames)
	if start.path == "" || size.path == "" {
		text := fmt.Sprintf("# paging: ## guess: one answer holds all records (%d came); "+
			"if not, run again with the paging in the path: %s?page=1&limit=50", len(l.rows), l.path)
		for _, n := range l.numbers {
			text += fmt.Sprintf("; the answer says %s %s", n.path, n.value.Raw)
		}
		return text
	}
	name := func(path string) string { return path[strings.LastIndex(path, ".")+1:] }
	by := "page"
	if start.value.Int() == 0 {
		by = "offset"
	}
	text := fmt.Sprintf("paging: {%s: %s, size: %s, max_size: %s", by, name(start.path), name(size.path), size.value.Raw)
	if total.path != "" {
		text += ", total: " + total.path
	}
	return text + "} ## guess; a larger max_size costs fewer requests"
}

// singular guesses what one of several is called.
func singular(plural string) string {
	if stem, ok := strings.CutSuffix(plural, "ies"); ok {
		return stem + "y"
	}
	return strings.TrimSuffix(plural, "s")
}
