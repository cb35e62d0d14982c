// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/domum-iac/terraform-provider-domum/internal/simtest"
	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// walkAPIDiffers follows the guide on an appliance of API v1.
func walkAPIDiffers(t *testing.T, d *document) {
	w := newShapeWorld(t, simtest.EnvelopeV1)
	w.options = nil // the page makes the profile
	for _, v := range w.Vendors() {
		w.RemoveVendor(v.ID)
	}
	w.AddVendor(simulator.Vendor{ID: "31", Name: "Acme Ltd", Status: "enabled", AccessGroupID: groupOT, StartDate: "2026-12-01", IdentityProviderID: okta, SynchronizedAt: w.clock.Now()})
	w.AddVendor(simulator.Vendor{ID: "32", Name: "Globex", IdentityProviderID: okta, SynchronizedAt: w.clock.Now()})
	d.enter(w.cli())
	d.withDoctor()

	output, err := d.shell(d.next(t, "shell"))
	if err == nil {
		t.Errorf("the doctor does not see that the API differs:\n%s", output)
	}
	d.expect(output, "vendors.list.path: nothing is found at /api/v2/domum/vendors")

	d.do() // the draft
	draft := d.read("domum-api.yaml")
	profile := d.next(t, "yaml")
	corrections := regexp.MustCompile("(?m)^\\| `([^`]+)` \\| `([^`]+)` \\|$").FindAllStringSubmatch(readExample(t, "templates/guides/api-differs.md"), -1)
	if len(corrections) < 6 {
		t.Errorf("%d corrections are shown", len(corrections))
	}
	for _, c := range corrections {
		left, _, _ := strings.Cut(c[1], "…")
		if !strings.Contains(draft, strings.TrimSpace(left)) || !strings.Contains(profile, c[2]) {
			t.Errorf("%q is not in the draft, or %q not in the profile", left, c[2])
		}
	}
	if changed := linesOnlyIn(profile, draft); len(changed) != len(corrections) {
		t.Errorf("the profile differs from the draft in %q; %d corrections are shown", changed, len(corrections))
	}
	d.file("domum-api.yaml", profile)

	output = strings.Join(strings.Fields(d.do()), " ")
	for line := range strings.Lines(d.next(t, "text")) {
		if line = strings.Join(strings.Fields(line), " "); !strings.Contains(output, line) {
			t.Errorf("the doctor does not say %q:\n%s", line, output)
		}
	}
	d.take("globex.tf")
	d.expect(d.apply(), "1 added")
	d.expectNoChanges()
	if v := w.vendor("32"); v.Status != "enabled" || v.AccessGroupID != groupOT || v.StartDate != "2026-12-01" {
		t.Errorf("not linked: %+v", v)
	}
	d.must("destroy")
	if v := w.vendor("32"); v.Status != "disabled" {
		t.Errorf("after the destroy: %+v", v)
	}
}

// linesOnlyIn returns the lines of a profile that a draft doesn't have, comments
// aside.
func linesOnlyIn(profile, draft string) (lines []string) {
	comment := regexp.MustCompile(`(?m) +#.*$`)
	draft = comment.ReplaceAllString(draft, "")
	for line := range strings.Lines(profile) {
		if !strings.Contains(draft, "\n"+line) {
			lines = append(lines, line)
		}
	}
	return lines
}

// withDoctor puts domum-doctor into the PATH.
func (d *document) withDoctor() {
	d.t.Helper()
	bin := d.t.TempDir()
	if output, err := exec.CommandContext(d.t.Context(), "go", "build", "-buildvcs=false", "-o", filepath.Join(bin, "domum-doctor"), "../cmd/domum-doctor").CombinedOutput(); err != nil {
		d.t.Fatalf("go build: %v\n%s", err, output)
	}
	for i, variable := range d.env {
		if path, ok := strings.CutPrefix(variable, "PATH="); ok {
			d.env[i] = "PATH=" + bin + string(os.PathListSeparator) + path
		}
	}
}

// read returns the content of a file of the folder.
func (d *document) read(name string) string {
	d.t.Helper()
	content, err := os.ReadFile(filepath.Join(d.dir, name))
	if err != nil {
		d.t.Fatal(err)
	}
	return string(content)
}
