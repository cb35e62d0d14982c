// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"net/http"
	"strings"
	"testing"
)

// Only the answer that the profile describes means that a vendor is gone.
func TestOnlyTheMissingAnswerMeansGone(t *testing.T) {
	t.Parallel()
	const (
		v2      = `{"error":{"code":"not_found","message":"no such vendor"},"request_id":"r"}`
		v2Route = `{"error":{"code":"no_such_route","message":"no such path"},"request_id":"r"}`
		gateway = `{"message":"no Route matched with those values"}`
		v1Route = `{"response":{"status":404,"message":"Resource sub not found","error":true,"error_code":1}}`
		v1      = `{"response":{"status":400,"message":"1005: Vendor not found","error":true,"error_code":1},"exception":{"code":1005}}`
		flat    = `{"code":"supplier_unknown","message":"no such supplier"}`
	)
	for _, test := range []struct {
		missing Missing
		status  int
		body    string
		want    bool
	}{
		{Missing{404, `"not_found"`}, 404, v2, true},
		{Missing{404, `"not_found"`}, 404, v2Route, false},
		{Missing{404, `"not_found"`}, 400, v2, false},
		{Missing{404, `"not_found"`}, 404, gateway, false},
		{Missing{404, `"not_found"`}, 404, ``, false},
		{Missing{404, ""}, 404, v2, true},
		{Missing{404, ""}, 404, flat, true},
		{Missing{404, ""}, 404, ``, true},
		{Missing{404, ""}, 404, gateway, false},
		{Missing{404, ""}, 404, v1Route, false},
		{Missing{404, ""}, 404, `<html></html>`, false},
		{Missing{404, ""}, 404, `404 page not found`, false},
		{Missing{404, ""}, 404, `{"detail":"Not found"}`, true},
		{Missing{410, ""}, 410, `gone`, true},
		{Missing{410, ""}, 410, `<html></html>`, false},
		{Missing{400, `1005`}, 400, v1, true},
		{Missing{400, `"1005"`}, 400, v1, true},
		{Missing{400, `1007`}, 400, v1, false},
		{Missing{404, `"supplier_unknown"`}, 404, flat, true},
	} {
		if got := test.missing.describes(decodeError("GET /x", response(test.status, test.body))); got != test.want {
			t.Errorf("%+v: %d %s: %t, want %t", test.missing, test.status, test.body, got, test.want)
		}
	}
	found := decodeError("GET /x", response(http.StatusNotFound, v2), "ot") // the token
	if m := (Missing{404, `"not_found"`}); !m.describes(found) || strings.Contains(found.Code, "ot") {
		t.Errorf("a code that looks like a secret: %s", found.Code)
	}
	if IsNotFound(decodeError("GET /x", response(http.StatusNotFound, v2))) {
		t.Error("a 404 that is not the answer about a vendor")
	}
}
