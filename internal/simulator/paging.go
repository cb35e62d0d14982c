// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// listQuery is the query of a v2 list: paging and filters.
type listQuery struct {
	values     url.Values
	page, size int
	details    []detail
}

// parseList reads a list's query: paging, and the filters named. What is wrong with it, such as another parameter, is
// collected in q, and pageAnswer answers it with a 422.
func (s *Simulator) parseList(req *request, filters ...string) *listQuery {
	q := &listQuery{values: req.query}
	q.details = unknownParameters(req.query, append(filters, "page", "page_size")...)
	q.page = q.number("page", 1, 0)
	q.size = q.number("page_size", s.opts.DefaultPageSize, s.opts.MaxPageSize)
	if req.fault.is(FaultRepeatPage) {
		q.page = 1
	}
	return q
}

// unknownParameters returns an error for each query parameter that isn't in known.
func unknownParameters(query url.Values, known ...string) []detail {
	var details []detail
	for _, name := range slices.Sorted(maps.Keys(query)) {
		if !slices.Contains(known, name) {
			details = append(details, detail{name, "is not a known parameter"})
		}
	}
	return details
}

// number reads a parameter that is at least 1 and, unless most is 0, at most that.
func (q *listQuery) number(name string, otherwise, most int) int {
	values := q.values[name]
	if len(values) == 0 {
		return otherwise
	}
	n, err := strconv.Atoi(values[0])
	switch {
	case err != nil || len(values) > 1 || n < 1:
		q.details = append(q.details, detail{name, "must be one whole number from 1"})
	case most > 0 && n > most:
		q.details = append(q.details, detail{name, fmt.Sprintf("must not be greater than %d", most)})
	}
	return n
}

// oneOf requires each value of a parameter to be one of those allowed.
func (q *listQuery) oneOf(name string, allowed ...string) {
	for _, value := range q.values[name] {
		for part := range strings.SplitSeq(value, ",") {
			if !slices.Contains(allowed, part) {
				q.details = append(q.details, detail{name, "must be one of " + strings.Join(allowed, ", ")})
				return
			}
		}
	}
}

// notEmpty requires each value of a parameter to say something.
func (q *listQuery) notEmpty(name string) {
	if slices.Contains(q.values[name], "") {
		q.details = append(q.details, detail{name, "must not be empty"})
	}
}

// passesText reports whether got passes the text filter name: it contains the text, in any case. A filter that isn't in the
// query passes everything.
func (q *listQuery) passesText(name, got string) bool {
	return q.filter(name, func(want string) bool {
		return strings.Contains(strings.ToLower(got), strings.ToLower(want))
	})
}

// passesExact is passesText for a filter that wants the same text, with case.
func (q *listQuery) passesExact(name, got string) bool {
	return q.filter(name, func(want string) bool { return want == got })
}

// filter follows the published convention: a repeated parameter is AND, a comma is OR.
func (q *listQuery) filter(name string, matches func(string) bool) bool {
	for _, value := range q.values[name] {
		if !slices.ContainsFunc(strings.Split(value, ","), matches) {
			return false
		}
	}
	return true
}

type pageJSON[T any] struct {
	Data       []T            `json:"data"`
	Pagination paginationJSON `json:"pagination"`
}

type paginationJSON struct {
	Page       int `json:"page"`
	PageSize   int `json:"page_size"`
	TotalItems int `json:"total_items"`
	TotalPages int `json:"total_pages"`
}

// pageAnswer is the page of records that q asks for, or the 422 for what is wrong with q. A page past the last is empty.
func pageAnswer[R, T any](req *request, q *listQuery, records []R, toJSON func(R) T) *answer {
	if len(q.details) > 0 {
		return req.invalid(q.details...)
	}
	total := len(records)
	switch {
	case req.fault.is(FaultShiftPage) && q.page > 1 && total > 0:
		records, total = records[1:], total-1
	case req.fault.is(FaultEmptyPage):
		records, total = nil, emptyPageTotal
	}
	last := (total + q.size - 1) / q.size
	data := []T{}
	if q.page <= last { // also keeps the product below from overflowing
		first := min((q.page-1)*q.size, len(records))
		for _, r := range records[first:min(first+q.size, len(records))] {
			data = append(data, toJSON(r))
		}
	}
	return resourceAnswer(pageJSON[T]{data, paginationJSON{q.page, q.size, total, last}}, noVersion)
}
