// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

// Package settings is the provider block: its schema, the environment variables
// behind it, and the client's configuration that they make.
package settings

import (
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
)

// NewClient returns a client as an empty provider block makes it: as the
// environment describes it, after change. The configuration it was made of is
// beside it. An error names the variable, and says what to do.
func NewClient(change func(*domum.Config)) (client *domum.Client, cfg domum.Config, err error) {
	var diags diag.Diagnostics
	client = new(Block).NewClient(&diags, func(c *domum.Config) {
		change(c)
		cfg = *c
	})
	if diags.HasError() {
		err = errors.New(diags.Errors()[0].Detail())
	}
	return client, cfg, err
}
