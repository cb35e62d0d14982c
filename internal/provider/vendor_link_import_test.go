// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

func TestParseImportID(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string][2]string{
		"42":              {"42", ""},
		"a-b_c.d":         {"a-b_c.d", ""},
		"name:Acme Ltd":   {"", "Acme Ltd"},
		"name: name:x/y ": {"", " name:x/y "},
		"name:42":         {"", "42"},
		"Name:Acme":       {"Name:Acme", ""},
		"":                {},
		"name:":           {},
		"name:  ":         {},
		"Acme Ltd":        {},
		"42/43":           {},
		"4\x002":          {},
	} {
		id, name, err := parseImportID(raw)
		if [2]string{id, name} != want || (err != nil) != (want == [2]string{}) {
			t.Errorf("parseImportID(%q) = %q, %q, %v; want %q", raw, id, name, err, want)
		}
	}
}

func FuzzParseImportID(f *testing.F) {
	for _, seed := range []string{"42", "name:Acme Ltd", "name:", "", "a b", "4/2"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		id, name, err := parseImportID(raw)
		if (err == nil) == (id == "" && name == "") || id != "" && name != "" {
			t.Errorf("parseImportID(%q) = %q, %q, %v", raw, id, name, err)
		}
		if strings.ContainsAny(id, "/ \n") {
			t.Errorf("parseImportID(%q) gives the id %q", raw, id)
		}
	})
}

func TestImport(t *testing.T) {
	for name, importID := range map[string]func(id string) string{
		"by id":                   func(id string) string { return id },
		"by name":                 func(string) string { return "name:Acme Ltd" },
		"by name in another case": func(string) string { return "name:acme LTD" },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			id := w.linked("Acme Ltd", groupOT, "enabled")
			w.EditVendor(id, func(v *simulator.Vendor) { v.DueDate = "2029-12-31" })
			c := w.cli()
			c.use(dated(""))
			c.must("import", acme, importID(id))
			c.expectNoChanges()
			c.use(dated("2029-12-31"))
			c.expectNoChanges()
			w.expectPatches()
		})
	}
}

func TestImportBlock(t *testing.T) {
	w := newWorld(t)
	id := w.linked("Acme Ltd", groupOT, "disabled")
	c := w.cli()
	c.use(strings.Replace(dated(""), "start_date", "enabled = false\n start_date", 1) +
		fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", acme, id))
	c.expect(c.apply(), "1 imported, 0 added, 0 changed, 0 destroyed")
	c.expectNoChanges()
}

func TestImportByIdentity(t *testing.T) {
	needs(t, importByIdentity)
	w := newWorld(t)
	id := w.linked("Acme Ltd", groupOT, "enabled")
	config := requiredProviders + w.hcl(dated(""))
	resource.Test(t, resource.TestCase{
		IsUnitTest:               true,
		ProtoV6ProviderFactories: w.factories(),
		Steps: []resource.TestStep{
			{
				Config: strings.Replace(config, "start_date", "adopt_existing = true\n start_date", 1),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectIdentityValue(acme, tfjsonpath.New("vendor_id"), knownvalue.StringExact(id)),
				},
			},
			{
				ResourceName:    acme,
				ImportState:     true,
				ImportStateKind: resource.ImportBlockWithResourceIdentity,
				Config:          config,
			},
		},
	})
}

func TestImportIsRefused(t *testing.T) {
	w := newWorld(t)
	unlinked := w.push("Acme Ltd")
	p := w.protocol()
	for id, words := range map[string][]string{
		unlinked:        {fmt.Sprintf("Cannot import %q: nothing to import", unlinked), "has no access group"},
		"name:Acme Ltd": {"nothing to import"},
		"4711":          {`Cannot import "4711"`, "No vendor has this id"},
		"name:Acme":     {`No vendor is called "Acme"`, `The nearest names: "Acme Ltd"`},
		"Acme Ltd":      {"Invalid import ID", `"name:Acme Ltd"`},
	} {
		p.expectSaid(id, p.importLink(id), words)
	}
	c := w.cli() // which sends an identity, too, that is null
	c.use(linkAcme)
	c.refuse([]string{`Cannot import ""`, "Invalid import ID", `"name:Acme Ltd"`}, "import", acme, "")
}

// What was imported as disabled, Terraform has not disabled: enabling it gives
// access back, and is said or refused.
func TestImportOfADisabledVendorIsNoLicence(t *testing.T) {
	w := newWorld(t)
	id := w.linked("Acme Ltd", groupOT, "disabled")
	c := w.cli()
	config := dated("") + fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", acme, id)
	w.options = []string{"protect_external_disable = true"}
	c.use(config)
	c.refuse([]string{"it is disabled", "protect_external_disable"}, "apply", "-auto-approve")
	w.expectPatches()
	w.options = nil
	c.use(config)
	c.expect(c.apply(), "is disabled and will be enabled", "gives its users access back")
	w.expectPatches(`{"status":"enabled"}`)
}
