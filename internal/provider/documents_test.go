// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// documents has a walk through each page that holds HCL. A walk takes the
// blocks in their order, does what the text around them tells the reader to
// do, and checks what it promises.
var documents = map[string]func(*testing.T, *document){
	"README.md":                    walkReadme,
	vendorAccess + "/README.md":    walkModule,
	"templates/guides/incident.md": walkIncident,
}

// document is a page, and the folder in which a walk follows it.
type document struct {
	*cli
	blocks []string // of HCL, those that are still to be taken
}

var hclBlock = regexp.MustCompile("(?s)```(?:hcl|terraform)\n(.*?)```")

func TestDocuments(t *testing.T) {
	t.Parallel()
	for path, walk := range documents {
		t.Run(path, func(t *testing.T) {
			d := &document{}
			for _, block := range hclBlock.FindAllStringSubmatch(readExample(t, path), -1) {
				d.blocks = append(d.blocks, block[1])
			}
			walk(t, d)
			if len(d.blocks) > 0 {
				t.Errorf("no walk takes this block:\n%s", d.blocks[0])
			}
		})
	}
}

func TestEveryDocumentIsWalked(t *testing.T) {
	t.Parallel()
	for _, folder := range []string{".", "examples", "templates"} {
		err := filepath.WalkDir(filepath.Join(repository, folder), func(path string, entry fs.DirEntry, err error) error {
			name, _ := filepath.Rel(repository, path)
			if folder == "." && entry.IsDir() && name != "." {
				return fs.SkipDir
			}
			if _, listed := documents[filepath.ToSlash(name)]; listed || filepath.Ext(path) != ".md" {
				return err
			}
			if hclBlock.MatchString(readExample(t, name)) {
				t.Errorf("no walk runs the blocks of HCL in %s", name)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// enter makes an empty folder, from which the built provider finds the
// appliance through the environment.
func (d *document) enter(w *world) {
	w.t.Helper()
	d.cli = w.cli()
	d.ownProcess(w.environment()...)
}

// take makes the next block a file of the folder.
func (d *document) take(name string) {
	d.t.Helper()
	if len(d.blocks) == 0 {
		d.t.Fatalf("the page has no block for %s", name)
	}
	path := filepath.Join(d.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		d.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(d.blocks[0]), 0o600); err != nil {
		d.t.Fatal(err)
	}
	d.blocks = d.blocks[1:]
}

func walkReadme(t *testing.T, d *document) {
	w := newWorld(t)
	id := w.push("Acme Ltd")
	d.enter(w)
	d.take("main.tf")
	d.apply()
	d.expectNoChanges()
	if v := w.vendor(id); v.Status != "enabled" || v.AccessGroupID != groupOT {
		t.Errorf("not linked: %+v", v)
	}
}

func walkModule(t *testing.T, d *document) {
	needs(t, "the module", 7, 7)
	w := newWorld(t)
	for _, name := range []string{"Acme Ltd", "Globex", "Initech"} {
		w.push(name)
	}
	w.PushGroup(okta, "Umbrella", "one@umbrella.example", "two@umbrella.example")
	d.enter(w)
	d.copyFolder(vendorAccess, "modules/vendor-access")
	d.take("main.tf")
	d.must("get")
	d.expect(d.apply(), "3 added", `vendors_without_a_link = [ "Umbrella", ]`)
	d.expectNoChanges()
	if v, _ := w.VendorByName("Initech"); v.Status != "disabled" || v.AccessGroupID != groupIT {
		t.Errorf("not as written: %+v", v)
	}

	w.PushGroup(okta, "Acme Ltd", "one@umbrella.example")
	d.take("checked.tf")
	d.must("get")
	d.expect(d.must("apply", "-auto-approve", "-var=scim_client_secret=okta-scim-secret"), "one@umbrella.example (Acme Ltd, Umbrella)")
}

func walkIncident(t *testing.T, d *document) {
	w := newWorld(t)
	id := w.push("Acme Ltd")
	d.enter(w)
	d.write(requiredProviders + linkAcme)
	d.apply()
	w.ResetRequests()
	disable := func(v *simulator.Vendor) { v.Status = "disabled" }
	w.EditVendor(id, disable)
	d.expect(d.must("plan"), "= false -> true", `Vendor "Acme Ltd" was disabled outside Terraform`, "Applying gives its users access back")

	d.take("provider.tf")
	d.refuse([]string{`Cannot enable vendor "Acme Ltd": it was disabled outside Terraform`, "Nothing was written"}, "apply", "-auto-approve")

	// While it has to stay disabled.
	d.write(requiredProviders)
	d.take("acme.tf")
	d.expect(d.must("plan"), "No changes.")

	// When it may have access again.
	if err := os.Remove(filepath.Join(d.dir, "acme.tf")); err != nil {
		t.Fatal(err)
	}
	d.write(requiredProviders + linkAcme)
	w.EditVendor(id, func(v *simulator.Vendor) { v.Status = "enabled" })
	d.expectNoChanges()
	w.expectPatches()
}
