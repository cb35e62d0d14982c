// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
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
	importByIdentity       = feature{"import by identity", "v1.12", "v1.12"}
	importForEach          = feature{"import blocks with for_each", "v1.7", "v1.7"}
	generatedConfiguration = feature{"import with generated configuration", "v1.14", ""}
	query                  = feature{"terraform query", "v1.14", ""}
	moduleExample          = feature{"module vendor-access", "v1.7", "v1.7"}
	mockProviders          = feature{"terraform test with mocks", "v1.7", "v1.8"}
)

// needs skips a test of a feature that the CLI under test doesn't have. The
// attributes are for make matrix: its table is made of them and of the results.
func needs(t *testing.T, f feature) {
	t.Helper()
	t.Attr("feature", f.name)
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
		t.Attr("unsupported", "no")
		t.Skipf("%s: %s has none", f.name, match[1])
	case semver.Compare(semver.MajorMinor(match[2]), since) < 0:
		t.Attr("unsupported", "needs "+strings.TrimPrefix(since, "v"))
		t.Skipf("%s: from %s %s on; this is %s", f.name, match[1], since, match[2])
	}
}
