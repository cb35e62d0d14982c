// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
)

// list is a list of the profile, and what was found out about it.
type list struct {
	key    string // of the profile: "vendors"
	spec   *domum.ListProfile
	idPath string
	answer gjson.Result // the first page
	rows   gjson.Result // its records, if they are where the profile says
	count  int          // of the records that the client reads
}

// firstID is the id of the first record, "" if there is none.
func (l *list) firstID() string { return domum.At(l.rows.Get("0"), l.idPath).String() }

// query asks for a page of that many records, from page 1. A size of 0 is the
// profile's.
func (l *list) query(number, size int) url.Values {
	query := url.Values{}
	if l.spec.Paging != nil {
		l.spec.Paging.Ask(query, number, cmp.Or(size, l.spec.Paging.MaxSize))
	}
	return query
}

// isNew reports whether rows begin with a record that known does not have.
func (l *list) isNew(rows, known gjson.Result) bool {
	first := domum.At(rows.Get("0"), l.idPath).Raw
	return first != "" && !slices.ContainsFunc(known.Array(), func(row gjson.Result) bool { return domum.At(row, l.idPath).Raw == first })
}

// ask returns the answer to a query, and the array of records in it. What is wrong
// with it, so that there is none, is for the client to say.
func (e *examination) ask(ctx context.Context, l *list, query url.Values) (answer, rows gjson.Result) {
	answer, _ = fetch(ctx, e.client, l.spec.Path, "", query)
	return answer, domum.At(answer, l.spec.Items)
}

// list notes what the client makes of a list, and tries its pages. err says why
// the client can't read the list, problem why nobody can use one of its records.
func (e *examination) list(ctx context.Context, l *list, err error, problem func(i int) error, shown string) {
	name := strings.ReplaceAll(l.key, "_", " ")
	var problems []string
	for i := range l.count {
		if err := problem(i); err != nil {
			problems = append(problems, err.Error())
		}
	}
	failed := failure(err, l.key+".list", l.spec.Path, "")
	if p := l.spec.Paging; p != nil && domum.IsRefused(err) && answerTo(l.spec.Path, err).Status > 0 {
		if answer, _ := e.ask(ctx, l, nil); answer.Exists() {
			failed.correction = fmt.Sprintf("%s.list.paging: the parameters %s=%d and %s are refused, and the list is answered without them",
				l.key, p.Size, p.MaxSize, cmp.Or(p.Page, p.Offset))
		}
	}
	unusable, found := len(problems), fmt.Sprintf("Records: %d; those of the first page are at %s.\n", l.count, quoted(l.spec.Items))
	e.conclude("list of "+name, get(l.spec.Path, "", l.query(1, 0)), []outcome{
		failed,
		{unusable > 0, differs, strings.Join(problems[:min(unusable, 3)], "\n") +
			fmt.Sprintf("\nThe provider can use the other %d of the %d records.", l.count-unusable, l.count), ""},
		{l.count == 0, holds, found + "Is the authorization allowed to see them?", ""},
		{true, holds, found + shown, ""},
	})
	switch {
	case err != nil && (l.spec.Paging == nil || answerTo("", err).Finding != domum.IncompleteList):
		e.conclude("pages of "+name, "", []outcome{{true, skipped, "It takes the list.", ""}})
	case l.spec.Paging == nil:
		e.onePage(l, "pages of "+name)
	default:
		e.pages(ctx, l, "pages of "+name)
	}
}

// onePage judges a list that the profile says comes in one answer.
func (e *examination) onePage(l *list, check string) {
	folder := func(at string) string { return at[:max(strings.LastIndex(at, "."), 0)] }
	all, came := leaves("", l.answer), len(l.rows.Array())
	total := take(&all, totalNames, func(n leaf) bool {
		beside := folder(n.path) == folder(l.spec.Items) || aboutPages.MatchString(spaced(folder(n.path)))
		return n.value.Type == gjson.Number && beside
	})
	e.conclude(check, get(l.spec.Path, "", nil), []outcome{
		{total.value.Int() > int64(came), differs, fmt.Sprintf("%s says %s, and %d records came. "+
			"The provider does not see the others.", total.path, total.value.Raw, came), l.key + ".list.paging: say how the other pages are asked for"},
		{true, holds, fmt.Sprintf("The profile has no paging, so the records of one answer count as all: %d.", came), ""},
	})
}

var aboutPages = regexp.MustCompile(`\b(pag|meta|list)`)

// pages tries the pages of a list: a short list doesn't show the client what is
// wrong with them, neither does one that doesn't tell its total, and where the
// client finds a list incomplete, it doesn't say why.
func (e *examination) pages(ctx context.Context, l *list, check string) {
	p, key := l.spec.Paging, l.key+".list.paging"
	page := func(number, size int) gjson.Result {
		_, rows := e.ask(ctx, l, l.query(number, size))
		return rows
	}
	answer, first := e.ask(ctx, l, l.query(1, 1))
	second, third, secondPair := page(2, 1), page(3, 1), page(2, 2)
	came, ones, others := len(l.rows.Array()), len(first.Array()), len(second.Array())
	total, ofOne := int(domum.At(l.answer, p.Total).Int()), domum.At(answer, p.Total)
	count := max(l.count, came, total) // the client has none of a list that is incomplete
	repeats := func(rows, known gjson.Result) bool { return rows.Get("0").Exists() && !l.isNew(rows, known) }
	again := repeats(second, first) || count > l.count && !answer.Exists() && repeats(page(2, 0), l.rows)
	// Where a total is told, the client itself misses what page 0 has.
	before := l.isNew(first, l.rows) || p.Page != "" && p.Total == "" && l.isNew(page(0, 0), l.rows)
	chooser := key + map[bool]string{true: ".page: ", false: ".offset: "}[p.Page != ""] + cmp.Or(p.Page, p.Offset)
	notTotal := key + ".total: " + p.Total + " is not the number of all records"
	short := fmt.Sprintf("%s.max_size: %d", key, came)
	if p.Total != "" && total <= came {
		short = notTotal
	}
	e.conclude(check, get(l.spec.Path, "", l.query(2, 1)), []outcome{
		{before, differs, "The pages are numbered from 0: the provider would miss the first.", key + ".page: use offset, " +
			"if the API has it: a profile's pages are numbered from 1"},
		{came < p.MaxSize && l.isNew(page(2, max(came, 1)), l.rows), differs, fmt.Sprintf("A page of %d records was asked for, %d came, "+
			"and there are more. The provider does not see the others.", p.MaxSize, came), short},
		{p.Total != "" && answer.Exists() && ofOne.Int() != int64(count), differs, fmt.Sprintf("%s says %s where one record is "+
			"asked for, and the list has %d.", p.Total, ofOne.Raw, count), notTotal},
		{count < 2, skipped, "It takes two records.", ""},
		{answer.Exists() && (ones != 1 || others != 1), differs, fmt.Sprintf("Pages of one record were asked for: the first has %d, the second %d.",
			ones, others), key + ".size: " + p.Size + " does not say how many records a page has"},
		{again, differs, "The second page begins with the same record as the first.", chooser + " does not choose the page"},
		{total > came && came < p.MaxSize, differs, fmt.Sprintf("%s says %d, and %d records came.", p.Total, total, came), notTotal},
		{!answer.Exists(), skipped, "A page of one record is refused, so the pages could not be tried. An appliance that wants more " +
			"on a page can be used all the same.", ""},
		{count > 2 && (l.isNew(secondPair, third) || l.isNew(third, secondPair)), differs, "The second page of two records does not begin " +
			"with the third record.", chooser + " is counted otherwise: page counts pages from 1, offset counts records from 0"},
		{count > l.count, skipped, "It takes the list.", ""},
		{true, holds, "Two pages of one record were asked for, and another record came with each.", ""},
	})
}

// nameFilter tries the filter with the name of the first vendor.
func (e *examination) nameFilter(ctx context.Context, l *list) {
	filter, nameOf, query := l.spec.NameFilter, e.profile.Vendors.Fields.Name, l.query(1, 0)
	wanted := domum.At(l.rows.Get("0"), nameOf).String()
	if filter == "" || wanted == "" {
		e.conclude("name filter", "", []outcome{{true, skipped, "It takes a filter in the profile, and a vendor. Without one, looking up a name takes the whole list.", ""}})
		return
	}
	query.Set(filter, wanted)
	answer, rows := e.ask(ctx, l, query)
	came := len(rows.Array())
	fit := len(slices.DeleteFunc(rows.Array(), func(row gjson.Result) bool { return domum.At(row, nameOf).String() != wanted }))
	const key = "vendors.list.name_filter"
	said := fmt.Sprintf("Records that came: %d. With the name that was asked for: %d.", came, fit)
	if !answer.Exists() {
		said = "It is refused."
	}
	e.conclude("name filter", get(l.spec.Path, "", nil)+"?"+filter+"=…", []outcome{
		{fit == 0 || fit < came && came == len(l.rows.Array()), differs, said + " It does not narrow the list by name. The provider " +
			"looks a name up in the list then, which takes more requests.", key + ": leave it out, or name the parameter: it is not " + filter},
		{true, holds, said, ""},
	})
}
