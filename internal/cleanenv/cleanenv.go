// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

// Package cleanenv keeps a developer's own settings out of the CLI that a test
// or a tool starts.
package cleanenv

import (
	"os"
	"slices"
	"strings"
)

// Environ is the environment without what would steer Terraform or the provider.
func Environ() []string {
	return slices.DeleteFunc(os.Environ(), func(variable string) bool {
		return strings.HasPrefix(variable, "TF_") || strings.HasPrefix(variable, "DOMUM_") || strings.HasPrefix(variable, "SENHASEGURA_")
	})
}
