// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
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
	read := func(wait bool, timeout string) string {
		return w.protocol().readData("domum_vendor", map[string]any{
			"name": "Acme Ltd", "wait_for_sync": wait, "timeouts": map[string]tftypes.Value{"read": tftypes.NewValue(tftypes.String, timeout)},
		})
	}
	w.expectSaid("errors", read(false, "2m"), words{`Cannot read vendor "Acme Ltd"`, `No vendor is called "Acme Ltd"`})
	w.expectSaid("errors", read(true, "2m"), words{"did not synchronize within 2m"})
	w.pushAt(4, "Acme Ltd")
	w.expectSaid("errors", read(true, "15m"), nil)
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
	p := w.protocol()
	w.ResetRequests()
	asks := []func() string{
		func() string { _, said := p.planNew(vendorLink()); return said },
		func() string { return p.readData("domum_vendors", nil) },
		func() string { return p.readData("domum_vendors", attributes{"linked": false}) },
		func() string { return p.readData("domum_vendor", attributes{"name": "Acme Ltd"}) },
	}
	each(len(asks), func(i int) { w.expectSaid("errors", asks[i](), nil) })
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
	p := newWorld(t).protocol()
	for _, test := range []struct {
		typeName   string
		attributes map[string]any
		says       string
	}{
		{"domum_vendors", map[string]any{"name_regex": "("}, "Invalid regular expression"},
		{"domum_vendors", map[string]any{"name_regex": ""}, "Empty filter\nname_regex is an empty string"},
		{"domum_vendors", map[string]any{"identity_provider": ""}, "Empty filter\nidentity_provider is an empty string"},
		{"domum_vendors", map[string]any{"access_group_id": ""}, "Empty filter\naccess_group_id is an empty string"},
		{"domum_vendor", nil, "Neither id nor name is set."},
		{"domum_access_group", map[string]any{"id": "1", "name": "2"}, "id and name are both set"},
		{"domum_vendor", map[string]any{"id": "4711"}, "No vendor has this id"},
		{"domum_vendor", map[string]any{"name": "Initech"}, `No vendor is called "Initech"`},
		{"domum_access_group", map[string]any{"name": "Vendors"}, `No access group is called "Vendors"`},
	} {
		p.expectSaid(fmt.Sprint(test.typeName, test.attributes), p.readData(test.typeName, test.attributes), words{test.says})
	}
}

// Terraform checks a configuration before it is read. What skips that must not
// panic.
func TestFilterThatIsNoRegularExpressionNeverPanics(t *testing.T) {
	t.Parallel()
	var diags diag.Diagnostics
	filters := vendorFilters{NameRegex: types.StringValue("(")}
	if filters.filter(&diags); !diags.HasError() {
		t.Error("no error")
	}
}

// A misspelt name in many blocks costs two lists.
func TestMisspeltNamesShareOneNewList(t *testing.T) {
	for name, ask := range map[string]func(*protocol, int) string{
		"vendors": func(p *protocol, _ int) string { return p.readData("domum_vendor", map[string]any{"name": "Acme"}) },
		"different vendors": func(p *protocol, i int) string {
			return p.readData("domum_vendor", map[string]any{"name": fmt.Sprintf("Acme %d", i)})
		},
		"access groups": func(p *protocol, _ int) string {
			return p.readData("domum_access_group", map[string]any{"name": "Vendors"})
		},
		"links": func(p *protocol, _ int) string {
			attributes := maps.Clone(adoption)
			attributes["access_group_name"] = "Vendors"
			_, said := p.planNew(attributes)
			return said
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.clock = stillClock{w.clock.Now()}
			w.push("Acme Ltd")
			p := w.protocol()
			each(50, func(i int) { p.expectSaid("errors", ask(p, i), words{"The nearest names"}) })
			_, vendors := w.listCalls()
			if name == "different vendors" {
				vendors-- // page 1, which says how many there are
			}
			if groups := w.Count("GET", "/api/v2/domum/access-groups"); vendors > 2 || groups > 2 {
				t.Errorf("%d lists of vendors and %d of access groups", vendors, groups)
			}
		})
	}
}

// stillClock stands still, and doesn't wait.
type stillClock struct{ now time.Time }

func (c stillClock) Now() time.Time { return c.now }

func (c stillClock) Sleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }
