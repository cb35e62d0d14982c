// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// One name, as Terraform writes it and as an identity provider may.
const (
	composed   = "Caf\u00e9 M\u00fcller"
	decomposed = "Cafe\u0301 Mu\u0308ller"
)

func linkOf(vendor, group string) string {
	return strings.NewReplacer(`"Acme Ltd"`, hclString(vendor), `"Vendors - OT"`, hclString(group)).Replace(linkAcme)
}

func hclString(s string) string {
	text, _ := json.Marshal(s)
	return strings.NewReplacer("${", "$${", "%{", "%%{").Replace(string(text))
}

func TestNamesOfAllKinds(t *testing.T) {
	for _, name := range []string{
		`Quote " and 'quote'`, "a/b\\c?d=e&f#g", "Ünïcode 株式会社 🔑", "  leading and trailing  ",
		strings.Repeat("x", 200), "100% ${sure} %{no}", "tab\there", "..", "Smith, Jones",
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.push("decoy")
			id := w.push(name)
			group := w.AddAccessGroup(simulator.AccessGroup{Name: name, Enabled: true})
			p := w.protocol()
			attributes := maps.Clone(adoption)
			attributes["vendor_name"], attributes["access_group_name"] = name, name
			if _, failed := p.attempt(attributes); failed != "" {
				t.Fatal(failed)
			}
			if v := w.vendor(id); v.Status != "enabled" || v.AccessGroupID != group {
				t.Errorf("%+v", v)
			}
			w.expectSaid("import", w.protocol().importLink("name:"+name), nil)
		})
	}
}

// The CLI hands on what it makes of a text in HCL.
func TestNamesThroughTheCLI(t *testing.T) {
	const name = "  Quote \" a/b\\c?d=e&f#g 株式会社 🔑 100% ${sure} %{no} tab\there  "
	w := newWorld(t)
	w.push("decoy")
	id := w.push(name)
	w.AddAccessGroup(simulator.AccessGroup{Name: name, Enabled: true})
	w.test(
		resource.TestStep{
			Config: linkOf(name, name),
			ConfigStateChecks: []statecheck.StateCheck{
				state("vendor_name", knownvalue.StringExact(name)),
				state("access_group_name", knownvalue.StringExact(name)),
				state("id", knownvalue.StringExact(id)),
			},
		},
		resource.TestStep{Config: linkOf(name, name), ConfigPlanChecks: emptyPlan()},
	)
}

// The identity provider writes a letter and a mark, the configuration one
// character: that is one name.
func TestNamesInAnotherEncoding(t *testing.T) {
	w := newWorld(t)
	w.push("decoy")
	id := w.push(decomposed)
	group := w.AddAccessGroup(simulator.AccessGroup{Name: decomposed, Enabled: true})
	config := linkOf(composed, composed) + fmt.Sprintf(`
data "domum_vendor" "x" { name = "%[1]s" }
data "domum_access_group" "x" { name = "%[1]s" }
data "domum_vendors" "x" { name_regex = "^%[1]s$" }
`, composed)
	w.test(
		resource.TestStep{
			Config: config,
			ConfigStateChecks: []statecheck.StateCheck{
				state("vendor_name", knownvalue.StringExact(composed)),
				state("id", knownvalue.StringExact(id)),
				state("access_group_id", knownvalue.StringExact(group)),
				statecheck.ExpectKnownValue("data.domum_vendors.x", tfjsonpath.New("ids"), knownvalue.ListExact([]knownvalue.Check{knownvalue.StringExact(id)})),
			},
		},
		resource.TestStep{Config: config, ConfigPlanChecks: emptyPlan()},
	)
	w.expectSaid("import", w.protocol().importLink("name:"+composed), nil)
}

func TestSpellingOfTheUserStays(t *testing.T) {
	f := newFolder(t, notLinked)
	f.run(command{block: vendorLink("vendor_name", "ACME ltd", "access_group_name", "vendors - ot"), writes: words{linksAcme}, settled: true})
	if is := f.state["acme"].value; is.text("vendor_name") != "ACME ltd" || is.text("access_group_name") != "vendors - ot" {
		t.Errorf("state has %v", is)
	}
	// Another spelling of the same vendor and group is no change.
	f.run(command{verb: "plan", block: vendorLink(), settled: true})
}

func TestExactNameWins(t *testing.T) {
	f := newFolder(t, nobody)
	f.push("acme ltd")
	id := f.push("Acme Ltd")
	f.push("ACME LTD")
	f.run(command{block: vendorLink(), writes: words{linksAcme}, settled: true})
	if is := f.state["acme"].value; is.text("id") != id {
		t.Errorf("state has %v", is)
	}
}

func TestAmbiguousNames(t *testing.T) {
	f := newFolder(t, nobody)
	a, b := f.push("Acme LTD"), f.push("ACME Ltd")
	byHand := f.AddVendor(simulator.Vendor{Name: "acme ltd"})
	group := f.AddAccessGroup(simulator.AccessGroup{Name: "VENDORS - OT", Enabled: true})
	f.run(
		command{verb: "plan", block: vendorLink(), refused: words{
			`3 vendors are called "Acme Ltd"`,
			fmt.Sprintf(`id %s, "Acme LTD", from identity provider "Okta"`, a),
			fmt.Sprintf(`id %s, "ACME Ltd", from identity provider "Okta"`, b),
			fmt.Sprintf(`id %s, "acme ltd", registered by hand`, byHand),
			"Set vendor_id, instead of vendor_name, to the id of the one that is meant",
		}},
		command{verb: "plan", block: vendorLink("vendor_name", "acme ltd", "access_group_name", "vendors - ot"), refused: words{
			`2 access groups are called "vendors - ot"`, fmt.Sprintf(`id %s, "VENDORS - OT"`, group), `id 7, "Vendors - OT"`, "Set access_group_id, instead of access_group_name",
		}},
	)
	p := f.protocol()
	f.expectSaid("errors", p.readData("domum_vendor", map[string]any{"name": "Acme ltd"}),
		words{`3 vendors are called "Acme ltd"`, "Set id, instead of name, to the id of the one that is meant"})
	f.expectSaid("errors", p.importLink("name:Acme Ltd"), words{`3 vendors are called "Acme Ltd"`, "Use the id of the one that is meant"})
	f.expectPatches()
}
