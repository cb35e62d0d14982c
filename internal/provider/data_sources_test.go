// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

func TestVendorDataSource(t *testing.T) {
	w := newWorld(t)
	linked := w.linked("Acme Ltd", groupOT, "enabled")
	w.EditVendor(linked, func(v *simulator.Vendor) { v.DueDate, v.DocumentID = "2029-12-31", "D-1" })
	byHand := w.AddVendor(simulator.Vendor{Name: "By hand", Status: "disabled"})
	exact := knownvalue.StringExact
	w.test(resource.TestStep{
		Config: `
data "domum_vendor" "linked" { name = "acme ltd" }
data "domum_vendor" "by_hand" { id = "` + byHand + `" }
`,
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue("data.domum_vendor.linked", tfjsonpath.New("name"), exact("Acme Ltd")),
			values("data.domum_vendor.linked", map[string]knownvalue.Check{
				"id": exact(linked), "status": exact("enabled"), "enabled": knownvalue.Bool(true), "linked": knownvalue.Bool(true),
				"access_group_id": exact(groupOT), "access_group_name": exact("Vendors - OT"), "start_date": exact("2026-11-01"),
				"due_date": exact("2029-12-31"), "contract_number": exact("C-1"), "document_id": exact("D-1"),
				"synced": knownvalue.Bool(true), "identity_provider": exact("Okta"), "identity_provider_id": exact(okta),
				"synchronized_at": knownvalue.NotNull(),
			}),
			values("data.domum_vendor.by_hand", map[string]knownvalue.Check{
				"name": exact("By hand"), "status": exact("disabled"), "enabled": knownvalue.Bool(false), "linked": knownvalue.Bool(false),
				"access_group_id": knownvalue.Null(), "access_group_name": knownvalue.Null(), "start_date": knownvalue.Null(),
				"due_date": knownvalue.Null(), "contract_number": knownvalue.Null(), "document_id": knownvalue.Null(),
				"synced": knownvalue.Bool(false), "identity_provider": knownvalue.Null(), "identity_provider_id": knownvalue.Null(),
				"synchronized_at": knownvalue.Null(),
			}),
		},
	})
}

func values(address string, checks map[string]knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.Path{}, knownvalue.ObjectPartial(checks))
}

func TestVendorDataSourceWaits(t *testing.T) {
	w := newWorld(t)
	c := w.cli()
	config := `
data "domum_vendor" "acme" {
  name          = "Acme Ltd"
  wait_for_sync = WAIT
  timeouts      = { read = "2m" }
}
output "id" { value = data.domum_vendor.acme.id }
`
	c.use(strings.Replace(config, "WAIT", "false", 1))
	c.refuse([]string{`Cannot read vendor "Acme Ltd"`, `No vendor is called "Acme Ltd"`}, "plan")
	c.use(strings.Replace(config, "WAIT", "true", 1))
	c.refuse([]string{"did not synchronize within 2m"}, "plan")
	w.pushAt(4, "Acme Ltd")
	c.expect(c.apply(), "Apply complete")
}

func TestVendorsDataSource(t *testing.T) {
	w := newWorld(t)
	a := w.linked("Acme Ltd", groupOT, "enabled")
	b := w.linked("Globex", groupIT, "disabled")
	n := w.push("Initech")
	h := w.AddVendor(simulator.Vendor{Name: "By hand", Status: "disabled"})
	var config strings.Builder
	var checks []statecheck.StateCheck
	for name, test := range map[string]struct {
		filters string
		ids     []string
	}{
		"all":        {"", []string{a, b, n, h}},
		"regex":      {`name_regex = "^(Acme|Init)"`, []string{a, n}},
		"synced":     {`synced = true`, []string{a, b, n}},
		"by_hand":    {`synced = false`, []string{h}},
		"okta":       {`identity_provider = "okta"`, []string{a, b, n}},
		"okta_id":    {`identity_provider = "3"`, []string{a, b, n}},
		"other":      {`identity_provider = "Entra"`, nil},
		"group":      {`access_group_id = "8"`, []string{b}},
		"linked":     {`linked = true`, []string{a, b}},
		"unlinked":   {"linked = false\n synced = true", []string{n}},
		"enabled":    {`enabled = true`, []string{a}},
		"disabled":   {"enabled = false\n linked = true", []string{b}},
		"impossible": {"enabled = true\n linked = false", nil},
	} {
		config.WriteString("data \"domum_vendors\" \"" + name + "\" {\n" + test.filters + "\n}\n")
		list := []knownvalue.Check{}
		for _, id := range test.ids {
			list = append(list, knownvalue.StringExact(id))
		}
		checks = append(checks,
			statecheck.ExpectKnownValue("data.domum_vendors."+name, tfjsonpath.New("ids"), knownvalue.ListExact(list)),
			statecheck.ExpectKnownValue("data.domum_vendors."+name, tfjsonpath.New("vendors"), knownvalue.ListSizeExact(len(list))),
			statecheck.ExpectKnownValue("data.domum_vendors."+name, tfjsonpath.New("names"), knownvalue.ListSizeExact(len(list))),
		)
	}
	w.test(resource.TestStep{Config: config.String(), ConfigStateChecks: checks})
}

func TestVendorsAreListedOnceAPlan(t *testing.T) {
	w := newWorld(t)
	w.push("Acme Ltd")
	c := w.cli()
	c.use(linkAcme + `
data "domum_vendors" "a" {}
data "domum_vendors" "b" { linked = false }
data "domum_vendor" "c" { name = "Acme Ltd" }
`)
	w.ResetRequests()
	c.must("plan")
	if filtered, pages := w.listCalls(); filtered > 1 || pages != 1 {
		t.Errorf("%d filtered lists and %d lists in one plan", filtered, pages)
	}
}

func TestAccessGroupDataSources(t *testing.T) {
	w := newWorld(t)
	w.EditAccessGroup(groupOT, func(g *simulator.AccessGroup) { g.Description = "Plant" })
	exact := knownvalue.StringExact
	list := func(items ...string) knownvalue.Check {
		checks := make([]knownvalue.Check, len(items))
		for i, item := range items {
			checks[i] = exact(item)
		}
		return knownvalue.ListExact(checks)
	}
	w.test(resource.TestStep{
		Config: `
data "domum_access_group" "by_name" { name = "vendors - ot" }
data "domum_access_group" "by_id" { id = "9" }
data "domum_access_groups" "all" {}
data "domum_access_groups" "enabled" { enabled = true }
data "domum_access_groups" "disabled" { enabled = false }
`,
		ConfigStateChecks: []statecheck.StateCheck{
			values("data.domum_access_group.by_name", map[string]knownvalue.Check{
				"id": exact(groupOT), "name": exact("Vendors - OT"), "enabled": knownvalue.Bool(true), "description": exact("Plant"),
			}),
			values("data.domum_access_group.by_id", map[string]knownvalue.Check{"name": exact("Legacy"), "enabled": knownvalue.Bool(false)}),
			values("data.domum_access_groups.all", map[string]knownvalue.Check{"ids": list("7", "8", "9")}),
			values("data.domum_access_groups.enabled", map[string]knownvalue.Check{"names": list("Vendors - OT", "Vendors - IT")}),
			values("data.domum_access_groups.disabled", map[string]knownvalue.Check{"ids": list("9"), "access_groups": knownvalue.ListSizeExact(1)}),
		},
	})
}

func TestDataSourcesRefuseBadInput(t *testing.T) {
	w := newWorld(t)
	c := w.cli()
	for config, says := range map[string]string{
		`data "domum_vendors" "x" { name_regex = "(" }`:              "Invalid regular expression",
		`data "domum_vendor" "x" {}`:                                 "Exactly one of these attributes must be configured: [id,name]",
		"data \"domum_access_group\" \"x\" {\n id = 1\n name = 2\n}": "Exactly one of these attributes must be configured: [id,name]",
		`data "domum_vendor" "x" { id = "4711" }`:                    "No vendor has this id",
		`data "domum_access_group" "x" { name = "Vendors" }`:         `No access group is called "Vendors"`,
	} {
		c.use(config)
		c.refuse([]string{says}, "plan")
	}
}
