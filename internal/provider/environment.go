// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
)

// FromEnvironment returns what an empty provider block is: the settings of the
// environment. An error names the variable, and says what to do.
func FromEnvironment() (domum.Config, error) {
	var diags diag.Diagnostics
	cfg := new(providerModel).clientConfig(&diags)
	return cfg, firstError(diags)
}

// Describe says what an error of the client is and, on its last line, what to
// do next: the text of the provider's own diagnostics.
func Describe(err error) string {
	if _, ok := errors.AsType[*domum.ConfigError](err); ok {
		var diags diag.Diagnostics
		addConfigError(&diags, new(providerModel), err)
		err = firstError(diags)
		return err.Error()
	}
	return describe(err)
}

func firstError(diags diag.Diagnostics) error {
	if !diags.HasError() {
		return nil
	}
	return errors.New(diags.Errors()[0].Detail())
}
