// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

const secretToken = "TOKEN-THAT-NOBODY-SEES"

// object is one of JSON.
type object = map[string]any

// vendors are that many records as an appliance of these tests has them.
func vendors(count int) (all []any) {
	for i := range count {
		id := strconv.Itoa(i + 1)
		all = append(all, object{"id": id, "name": "Vendor \x1b[2J" + id, "on": false, "gid": nil, "gname": nil, "start": nil, "end": nil})
	}
	return all
}

// pageOf are the records of a page: number counts pages of that size, or with a
// size of 0 records.
func pageOf(all []any, number, size, limit int) []any {
	from := number * max(size, 1)
	if from < 0 || from >= len(all) {
		return []any{}
	}
	return all[from:min(from+limit, len(all))]
}

func number(q url.Values, name string, otherwise int) int {
	if n, err := strconv.Atoi(q.Get(name)); err == nil {
		return n
	}
	return otherwise
}

// odd is an appliance whose lists answer as they like, nil with a 422.
type odd struct {
	list      func(url.Values) any
	groups    any
	missing   int   // the status of a missing vendor, without a code
	wrongPath int   // the status of an unknown path below one, without a code
	records   []any // that can be read one by one; nil are 60 vendors
}

// serve sets the doctor's environment, too.
func (o odd) serve(t *testing.T) {
	t.Helper()
	all := o.records
	if all == nil {
		all = vendors(60)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("ETag", `"1"`)
		w.Header().Set("X-Request-Id", r.Header.Get("Authorization"))
		sent, single := strings.CutPrefix(r.URL.EscapedPath(), "/v/")
		id, err := url.PathUnescape(sent)
		if err != nil || strings.Contains(sent, "/") {
			id = "" // that of no vendor
		}
		i := slices.IndexFunc(all, func(v any) bool { return v.(object)["id"] == id })
		var answer any
		status := http.StatusOK
		switch {
		case r.URL.Path == "/iso/oauth2/token":
			answer = object{"access_token": secretToken, "token_type": "bearer", "expires_in": 3600}
		case r.URL.Path == "/g":
			answer = o.groups
			if list, ok := answer.(func(url.Values) any); ok {
				answer = list(r.URL.Query())
			}
		case single && i >= 0:
			answer = all[i]
		case single && o.wrongPath > 0 && strings.Contains(sent, "/"):
			status, answer = o.wrongPath, object{"error": object{"message": "no"}}
		case o.missing > 0 && single:
			status, answer = o.missing, object{"error": object{"message": "no"}}
		case single && sent != "":
			status, answer = http.StatusNotFound, object{"error": object{"code": "gone", "message": "no such vendor"}}
		case !single && r.URL.Path != "/v":
			status, answer = http.StatusNotFound, object{"message": "no Route matched with those values"}
		default:
			if answer = o.list(r.URL.Query()); answer == nil {
				status, answer = http.StatusUnprocessableEntity, object{"error": object{"code": "page", "message": "not such a page"}}
			}
		}
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(answer)
	}))
	t.Cleanup(server.Close)
	t.Setenv("DOMUM_URL", server.URL)
	t.Setenv("DOMUM_CLIENT_ID", "id")
	t.Setenv("DOMUM_CLIENT_SECRET", "secret")
}

var oneGroup = []any{object{"id": "7", "name": "OT"}}

// check runs the doctor with a profile whose list of vendors has that paging, and
// in which texts are replaced.
func check(t *testing.T, want int, paging string, replaced ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "domum-api.yaml")
	text := strings.NewReplacer(append(replaced, " PAGING", paging)...).Replace(`profile: 1
vendors:
  list: {path: /v, items: rows PAGING}
  read: {path: "/v/{id}", item: "", missing: {status: 404, code: gone}}
  write: {method: PATCH, path: "/v/{id}", body: changes, guard: etag}
  fields:
    id: id
    name: name
    status: {at: on, enabled: true, disabled: false}
    access_group: {id: gid, name: gname}
    start_date: {at: start, format: date}
    due_date: {at: end, format: date}
access_groups:
  list: {path: /g, items: ""}
  fields: {id: id, name: name}
`)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return doctor(t, want, "-profile", file)
}

// Pages that hide records differ, whatever hides them, and pages that hide none hold.
func TestPages(t *testing.T) {
	const byPage, byOffset = ", paging: {page: p, size: n, max_size: 50}", ", paging: {offset: p, size: n, max_size: 50}"
	fromOne := func(count int) func(url.Values) any {
		return func(q url.Values) any {
			n := min(number(q, "n", 50), 50)
			return object{"rows": pageOf(vendors(count), number(q, "p", 1)-1, n, n)}
		}
	}
	fromZero := func(count, least, most int) func(url.Values) any {
		return func(q url.Values) any {
			n := min(max(number(q, "n", most), least), most)
			return object{"rows": pageOf(vendors(count), number(q, "p", 0), n, n)}
		}
	}
	offset := func(count int) func(url.Values) any {
		return func(q url.Values) any {
			return object{"rows": pageOf(vendors(count), number(q, "p", 0), 0, min(number(q, "n", 50), 50))}
		}
	}
	upTo := func(most int) func(url.Values) any {
		return func(q url.Values) any {
			if number(q, "n", 1) > most {
				return nil
			}
			return fromOne(5)(q)
		}
	}
	atLeast := func(least int, list func(url.Values) any) func(url.Values) any {
		return func(q url.Values) any {
			if number(q, "n", 50) < least {
				return nil
			}
			return list(q)
		}
	}
	ignoring := func(list func(url.Values) any) func(url.Values) any {
		return func(q url.Values) any {
			q.Del("p")
			return list(q)
		}
	}
	const withTotal = ", paging: {page: p, size: n, max_size: 200, total: count}"
	tests := map[string]struct {
		paging string
		list   func(url.Values) any
		want   int
		says   []string
	}{
		"page 0, one vendor":         {byPage, fromZero(1, 1, 50), exitDiffers, []string{"numbered from 0"}},
		"page 0, no page of one":     {byPage, fromZero(3, 10, 50), exitDiffers, []string{"numbered from 0"}},
		"an offset called page":      {byPage, offset(3), exitDiffers, []string{"numbered from 0"}},
		"a page called offset":       {strings.Replace(byOffset, "50", "20", 1), fromZero(60, 1, 20), exitDiffers, []string{"vendors.list.paging.offset: p"}},
		"a page called offset, five": {byOffset, fromZero(5, 1, 50), exitDiffers, []string{"vendors.list.paging.offset: p is counted otherwise"}},
		"the total of the page": {
			", paging: {page: p, size: n, max_size: 200, total: count}", func(q url.Values) any {
				n := min(number(q, "n", 20), 20)
				rows := pageOf(vendors(60), number(q, "p", 1)-1, n, n)
				return object{"rows": rows, "count": len(rows)}
			}, exitDiffers, []string{"there are more", "vendors.list.paging.total: count is not the number of all records"},
		},
		"the total of a page that is the whole list": {
			", paging: {page: p, size: n, max_size: 50, total: count}", func(q url.Values) any {
				n := min(number(q, "n", 20), 50)
				rows := pageOf(vendors(3), number(q, "p", 1)-1, n, n)
				return object{"rows": rows, "count": len(rows)}
			}, exitDiffers, []string{"count says 1 where one record is asked for, and the list has 3"},
		},
		"no pages of less than ten": {
			", paging: {page: p, size: n, max_size: 200}", func(q url.Values) any {
				n := min(max(number(q, "n", 50), 10), 50)
				return object{"rows": pageOf(vendors(60), number(q, "p", 1)-1, n, n)}
			}, exitDiffers, []string{"A page of 200 records was asked for, 50 came, and there are more", "vendors.list.paging.max_size: 50"},
		},
		"a refused page of one": {
			byPage, atLeast(10, fromOne(3)), exitHolds, []string{"skipped  pages of vendors", "A page of one record is refused"},
		},
		"a page that is too large": {byPage, upTo(3), exitDiffers, []string{
			"HTTP 422: page: not such a page.", "Correct in the profile:\n  vendors.list.paging: the parameters n=50 and p are refused, and the list is answered without them",
		}},
		"a parameter that is not known": {
			byOffset, func(q url.Values) any {
				if q.Has("p") {
					return nil
				}
				return offset(3)(q)
			}, exitDiffers, []string{"vendors.list.paging: the parameters n=50 and p are refused"},
		},
		"no page behind the last": {
			byPage, func(q url.Values) any {
				if number(q, "p", 1) > 1 {
					return nil
				}
				return fromOne(50)(q)
			}, exitDiffers, []string{"vendors.list.paging: the parameters n=50 and p are refused"},
		},
		"a page that nothing chooses":              {byPage, ignoring(fromOne(60)), exitDiffers, []string{"vendors.list.paging.page: p does not choose the page"}},
		"an offset that nothing chooses":           {byOffset, ignoring(offset(60)), exitDiffers, []string{"vendors.list.paging.offset: p does not choose the page"}},
		"a page that nothing chooses, none of one": {byPage, ignoring(atLeast(10, fromOne(60))), exitDiffers, []string{"vendors.list.paging.page: p does not choose the page"}},
		"a page behind the last is the last": {
			byPage, func(q url.Values) any {
				q.Set("p", strconv.Itoa(min(number(q, "p", 1), (3-1)/number(q, "n", 50)+1)))
				return fromOne(3)(q)
			}, exitHolds, []string{"holds    pages of vendors"},
		},
		"pages of less than the total": {
			withTotal, func(q url.Values) any {
				n := min(number(q, "n", 20), 20)
				return object{"rows": pageOf(vendors(60), number(q, "p", 1)-1, n, n), "count": 60}
			}, exitDiffers, []string{"A page of 200 records was asked for, 20 came, and there are more", "vendors.list.paging.max_size: 20"},
		},
		"page 0 of a total": {
			withTotal, func(q url.Values) any {
				n := number(q, "n", 20)
				return object{"rows": pageOf(vendors(300), number(q, "p", 0), n, n), "count": 300}
			}, exitDiffers, []string{"vendors.list.paging.page: use offset"},
		},
		"a total of more than there are": {
			withTotal, func(q url.Values) any {
				n := number(q, "n", 20)
				return object{"rows": pageOf(vendors(60), number(q, "p", 1)-1, n, n), "count": 100}
			}, exitDiffers, []string{"count says 100, and 60 records came.", "vendors.list.paging.total: count is not the number of all records"},
		},
		"a total of something else": {
			"", func(url.Values) any { return object{"rows": vendors(3), "license": object{"total": 100}} }, exitHolds, []string{"holds    pages of vendors"},
		},
		"a total beside the records": {
			"", func(url.Values) any { return object{"rows": vendors(3), "total": 100} }, exitDiffers, []string{"total says 100, and 3 records came"},
		},
		"a total about the pages": {
			"", func(url.Values) any { return object{"rows": vendors(3), "meta": object{"total": 100}} }, exitDiffers, []string{"meta.total says 100"},
		},
	}
	for _, count := range []int{0, 1, 2, 3, 60} {
		name := strconv.Itoa(count) + " vendors"
		test := tests[name]
		test.want, test.says = exitHolds, []string{"Records: " + strconv.Itoa(count) + ";"}
		test.paging, test.list = byPage, fromOne(count)
		tests["pages, "+name] = test
		test.paging, test.list = byOffset, offset(count)
		tests["offsets, "+name] = test
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			odd{list: test.list, groups: oneGroup}.serve(t)
			said := check(t, test.want, test.paging)
			for _, text := range test.says {
				if !strings.Contains(said, text) {
					t.Errorf("it does not say %q:\n%s", text, said)
				}
			}
		})
	}
}

func TestRefusedDraftShowsNoToken(t *testing.T) {
	odd{}.serve(t)
	said := doctor(t, exitCannotRun, "-draft", "-vendors", "/nowhere", "-access-groups", "/g")
	if !strings.Contains(said, "GET /nowhere was answered with HTTP 404") || strings.Contains(said, secretToken) {
		t.Error(said)
	}
}

// A draft is YAML whatever a record's fields are called, and takes no value for
// what it is not.
func TestDraftOfOddNames(t *testing.T) {
	record := object{
		"id": "1", "name": "Acme\n\x1b[2Jholds", "active": true, "@id": "x", "x\ny: z": 1, "status, now": "a", "an_end_user_count": 5, "end_date": "2026-12-31", "begin": "2026-12-01", "group_id": "7", "group_name": "OT",
	}
	answer := object{"@graph": []any{record}, "page": 0, "size": 20}
	odd{list: func(url.Values) any { return answer }, groups: object{"null": oneGroup}}.serve(t)
	draft := doctor(t, exitHolds, "-draft", "-vendors", "/v/", "-access-groups", "/g")
	var read struct {
		Vendors struct {
			List struct {
				Items  string
				Paging object
			}
			Read   struct{ Path string }
			Fields object
		}
		AccessGroups struct{ List struct{ Items string } } `yaml:"access_groups"`
	}
	if err := yaml.Unmarshal([]byte(draft), &read); err != nil {
		t.Fatalf("%v\n%s", err, draft)
	}
	if l := read.Vendors.List; l.Items != "@graph" || l.Paging["page"] != "page" || read.Vendors.Read.Path != "/v/{id}" || read.AccessGroups.List.Items != "null" {
		t.Errorf("%+v", read)
	}
	for _, line := range []string{
		"status: {at: active, enabled: true, disabled: false}", "due_date: {at: end_date, format: date}", "start_date: {at: begin, format: date}",
		`# not used: "x\ny: z"`,
	} {
		if !strings.Contains(draft, line) {
			t.Errorf("no %s in\n%s", line, draft)
		}
	}
}
