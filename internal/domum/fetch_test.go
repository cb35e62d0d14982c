// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
)

func TestFetch(t *testing.T) {
	client, server, _ := setup(t)
	id := server.PushGroup("3", "Acme Ltd")
	fetch := func(path []string, query url.Values, header http.Header) *domum.Answer {
		t.Helper()
		answer, err := client.Fetch(t.Context(), path, query, header)
		if err != nil {
			t.Fatal(err)
		}
		return answer
	}
	path := []string{"api", "v2", "domum", "vendors", id}
	vendor := fetch(path, nil, nil)
	if vendor.Status != 200 || !strings.Contains(string(vendor.Body), "Acme Ltd") || vendor.Header.Get("ETag") == "" {
		t.Errorf("%d %s %s", vendor.Status, vendor.Header, vendor.Body)
	}
	if again := fetch(path, nil, http.Header{"If-None-Match": vendor.Header["Etag"]}); again.Status != 304 || len(again.Body) > 0 {
		t.Errorf("%d %s", again.Status, again.Body)
	}
	if bad := fetch(path[:4], url.Values{"page_size": {"200"}, "page": {"1"}}, http.Header{"Accept": {"text/plain"}}); bad.Status != 200 {
		t.Errorf("%d %s", bad.Status, bad.Body)
	}
	if unknown := fetch(append(path[:4:4], "4711"), nil, nil); unknown.Status != 404 || !strings.Contains(string(unknown.Body), "error") {
		t.Errorf("%d %s", unknown.Status, unknown.Body)
	}
	requests := server.Requests()
	if r := requests[len(requests)-2]; r.Query != "page=1&page_size=200" || r.Header.Get("Accept") != "text/plain" {
		t.Errorf("%s, Accept %s", r.Query, r.Header.Get("Accept"))
	}
}
