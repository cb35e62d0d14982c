// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package process

import (
	"os"
	"runtime/debug"
	"strings"
	"testing"
)

func TestReduceOverheadLeavesAskedForLogsAlone(t *testing.T) {
	for name, test := range map[string]struct{ variable, value, want string }{
		"nothing asked for":  {"TF_LOG", "", "OFF"},
		"everything":         {"TF_LOG", "TRACE", ""},
		"providers only":     {"TF_LOG_PROVIDER", "DEBUG", ""},
		"this provider only": {"TF_LOG_PROVIDER_DOMUM", "DEBUG", ""},
	} {
		t.Run(name, func(t *testing.T) {
			quietEnvironment(t)
			t.Setenv(test.variable, test.value)
			ReduceOverhead()
			if got := os.Getenv("TF_LOG_SDK"); got != test.want {
				t.Errorf("TF_LOG_SDK is %q, want %q", got, test.want)
			}
		})
	}
}

func TestReduceOverheadLeavesGOGCAlone(t *testing.T) {
	for gogc, want := range map[string]int{"": gcPercent, "50": 50} {
		quietEnvironment(t)
		t.Setenv("GOGC", gogc)
		before := debug.SetGCPercent(50) // what the runtime makes of GOGC=50
		ReduceOverhead()
		if got := debug.SetGCPercent(before); got != want {
			t.Errorf("with GOGC=%q it is %d, want %d", gogc, got, want)
		}
	}
}

// quietEnvironment unsets what the test's own caller may have set.
func quietEnvironment(t *testing.T) {
	t.Helper()
	t.Setenv("TF_LOG_SDK", "")
	t.Setenv("GOGC", "100")
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "TF_LOG") {
			t.Setenv(name, "")
		}
	}
}
