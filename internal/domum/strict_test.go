// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
)

// An answer that lacks what the profile names is an error, which says what was
// looked for, where, and what was there. It never reads as an empty list.
func TestListThatIsNotAsTheProfileSays(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body string
		says []string
	}{
		"another key":           {`{"items":[],"total":0}`, []string{`no "data"`, "vendors.list.items", `"items", "total"`}},
		"null":                  {`null`, []string{`no "data"`, "the answer is null"}},
		"an empty object":       {`{}`, []string{`no "data"`, "an object with the keys (none)"}},
		"an array":              {`[]`, []string{`no "data"`, "the answer is an array"}},
		"data is null":          {`{"data":null,"pagination":{"total_items":0}}`, []string{`"data" in the answer`, "is null, and not an array"}},
		"data is an object":     {`{"data":{"vendors":[]},"pagination":{"total_items":0}}`, []string{`an object with the keys "vendors"`, "not an array"}},
		"no total":              {`{"data":[]}`, []string{`no "pagination.total_items"`, "vendors.list.paging.total", `"data"`}},
		"a total elsewhere":     {`{"data":[],"pagination":{"total":0,"page":1}}`, []string{`no "pagination.total_items"`, `"pagination" in the answer is an object with the keys "total", "page"`}},
		"a total that is null":  {`{"data":[],"pagination":{"total_items":null}}`, []string{`"pagination.total_items" in the answer`, "is null, and not the number"}},
		"a total below nothing": {`{"data":[],"pagination":{"total_items":-1}}`, []string{"not the number"}},
		"pagination is null":    {`{"data":[],"pagination":null}`, []string{"pagination.total_items", "null"}},
		"API v1":                {`{"response":{"status":200,"message":"ok","error":false,"error_code":0},"vendors":[]}`, []string{`no "data"`, `"response", "vendors"`}},
		"API v1 failed":         {`{"response":{"status":400,"message":"1039: No write permission","error":true,"error_code":1},"exception":{"code":1039}}`, []string{"1039: No write permission"}},
		"API v1 in Portuguese":  {`{"response":{"status":400,"mensagem":"nope","erro":true,"cod_erro":1}}`, []string{"HTTP 200"}},
		"API v2 failed":         {`{"error":{"code":"forbidden","message":"not for you"}}`, []string{"forbidden: not for you"}},
		"flat, failed":          {`{"data":[],"pagination":{"total_items":0},"error":true,"message":"not today"}`, []string{"not today"}},
		"both":                  {`{"data":[],"pagination":{"total_items":0},"error":{"code":"oops","message":"half of it failed"}}`, []string{"half of it failed"}},
		"a row without id":      {pageJSON(vendorJSON(`"id":"42",`, ``)), []string{`no "id"`, "record 1 of the answer", "vendors.fields.id", `"name"`}},
		"a row without name":    {pageJSON(vendorJSON(), vendorJSON(`"name"`, `"title"`)), []string{`no "name"`, "record 2 of the answer", `"title"`}},
		"an id that is null":    {pageJSON(vendorJSON(`"42"`, `null`)), []string{`"id" in record 1`, "is null, and not an id"}},
		"an id that is true":    {pageJSON(vendorJSON(`"42"`, `true`)), []string{`"id" in record 1`, "is true or false, and not an id"}},
		"rows that are numbers": {pageJSON(`1`), []string{"record 1 of the answer is a number"}},
		"half JSON":             {`{"data":[`, []string{"not JSON"}},
		"nothing":               {``, []string{"the answer is empty"}},
		"a text":                {`"data"`, []string{"the answer is a text"}},
		"true":                  {`true`, []string{"the answer is true or false"}},
	} {
		t.Run(name, func(t *testing.T) {
			client, _ := serve(t, map[string]string{"GET " + vendorsPath: "200\n\n" + test.body})
			vendors, err := client.Vendors(t.Context())
			if e, ok := errors.AsType[*domum.Error](err); !ok || e.Operation != "GET "+vendorsPath {
				t.Fatalf("%+v, %v", vendors, err)
			}
			for _, want := range test.says {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q is not in\n%v", want, err)
				}
			}
		})
	}
}

// A vendor that lacks a field is an error, and never one that is gone or not
// linked.
func TestVendorThatIsNotAsTheProfileSays(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body string
		says []string
	}{
		"no data":                  {vendorJSON(), []string{`no "data"`, "vendors.read.item", `"access_group"`}},
		"data is null":             {`{"data":null}`, []string{"is null, and not an object"}},
		"data is an array":         {`{"data":[` + vendorJSON() + `]}`, []string{"is an array, and not an object"}},
		"another vendor":           {`{"data":` + vendorJSON(`"42"`, `"43"`) + `}`, []string{"the answer is about vendor 43"}},
		"no access group":          {`{"data":` + vendorJSON(`"access_group":{"id":"7","name":"Vendors - OT"},`, ``) + `}`, []string{`no "access_group.id"`, "vendors.fields.access_group of"}},
		"an access group's name":   {`{"data":` + vendorJSON(`{"id":"7","name":"Vendors - OT"}`, `"Vendors - OT"`) + `}`, []string{`no "access_group.id"`, "is a text"}},
		"an empty access group":    {`{"data":` + vendorJSON(`{"id":"7","name":"Vendors - OT"}`, `{}`) + `}`, []string{`"access_group" in the vendor is an object with the keys (none)`}},
		"an access group unnamed":  {`{"data":` + vendorJSON(`,"name":"Vendors - OT"`, ``) + `}`, []string{`no "access_group.name"`}},
		"no status":                {`{"data":` + vendorJSON(`"status"`, `"state"`) + `}`, []string{`no "status"`, `"state"`}},
		"no due date":              {`{"data":` + vendorJSON(`"due_date":null,`, ``) + `}`, []string{`no "due_date"`}},
		"no contract number":       {`{"data":` + vendorJSON(`"contract_number":"",`, ``) + `}`, []string{`no "contract_number"`}},
		"an odd status":            {`{"data":` + vendorJSON(`"enabled"`, `"suspended"`) + `}`, []string{`vendor 42 ("Acme Ltd")`, `"suspended"`, `neither "enabled" nor "disabled"`}},
		"a status of another type": {`{"data":` + vendorJSON(`"enabled"`, `true`) + `}`, []string{`status is true`, `neither "enabled" nor "disabled"`}},
		"a status that is null":    {`{"data":` + vendorJSON(`"enabled"`, `null`) + `}`, []string{`status is null`}},
		"an odd date":              {`{"data":` + vendorJSON(`"2026-12-01"`, `"soon"`) + `}`, []string{`start_date is "soon", and not a date`}},
		"a date that is a number":  {`{"data":` + vendorJSON(`"2026-12-01"`, `1796083200`) + `}`, []string{`start_date is 1796083200`}},
		"no name":                  {`{"data":` + vendorJSON(`"Acme Ltd"`, `""`) + `}`, []string{`vendor 42`, `its name is "", and not a name`}},
		"API v1 failed":            {`{"response":{"status":400,"message":"1005: Vendor not found","error":true},"exception":{"code":1005}}`, []string{"1005"}},
	} {
		t.Run(name, func(t *testing.T) {
			client, _ := serve(t, map[string]string{"GET " + vendorsPath + "/42": "200\n\"e\"\n" + test.body})
			v, err := client.GetVendor(t.Context(), "42")
			if err == nil || domum.IsNotFound(err) {
				t.Fatalf("%+v, %v", v, err)
			}
			for _, want := range test.says {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q is not in\n%v", want, err)
				}
			}
		})
	}
}

// A date with a time is the day as written.
func TestDatesThatAreRead(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]domum.Date{
		`"2026-12-01"`: "2026-12-01", `"2026-12-01T00:00:00-03:00"`: "2026-12-01", `"2026-12-01 23:59:59"`: "2026-12-01",
		`"2026-12-01T23:30:00Z"`: "2026-12-01", `"2026-12-01T10:00:00"`: "2026-12-01", `""`: "", `null`: "",
	} {
		t.Run(written, func(t *testing.T) {
			client, _ := serve(t, map[string]string{"GET " + vendorsPath + "/42": "200\n\"e\"\n" + `{"data":` + vendorJSON(`"2026-12-01"`, written) + `}`})
			if v, err := client.GetVendor(t.Context(), "42"); err != nil || v.StartDate != want {
				t.Errorf("%+v, %v", v, err)
			}
		})
	}
}

// A vendor with an odd status or date harms nobody else: it is in the list as
// it is, and an error only for who uses it.
func TestOddVendorHarmsNobodyElse(t *testing.T) {
	client, _ := serve(t, map[string]string{"GET " + vendorsPath: "200\n\n" + pageJSON(
		vendorJSON(), vendorJSON(`"42"`, `"43"`, `"enabled"`, `"suspended"`), vendorJSON(`"42"`, `"44"`, `"2026-12-01"`, `"soon"`), vendorJSON(`"42"`, `"45"`, `"Acme Ltd"`, `null`))})
	vendors, err := client.Vendors(t.Context())
	if err != nil || len(vendors) != 4 {
		t.Fatalf("%+v, %v", vendors, err)
	}
	if v := vendors[0]; v.Problem != nil || !v.Enabled() {
		t.Errorf("%+v", v)
	}
	if v := vendors[1]; v.Status != "suspended" || v.Enabled() || v.StartDate != "2026-12-01" || v.Problem == nil {
		t.Errorf("%+v", v)
	}
	if v := vendors[2]; v.StartDate != "soon" || !v.Enabled() || v.Problem == nil {
		t.Errorf("%+v", v)
	}
	if v := vendors[3]; v.Name != "" || v.Problem == nil {
		t.Errorf("%+v", v)
	}
	if v, err := client.Complete(t.Context(), &vendors[1]); err == nil || !strings.Contains(err.Error(), `vendor 43 ("Acme Ltd") can't be used: its status is "suspended"`) {
		t.Errorf("%+v, %v", v, err)
	}
	if v, err := client.Complete(t.Context(), &vendors[0]); err != nil || v != &vendors[0] {
		t.Errorf("%+v, %v", v, err)
	}
}

// The rows of a list may be projections, good for names and ids. What needs
// more reads the vendor itself.
func TestListOfProjections(t *testing.T) {
	answers := map[string]string{"GET " + vendorsPath: "200\n\n" + pageJSON(`{"id":"42","name":"Acme Ltd"}`, `{"id":"43","name":"Globex"}`, `{"id":"44","name":"Gone"}`)}
	for _, id := range []string{"42", "43"} {
		answers["GET "+vendorsPath+"/"+id] = "200\n\"e\"\n" + `{"data":` + vendorJSON(`"42"`, `"`+id+`"`, `"enabled"`, map[string]string{"42": `"enabled"`, "43": `"suspended"`}[id]) + `}`
	}
	answers["GET "+vendorsPath+"/44"] = "404\n\n" + `{"error":{"code":"not_found"}}`
	client, a := serve(t, answers)
	rows, err := client.Directory(t.Context())
	if err != nil || len(rows) != 3 || rows[0].Name != "Acme Ltd" || len(a.sent) != 1 {
		t.Fatalf("%+v, %v, %q", rows, err, a.sent)
	}
	if v, err := client.ReadVendor(t.Context(), "42"); err != nil || v.AccessGroupID() != "7" {
		t.Errorf("%+v, %v", v, err)
	}
	if v, err := client.Complete(t.Context(), &rows[0]); err != nil || v.AccessGroupID() != "7" {
		t.Errorf("%+v, %v", v, err)
	}
	vendors, err := client.Vendors(t.Context())
	if err != nil || len(vendors) != 2 || vendors[0].AccessGroupID() != "7" || vendors[1].Status != "suspended" {
		t.Errorf("%+v, %v", vendors, err)
	}
}

// Where fields without a value are left out, a field that no row shows may be one
// that the list doesn't have. The vendors that may have a value are then read one
// by one.
func TestFieldThatNoRowShowsIsReadByID(t *testing.T) {
	t.Parallel()
	const (
		linked = `{"id":"42","name":"Acme Ltd","status":"enabled","access_group":{"id":"7","name":"Vendors - OT"},"start_date":"2026-12-01"}`
		bare   = `{"id":"43","name":"Globex","status":"enabled"}`
	)
	due := strings.TrimSuffix(linked, "}") + `,"due_date":"2027-06-30"}`
	for name, test := range map[string]struct {
		page string
		read []string // by id
	}{
		"no link":             {pageJSON(bare), []string{"43"}},
		"links, no due date":  {pageJSON(linked, bare), []string{"42"}},
		"a link, a due date":  {pageJSON(due, bare), nil},
		"no vendor, no field": {pageJSON(), nil},
	} {
		t.Run(name, func(t *testing.T) {
			client, a := serve(t, map[string]string{
				"GET " + vendorsPath:         "200\n\n" + test.page,
				"GET " + vendorsPath + "/42": "200\n\"e\"\n" + `{"data":` + due + `}`,
				"GET " + vendorsPath + "/43": "200\n\"e\"\n" + `{"data":` + strings.ReplaceAll(due, "42", "43") + `}`,
			}, "omits_empty: false", "omits_empty: true")
			vendors, err := client.Vendors(t.Context())
			want := []string{"GET " + vendorsPath}
			for _, id := range test.read {
				want = append(want, "GET "+vendorsPath+"/"+id)
			}
			if err != nil || !slices.Equal(a.sent, want) {
				t.Fatalf("%v, %q, want %q", err, a.sent, want)
			}
			for _, v := range vendors {
				if hasDue := v.DueDate != ""; hasDue != (slices.Contains(test.read, v.ID) || v.Linked()) {
					t.Errorf("%+v", v)
				}
			}
		})
	}
}

// A list that doesn't tell its length ends with a page that isn't full.
func TestPagesUntilAShortOne(t *testing.T) {
	t.Parallel()
	row := func(id int) string { return vendorJSON(`"42"`, fmt.Sprintf(`"%d"`, id)) }
	for name, test := range map[string]struct {
		pages []string
		want  int
	}{
		"short":               {[]string{row(1) + "," + row(2), row(3)}, 3},
		"full to the end":     {[]string{row(1) + "," + row(2), row(3) + "," + row(4), ""}, 4},
		"empty":               {[]string{""}, 0},
		"the same page again": {[]string{row(1) + "," + row(2), row(1) + "," + row(2), row(1) + "," + row(2)}, -1},
		"a record twice":      {[]string{row(1) + "," + row(2), row(2)}, -1},
	} {
		t.Run(name, func(t *testing.T) {
			answers := map[string]string{}
			for i, page := range test.pages {
				answers[fmt.Sprintf("GET %s?limit=2&skip=%d", vendorsPath, i*2)] = "200\n\n[" + page + "]"
			}
			client, _ := serve(t, answers, "items: data ", `items: "" `, "page: page ", "offset: skip ", "size: page_size ", "size: limit ", "max_size: 200", "max_size: 2", "total: pagination", "# pagination")
			vendors, err := client.Vendors(t.Context())
			if (err != nil) != (test.want < 0) || err == nil && len(vendors) != test.want {
				t.Errorf("%d vendors, %v", len(vendors), err)
			}
		})
	}
}

// A profile can't lead to another host or out of the url's path.
func TestPathsStayBelowTheURL(t *testing.T) {
	client, a := serve(t, map[string]string{"GET /x:8443/@elsewhere.example/": "200\n\n" + pageJSON()}, "path: /api/v2/domum/vendors ", "path: /x:8443/@elsewhere.example/ ")
	if vendors, err := client.Vendors(t.Context()); err != nil || len(vendors) != 0 {
		t.Errorf("%+v, %v, %q", vendors, err, a.sent)
	}
}

// What stands for no date in a write stands for none in an answer too.
func TestWordForNoDate(t *testing.T) {
	client, a := serve(t, map[string]string{
		"GET " + vendorsPath + "/42":   "200\n\"e\"\n" + `{"data":` + vendorJSON(`"due_date":null`, `"due_date":"0000-00-00"`) + `}`,
		"PATCH " + vendorsPath + "/42": "204\n\n",
	}, "due_date: {at: due_date, format: date}", `due_date: {at: due_date, format: date, none: "0000-00-00"}`)
	v, err := client.GetVendor(t.Context(), "42")
	if err != nil || v.DueDate != "" {
		t.Fatalf("%+v, %v", v, err)
	}
	if _, err := client.UpdateVendor(t.Context(), v, domum.VendorPatch{DueDate: ptr(domum.Date(""))}); err != nil || a.sent[1] != "PATCH "+vendorsPath+`/42 If-Match "e" {"due_date":"0000-00-00"}` {
		t.Errorf("%v, %q", err, a.sent)
	}
}

// ownCalls are the replacements that give the status calls of its own, and take
// An access group that is "" is none, whatever stands below it elsewhere.
func TestNothingStandsBelowAnEmptyText(t *testing.T) {
	client, _ := serve(t, map[string]string{
		"GET " + vendorsPath + "/42": "200\n\"e\"\n" + `{"data":` + vendorJSON(`{"id":"7","name":"Vendors - OT"}`, `""`) + `}`,
	})
	if v, err := client.GetVendor(t.Context(), "42"); err != nil || v.Linked() {
		t.Errorf("%+v, %v", v, err)
	}
}
