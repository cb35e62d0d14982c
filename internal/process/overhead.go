// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package process

import (
	"os"
	"runtime/debug"
	"strings"
)

// gcPercent trades memory for time: a plan of a thousand links allocates a
// hundred times what it keeps.
const gcPercent = 400

// ReduceOverhead leaves out work that nobody sees. Terraform drops what a provider
// logs unless one of its TF_LOG variables is set; the plugin libraries
// nevertheless write several lines for each call, a quarter of the provider's
// work in a plan. GOGC is left as it is where it is set.
func ReduceOverhead() {
	if !logged(os.Environ()) {
		_ = os.Setenv("TF_LOG_SDK", "OFF") // fails for no name but an empty one
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
}

func logged(environment []string) bool {
	for _, variable := range environment {
		if name, value, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "TF_LOG") && value != "" {
			return true
		}
	}
	return false
}
