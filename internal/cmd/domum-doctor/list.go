// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"strconv"

	"github.com/tidwall/gjson"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
)

// list is a list of the profile, and what was found out about it.
type list struct {
	name, key string // "vendors", "vendors.list"
	spec      *domum.ListProfile
	idPath    string
	answer    gjson.Result   // the first page
	rows      []gjson.Result // its records, if they are where the profile says
	first     gjson.Result   // of the rows
	problems  []string       // of records that can't be used
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

// sameStart reports whether two pages begin with the same record.
func (l *list) sameStart(a, b []gjson.Result) bool {
	return len(a) > 0 && len(b) > 0 && domum.At(a[0], l.idPath).Raw == domum.At(b[0], l.idPath).Raw
}

// firstPage asks for the first page as the provider does. What is wrong with it
// is for the client to say.
func (e *examination) firstPage(ctx context.Context, l *list) {
	body, err := fetch(ctx, e.client, l.spec.Path, l.query(1, 0))
	if items := domum.At(body, l.spec.Items); err == nil && items.IsArray() {
		l.answer, l.rows, l.first = body, items.Array(), items.Get("0")
	}
}

// judge notes what the client makes of a list: how many records it has, or an
// error.
func (e *examination) judge(l *list, count int, err error, shown ...string) {
	check, call := "list of "+l.name, get(l.spec.Path, l.query(1, 0))
	found := fmt.Sprintf("Records: %d; those of the first page are at %s.", count, quoted(l.spec.Items))
	switch problems := len(l.problems); {
	case err != nil:
		e.fail(check, call, l.key, l.spec.Path, err)
	case count == 0:
		e.add(holds, check, call, found, "Is the authorization allowed to see them? Push a group of third parties, or make an access group, to see more checked.")
	case problems > 0:
		others := fmt.Sprintf("The provider can use the other %d of the %d records.", count-problems, count)
		e.add(differs, check, call, append(l.problems[:min(problems, 3)], others)...)
	default:
		e.add(holds, check, call, append([]string{found}, shown...)...)
	}
}

// paging finds out whether the pages of a list are as the profile says, or
// whether records would be missed.
func (e *examination) paging(ctx context.Context, l *list, count int, listed error) {
	check, call := "pages of "+l.name, get(l.spec.Path, l.query(2, 1))
	p := l.spec.Paging
	switch {
	case listed != nil:
		e.skip(check, "It takes the list.")
		return
	case p == nil:
		e.onePage(l, check)
		return
	}
	var problems []string
	wrong := func(key, correction, problem string) {
		problems = append(problems, problem)
		e.correct(l.key+".paging."+key, "%s", correction)
	}
	page := func(number, size int) []gjson.Result {
		body, err := fetch(ctx, e.client, l.spec.Path, l.query(number, size))
		switch {
		case err == nil:
			return domum.At(body, l.spec.Items).Array()
		case number > 0: // page 0 may well be refused
			problems = append(problems, err.Error())
		}
		return nil
	}
	// Where a total is told, the list is not whole without page 0, and the client says so.
	if p.Page != "" && p.Total == "" {
		if zero := page(0, 0); len(zero) > 0 && !l.sameStart(zero, l.rows) {
			wrong("page", "use offset, if the API has it: a profile's pages are numbered from 1", "the pages are numbered from 0: the provider would miss the first")
		}
	}
	// With records behind a short page, pages are shorter than the profile says.
	if came := len(l.rows); came > 0 && came < p.MaxSize && (came < count || p.Total == "") {
		if behind := page(2, came); len(behind) > 0 && !l.sameStart(behind, l.rows) {
			wrong("max_size", strconv.Itoa(came), fmt.Sprintf("a page of %d records was asked for, %d came, and there are more", p.MaxSize, came))
		}
	}
	if count > 1 {
		first, second := page(1, 1), page(2, 1)
		if len(first) != 1 || len(second) != 1 {
			wrong("size", p.Size+" does not say how many records a page has; correct it, or leave paging out where one answer holds all",
				fmt.Sprintf("pages of one record were asked for: the first has %d, the second %d", len(first), len(second)))
		}
		if l.sameStart(first, second) {
			key := "page"
			if p.Page == "" {
				key = "offset"
			}
			wrong(key, p.Page+p.Offset+" does not choose the page", "the second page begins with the same record as the first")
		}
	}
	switch {
	case problems != nil:
		e.add(differs, check, call, append(problems, "The provider may miss records, or take longer, on an appliance with more of them.")...)
	case count < 2:
		e.skip(check, "It takes two "+l.name+".")
	default:
		e.add(holds, check, call, "Two pages of one record were asked for, and another record came with each.")
	}
}

// onePage judges a list that the profile says comes in one answer.
func (e *examination) onePage(l *list, check string) {
	found := guessPaging(l.answer, nil)
	if total, text := found["total"], pagingText(found); text != "" && total != nil && total.values[0].Int() > int64(len(l.rows)) {
		e.add(differs, check, "", fmt.Sprintf("%s says %s, and %d records came. The provider does not see the others.", total.path, total.values[0].Raw, len(l.rows)))
		e.correct(l.key+".paging", "%s", text)
		return
	}
	e.add(holds, check, "", fmt.Sprintf("The profile has no paging, so the records of one answer count as all: %d.", len(l.rows)))
}

// nameFilter tries the filter with the name of the first vendor.
func (e *examination) nameFilter(ctx context.Context, l *list) {
	const check = "name filter"
	filter, namePath := l.spec.NameFilter, e.profile.Vendors.Fields.Name
	wanted := domum.At(l.first, namePath).String()
	if filter == "" || wanted == "" {
		e.skip(check, "It takes a filter in the profile, and the name of a vendor. Without a filter, looking up one name takes the whole list.")
		return
	}
	query := l.query(1, 0)
	query.Set(filter, wanted)
	body, err := fetch(ctx, e.client, l.spec.Path, query)
	came, found := domum.At(body, l.spec.Items).Array(), 0
	for _, row := range came {
		if domum.At(row, namePath).String() == wanted {
			found++
		}
	}
	said := fmt.Sprintf("Records that came: %d. With the name that was asked for: %d.", len(came), found)
	if err != nil {
		said = "It is refused."
	}
	if found == 0 || found < len(came) && len(came) == len(l.rows) {
		said += " It does not narrow the list by name. The provider looks a name up in the list then: it works, and takes more requests."
		e.correct("vendors.list.name_filter", "leave it out, or name the parameter: it is not %s", filter)
	}
	e.add(holds, check, "GET "+l.spec.Path+"?"+filter+"=…", said)
}
