// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"net/url"
	"strings"
	"testing"
)

// What is beside the pages says what it is, and no more.
func TestWords(t *testing.T) {
	three := func(url.Values) any { return object{"rows": vendors(3)} }
	projections := func(url.Values) any { return object{"rows": []any{object{"id": "1", "name": "Vendor 1"}}} }
	refusing := func(q url.Values) any {
		if q.Has("called") {
			return nil
		}
		return three(q)
	}
	slashes := odd{groups: oneGroup}
	for i, id := range []string{"a/1", "../g", "1"} {
		slashes.records = append(slashes.records, vendors(3)[i])
		slashes.records[i].(object)["id"] = id
	}
	slashes.list = func(url.Values) any { return object{"rows": slashes.records} }
	dots := slashes
	dots.list = func(url.Values) any { return object{"rows": slashes.records[1:]} }
	sparse := odd{groups: oneGroup, records: []any{object{"id": "1", "name": "Acme", "on": false}}}
	sparse.list = func(url.Values) any { return object{"rows": sparse.records} }
	dated := func(start, end string) odd {
		record := vendors(1)[0].(object)
		record["start"], record["end"] = start, end
		return odd{list: func(url.Values) any { return object{"rows": []any{record}} }, groups: oneGroup, records: []any{record}}
	}
	start, end := "{at: start, format: date}", "{at: end, format: date}"
	const read, missing = `read: {path: "/v/{id}"`, "missing: {status: 404, code: gone}"
	const groupList, groupPages = `list: {path: /g, items: ""`, ", paging: {offset: skip, size: n, max_size: 2}"
	for name, test := range map[string]struct {
		odd          odd
		want         int
		replaced     []string
		token        string
		says, silent []string
	}{
		"no access group": {
			odd: odd{list: three, groups: []any{}}, says: []string{"Is the authorization allowed to see them?"}, silent: []string{"\x1b"},
		},
		"a wrong path of one vendor": {
			odd: odd{list: projections, groups: oneGroup}, want: exitDiffers, replaced: []string{read, `read: {path: "/w/{id}"`},
			says: []string{"vendors.read.path: nothing is found at /w/{id}"}, silent: []string{"vendors.list.path"},
		},
		"fields that are left out": {
			odd: sparse, want: exitDiffers, says: []string{
				corrections + `there is no "gid", which is vendors.fields.access_group of the API profile: the vendor is an object with the keys "id", "name", "on"` +
					"\n  vendors.omits_empty: true, if the API leaves out fields without a value\n",
			}, silent: []string{"without a value\n  there is no"}, // again, for the list that is completed one by one
		},
		"dates with a time, written without": {
			odd: dated("2026-12-01 00:00:00", ""), says: []string{"holds    one vendor"}, silent: []string{".format:"},
		},
		"dates written in another form": {
			odd: dated("2026-12-01 00:00:00", "2027-11-30T00:00:00Z"), want: exitDiffers,
			replaced: []string{start, "{at: start, format: rfc3339}", end, "{at: end, format: datetime}"},
			says:     []string{"would write them as the profile says", corrections + "vendors.fields.start_date.format: datetime\n  vendors.fields.due_date.format: rfc3339\n"},
		},
		"dates without a time, written with one": {
			odd: dated("2026-12-01", "0000-00-00"), want: exitDiffers, replaced: []string{start, "{at: start, format: datetime}", end, `{at: end, format: datetime, none: "0000-00-00"}`},
			says: []string{"vendors.fields.start_date.format: date\n"}, silent: []string{"due_date.format"},
		},
		"dates in a zone": {odd: dated("2026-12-01T00:00:00-03:00", ""), says: []string{"holds    one vendor"}},
		"an id with a slash": {
			odd: slashes, says: []string{"GET /v/a%2F1\n", "GET /v/a%2F9\n", "holds    one vendor"}, silent: []string{"Correct in the profile"},
		},
		"an id with a slash that could walk up": {
			odd: dots, says: []string{"GET /v/..%2Fg\n", "GET /v/..%2Fg9\n", "holds    one vendor"}, silent: []string{"Correct in the profile"},
		},
		"a filter that is refused": {
			odd: odd{list: refusing, groups: oneGroup}, want: exitDiffers, replaced: []string{"items: rows", "items: rows, name_filter: called"},
			says: []string{"It is refused.", "vendors.list.name_filter: leave it out"},
		},
		"a status for anything, and no code": {
			odd: odd{list: three, groups: oneGroup, missing: 400, wrongPath: 400}, want: exitDiffers, replaced: []string{missing, "missing: {status: 400}"},
			says: []string{"HTTP 400 without a code", "Nothing in the profile cures that"}, silent: []string{"Correct in the profile"},
		},
		"a status of its own, and no code": {
			odd: odd{list: three, groups: oneGroup, missing: 410, wrongPath: 404}, replaced: []string{missing, "missing: {status: 410}"},
			says: []string{"holds    missing vendor", "HTTP 410, code none: a vendor that is gone."}, silent: []string{"Correct in the profile"},
		},
		"a 404 for anything, and no code": {
			odd: odd{list: three, groups: oneGroup, missing: 404, wrongPath: 404}, replaced: []string{missing, "missing: {status: 404}"},
			says: []string{"holds    missing vendor", "HTTP 404, code none"}, silent: []string{"Correct in the profile"},
		},
		"a list that is refused, whatever the page": {
			odd: odd{list: func(url.Values) any { return nil }, groups: oneGroup}, want: exitDiffers, replaced: []string{"items: rows", "items: rows, paging: {page: p, size: n, max_size: 50}"},
			says: []string{"HTTP 422"}, silent: []string{"Correct in the profile"},
		},
		"a page of access groups that is refused": {
			odd: odd{list: three, groups: func(q url.Values) any {
				if q.Has("n") {
					return object{"error": object{"code": "n", "message": "is not known"}}
				}
				return oneGroup
			}}, want: exitDiffers, replaced: []string{groupList, groupList + groupPages}, says: []string{"access_groups.list.paging: the parameters n=2 and skip are refused"},
		},
		"a page of access groups that nothing chooses": {
			odd: odd{list: three, groups: func(q url.Values) any { return vendors(3)[:min(3, number(q, "n", 3))] }}, want: exitDiffers,
			replaced: []string{groupList, groupList + groupPages}, says: []string{"page 2 is page 1 again", "access_groups.list.paging.offset: skip does not choose the page"},
		},
		"a token of the environment": {
			odd: odd{list: three, groups: oneGroup}, token: "token", says: []string{"holds    TLS\n", "no token call was made"}, silent: []string{"POST"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			test.odd.serve(t)
			if test.token != "" {
				t.Setenv("DOMUM_ACCESS_TOKEN", test.token)
				t.Setenv("DOMUM_CLIENT_ID", "")
				t.Setenv("DOMUM_CLIENT_SECRET", "")
			}
			said := check(t, test.want, "", test.replaced...)
			for _, text := range test.says {
				if !strings.Contains(said, text) {
					t.Errorf("it does not say %q:\n%s", text, said)
				}
			}
			for _, text := range test.silent {
				if strings.Contains(said, text) {
					t.Errorf("it says %q:\n%s", text, said)
				}
			}
		})
	}
}
