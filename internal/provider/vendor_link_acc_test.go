// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

const acme = "domum_vendor_link.acme"

const linkAcme = `
resource "domum_vendor_link" "acme" {
  vendor_name       = "Acme Ltd"
  access_group_name = "Vendors - OT"
  start_date        = "2026-12-01"
}
`

func state(attribute string, value knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(acme, tfjsonpath.New(attribute), value)
}

func planned(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(acme, action)}}
}

func emptyPlan() resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}
}

func TestVendorLinkLifecycle(t *testing.T) {
	w := newWorld(t)
	id := w.push("Acme Ltd")
	w.EditVendor(id, func(v *simulator.Vendor) { v.ContractNumber = "C-77" })
	w.test(
		resource.TestStep{
			Config:           linkAcme,
			ConfigPlanChecks: planned(plancheck.ResourceActionCreate),
			ConfigStateChecks: []statecheck.StateCheck{
				state("id", knownvalue.StringExact(id)),
				state("vendor_id", knownvalue.StringExact(id)),
				state("vendor_name", knownvalue.StringExact("Acme Ltd")),
				state("access_group_id", knownvalue.StringExact(groupOT)),
				state("access_group_name", knownvalue.StringExact("Vendors - OT")),
				state("start_date", knownvalue.StringExact("2026-12-01")),
				state("due_date", knownvalue.Null()),
				state("enabled", knownvalue.Bool(true)),
				state("adopt_existing", knownvalue.Bool(false)),
				state("deletion_policy", knownvalue.StringExact("disable")),
			},
		},
		resource.TestStep{
			Config: `
resource "domum_vendor_link" "acme" {
  vendor_name       = "Acme Ltd"
  access_group_name = "Vendors - IT"
  start_date        = "2026-12-01"
  due_date          = "2027-11-30"
}
`,
			ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{
				state("access_group_id", knownvalue.StringExact(groupIT)),
				state("due_date", knownvalue.StringExact("2027-11-30")),
			},
		},
	)
	w.expectPatches(
		`{"access_group":{"id":"7"},"start_date":"2026-12-01","status":"enabled"}`,
		`{"access_group":{"id":"8"},"due_date":"2027-11-30"}`,
		`{"status":"disabled"}`,
	)
	v := w.vendor(id)
	if v.Status != "disabled" || v.AccessGroupID != groupIT || v.StartDate != "2026-12-01" || v.DueDate != "2027-11-30" || v.ContractNumber != "C-77" {
		t.Errorf("after the destroy: %+v", v)
	}
}

func TestVendorLinkShowsDrift(t *testing.T) {
	w := newWorld(t)
	id := w.push("Acme Ltd")
	drift := func(edit func(*simulator.Vendor)) resource.TestStep {
		return resource.TestStep{
			PreConfig:        func() { w.EditVendor(id, edit) },
			Config:           linkAcme,
			ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
		}
	}
	w.test(
		resource.TestStep{Config: linkAcme},
		drift(func(v *simulator.Vendor) { v.AccessGroupID = groupIT }),
		drift(func(v *simulator.Vendor) { v.StartDate = "2026-01-01" }),
		drift(func(v *simulator.Vendor) { v.Status = "disabled" }),
		drift(func(v *simulator.Vendor) { v.Status, v.AccessGroupID, v.StartDate = "disabled", "", "" }),
	)
	w.expectPatches(
		`{"access_group":{"id":"7"},"start_date":"2026-12-01","status":"enabled"}`,
		`{"access_group":{"id":"7"}}`,
		`{"start_date":"2026-12-01"}`,
		`{"status":"enabled"}`,
		`{"access_group":{"id":"7"},"start_date":"2026-12-01","status":"enabled"}`,
		`{"status":"disabled"}`,
	)
}

func TestVendorLinkByID(t *testing.T) {
	w := newWorld(t)
	id := w.push("Acme Ltd")
	w.test(resource.TestStep{
		Config: `
resource "domum_vendor_link" "acme" {
  vendor_id       = "` + id + `"
  access_group_id = "8"
  start_date      = "2020-02-29"
  enabled         = false
}
`,
		ConfigStateChecks: []statecheck.StateCheck{
			state("vendor_name", knownvalue.StringExact("Acme Ltd")),
			state("access_group_name", knownvalue.StringExact("Vendors - IT")),
			state("enabled", knownvalue.Bool(false)),
		},
	})
	w.expectPatches(`{"access_group":{"id":"8"},"start_date":"2020-02-29"}`, `{"status":"disabled"}`)
}

// A link costs one GET and one PATCH, beside the two lists of the run, and an
// unchanged one a GET.
func TestVendorLinkRequests(t *testing.T) {
	w := newWorld(t)
	w.push("Acme Ltd")
	c := w.cli()
	c.use(linkAcme)
	c.must("plan", "-out=plan")
	w.ResetRequests()
	c.must("apply", "plan")
	const vendors, vendor = "/api/v2/domum/vendors", "/api/v2/domum/vendors/*"
	for _, want := range []struct {
		method, path string
		count        int
	}{{"GET", vendors, 1}, {"GET", vendor, 1}, {"PATCH", vendor, 1}, {"GET", "/api/v2/domum/access-groups", 1}} {
		if got := w.Count(want.method, want.path); got != want.count {
			t.Errorf("apply: %d × %s %s, want %d", got, want.method, want.path, want.count)
		}
	}
	w.ResetRequests()
	c.expectNoChanges()
	if n := len(w.Requests()); n != 2 || w.Count("GET", vendor) != 1 {
		t.Errorf("a plan without changes sent %d requests, want the token call and one GET", n)
	}
}
