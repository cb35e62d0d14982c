// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

const vendorAccess = "examples/modules/vendor-access"

// seeded is a world's option: the appliance holds what the text says.
func seeded(t *testing.T, text string) func(*simulator.Options) {
	t.Helper()
	seed, err := simulator.ReadSeed([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return func(o *simulator.Options) { o.Seed = seed }
}

// copyFolder copies a folder of the repository into this one.
func (c *cli) copyFolder(path, to string) {
	c.t.Helper()
	if err := os.CopyFS(filepath.Join(c.dir, to), os.DirFS(filepath.Join(repository, path))); err != nil {
		c.t.Fatal(err)
	}
}

// The module's own tests pass, and leave no vendor with access.
func TestModule(t *testing.T) {
	needs(t, mockProviders)
	w := newWorld(t, seeded(t, readExample(t, vendorAccess+"/tests/appliance.json")))
	c := w.cli()
	c.dir = filepath.Join(c.dir, "module")
	c.copyFolder(vendorAccess, ".")
	c.ownProcess("DOMUM_URL=" + w.URL)
	c.must("get")
	c.expect(c.must("test"), "11 passed, 0 failed")
	if got := len(w.patches()); got != 6 {
		t.Errorf("%d writes; two links are made, both are changed, and both are destroyed", got)
	}
	for _, v := range w.Vendors() {
		if v.Status != "disabled" {
			t.Errorf("left behind: %+v", v)
		}
	}
}

// The module warns of users in the groups of several vendors, and links all
// the same; where the check can't be made, too.
func TestModuleChecksOverlappingUsers(t *testing.T) {
	needs(t, moduleExample)
	const config = requiredProviders + `
provider "domum" {
  alias         = "okta"
  client_id     = "okta-scim"
  client_secret = %q
}

module "vendor_access" {
  source                  = "./vendor-access"
  check_overlapping_users = true
  vendors                 = { "Acme Ltd" = { access_group = "Vendors - OT", start_date = "2026-12-01" } }
  providers               = { domum = domum, domum.scim = domum.okta }
}
`
	for name, test := range map[string]struct {
		secret  string
		members []string
		warns   string
	}{
		"none":            {"okta-scim-secret", []string{"two@acme.example"}, ""},
		"one":             {"okta-scim-secret", []string{"one@acme.example"}, "one@acme.example (Acme Ltd, Globex)"},
		"bad credentials": {"wrong", nil, "Cannot list overlapping users"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			id := w.PushGroup(okta, "Acme Ltd", "one@acme.example")
			w.PushGroup(okta, "Globex", test.members...)
			c := w.cli()
			c.copyFolder(vendorAccess, "vendor-access")
			c.ownProcess(w.environment()...)
			c.write(fmt.Sprintf(config, test.secret))
			c.must("get")
			output := c.apply()
			c.expect(output, test.warns)
			if warned := strings.Contains(output, "overlap/main.tf"); warned != (test.warns != "") {
				t.Errorf("warned: %t\n%s", warned, output)
			}
			if v := w.vendor(id); v.Status != "enabled" {
				t.Errorf("not linked: %+v", v)
			}
		})
	}
}
