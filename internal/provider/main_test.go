// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"os"
	"testing"
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
	// plugin-testing then uses the address that configurations write.
	if err := os.Setenv("TF_ACC_PROVIDER_NAMESPACE", "domum-iac"); err != nil {
		panic(err)
	}
	return m.Run()
}
