// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
)

func TestFetch(t *testing.T) {
	client, server, _ := setup(t)
	path := []string{"api", "v2", "domum", "vendors", server.PushGroup("3", "Acme Ltd")}
	if body, err := client.Fetch(t.Context(), path, nil); err != nil || !strings.Contains(string(body), "Acme Ltd") {
		t.Errorf("%s, %v", body, err)
	}
	if body, err := client.Fetch(t.Context(), path[:4], url.Values{"page_size": {"200"}, "page": {"1"}}); err != nil || !strings.Contains(string(body), "Acme Ltd") {
		t.Errorf("%s, %v", body, err)
	}
	requests := server.Requests()
	if r := requests[len(requests)-1]; r.Query != "page=1&page_size=200" {
		t.Error(r.Query)
	}
	_, err := client.Fetch(t.Context(), append(path[:4:4], "4711"), nil)
	if e, ok := errors.AsType[*domum.Error](err); !ok || e.Status != http.StatusNotFound || e.RequestID == "" {
		t.Error(err)
	}
}
