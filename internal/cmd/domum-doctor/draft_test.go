// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/domum-iac/terraform-provider-domum/internal/provider"
	"github.com/domum-iac/terraform-provider-domum/internal/simtest"
	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// journey is the way from an appliance whose API nobody has described to a
// link: the draft, what a person corrects in it, the check, the provider.
type journey struct {
	shape         simtest.Shape
	vendors       string
	accessGroups  string
	corrections   [][2]string // a part of a line, and what is written over it
	rightAway     []string    // lines of the draft that need no correction
	guardIsTested string      // what the check shows
}

var journeys = []journey{
	{
		shape: simtest.NamedObjects, vendors: "/rest/v3/companies", accessGroups: "/rest/v3/policies",
		corrections: [][2]string{{"code: }", "code: not_found}"}, {"method:", "method: PUT"}, {"body:", "body: record"}, {"guard:", "guard: etag"}},
		rightAway: []string{
			"items: companies", "paging: {offset: offset, size: limit, max_size: 20, total: meta.total}", "item: company",
			"status: {at: active, enabled: true, disabled: false}", "access_group: {id: policy.id, name: policy.title}",
			"start_date: {at: validity.from, format: rfc3339}", "due_date: {at: validity.until, format: rfc3339}",
			"enabled: {at: usable, enabled: true, disabled: false}", "omits_empty: false", "# not used: checksum",
		},
		guardIsTested: "There is an ETag",
	},
	{
		shape: simtest.EnvelopeV1, vendors: "/iso/domum/vendor", accessGroups: "/iso/domum/access_group",
		corrections: [][2]string{
			{"{status: 404, code: }", "{status: 400, code: 1005}"},
			{"method:", "method: PUT"},
			{"body:", "body: changes"},
			{"guard:", "guard: compare"},
			{"# enable:", "enable:"},
			{"# disable:", "disable:"},
		},
		rightAway: []string{
			"items: vendors", "item: vendor", `status: {at: enabled, enabled: "1", disabled: "0"}`,
			"access_group: {id: access_group_id, name: access_group}", "start_date: {at: contract_start, format: datetime}",
			"guess: one answer holds all records (2 came)", `due_date: {at: contract_end, format: datetime, none: ""}`, "identity_provider: {id: iga_provider_id, name: iga_provider}",
		},
		guardIsTested: "the profile says compare",
	},
	{
		shape: simtest.BareArrays, vendors: "/domum/api/suppliers?page=1&limit=50", accessGroups: "/domum/api/groups?page=1&limit=50",
		corrections: [][2]string{
			{"code: }", "code: supplier_unknown}"},
			{"method:", "method: POST"},
			{"body:", "body: changes"},
			{"guard:", "guard: compare"},
			{"name: group.label}", "name: group.label, write: group_name, write_as: name}"},
			{"due_date: {at: ,", "due_date: {at: ends,"},
		},
		rightAway: []string{
			`items: ""`, `item: ""`, "paging: {page: page, size: limit, max_size: 50}", `status: {at: state, enabled: "active", disabled: "blocked"}`,
			"access_group: {id: group.key, name: group.label}", "start_date: {at: begins, format: date}", "omits_empty: true",
		},
		guardIsTested: "the profile says compare",
	},
}

// serveShape starts an appliance of a shape and points the environment at it.
func serveShape(t *testing.T, shape simtest.Shape) *simtest.ShapeServer {
	t.Helper()
	server := simtest.StartShape(t, shape, simulator.Options{})
	server.PushGroup("3", "Acme Ltd", "one@acme.example", "two@acme.example")
	server.PushGroup("3", "Globex", "three@globex.example")
	server.EditVendor("1", func(v *simulator.Vendor) { v.StartDate, v.AccessGroupID, v.Status = "2026-12-01", "7", "enabled" })
	clearEnvironment(t)
	for name, value := range map[string]string{"DOMUM_URL": server.URL, "DOMUM_CLIENT_ID": "domum-client", "DOMUM_CLIENT_SECRET": "domum-secret", "DOMUM_MAX_RETRIES": "0"} {
		t.Setenv(name, value)
	}
	return server
}

// doctor runs the command and returns what it prints.
func doctor(t *testing.T, want int, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	if code := run(t.Context(), args, &out, &out); code != want || code == exitHolds && strings.Contains(out.String(), corrections) {
		t.Fatalf("exit code %d, want %d, and corrections only with a difference\n%s", code, want, out.String())
	}
	return out.String()
}

var comment = regexp.MustCompile(` +#.*`)

func TestFromADraftToALink(t *testing.T) {
	for _, j := range journeys {
		t.Run(j.shape.Name, func(t *testing.T) {
			server := serveShape(t, j.shape)
			draft := doctor(t, exitHolds, "-draft", "-vendors", j.vendors, "-access-groups", j.accessGroups)
			for _, line := range j.rightAway {
				if !strings.Contains(draft, line) {
					t.Errorf("the draft does not have %q", line)
				}
			}
			expectComments(t, draft, j)
			file := filepath.Join(t.TempDir(), "domum-api.yaml")
			write := func(text string) {
				if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			// What is left open is no profile yet, and says so line by line.
			write(draft)
			if said := doctor(t, exitCannotRun, "-profile", file); !strings.Contains(said, "domum-api.yaml, line ") || !strings.Contains(said, "vendors.write.method") {
				t.Errorf("said: %s", said)
			}
			lines := strings.Split(draft, "\n")
			for _, c := range j.corrections {
				done := false
				for i, line := range lines {
					if at := strings.Index(line, c[0]); !done && at >= 0 && strings.Contains(line, "#") {
						lines[i], done = line[:at]+c[1]+comment.ReplaceAllString(line[at+len(c[0]):], ""), true
					}
				}
				if !done {
					t.Errorf("the draft has no %q", c[0])
				}
			}
			write(strings.Join(lines, "\n"))
			checked := doctor(t, exitHolds, "-profile", file)
			for _, text := range []string{"API profile: " + file, "0 differ", j.guardIsTested, "Acme Ltd", "2026-12-01"} {
				if !strings.Contains(checked, text) {
					t.Errorf("the check does not say %q:\n%s", text, checked)
				}
			}
			for _, r := range server.Sent() {
				if r.Method != http.MethodGet && !strings.HasSuffix(r.Path, "/oauth2/token") {
					t.Errorf("the doctor sent %s %s", r.Method, r.Path)
				}
			}
			link(t, file)
			if v, _ := server.Vendor("2"); v.Status != "disabled" || v.AccessGroupID != "8" || v.StartDate != "2026-12-01" || v.DueDate != "2027-11-30" {
				t.Errorf("after link and destroy: %+v", v)
			}
		})
	}
}

// expectComments fails unless each value of a draft that nobody gave says that it
// is a guess, or is left open.
func expectComments(t *testing.T, draft string, j journey) {
	t.Helper()
	for line := range strings.Lines(draft) {
		line = strings.TrimSpace(line)
		given := line == "profile: 1" || line == "path: "+strings.Split(j.vendors, "?")[0] || line == "path: "+strings.Split(j.accessGroups, "?")[0]
		if !strings.HasPrefix(line, "#") && !strings.HasSuffix(line, ":") && !given && !strings.Contains(line, " # ") {
			t.Errorf("neither given nor marked: %s", line)
		}
	}
}

// link links a vendor with the profile, checks that the plan is empty then, and
// destroys the link.
func link(t *testing.T, profile string) {
	t.Helper()
	config := fmt.Sprintf(`
provider "domum" {
  api_profile_file = %q
}

resource "domum_vendor_link" "globex" {
  vendor_name       = "Globex"
  access_group_name = "Vendors - IT"
  start_date        = "2026-12-01"
  due_date          = "2027-11-30"
}
`, profile)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: map[string]func() (tfprotov6.ProviderServer, error){
			"domum": providerserver.NewProtocol6WithError(provider.New("test")()),
		},
		Steps: []resource.TestStep{{Config: config}, {Config: config, PlanOnly: true}},
	})
}

// An array without a total can be cut short without a word: by pages that are
// numbered from 0, or that are smaller than was asked for.
func TestPagesThatWouldLoseRecords(t *testing.T) {
	for name, test := range map[string]struct {
		change func(url.Values)
		says   []string
	}{
		"numbered from 0": {
			func(q url.Values) {
				if page, err := strconv.Atoi(q.Get("page")); err == nil {
					q.Set("page", strconv.Itoa(page+1))
				}
			},
			[]string{"The pages are numbered from 0", "vendors.list.paging.page: use offset"},
		},
		"smaller": {
			func(q url.Values) {
				if q.Has("limit") {
					q.Set("limit", "1")
				}
			},
			[]string{"A page of 50 records was asked for, 1 came, and there are more", "vendors.list.paging.max_size: 1"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := serveShape(t, simtest.BareArrays)
			shape := simtest.BareArrays.Handler(server.Simulator)
			changed := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				q := r.URL.Query()
				test.change(q)
				r.URL.RawQuery = q.Encode()
				shape.ServeHTTP(w, r)
			}))
			t.Cleanup(changed.Close)
			t.Setenv("DOMUM_URL", changed.URL)
			said := doctor(t, exitDiffers, "-profile", filepath.Join("..", "..", "..", filepath.FromSlash(simtest.BareArrays.Profile)))
			for _, text := range test.says {
				if !strings.Contains(said, text) {
					t.Errorf("it does not say %q:\n%s", text, said)
				}
			}
		})
	}
}

// What a profile leaves out is seen: paging, where one answer isn't all, and the
// code of a missing vendor, where a wrong path has the same status.
func TestWhatAProfileLeavesOut(t *testing.T) {
	for _, test := range []struct {
		shape   simtest.Shape
		leftOut string
		want    int
		says    []string
	}{
		{simtest.NamedObjects, "    paging: {offset: offset, size: limit, max_size: 100, total: meta.total}\n", exitDiffers, []string{
			"differs  pages of vendors", "meta.total says 27, and 20 records came", "vendors.list.paging: say how",
		}},
		{simtest.NamedObjects, ", code: not_found", exitDiffers, []string{"differs  missing vendor", "The profile has no code", `vendors.read.missing: {status: 404, code: "not_found"}`}},
		{simtest.EnvelopeV1, ", code: 1005", exitHolds, []string{"HTTP 400, code 1005: a vendor that is gone", "With the code in the profile, nothing else counts as one"}},
	} {
		server := serveShape(t, test.shape)
		for i := range 25 {
			server.PushGroup("3", "Vendor "+strconv.Itoa(i), "someone@vendor.example")
		}
		profile, err := os.ReadFile(filepath.Join("..", "..", "..", filepath.FromSlash(test.shape.Profile)))
		file, without := filepath.Join(t.TempDir(), "domum-api.yaml"), strings.Replace(string(profile), test.leftOut, "", 1)
		if err := errors.Join(err, os.WriteFile(file, []byte(without), 0o600)); err != nil || without == string(profile) {
			t.Fatalf("%q is not in the profile, or %v", test.leftOut, err)
		}
		said := doctor(t, test.want, "-profile", file)
		for _, text := range test.says {
			if !strings.Contains(said, text) {
				t.Errorf("it does not say %q:\n%s", text, said)
			}
		}
	}
}

// The draft says what it can't do.
func TestDraftIsRefused(t *testing.T) {
	for name, test := range map[string]struct {
		vendors string
		empty   bool
		says    []string
	}{
		"another host":    {"https://elsewhere.example/vendors", false, []string{"is not a path below the appliance's URL"}},
		"a wrong path":    {"/api/v2/nowhere", false, []string{"GET /api/v2/nowhere", "HTTP 404"}},
		"no list":         {"/api/v2/domum/vendors/1", false, []string{"holds no array with a record", "Is it the path of a list?"}},
		"nothing to read": {"/api/v2/domum/vendors", true, []string{"holds no array with a record to draft from", "push a group"}},
	} {
		t.Run(name, func(t *testing.T) {
			v := variant{empty: test.empty, lax: true}
			v.serve(t)
			said := doctor(t, exitCannotRun, "-draft", "-vendors", test.vendors, "-access-groups", "/api/v2/domum/access-groups")
			for _, text := range test.says {
				if !strings.Contains(said, text) {
					t.Errorf("it does not say %q:\n%s", text, said)
				}
			}
		})
	}
}

// A draft of the default API is the default profile, but for what no answer
// tells.
func TestDraftOfTheDefaultAPI(t *testing.T) {
	v := variant{}
	v.serve(t)
	draft := doctor(t, exitHolds, "-draft", "-vendors", "/api/v2/domum/vendors", "-access-groups", "/api/v2/domum/access-groups")
	for _, line := range []string{
		"items: data", "paging: {page: page, size: page_size, max_size: 30, total: pagination.total_items}", "item: data", "id: id", "name: name",
		`status: {at: status, enabled: , disabled: "disabled"}`, `fill in; these records have "disabled"`, "access_group: {id: access_group.id, name: access_group.name}",
		"start_date: {at: start_date, format: date}", "due_date: {at: due_date, format: date}", "\n    contract_number: contract_number ", "document_id: document_id",
		"identity_provider: {id: identity_provider.id, name: identity_provider.name}", "synchronized_at: synchronized_at", "description: description",
	} {
		if !strings.Contains(draft, line) {
			t.Errorf("the draft does not have %q:\n%s", line, draft)
		}
	}
}

// An API that is like no other: names in two words, letters for the status,
// numbers beside the records that nobody calls a total.
func TestDraftOfStrangeNames(t *testing.T) {
	v := variant{lax: true, answer: func(r *http.Request, a *reply) {
		switch r.URL.Path {
		case "/gw/registry":
			say(200, "application/json", `{"ok":true,"result":{"found":3,"from":0,"take":2,"rows":[`+
				`{"uuid":"9f1c-01","vendorName":"Acme Ltd","situation":"A","limitedGroupId":7,"limitedGroup":"OT","validFrom":"2026-12-01T00:00:00-03:00","validTo":null},`+
				`{"uuid":"9f1c-02","vendorName":"Globex","situation":"I","limitedGroupId":null,"limitedGroup":null,"validFrom":null,"validTo":null}]}}`)(a)
		case "/gw/groups":
			say(200, "application/json", `{"result":[{"groupId":7,"caption":"OT","usable":"Y"}],"pages":2}`)(a)
		}
	}}
	v.serve(t)
	draft := doctor(t, exitHolds, "-draft", "-vendors", "/gw/registry", "-access-groups", "/gw/groups")
	for _, line := range []string{
		"items: result.rows", "paging: {offset: from, size: take, max_size: 2, total: result.found}", "id: uuid", "name: vendorName",
		`status: {at: situation, enabled: , disabled: }`, `these records have "A", "I"`, "access_group: {id: limitedGroupId, name: limitedGroup}",
		"start_date: {at: validFrom, format: rfc3339}", "due_date: {at: validTo, format: rfc3339}",
		"guess: one answer holds all records (1 came)", "the answer says pages 2", "id: groupId", "name: caption", `these records have "Y"`,
	} {
		if !strings.Contains(draft, line) {
			t.Errorf("the draft does not have %q:\n%s", line, draft)
		}
	}
}
