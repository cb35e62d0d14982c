// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
)

// A profile that can't be used is an error with file, line and key, before
// anything is sent, and without what the file holds.
func TestAPIProfileIsChecked(t *testing.T) {
	w := newWorld(t)
	c := w.cli()
	for name, test := range map[string]struct {
		content string
		words   []string
	}{
		"a wrong value": {
			strings.Replace(string(domum.DefaultProfile), "guard: etag ", "guard: hunter2 ", 1),
			[]string{"api_profile_file", "profile.yaml, line 27: the value of vendors.write.guard does not fit", "etag or compare", "Correct each line of the file"},
		},
		"another host":      {strings.Replace(string(domum.DefaultProfile), "path: /api", "path: https://hunter2@elsewhere.example/api", 1), []string{"profile.yaml, line 10: the value of vendors.list.path does not fit"}},
		"an unknown key":    {string(domum.DefaultProfile) + "url: https://hunter2.example\n", []string{"url is not a key of the format"}},
		"a file of secrets": {"hunter2\n", []string{"profile.yaml, line 1: "}},
		"nothing":           {"", []string{"api_profile_file", "is empty"}},
	} {
		file := filepath.Join(t.TempDir(), "profile.yaml")
		if err := os.WriteFile(file, []byte(test.content), 0o600); err != nil {
			t.Fatal(err)
		}
		w.options = []string{fmt.Sprintf("api_profile_file = %q", file)}
		c.use(anyVendors)
		output, ok := c.run("plan")
		if ok {
			t.Errorf("%s: accepted", name)
		}
		c.expect(output, test.words...)
		if strings.Contains(output, "hunter2") {
			t.Errorf("%s: what the file holds is in the output:\n%s", name, output)
		}
	}
	w.options = []string{`api_profile_file = "nowhere.yaml"`}
	c.use(anyVendors)
	c.refuse([]string{"api_profile_file \"nowhere.yaml\" can't be read"}, "plan")
	if n := len(w.Requests()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

func TestAPIProfileFromTheEnvironment(t *testing.T) {
	w := newWorld(t)
	file := filepath.Join(t.TempDir(), "profile.yaml")
	if err := os.WriteFile(file, []byte("profile: 2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := w.cli()
	c.ownProcess("DOMUM_API_PROFILE_FILE=" + file)
	c.use(anyVendors)
	c.refuse([]string{"line 1: the value of profile does not fit"}, "plan")
}

// oddVendor serves a world's appliance, in which the vendor Odd Ltd has a status
// that nobody knows.
func oddVendor(t *testing.T, w *world) {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		w.ServeHTTP(answer, r)
		for name, values := range answer.Header() {
			if name != "Content-Length" {
				rw.Header()[name] = values
			}
		}
		rw.WriteHeader(answer.Code)
		_, _ = rw.Write(bytes.ReplaceAll(answer.Body.Bytes(), []byte(`"name":"Odd Ltd","status":"enabled"`), []byte(`"name":"Odd Ltd","status":"suspended"`)))
	}))
	t.Cleanup(srv.Close)
	w.URL = srv.URL
}

func TestVendorWithAnOddStatus(t *testing.T) {
	w := newWorld(t)
	oddVendor(t, w)
	w.linked("Odd Ltd", "7", "enabled")
	w.push("Acme Ltd")
	c := w.cli()
	c.use(linkAcme + `
data "domum_vendors" "all" {}
data "domum_vendors" "disabled" { enabled = false }
output "statuses" { value = join(" ", [for v in data.domum_vendors.all.vendors : "${v.name}=${v.status}"]) }
output "disabled" { value = "disabled: ${join(", ", data.domum_vendors.disabled.names)}." }
`)
	c.expect(c.must("plan"), `Odd Ltd=suspended Acme Ltd=disabled`, `disabled: Acme Ltd.`)
	c.apply()

	said := []string{`vendor 1 ("Odd Ltd") can't be used: its status is "suspended", and neither "enabled" nor "disabled"`}
	c.use(strings.ReplaceAll(linkAcme, "Acme Ltd", "Odd Ltd"))
	c.refuse(said, "plan")
	c.use(`data "domum_vendor" "odd" { name = "Odd Ltd" }`)
	c.refuse(said, "plan")
	c.use(`data "domum_vendor" "odd" { id = "1" }`)
	c.refuse(said, "plan")
	if n := w.Count("PATCH", "/api/v2/domum/vendors/1"); n != 0 {
		t.Errorf("%d writes of the odd vendor", n)
	}
}
