// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"bytes"
	"cmp"
	"context"
	"os"
	"os/exec"
	"testing"

	"github.com/domum-iac/terraform-provider-domum/internal/cleanenv"
)

// buildDir is a folder for what tests build; it goes when they end.
var buildDir string

func TestMain(m *testing.M) { os.Exit(runTests(m)) }

func runTests(m *testing.M) int {
	var err error
	if buildDir, err = os.MkdirTemp("", "domum"); err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(buildDir) }()
	// plugin-testing then uses the address that the CLI reads in configurations.
	for name, value := range map[string]string{"TF_ACC_PROVIDER_HOST": defaultRegistry(), "TF_ACC_PROVIDER_NAMESPACE": "domum-iac"} {
		if err := os.Setenv(name, value); err != nil {
			panic(err)
		}
	}
	return m.Run()
}

// defaultRegistry is the one of the CLI under test.
func defaultRegistry() string {
	cmd := exec.CommandContext(context.Background(), cmp.Or(os.Getenv("TF_ACC_TERRAFORM_PATH"), "terraform"), "version")
	cmd.Env = append(cleanenv.Environ(), "TF_CLI_CONFIG_FILE="+os.DevNull, "CHECKPOINT_DISABLE=1")
	if output, _ := cmd.Output(); bytes.HasPrefix(output, []byte("OpenTofu")) { // where there is no CLI, terraformPath says so
		return "registry.opentofu.org"
	}
	return "registry.terraform.io"
}
