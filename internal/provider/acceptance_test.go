// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"os"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

// appliance is where TestAcc… runs: a simulator, or, under make testacc, the
// appliance of the environment.
type appliance struct {
	provider, vendor, group string
	factories               map[string]func() (tfprotov6.ProviderServer, error)
}

func newAppliance(t *testing.T) appliance {
	t.Helper()
	if os.Getenv(resource.EnvTfAcc) == "" {
		w := newWorld(t)
		w.push("Acme Ltd")
		return appliance{w.hcl(""), "Acme Ltd", "Vendors - OT", w.factories()}
	}
	a := appliance{`provider "domum" {}`, os.Getenv("DOMUM_ACC_VENDOR"), os.Getenv("DOMUM_ACC_ACCESS_GROUP"), map[string]func() (tfprotov6.ProviderServer, error){
		"domum": providerserver.NewProtocol6WithError(New("acceptance")()),
	}}
	if a.vendor == "" || a.group == "" {
		t.Fatal("DOMUM_ACC_VENDOR names a vendor that is not linked, or that is disabled, and may be; DOMUM_ACC_ACCESS_GROUP an access group for it")
	}
	return a
}

// The life of a link, on whatever appliance. It ends with the vendor disabled.
func TestAccVendorLink(t *testing.T) {
	a := newAppliance(t)
	config := func(start string) string {
		return fmt.Sprintf(`%s

resource "domum_vendor_link" "acme" {
  vendor_name       = %s
  access_group_name = %s
  start_date        = %q
}

data "domum_vendor" "acme" {
  name       = domum_vendor_link.acme.vendor_name
  depends_on = [domum_vendor_link.acme]
}
`, a.provider, hclString(a.vendor), hclString(a.group), start)
	}
	resource.Test(t, resource.TestCase{
		IsUnitTest:               os.Getenv(resource.EnvTfAcc) == "",
		ProtoV6ProviderFactories: a.factories,
		Steps: []resource.TestStep{
			{
				Config:           config("2026-12-01"),
				ConfigPlanChecks: planned(plancheck.ResourceActionCreate),
				ConfigStateChecks: []statecheck.StateCheck{
					values("data.domum_vendor.acme", map[string]knownvalue.Check{
						"linked": knownvalue.Bool(true), "enabled": knownvalue.Bool(true),
						"start_date": knownvalue.StringExact("2026-12-01"), "access_group_name": knownvalue.StringExact(a.group),
					}),
				},
			},
			{Config: config("2026-12-01"), ConfigPlanChecks: emptyPlan()},
			{Config: config("2026-12-02"), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate)},
			{ResourceName: acme, ImportState: true, ImportStateVerify: true},
		},
	})
}
