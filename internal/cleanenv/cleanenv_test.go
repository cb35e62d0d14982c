// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package cleanenv

import (
	"slices"
	"testing"
)

func TestSettingsOfTerraformAndTheProviderAreLeftOut(t *testing.T) {
	for name, kept := range map[string]bool{"TF_LOG": false, "TF_VAR_x": false, "DOMUM_URL": false, "SENHASEGURA_URL": false, "CLEANENV_TEST": true} {
		t.Setenv(name, "x")
		if got := slices.Contains(Environ(), name+"=x"); got != kept {
			t.Errorf("%s is kept: %t, want %t", name, got, kept)
		}
	}
}
