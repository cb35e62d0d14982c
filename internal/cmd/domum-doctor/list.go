// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
)

// list is a list of the profile, and what was found out about it.
type list struct {
	name, key string // "vendors", "vendors.list"
	spec      *domum.ListProfile
	idPath    string
	rows      []gjson.Result // of the first page, if they are where the profile says
	count     int            // of the records that the client reads
	problems  []string       // of those of them that nobody can use
}

// query asks for a page of that many records, from page 1. A size of 0 is the
// profile's.
func (l *list) query(number, size int) url.Values {
	query := url.Values{}
	if l.spec.Paging != nil {
		l.spec.Paging.Ask(query, number, cmp.Or(size, l.spec.Paging.MaxSize))
	}
	return query
}

// first is the first record; it does not exist if there is none.
func (l *list) first() gjson.Result {
	if len(l.rows) == 0 {
		return gjson.Result{}
	}
	return l.rows[0]
}

// isNew reports whether rows begin with a record that known does not have.
func (l *list) isNew(rows, known []gjson.Result) bool {
	return len(rows) > 0 && !slices.ContainsFunc(known, func(row gjson.Result) bool {
		return domum.At(row, l.idPath).Raw == domum.At(rows[0], l.idPath).Raw
	})
}

// ask returns the answer to a query, and the records in it: none if it fails.
// What is wrong then is for the client to say.
func (e *examination) ask(ctx context.Context, l *list, query url.Values) (answer gjson.Result, rows []gjson.Result) {
	answer, _ = fetch(ctx, e.client, l.spec.Path, query)
	if items := domum.At(answer, l.spec.Items); items.IsArray() {
		rows = items.Array()
	}
	return answer, rows
}

// list notes what the client makes of a list, and tries its pages: a short list
// doesn't show the client what is wrong with them, and neither does one that
// doesn't tell its total. err says why the client can't read the list.
func (e *examination) list(ctx context.Context, l *list, err error, shown string) {
	unusable := len(l.problems)
	e.conclude("list of "+l.name, get(l.spec.Path, l.query(1, 0)), []outcome{
		failure(err, l.key, l.spec.Path),
		{unusable > 0, differs, strings.Join(l.problems[:min(unusable, 3)], "\n") +
			fmt.Sprintf("\nThe provider can use the other %d of the %d records.", l.count-unusable, l.count), ""},
		{true, holds, fmt.Sprintf("Records: %d; those of the first page are at %s.\n%s", l.count, quoted(l.spec.Items), shown), ""},
	})
	if err != nil {
		e.add(skipped, "pages of "+l.name, "", "It takes the list.")
		return
	}
	p, paged, key, came := cmp.Or(l.spec.Paging, &domum.Paging{}), l.spec.Paging != nil, l.key+".paging", len(l.rows)
	answer, first := e.ask(ctx, l, l.query(1, 1))
	_, second := e.ask(ctx, l, l.query(2, 1))
	_, behind := e.ask(ctx, l, l.query(came+1, 1))
	numbers := numbersOf(nil, answer)
	total := take(&numbers, totalNames)
	e.conclude("pages of "+l.name, get(l.spec.Path, l.query(2, 1)), []outcome{
		{!paged && total.value.Int() > int64(came), differs, fmt.Sprintf("%s says %s, and %d records came. "+
			"The provider does not see the others.", total.path, total.value.Raw, came), key + ": say how the other pages are asked for"},
		{!paged, holds, fmt.Sprintf("The profile has no paging, so the records of one answer count as all: %d.", came), ""},
		{l.isNew(first, l.rows), differs, "the pages are numbered from 0: the provider would miss the first",
			key + ".page: use offset, if the API has it: a profile's pages are numbered from 1"},
		{p.Total == "" && came < p.MaxSize && l.isNew(behind, l.rows), differs,
			fmt.Sprintf("a page of %d records was asked for, %d came, and there are more", p.MaxSize, came),
			fmt.Sprintf("%s.max_size: %d", key, came)},
		{l.count < 2, skipped, "It takes two " + l.name + ".", ""},
		{len(first) != 1 || len(second) != 1, differs,
			fmt.Sprintf("pages of one record were asked for: the first has %d, the second %d", len(first), len(second)),
			key + ".size: " + p.Size + " does not say how many records a page has"},
		{!l.isNew(second, first), differs, "the second page begins with the same record as the first",
			fmt.Sprintf("%s.%s: %s does not choose the page", key, map[bool]string{true: "page", false: "offset"}[p.Offset == ""], p.Page+p.Offset)},
		{true, holds, "Two pages of one record were asked for, and another record came with each.", ""},
	})
}

// nameFilter tries the filter with the name of the first vendor.
func (e *examination) nameFilter(ctx context.Context, l *list) {
	filter, nameOf, query := l.spec.NameFilter, e.profile.Vendors.Fields.Name, l.query(1, 0)
	wanted := domum.At(l.first(), nameOf).String()
	if filter == "" || wanted == "" {
		e.add(skipped, "name filter", "", "It takes a filter in the profile, and a vendor. Without a filter, looking up a name takes the whole list.")
		return
	}
	query.Set(filter, wanted)
	_, came := e.ask(ctx, l, query)
	fits := slices.DeleteFunc(slices.Clone(came), func(row gjson.Result) bool { return domum.At(row, nameOf).String() != wanted })
	said := fmt.Sprintf("Records that came: %d. With the name that was asked for: %d.", len(came), len(fits))
	e.conclude("name filter", "GET "+l.spec.Path+"?"+filter+"=…", []outcome{
		{len(fits) == 0 || len(fits) < len(came) && len(came) == len(l.rows), holds,
			said + " It does not narrow the list by name. The provider looks a name up in the list then: it works, and takes more requests.",
			"vendors.list.name_filter: leave it out, or name the parameter: it is not " + filter},
		{true, holds, said, ""},
	})
}
