// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package simtest

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// fakeTB takes the reports of a checker, and ends when it is told to.
type fakeTB struct {
	testing.TB

	mu       sync.Mutex
	reports  []string
	cleanups []func()
}

func (f *fakeTB) Helper()           {}
func (f *fakeTB) Cleanup(fn func()) { f.cleanups = append(f.cleanups, fn) }

func (f *fakeTB) Errorf(format string, args ...any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.reports = append(f.reports, fmt.Sprintf(format, args...))
}

func (f *fakeTB) end() {
	for i := len(f.cleanups) - 1; i >= 0; i-- {
		f.cleanups[i]()
	}
}

// take returns the reports so far, and forgets them.
func (f *fakeTB) take() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	reports := f.reports
	f.reports = nil
	return reports
}

const (
	token  = "bearer-word"
	secret = "client-word"

	tokens  = "/iso/oauth2/token"
	vendors = "/api/v2/domum/vendors"
	vendor  = "/api/v2/domum/vendors/42"
	user    = "/iso/scim/v2/Users/1"

	vendorJSON = `{"data":{"id":"42","name":"Acme Ltd","status":"disabled","access_group":null,"start_date":null,` +
		`"due_date":null,"contract_number":null,"document_id":null,"identity_provider":null,"synchronized_at":null}}`
	listJSON  = `{"data":[],"pagination":{"page":1,"page_size":30,"total_items":0,"total_pages":0}}`
	tokenJSON = `{"token_type":"Bearer","expires_in":3600,"access_token":"` + token + `"}`
)

// testExchange is a request and what the handler behind the checker answers.
// What isn't set is what a good exchange has there; a header without values is
// taken out of it.
type testExchange struct {
	method, target, body string
	header               http.Header

	status       int
	answerHeader http.Header
	answer       string
}

func (e testExchange) request(t *testing.T) *http.Request {
	t.Helper()
	method, body := e.method, e.body
	if method == "" {
		method = http.MethodGet
	}
	if e.target == tokens {
		method = http.MethodPost
		body = cmp.Or(body, "grant_type=client_credentials&client_id=a&client_secret="+secret)
	}
	r := httptest.NewRequestWithContext(t.Context(), method, e.target, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+token)
	switch {
	case e.target == tokens:
		r.Header.Del("Authorization")
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	case method == http.MethodPatch:
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("If-Match", `"1"`)
	}
	set(r.Header, e.header)
	return r
}

func (e testExchange) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("X-Request-Id", "r1")
	h.Set("ETag", `"1"`)
	h.Set("X-RateLimit-Limit", "100")
	h.Set("X-RateLimit-Remaining", "99")
	h.Set("X-RateLimit-Reset", "1764547200")
	set(h, e.answerHeader)
	if e.status != 0 {
		w.WriteHeader(e.status)
	}
	_, _ = io.WriteString(w, e.sent())
}

func (e testExchange) sent() string {
	path, _, _ := strings.Cut(e.target, "?")
	switch {
	case e.answer != "" || e.status != 0:
		return e.answer
	case path == tokens:
		return tokenJSON
	case path == vendors:
		return listJSON
	}
	return vendorJSON
}

func set(header, changes http.Header) {
	for name, values := range changes {
		header.Del(name)
		for _, v := range values {
			header.Add(name, v)
		}
	}
}

func TestCheckerPassesGoodExchanges(t *testing.T) {
	t.Parallel()
	html := http.Header{"Content-Type": {"text/html; charset=utf-8"}}
	gateway := http.Header{"X-Request-Id": nil, "X-RateLimit-Limit": nil}
	for name, e := range map[string]testExchange{
		"list":          {target: vendors + "?page=1&page_size=200&vendor.status=enabled"},
		"record":        {target: vendor},
		"escaped id":    {target: vendors + "/%2E%2E"},
		"not modified":  {target: vendor, header: http.Header{"If-None-Match": {`"1"`}}, status: 304},
		"patch":         {method: "PATCH", target: vendor, body: `{"status":"disabled"}`},
		"token":         {target: tokens},
		"gateway error": {target: vendors, status: 401, answerHeader: gateway, answer: `{"message":"no Route matched"}`},
		"HTML":          {target: vendors, status: 502, answerHeader: html, answer: "<title>Bad gateway</title>"},
		"no content":    {method: "DELETE", target: user, status: 204, answerHeader: http.Header{"Content-Type": nil}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := &fakeTB{TB: t}
			w := httptest.NewRecorder()
			newChecker(fake, e).ServeHTTP(w, e.request(t))
			if reports := fake.take(); reports != nil {
				t.Errorf("reported: %q", reports)
			}
			if want := max(e.status, 200); w.Code != want || w.Body.String() != e.sent() {
				t.Errorf("passed on %d %q, want %d %q", w.Code, w.Body, want, e.sent())
			}
		})
	}
}

func TestCheckerReportsViolations(t *testing.T) {
	t.Parallel()
	header := func(name string, values ...string) http.Header { return http.Header{name: values} }
	for name, tt := range map[string]struct {
		testExchange
		want string
	}{
		"request: unknown parameter": {
			testExchange{target: vendors + "?fields=id"},
			`listVendors (GET /api/v2/domum/vendors): request: query parameter "fields" is not in the contract`,
		},
		"request: page too large": {
			testExchange{target: vendors + "?page_size=201"},
			`parameter "page_size" in query has an error: number must be at most 200`,
		},
		"request: bad number": {testExchange{target: vendors + "?page=one"}, `parameter "page" in query`},
		"request: bad word":   {testExchange{target: vendors + "?vendor.status=on"}, `parameter "vendor.status" in query`},
		"request: no token":   {testExchange{target: vendors, header: header("Authorization")}, "there is no bearer token"},
		"request: other scheme": {
			testExchange{target: vendors, header: header("Authorization", "Basic "+token)},
			"there is no bearer token",
		},
		"request: no If-Match": {
			testExchange{method: "PATCH", target: vendor, header: header("If-Match"), body: `{"status":"enabled"}`},
			`parameter "If-Match" in header has an error`,
		},
		"request: unquoted ETag": {
			testExchange{method: "PATCH", target: vendor, header: header("If-Match", "1"), body: `{"status":"enabled"}`},
			`parameter "If-Match" in header`,
		},
		"request: unknown field": {
			testExchange{method: "PATCH", target: vendor, body: `{"name":"` + secret + `"}`},
			`property "name" is unsupported`,
		},
		"request: no such day": {
			testExchange{method: "PATCH", target: vendor, body: `{"start_date":"2027-02-29"}`},
			`Error at "/start_date"`,
		},
		"request: not JSON": {testExchange{method: "PATCH", target: vendor, body: secret}, "failed to decode request body"},
		"request: no body":  {testExchange{method: "PATCH", target: vendor}, "request body has an error"},
		"request: media type": {
			testExchange{method: "PATCH", target: vendor, header: header("Content-Type", "text/plain"), body: `{}`},
			`Content-Type has unexpected value "text/plain"`,
		},
		"request: body with GET": {testExchange{target: vendor, body: `{}`}, "request body not allowed"},
		"request: unknown form field": {
			testExchange{target: tokens, body: "scope=all&client_secret=" + secret},
			`form field "scope" is not in the contract`,
		},
		"request: other grant": {
			testExchange{target: tokens, body: "grant_type=password&client_secret=" + secret},
			`Error at "/grant_type"`,
		},
		"request: credentials in JSON": {
			testExchange{target: tokens, header: header("Content-Type", "application/json"), body: `{"client_secret":"` + secret + `"}`},
			`Content-Type has unexpected value`,
		},
		"request: unknown path": {
			testExchange{target: "/api/v2/domum/users?q=" + secret},
			"GET /api/v2/domum/users is no operation of the contract",
		},
		"request: unknown method": {
			testExchange{method: "DELETE", target: vendor},
			"DELETE /api/v2/domum/vendors/42 is no operation of the contract",
		},

		"answer: no ETag": {
			testExchange{target: vendor, answerHeader: header("ETag")},
			`getVendor (GET /api/v2/domum/vendors/{id}): answer 200: response header "ETag" missing`,
		},
		"answer: bad rate limit": {
			testExchange{target: vendor, answerHeader: header("X-RateLimit-Reset", "soon")},
			`"X-RateLimit-Reset"`,
		},
		"answer: unknown field": {
			testExchange{target: vendor, answer: strings.Replace(vendorJSON, `"id"`, `"users":[],"id"`, 1)},
			`property "users" is unsupported`,
		},
		"answer: number for id": {
			testExchange{target: vendor, answer: strings.Replace(vendorJSON, `"42"`, `42`, 1)},
			`Error at "/data/id"`,
		},
		"answer: not JSON": {testExchange{target: vendor, answer: "<html>"}, "failed to decode response body"},
		"answer: media type": {
			testExchange{target: vendor, answerHeader: header("Content-Type", "text/html"), answer: "<html>"},
			`Content-Type has unexpected value: "text/html"`,
		},
		"answer: unknown status": {
			testExchange{target: vendor, status: 202, answer: vendorJSON},
			"answer 202: the operation has no such status",
		},
		"answer: 304 without ETag": {
			testExchange{target: vendor, status: 304, answerHeader: header("ETag")},
			`answer 304: response header "ETag" missing`,
		},
		"answer: 304 to a PATCH": {
			testExchange{method: "PATCH", target: vendor, body: `{"status":"enabled"}`, status: 304},
			"answer 304: the operation has no such status",
		},
		"answer: redirect": {testExchange{target: vendor, status: 307}, "answer 307: the operation has no such status"},
		"answer: 204 with a body": {
			testExchange{method: "DELETE", target: user, status: 204, answer: "{}"},
			"answer 204: it has a body",
		},
		"answer: flat 422": {
			testExchange{target: vendors, status: 422, answer: `{"message":"no"}`},
			"answer 422: response body doesn't match schema",
		},
		"answer: error of no shape": {
			testExchange{target: tokens, status: 401, answer: `{"problem":"` + secret + `","error":["` + token + `"]}`},
			"answer 401: response body doesn't match schema",
		},
		"answer: incomplete token": {
			testExchange{target: tokens, answer: `{"access_token":"` + token + `"}`},
			`property "token_type" is missing`,
		},
		"answer: word for a number": {
			testExchange{target: tokens, answer: strings.Replace(tokenJSON, "3600", `"`+token+`"`, 1)},
			`Error at "/expires_in"`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := &fakeTB{TB: t}
			newChecker(fake, tt.testExchange).ServeHTTP(httptest.NewRecorder(), tt.request(t))
			reports := strings.Join(fake.take(), "\n")
			if !strings.Contains(reports, tt.want) {
				t.Errorf("reported %q, want %q", reports, tt.want)
			}
			for _, word := range []string{token, secret} {
				if strings.Contains(reports, word) {
					t.Errorf("reported %q, which gives %q away", reports, word)
				}
			}
		})
	}
}

func TestCheckerOptions(t *testing.T) {
	t.Parallel()
	fake := &fakeTB{TB: t}
	unknown := testExchange{target: "/_simulator/faults", answer: "done"}
	w := httptest.NewRecorder()
	newChecker(fake, unknown, AllowUnknown()).ServeHTTP(w, unknown.request(t))
	if reports := fake.take(); reports != nil || w.Body.String() != "done" {
		t.Errorf("AllowUnknown: answer %q, reports %q", w.Body, reports)
	}

	for target, want := range map[string]bool{
		"/segura/api/v2/domum/vendors": true,
		"/api/v2/domum/vendors":        false,
		"/seguraapi/v2/domum/vendors":  false,
	} {
		e := testExchange{target: target, answer: listJSON}
		newChecker(fake, e, PathPrefix("/segura/")).ServeHTTP(httptest.NewRecorder(), e.request(t))
		if reports := fake.take(); (reports == nil) != want {
			t.Errorf("PathPrefix: %s: reports %q", target, reports)
		}
	}
}

// TestCheckerIsSilentAfterTheTest: Errorf panics on a test that has ended.
func TestCheckerIsSilentAfterTheTest(t *testing.T) {
	t.Parallel()
	fake := &fakeTB{TB: t}
	e := testExchange{target: "/nowhere"}
	c := newChecker(fake, e)
	fake.end()
	c.ServeHTTP(httptest.NewRecorder(), e.request(t))
	if reports := fake.take(); reports != nil {
		t.Errorf("reported after the end: %q", reports)
	}
}

func TestStart(t *testing.T) {
	t.Parallel()
	srv := Start(t, simulator.Options{PathPrefix: "/segura"})
	if !strings.HasPrefix(srv.URL, "http://127.0.0.1:") || !strings.HasSuffix(srv.URL, "/segura") {
		t.Errorf("URL is %q", srv.URL)
	}
	form := grant("client_credentials", "domum-client", "domum-secret")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, srv.URL+tokens, strings.NewReader(form))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := new(http.Client).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("status %d", resp.StatusCode)
	}
	if srv.Count(http.MethodPost, tokens) != 1 {
		t.Error("the request didn't reach the simulator")
	}
}
