// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// linked is a vendor with every field set.
var linked = simulator.Vendor{
	ID: "42", Name: "Acme Ltd", Status: "enabled", AccessGroupID: "7", StartDate: "2026-12-01", DueDate: "2027-11-30",
	ContractNumber: "C-1", DocumentID: "D-1", IdentityProviderID: "3", SynchronizedAt: time.Unix(1, 0),
}

// TestPatchVendor: a PATCH changes what it names and nothing else.
func TestPatchVendor(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		body string
		edit func(*simulator.Vendor)
	}{
		"nothing":            {`{}`, func(*simulator.Vendor) {}},
		"access group":       {`{"access_group":{"id":"8"}}`, func(v *simulator.Vendor) { v.AccessGroupID = "8" }},
		"disabled group":     {`{"access_group":{"id":"9"}}`, func(v *simulator.Vendor) { v.AccessGroupID = "9" }},
		"start date":         {`{"start_date":"2024-02-29"}`, func(v *simulator.Vendor) { v.StartDate = "2024-02-29" }},
		"due date":           {`{"due_date":"2026-12-01"}`, func(v *simulator.Vendor) { v.DueDate = "2026-12-01" }},
		"due date cleared":   {`{"due_date":null}`, func(v *simulator.Vendor) { v.DueDate = "" }},
		"disable":            {`{"status":"disabled"}`, func(v *simulator.Vendor) { v.Status = "disabled" }},
		"start date cleared": {`{"start_date":null,"status":"disabled"}`, func(v *simulator.Vendor) { v.StartDate, v.Status = "", "disabled" }},
		"unlink": {`{"access_group":null,"start_date":null,"due_date":null,"status":"disabled"}`, func(v *simulator.Vendor) {
			v.AccessGroupID, v.StartDate, v.DueDate, v.Status = "", "", "", "disabled"
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, simulator.Options{})
			s.AddVendor(linked)
			r := s.want(200, call{method: "PATCH", path: vendorsPath + "/42", token: s.a2a(), body: test.body})
			want := linked
			test.edit(&want)
			got, _ := s.Vendor("42")
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			after := s.want(200, call{method: "GET", path: vendorsPath + "/42", token: s.a2a()})
			if r.body != after.body || r.header.Get("ETag") != after.header.Get("ETag") {
				t.Errorf("answered %s, then %s", r.body, after.body)
			}
		})
	}
}

// TestPatchLink is the write that the product is for.
func TestPatchLink(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	id := s.PushGroup("3", "Acme Ltd")
	s.want(200, call{
		method: "PATCH", path: vendorsPath + "/" + id, token: s.a2a(),
		body:   `{"access_group":{"id":"7"},"start_date":"2026-12-01","status":"enabled"}`,
		header: map[string]string{"Content-Type": "application/json; charset=utf-8"},
	})
	want := simulator.Vendor{
		ID: id, Name: "Acme Ltd", Status: "enabled", AccessGroupID: "7", StartDate: "2026-12-01",
		IdentityProviderID: "3", SynchronizedAt: s.clock.Now(),
	}
	got, _ := s.Vendor(id)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestPatchRefused(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		body string
		want []string // fields
	}{
		"unknown field":       {`{"photo":"x"}`, []string{"photo"}},
		"field in other case": {`{"Status":"disabled"}`, []string{"Status"}},
		"read-only field":     {`{"name":"Acme Ltd"}`, []string{"name"}},
		"several":             {`{"due_date":1,"id":"42","start_date":"soon","status":"on"}`, []string{"due_date", "id", "start_date", "status"}},
		"status type":         {`{"status":true}`, []string{"status"}},
		"status null":         {`{"status":null}`, []string{"status"}},
		"status in capitals":  {`{"status":"Enabled"}`, []string{"status"}},
		"no such day":         {`{"start_date":"2026-02-29"}`, []string{"start_date"}},
		"date and time":       {`{"start_date":"2026-12-01T00:00:00Z"}`, []string{"start_date"}},
		"empty date":          {`{"due_date":""}`, []string{"due_date"}},
		"order of dates":      {`{"due_date":"2026-11-30"}`, []string{"due_date"}},
		"order, other date":   {`{"start_date":"2027-12-01"}`, []string{"due_date"}},
		"group by id only":    {`{"access_group":"7"}`, []string{"access_group"}},
		"group by name":       {`{"access_group":{"id":"7","name":"Vendors - OT"}}`, []string{"access_group.name"}},
		"group without id":    {`{"access_group":{}}`, []string{"access_group.id"}},
		"group by number":     {`{"access_group":{"id":7}}`, []string{"access_group.id"}},
		"group null id":       {`{"access_group":{"id":null}}`, []string{"access_group.id"}},
		"no such group":       {`{"access_group":{"id":"70"}}`, []string{"access_group.id"}},
		"enabled, no group":   {`{"access_group":null}`, []string{"access_group"}},
		"enabled, no start":   {`{"start_date":null}`, []string{"start_date"}},
		"enabled, neither":    {`{"access_group":null,"start_date":null,"status":"enabled"}`, []string{"access_group", "start_date"}},
		"array":               {`[]`, []string{"body"}},
		"null":                {`null`, []string{"body"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, simulator.Options{})
			s.AddVendor(linked)
			r := s.want(422, call{method: "PATCH", path: vendorsPath + "/42", token: s.a2a(), body: test.body})
			if diff := cmp.Diff(test.want, fields(t, r)); diff != "" {
				t.Error(diff)
			}
			got, _ := s.Vendor("42")
			if diff := cmp.Diff(linked, got); diff != "" {
				t.Errorf("it was changed all the same: %s", diff)
			}
		})
	}
}

func TestPatchNotRead(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	s.AddVendor(linked)
	c := call{method: "PATCH", path: vendorsPath + "/42", token: s.a2a()}

	for _, body := range []string{"", "{", "status=enabled", `{"status":"disabled"} {}`} {
		c.body, c.header = body, map[string]string{"Content-Type": "application/json"}
		if r := s.want(400, c); decode[v2Error](t, r).Error.Code != "bad_request" {
			t.Errorf("%q: %s", body, r.body)
		}
	}
	c.body = `{"status":"disabled"}`
	for _, contentType := range []string{"", "text/plain", "application/json;;", "application/merge-patch+json"} {
		c.header = map[string]string{"Content-Type": contentType}
		if diff := cmp.Diff([]string{"Content-Type"}, fields(t, s.want(422, c))); diff != "" {
			t.Errorf("%q: %s", contentType, diff)
		}
	}
	c.path += "?force=true"
	c.header = nil
	if diff := cmp.Diff([]string{"force"}, fields(t, s.want(422, c))); diff != "" {
		t.Error(diff)
	}
}

func TestIfMatch(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	s.AddVendor(linked)
	token := s.a2a()
	etag := func() string {
		return s.want(200, call{method: "GET", path: vendorsPath + "/42", token: token}).header.Get("ETag")
	}
	patch := func(status int, ifMatch, body string) {
		t.Helper()
		r := s.want(status, call{
			method: "PATCH", path: vendorsPath + "/42", token: token, body: body,
			header: map[string]string{"If-Match": ifMatch},
		})
		if status == http.StatusPreconditionFailed && decode[v2Error](t, r).Error.Code != "precondition_failed" {
			t.Errorf("got %s", r.body)
		}
	}
	read := etag()
	patch(412, `"other"`, `{"status":"disabled"}`)
	patch(412, "W/"+read, `{"status":"disabled"}`)
	patch(412, `"other"`, `{"bad":1}`) // the precondition comes first
	patch(200, `"other", `+read, `{"status":"disabled"}`)
	patch(412, read, `{"status":"enabled"}`)
	patch(200, "*", `{"status":"enabled"}`)

	read = etag()
	s.EditVendor("42", func(*simulator.Vendor) {})
	patch(412, read, `{"status":"disabled"}`)
	s.want(200, call{method: "PATCH", path: vendorsPath + "/42", token: token, body: `{"status":"disabled"}`})

	read = etag()
	patch(422, read, `{"status":"off"}`)
	if etag() != read {
		t.Error("a refused PATCH changed the ETag")
	}
}
