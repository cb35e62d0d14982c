// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// The identity provider's resources need its own provider. They are checked for
// syntax and format; where a link refers to one, terraform_data stands in.
func walkPushToLink(t *testing.T, d *document) {
	w := newWorld(t)
	d.cli = w.cli() // in this process, on the fast clock
	d.file("provider.tf", requiredProviders+w.hcl(""))
	standIn := strings.NewReplacer(
		`resource "okta_group"`, `resource "terraform_data"`, "  name     = each.key", "  input    = each.key",
		"okta_group.acme.name", "terraform_data.acme.output", "okta_push_group.acme", "terraform_data.acme",
		"okta_group.vendor[each.key].name", "terraform_data.vendor[each.key].output", "okta_push_group.vendor", "terraform_data.push",
		`resource "okta_push_group" "vendor"`, `resource "terraform_data" "push"`, "  app_id                         = var.okta_app_id\n", "",
		"  source_group_id                = okta_group.vendor[each.key].id", "  input                          = each.key",
		"  status                         = \"ACTIVE\"\n", "", "  delete_target_group_on_destroy = false\n", "").Replace
	takeWithStandIn := func(name string) {
		block := d.next(t, "terraform")
		d.checkSyntax(block)
		d.file(name, standIn(block))
	}

	d.checkSyntax(d.next(t, "terraform")) // Okta's part
	d.file("group.tf", "resource \"terraform_data\" \"acme\" {\n  input = \"Acme Ltd\"\n}\n")
	takeWithStandIn("main.tf")
	d.expect(d.must("plan"), "vendor_name       = (known after apply)")
	w.pushAt(3, "Acme Ltd")
	d.expect(d.apply(), "2 added")

	d.checkSyntax(d.next(t, "terraform")) // Entra ID's part
	d.skip(t, "terraform apply -parallelism=40")

	takeWithStandIn("many.tf")
	w.pushAt(3, "Globex", "Initech")
	d.expect(d.must("apply", "-auto-approve", "-parallelism=40"), "6 added")

	d.take("data.tf")
	w.pushAt(3, "Umbrella")
	d.expect(d.must("plan", "-out=plan"), "domum_vendor.umbrella: Read complete")
	d.must("apply", "plan")
	d.expectNoChanges()
	if got := len(w.patches()); got != 3 {
		t.Errorf("%d links were made", got)
	}

	// A name that is written in the configuration is known while planning; here
	// it is renamed, before the push and after.
	main, err := os.ReadFile(filepath.Join(d.dir, "main.tf"))
	if err != nil {
		t.Fatal(err)
	}
	d.file("main.tf", strings.Replace(string(main), "terraform_data.acme.output", `"Hooli"`, 1))
	d.refuse([]string{`No vendor is called "Hooli"`, `is called "Acme Ltd"`}, "plan")
	v, _ := w.VendorByName("Acme Ltd")
	w.EditVendor(v.ID, func(v *simulator.Vendor) { v.Name = "Hooli" })
	d.expectNoChanges()
}

func walkGenericProviders(t *testing.T, d *document) {
	d.cli = newWorld(t).cli()
	d.checkSyntax(d.next(t, "terraform"))
	d.checkSyntax(d.next(t, "terraform"))
}

// checkSyntax checks a block that needs another provider: HCL, in the canonical
// format.
func (d *document) checkSyntax(block string) {
	d.t.Helper()
	dir := d.t.TempDir()
	d.file(filepath.Join(dir, "block.tf"), block)
	if output, ok := d.run("fmt", "-check", "-diff", dir); !ok {
		d.t.Errorf("not formatted, or no HCL:\n%s\n%s", block, output)
	}
}
