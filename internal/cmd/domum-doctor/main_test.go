// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/domum-iac/terraform-provider-domum/internal/simtest"
	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// reply is an answer that a variant may change.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// variant is an appliance that is unlike the contract.
type variant struct {
	options simulator.Options
	empty   bool // without vendors
	lax     bool // requests may be for no operation of the contract
	env     map[string]string
	request func(*http.Request)         // changes what the appliance takes
	answer  func(*http.Request, *reply) // changes what it says
	args    []string
	want    int
	says    []string
	silent  []string // what must not be said
}

// serve starts the variant, points the environment at it, and returns the
// tokens that it gives out.
func (v *variant) serve(t *testing.T) (sim *simulator.Simulator, tokens func() []string) {
	t.Helper()
	sim = simulator.New(v.options)
	if !v.empty {
		sim.PushGroup("3", "Acme Ltd", "one@acme.example", "two@acme.example")
		sim.PushGroup("3", "Globex", "three@globex.example")
		sim.EditVendor("1", func(v *simulator.Vendor) { v.StartDate, v.AccessGroupID = "2026-12-01", "7" })
	}
	checks := []simtest.Option{simtest.PathPrefix(v.options.PathPrefix)}
	if v.lax {
		checks = append(checks, simtest.AllowUnknown())
	}
	checked := simtest.Handler(t, sim, checks...)
	var mu sync.Mutex
	var given []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if v.request != nil {
			v.request(r)
		}
		recorder := httptest.NewRecorder()
		checked.ServeHTTP(recorder, r)
		a := &reply{recorder.Code, recorder.Header(), recorder.Body.Bytes()}
		var token struct {
			Value string `json:"access_token"`
		}
		if json.Unmarshal(a.body, &token) == nil && token.Value != "" {
			mu.Lock()
			given = append(given, token.Value)
			mu.Unlock()
		}
		if v.answer != nil {
			v.answer(r, a)
		}
		maps.Copy(w.Header(), a.header)
		w.WriteHeader(a.status)
		_, _ = w.Write(a.body)
	}))
	t.Cleanup(server.Close)
	clearEnvironment(t)
	settings := map[string]string{
		"DOMUM_URL": server.URL + v.options.PathPrefix, "DOMUM_CLIENT_ID": "domum-client", "DOMUM_CLIENT_SECRET": "domum-secret",
		"DOMUM_SCIM_CLIENT_ID": "okta-scim", "DOMUM_SCIM_CLIENT_SECRET": "okta-scim-secret", "DOMUM_MAX_RETRIES": "0",
	}
	maps.Copy(settings, v.env)
	for name, value := range settings {
		t.Setenv(name, value)
	}
	return sim, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return given
	}
}

// clearEnvironment unsets the provider's variables until the test ends.
func clearEnvironment(t *testing.T) {
	t.Helper()
	t.Setenv(profileVariable, "") // which the command itself sets
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "DOMUM_") || strings.HasPrefix(name, "SENHASEGURA_") {
			t.Setenv(name, "")
		}
	}
}

// on changes the answers to GETs of paths that match.
func on(pattern string, change func(*reply)) func(*http.Request, *reply) {
	path := regexp.MustCompile(pattern)
	return func(r *http.Request, a *reply) {
		if r.Method == http.MethodGet && path.MatchString(r.URL.Path) {
			change(a)
		}
	}
}

// say replaces an answer.
func say(status int, contentType, body string) func(*reply) {
	return func(a *reply) {
		a.status, a.header, a.body = status, http.Header{"Content-Type": {contentType}}, []byte(body)
	}
}

func edit(from, to string) func(*reply) {
	return func(a *reply) { a.body = []byte(strings.ReplaceAll(string(a.body), from, to)) }
}

const (
	page403   = `{"error":{"code":"forbidden","message":"No permission for Domum","details":[]},"request_id":"req-403"}`
	v1NoSuch  = `{"response":{"status":400,"message":"1005: Vendor not found","error":true,"error_code":1},"exception":{"code":1005,"message":"1005: not found","detail":null}}`
	loginPage = "<html><head><title>Sign in</title></head><body>…</body></html>"
)

const corrections = "Correct in the profile:\n  "

const issues = "https://github.com/domum-iac/terraform-provider-domum/issues"

const weakETag = `W/"5d41402abc4b2a76"`

var variants = map[string]variant{
	"as agreed": {
		want: exitHolds,
		says: []string{
			"API profile: default", "10 hold, 0 differ, 0 not checked.", "POST /iso/oauth2/token",
			"GET /api/v2/domum/vendors?page=1&page_size=200", "Records: 2; those of the first page are at data.",
			"The record is at data.", `start_date              2026-12-01              ← start_date "2026-12-01"`,
			`access_group.id         7                       ← access_group.id "7"`, `access_group.name       Vendors - OT            ← access_group.name "Vendors - OT"`,
			"due_date                none                    ← due_date null", "There is an ETag: \"", "HTTP 404, code not_found: a vendor that is gone.",
			`enabled                 true                    ← enabled true`, "Nothing was written", `has status "enabled", due_date`,
		},
		silent: []string{"differs  ", issues, "Correct in the profile"},
	},
	"no SCIM":     {env: map[string]string{"DOMUM_SCIM_CLIENT_ID": ""}, want: exitHolds, says: []string{"9 hold, 0 differ, 1 not checked.", "DOMUM_SCIM_CLIENT_ID and"}},
	"no vendors":  {empty: true, want: exitHolds, says: []string{"skipped  one vendor", "skipped  guard of writes", "6 hold, 0 differ, 4 not checked."}},
	"path prefix": {options: simulator.Options{PathPrefix: "/segura"}, want: exitHolds, says: []string{"/segura\n", "10 hold"}},
	"token":       {env: map[string]string{"DOMUM_ACCESS_TOKEN": "wrong"}, want: exitDiffers, says: []string{"HTTP 401", "fetch a new one"}, silent: []string{"wrong"}},

	"dates with a time": {
		options: simulator.Options{DateSuffix: "T00:00:00-03:00"}, want: exitHolds,
		says: []string{`start_date              2026-12-01              ← start_date "2026-12-01T00:00:00-03:00"`},
	},
	"no ETag": {
		answer: on(`/vendors/1$`, func(a *reply) { a.header.Del("ETag") }), want: exitDiffers,
		says: []string{"differs  guard of writes", "without an ETag header, without which a write could undo somebody else's", "drops the ETag header", "1 differ", "vendors.write.guard: compare"},
	},
	"weak ETag": {
		answer: on(`/vendors/1$`, func(a *reply) { a.header.Set("ETag", weakETag) }), want: exitDiffers,
		says: []string{"differs  guard of writes", weakETag + ", which no write can refer to", "A gateway that compresses", "Turn off compression"}, silent: []string{"Correct in the profile"},
	},
	"marked ETag": {
		answer: on(`/vendors/1$`, func(a *reply) { a.header.Set("ETag", `"5d41402abc4b2a76-gzip"`) }), want: exitDiffers,
		says: []string{"differs  guard of writes", "A gateway has marked the ETag", "Turn off compression"},
	},
	"no ETag of a list":   {answer: on(`/vendors$`, func(a *reply) { a.header.Del("ETag") }), want: exitHolds, says: []string{"10 hold, 0 differ"}},
	"no conditional read": {request: func(r *http.Request) { r.Header.Del("If-None-Match") }, want: exitHolds, says: []string{"10 hold, 0 differ"}},
	"further field":       {answer: on(`/vendors`, edit(`"status"`, `"color":"red","status"`)), want: exitHolds, says: []string{"10 hold, 0 differ"}, silent: []string{"red"}},
	"renamed field": {
		answer: on(`/vendors`, edit(`"name"`, `"vendor_name"`)), want: exitDiffers,
		says: []string{"differs  list of vendors", "differs  one vendor", corrections + `there is no "name", which is vendors.fields.name of the API profile: record 1 of the answer is an object with the keys "id", "vendor_name"`, issues}, silent: []string{"omits_empty"},
	},
	"renamed field of a date": {
		answer: on(`/vendors/1$`, edit(`"start_date"`, `"begins"`)), want: exitDiffers,
		says: []string{"differs  one vendor", corrections + `there is no "start_date", which is vendors.fields.start_date of the API profile: the vendor is an object with the keys `, `"begins"`},
	},
	"rows that lack a field": {
		answer: on(`/vendors$`, edit(`"due_date":null,`, "")), want: exitHolds,
		says: []string{"The rows of the list lack due_date: the provider reads each link one by one"},
	},
	"another status": {
		answer: on(`/vendors$`, func(a *reply) { edit(`"name":"Globex","status":"disabled"`, `"name":"Globex","status":"archived"`)(a) }), want: exitDiffers,
		says: []string{"differs  list of vendors", `vendor 2 ("Globex") can't be used`, "archived", "The provider can use the other 1 of the 2 records."},
	},
	"records elsewhere": {
		answer: on(`/vendors(/1)?$`, edit(`"data"`, `"vendors"`)), want: exitDiffers,
		says: []string{"differs  list of vendors", corrections + `there is no "data", which is vendors.list.items of the API profile: the answer is an object with the keys "vendors", "pagination"`},
	},
	"record elsewhere": {
		answer: on(`/vendors/1$`, edit(`"data"`, `"vendor"`)), want: exitDiffers,
		says: []string{"differs  one vendor", "skipped  guard of writes", corrections + `there is no "data", which is vendors.read.item of the API profile: the answer is an object with the keys "vendor"`},
	},
	"number of records elsewhere": {
		answer: on(`/vendors$`, edit(`"total_items"`, `"total"`)), want: exitDiffers,
		says: []string{"differs  list of vendors", corrections + `there is no "pagination.total_items", which is vendors.list.paging.total of the API profile: "pagination" in the answer is an object with the keys `},
	},
	"web page": {
		answer: on(`/api/v2/`, say(200, "text/html", loginPage)), want: exitDiffers,
		says: []string{`an HTML page titled "Sign in"`, "differs  list of vendors", "differs  list of access groups"}, silent: []string{"Correct in the profile"},
	},
	"no permission": {
		answer: on(`/api/v2/`, say(403, "application/json", page403)), want: exitDiffers,
		says: []string{"was answered with HTTP 403", "No permission for Domum", "read and write permission", "skipped  one vendor"}, silent: []string{"Correct in the profile"},
	},
	"another path": {
		answer: on(`/vendors`, say(404, "application/json", `{"message":"no Route matched with those values"}`)), want: exitDiffers,
		says: []string{"vendors.list.path: nothing is found at /api/v2/domum/vendors"},
	},
	"errors of v1": {
		answer: on(`/vendors/2147483647$`, say(400, "application/json", v1NoSuch)), want: exitDiffers,
		says: []string{"differs  missing vendor", "The link of a deleted vendor would stay in state", "vendors.read.missing: {status: 400, code: \"1005\"}, if that says that the vendor is not there"},
	},
	"page size ignored": {
		request: func(r *http.Request) {
			q := r.URL.Query()
			if q.Del("page_size"); strings.HasPrefix(r.URL.Path, "/api/v2/") {
				r.URL.RawQuery = q.Encode()
			}
		},
		want: exitDiffers,
		says: []string{"Pages of one record were asked for: the first has 2", "vendors.list.paging.size: page_size does not say how many records a page has"},
	},
	"page ignored": {
		request: func(r *http.Request) {
			q := r.URL.Query()
			if q.Has("page") {
				q.Set("page", "1")
				r.URL.RawQuery = q.Encode()
			}
		},
		want: exitDiffers,
		says: []string{"The second page begins with the same record as the first", "vendors.list.paging.page: page does not choose the page"},
	},
	"filter refused": {
		answer: func(r *http.Request, a *reply) {
			if r.URL.Query().Has("vendor.name") {
				say(422, "application/json", `{"error":{"code":"validation_failed","message":"The request is not valid","details":[]},"request_id":"req-1"}`)(a)
			}
		},
		want: exitDiffers, says: []string{"differs  name filter", "It does not narrow the list by name.", "vendors.list.name_filter: leave it out"},
	},
	"filter ignored": {
		request: func(r *http.Request) {
			q := r.URL.Query()
			if q.Has("vendor.name") {
				q.Del("vendor.name")
				r.URL.RawQuery = q.Encode()
			}
		},
		want: exitDiffers, says: []string{"differs  name filter", "Records that came: 2. With the name that was asked for: 1. It does not narrow the list by name."},
	},
	"credentials of A2A for SCIM": {
		env:  map[string]string{"DOMUM_SCIM_CLIENT_ID": "domum-client", "DOMUM_SCIM_CLIENT_SECRET": "domum-secret"},
		want: exitDiffers, says: []string{"differs  SCIM", "HTTP 403"},
	},

	"another token path": {
		answer: func(r *http.Request, a *reply) {
			if r.URL.Path == "/iso/oauth2/token" {
				say(404, "application/json", `{"message":"no Route matched with those values"}`)(a)
			}
		},
		want: exitCannotRun, says: []string{"no Route matched", "token_path: some versions use /api/oauth2/token"},
	},
	"the other token path": {env: map[string]string{"DOMUM_TOKEN_PATH": "/api/oauth2/token"}, want: exitHolds, says: []string{"POST /api/oauth2/token", "10 hold"}},
	"wrong secret":         {env: map[string]string{"DOMUM_CLIENT_SECRET": "not-this-one"}, want: exitCannotRun, says: []string{"HTTP 401", "Check client_id and client_secret"}, silent: []string{"not-this-one"}},
	"no URL":               {env: map[string]string{"DOMUM_URL": ""}, want: exitCannotRun, says: []string{"url is not set", "through DOMUM_URL or SENHASEGURA_URL"}},
	"bad setting":          {env: map[string]string{"DOMUM_REQUEST_TIMEOUT": "soon"}, want: exitCannotRun, says: []string{`"soon"`, "DOMUM_REQUEST_TIMEOUT"}},
	"no file":              {env: map[string]string{"DOMUM_CA_CERT_FILE": "/does/not/exist"}, want: exitCannotRun, says: []string{"ca_cert_file", "can't be read"}},
	"no profile":           {args: []string{"-profile", "/does/not/exist"}, want: exitCannotRun, says: []string{"api_profile_file", "can't be read"}},
	"nobody there":         {env: map[string]string{"DOMUM_URL": "http://127.0.0.1:1"}, want: exitCannotRun, says: []string{"Nothing listens at this address"}},
	"argument":             {args: []string{"now"}, want: exitCannotRun, says: []string{`unexpected argument "now"`}},
	"flag":                 {args: []string{"-nonsense"}, want: exitCannotRun, says: []string{"-nonsense"}},
	"help":                 {args: []string{"-help"}, want: exitHolds, says: []string{"DOMUM_SCIM_CLIENT_SECRET", "Exit code", "-draft -vendors PATH -access-groups PATH"}},
	"version":              {args: []string{"-version"}, want: exitHolds, says: []string{"domum-doctor dev (none)"}},
	"print profile":        {args: []string{"-print-profile"}, want: exitHolds, says: []string{"\nprofile: 1 ", "path: /api/v2/domum/vendors/{id}", "guard: etag"}},
	"draft without paths":  {args: []string{"-draft"}, want: exitCannotRun, says: []string{"-draft, -vendors and -access-groups go together, and without -profile"}},
	"paths without draft":  {args: []string{"-vendors", "/x"}, want: exitCannotRun, says: []string{"-draft, -vendors and -access-groups go together, and without -profile"}},
	"draft and profile":    {args: []string{"-draft", "-vendors", "/x", "-access-groups", "/y", "-profile", "z"}, want: exitCannotRun, says: []string{"-draft, -vendors and -access-groups go together, and without -profile"}},
}

func TestVariants(t *testing.T) {
	for name, v := range variants {
		t.Run(name, func(t *testing.T) {
			sim, tokens := v.serve(t)
			var out bytes.Buffer
			if code := run(t.Context(), v.args, &out, &out); code != v.want || code == exitHolds && strings.Contains(out.String(), corrections) {
				t.Errorf("exit code %d, want %d, and corrections only with a difference", code, v.want)
			}
			for _, text := range v.says {
				if !strings.Contains(out.String(), text) {
					t.Errorf("it does not say %q", text)
				}
			}
			for _, text := range append(append(v.silent, tokens()...), "domum-secret", "okta-scim-secret", "@") {
				if strings.Contains(out.String(), text) {
					t.Errorf("it says %q", text)
				}
			}
			for _, r := range sim.Requests() {
				if r.Method != http.MethodGet && !(r.Method == http.MethodPost && strings.HasSuffix(r.Path, "/oauth2/token")) {
					t.Errorf("it sent %s %s", r.Method, r.Path)
				}
			}
			if t.Failed() {
				t.Logf("\n%s", out.String())
			}
		})
	}
}

func TestJSON(t *testing.T) {
	v := variants["no ETag"]
	v.serve(t)
	var out, errors bytes.Buffer
	if code := run(t.Context(), []string{"-json"}, &out, &errors); code != exitDiffers || errors.Len() > 0 {
		t.Errorf("exit code %d, %s", code, errors.String())
	}
	var got report
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Profile != defaultProfile || got.Counts[differs] != 1 || got.Counts[holds]+1 != len(got.Findings) || !slices.Equal(got.Corrections, []string{"vendors.write.guard: compare, if the API has no ETags"}) {
		t.Errorf("%+v", got)
	}
	for _, f := range got.Findings {
		if f.Check == "" || f.Result == differs && len(f.Said) == 0 {
			t.Errorf("%+v", f)
		}
	}
}

// TLS is the provider's: a private authority, and a client certificate.
func TestTLS(t *testing.T) {
	authority := simtest.NewAuthority(t)
	cert, key := authority.Issue("127.0.0.1", time.Hour)
	folder := t.TempDir()
	for name, content := range map[string][]byte{"ca.pem": authority.PEM, "cert.pem": cert, "key.pem": key} {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	v := variant{}
	v.serve(t)
	handler := simtest.Handler(t, simulator.New(simulator.Options{}))
	t.Setenv("DOMUM_URL", simtest.ServeTLS(t, handler, cert, key, func(c *tls.Config) {
		c.ClientAuth, c.ClientCAs = tls.RequireAndVerifyClientCert, authority.Pool()
	}))
	var out bytes.Buffer
	if code := run(t.Context(), nil, &out, &out); code != exitCannotRun || !strings.Contains(out.String(), "an authority this machine does not trust") {
		t.Errorf("%d %s", code, out.String())
	}
	t.Setenv("DOMUM_CA_CERT_FILE", filepath.Join(folder, "ca.pem"))
	t.Setenv("DOMUM_CLIENT_CERT_FILE", filepath.Join(folder, "cert.pem"))
	t.Setenv("DOMUM_CLIENT_KEY_FILE", filepath.Join(folder, "key.pem"))
	out.Reset()
	if code := run(t.Context(), nil, &out, &out); code != exitHolds {
		t.Errorf("%d %s", code, out.String())
	}
	t.Setenv("DOMUM_CA_CERT_FILE", "")
	t.Setenv("DOMUM_INSECURE_SKIP_VERIFY", "true")
	out.Reset()
	if code := run(t.Context(), nil, &out, &out); code != exitHolds || !strings.Contains(out.String(), "Certificates are not verified") {
		t.Errorf("%d %s", code, out.String())
	}
}

func TestUnknownIDHasTheFormOfAnID(t *testing.T) {
	for id, want := range map[string]string{"31": "2147483647", "9f1c-02": "9f9c-99", "acme": "acme9", "9-9": "9-99"} {
		if got := unknownID(id); got != want {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
	}
	if got := unknownID(""); got != "2147483647" {
		t.Errorf("without a vendor: %s", got)
	}
}
