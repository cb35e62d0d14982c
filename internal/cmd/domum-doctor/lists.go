// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/tidwall/gjson"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/explain"
)

// pageQuery asks for a page of a list, from 1. A size of 0 is the profile's.
func pageQuery(spec *domum.ListProfile, number, size int) url.Values {
	query := url.Values{}
	p := spec.Paging
	if p == nil {
		return query
	}
	if size == 0 {
		size = p.MaxSize
	}
	query.Set(p.Size, strconv.Itoa(size))
	if p.Page != "" {
		query.Set(p.Page, strconv.Itoa(number))
	} else {
		query.Set(p.Offset, strconv.Itoa((number-1)*size))
	}
	return query
}

// page asks for a page of that many records. An error says what else came.
func (e *examination) page(ctx context.Context, l *list, query url.Values) ([]gjson.Result, error) {
	answer, err := e.fetch(ctx, l.spec.Path, query)
	if err != nil {
		return nil, fmt.Errorf("%s: %s", call(l.spec.Path, query), explain.Text(err))
	}
	if answer.Status != http.StatusOK {
		return nil, fmt.Errorf("%s is answered with HTTP %d", call(l.spec.Path, query), answer.Status)
	}
	return lookup(gjson.ParseBytes(answer.Body), l.spec.Items).Array(), nil
}

// paging tries the pages of a list: whether the second is another one, whether
// the largest is as large as the profile says, and whether one is left out.
func (e *examination) paging(ctx context.Context, l *list, count int, listed error) {
	name := "pages of " + l.name
	switch {
	case listed != nil || l.answer == nil:
		e.skip(name, "It takes the list.")
		return
	case l.spec.Paging == nil:
		e.onePage(l, name)
		return
	}
	f := finding{Check: name, Call: call(l.spec.Path, pageQuery(l.spec, 2, 1))}
	f.Differences = append(e.pageZero(ctx, l), e.largePage(ctx, l, count)...)
	if count > 1 {
		f.Differences = append(f.Differences, e.smallPages(ctx, l)...)
	}
	switch {
	case len(f.Differences) > 0:
		f.Meaning = "The provider may miss records, or take longer, on an appliance with more of them."
	case count < 2:
		e.skip(name, "It takes two "+l.name+".")
		return
	default:
		f.Found = "Two pages of one record were asked for, and another record came with each."
	}
	e.add(f)
}

// onePage judges a list that the profile says comes in one answer.
func (e *examination) onePage(l *list, name string) {
	f := finding{Check: name, Found: fmt.Sprintf("The profile has no paging, so the records of one answer count as all: %d.", len(l.rows))}
	body := gjson.ParseBytes(l.answer.Body)
	p := guessPaging(body, array{l.spec.Items, l.rows}, nil)
	if p != nil && p.total != "" && lookup(body, p.total).Int() > int64(len(l.rows)) {
		f.Found = ""
		f.Differences = []string{fmt.Sprintf("%s says %d, and %d records came", p.total, lookup(body, p.total).Int(), len(l.rows))}
		f.Meaning = "The provider does not see the others."
		e.correct(l.key+".paging", "%s", p)
	}
	e.add(f)
}

// smallPages asks for two pages of one record.
func (e *examination) smallPages(ctx context.Context, l *list) (found []string) {
	p := l.spec.Paging
	first, err := e.page(ctx, l, pageQuery(l.spec, 1, 1))
	if err != nil {
		return []string{err.Error()}
	}
	second, err := e.page(ctx, l, pageQuery(l.spec, 2, 1))
	if err != nil {
		return []string{err.Error()}
	}
	if len(first) != 1 || len(second) != 1 {
		found = append(found, fmt.Sprintf("pages of one record were asked for: the first has %d, the second %d", len(first), len(second)))
		e.correct(l.key+".paging.size", "%s does not say how many records a page has; correct it, or leave paging out where one answer holds all", p.Size)
	}
	if len(first) > 0 && len(second) > 0 && lookup(first[0], l.idPath).Raw == lookup(second[0], l.idPath).Raw {
		found = append(found, "the second page begins with the same record as the first")
		if p.Page != "" {
			e.correct(l.key+".paging.page", "%s does not choose the page", p.Page)
		} else {
			e.correct(l.key+".paging.offset", "%s does not skip records", p.Offset)
		}
	}
	return found
}

// pageZero finds out whether pages are numbered from 0. Where a total is told,
// the list is not whole then, and the provider says so.
func (e *examination) pageZero(ctx context.Context, l *list) []string {
	p := l.spec.Paging
	if p.Page == "" || p.Total != "" {
		return nil
	}
	zero, err := e.page(ctx, l, pageQuery(l.spec, 0, 0))
	if err != nil || len(zero) == 0 || len(l.rows) > 0 && lookup(zero[0], l.idPath).Raw == lookup(l.rows[0], l.idPath).Raw {
		return nil
	}
	e.correct(l.key+".paging.page", "use offset, if the API has it: a profile's pages are numbered from 1")
	return []string{"the pages are numbered from 0: the provider would miss the first"}
}

// largePage finds out whether the largest page is cut short. Where no total is
// told, a short page would count as the last.
func (e *examination) largePage(ctx context.Context, l *list, count int) []string {
	largest := l.spec.Paging.MaxSize
	if len(l.rows) == 0 || len(l.rows) >= largest || len(l.rows) >= count && l.spec.Paging.Total != "" {
		return nil
	}
	// With records behind a short page, it is shorter than the profile says.
	behind, err := e.page(ctx, l, pageQuery(l.spec, 2, len(l.rows)))
	if err != nil || len(behind) == 0 || lookup(behind[0], l.idPath).Raw == lookup(l.rows[0], l.idPath).Raw {
		return nil
	}
	e.correct(l.key+".paging.max_size", "%d", len(l.rows))
	return []string{fmt.Sprintf("a page of %d records was asked for, %d came, and there are more", largest, len(l.rows))}
}

// nameFilter tries the filter with the name of the first vendor.
func (e *examination) nameFilter(ctx context.Context, l *list) {
	const name = "name filter"
	filter := l.spec.NameFilter
	switch {
	case filter == "":
		e.skip(name, "The profile has none: looking up one name takes the whole list.")
		return
	case len(l.rows) == 0:
		e.skip(name, "It takes a vendor.")
		return
	}
	wanted := lookup(l.rows[0], e.profile.Vendors.Fields.Name).String()
	if wanted == "" {
		e.skip(name, "It takes the name of a vendor.")
		return
	}
	query := pageQuery(l.spec, 1, 0)
	query.Set(filter, wanted)
	f := finding{Check: name, Call: "GET " + l.spec.Path + "?" + filter + "=…"}
	rows, err := e.page(ctx, l, query)
	found := 0
	for _, row := range rows {
		if lookup(row, e.profile.Vendors.Fields.Name).String() == wanted {
			found++
		}
	}
	const otherwise = "The provider looks a name up in the list where the filter doesn't find it: it works, and takes more requests."
	switch {
	case err != nil:
		f.Meaning = "It is refused. " + otherwise
		e.correct(l.key+".name_filter", "leave it out, or name the parameter: %s is refused", filter)
	case found == 0:
		f.Meaning = "It does not find the vendor whose name was asked for. " + otherwise
		e.correct(l.key+".name_filter", "leave it out, or name the parameter: %s finds nothing", filter)
	case len(rows) == len(l.rows) && found < len(rows):
		f.Meaning = "It narrows nothing. " + otherwise
		e.correct(l.key+".name_filter", "leave it out, or name the parameter: %s narrows nothing", filter)
	default:
		f.Found = fmt.Sprintf("Records that came: %d. With the name that was asked for: %d.", len(rows), found)
	}
	e.add(f)
}
