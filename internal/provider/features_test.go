// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/mod/semver"

	"github.com/domum-iac/terraform-provider-domum/internal/cleanenv"
)

// feature is something that the provider offers, and that not every CLI takes:
// Terraform and OpenTofu from these versions on, or never.
type feature struct{ name, terraform, opentofu string }

var (
	importForEach          = feature{"import blocks with `for_each`", "v1.7", "v1.7"}
	removedBlock           = feature{"`removed` blocks", "v1.7", "v1.10"}
	importByIdentity       = feature{"import by identity", "v1.12", "v1.12"}
	generatedConfiguration = feature{"import with generated configuration", "v1.14", ""}
	query                  = feature{"`terraform query`", "v1.14", ""}
	moduleExample          = feature{"module vendor-access", "v1.7", "v1.7"}
	mockProviders          = feature{"`terraform test` with mocks", "v1.7", "v1.8"}
)

// The README's table of features is this list. That a feature works from its
// version on is what the tests that begin with needs show, with each CLI.
func TestReadmeListsFeatures(t *testing.T) {
	t.Parallel()
	table := "| from version | Terraform | OpenTofu |\n|---|---|---|\n| all but these | 1.5 | 1.6 |\n"
	for _, f := range []feature{importForEach, removedBlock, importByIdentity, generatedConfiguration, query, moduleExample, mockProviders} {
		terraform, opentofu := strings.TrimPrefix(f.terraform, "v"), strings.TrimPrefix(f.opentofu, "v")
		table += fmt.Sprintf("| %s | %s | %s |\n", f.name, cmp.Or(terraform, "no"), cmp.Or(opentofu, "no"))
	}
	if !strings.Contains(readExample(t, "README.md"), "\n\n"+table+"\n") {
		t.Errorf("README.md doesn't have this table:\n\n%s", table)
	}
}

// needs skips a test of a feature that the CLI under test doesn't have.
func needs(t *testing.T, f feature) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), terraformPath(t), "version")
	cmd.Env = append(cleanenv.Environ(), "TF_CLI_CONFIG_FILE="+os.DevNull, "CHECKPOINT_DISABLE=1")
	output, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	match := regexp.MustCompile(`(Terraform|OpenTofu) (v\S+)`).FindStringSubmatch(string(output))
	if match == nil {
		t.Fatalf("no version in %q", output)
	}
	since := map[string]string{"Terraform": f.terraform, "OpenTofu": f.opentofu}[match[1]]
	switch {
	case since == "":
		t.Skipf("%s: %s has none", f.name, match[1])
	case semver.Compare(semver.MajorMinor(match[2]), since) < 0:
		t.Skipf("%s: from %s %s on; this is %s", f.name, match[1], since, match[2])
	}
}
