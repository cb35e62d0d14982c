// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

const repository = "../.."

// exampleWorld is an appliance as the examples take it to be: vendors that
// were pushed, Acme Ltd with id 42.
func exampleWorld(t *testing.T, acme simulator.Vendor) *cli {
	t.Helper()
	w := newWorld(t)
	acme.ID, acme.Name, acme.IdentityProviderID = "42", "Acme Ltd", okta
	w.AddVendor(acme)
	w.push("Globex")
	w.push("Initech")
	return w.cli()
}

func readExample(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(repository, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// Each example is applied as it stands, and is followed by an empty plan.
var examples = map[string]func(*testing.T, string){
	"resources/domum_vendor_link/resource.tf":             applyExample,
	"data-sources/domum_vendor/data-source.tf":            applyExample,
	"data-sources/domum_vendors/data-source.tf":           applyExample,
	"data-sources/domum_access_group/data-source.tf":      applyExample,
	"data-sources/domum_access_groups/data-source.tf":     applyExample,
	"provider/provider.tf":                                applyWithEnvironment,
	"resources/domum_vendor_link/import-by-string-id.tf":  importExample,
	"resources/domum_vendor_link/import-by-identity.tf":   nil, // TestImportByIdentity: Terraform 1.12
	"resources/domum_vendor_link/import.sh":               importByCommand,
	"ci/plan.sh":                                          nil, // TestPipelines
	"data-sources/domum_overlapping_users/data-source.tf": nil, // TestOverlappingUsersExample
	"demo/main.tf":                          nil, // make demo
	"modules/vendor-access/main.tf":         nil, // TestModule
	"modules/vendor-access/variables.tf":    nil,
	"modules/vendor-access/outputs.tf":      nil,
	"modules/vendor-access/versions.tf":     nil,
	"modules/vendor-access/overlap/main.tf": nil, // TestModuleChecksOverlappingUsers
}

func TestExamples(t *testing.T) {
	t.Parallel()
	for path, run := range examples {
		if run != nil {
			t.Run(path, func(t *testing.T) { run(t, "examples/"+path) })
		}
	}
}

func TestEveryExampleIsRun(t *testing.T) {
	t.Parallel()
	root := filepath.Join(repository, "examples")
	err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		name, _ := filepath.Rel(root, path)
		_, listed := examples[filepath.ToSlash(name)]
		if ext := filepath.Ext(path); !listed && (ext == ".tf" || ext == ".sh") && !strings.Contains(path, ".terraform") {
			t.Errorf("no test runs examples/%s", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func applyExample(t *testing.T, path string) {
	c := exampleWorld(t, simulator.Vendor{})
	c.use(readExample(t, path))
	c.apply()
	c.expectNoChanges()
}

// environment is what points a provider block without settings at the
// appliance.
func (w *world) environment() []string {
	return []string{"DOMUM_URL=" + w.URL, "DOMUM_CLIENT_ID=" + testClientID, "DOMUM_CLIENT_SECRET=" + testClientSecret}
}

// applyWithEnvironment applies a configuration whose provider block leaves
// the appliance to the environment.
func applyWithEnvironment(t *testing.T, path string) {
	c := exampleWorld(t, simulator.Vendor{})
	c.ownProcess(c.environment()...)
	c.write(readExample(t, path) + linkAcme)
	c.apply()
	c.expectNoChanges()
}

func importExample(t *testing.T, path string) {
	c := exampleWorld(t, simulator.Vendor{Status: "enabled", AccessGroupID: groupOT, StartDate: "2026-12-01"})
	c.use(readExample(t, path) + linkAcme)
	c.expect(c.apply(), "1 imported, 0 added, 0 changed, 0 destroyed")
	c.expectNoChanges()
}

func importByCommand(t *testing.T, path string) {
	commands := regexp.MustCompile(`(?m)^terraform import (\S+) "?([^"\n]+)"?$`).FindAllStringSubmatch(readExample(t, path), -1)
	if len(commands) != 2 {
		t.Fatalf("%d commands in %s", len(commands), path)
	}
	for _, command := range commands {
		t.Run(command[2], func(t *testing.T) {
			c := exampleWorld(t, simulator.Vendor{Status: "enabled", AccessGroupID: groupOT, StartDate: "2026-12-01"})
			c.use(linkAcme)
			c.must("import", command[1], command[2])
			c.expectNoChanges()
		})
	}
}
