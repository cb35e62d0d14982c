// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"os"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/settings"
)

const profileVariable = "DOMUM_API_PROFILE_FILE"

// connect returns a client of the appliance of the environment, as an empty
// provider block makes it.
func connect() (*domum.Client, domum.Config, error) {
	return settings.NewClient(func(cfg *domum.Config) { cfg.UserAgent = "domum-doctor/" + version })
}

// draftProfile is the command's -draft.
func draftProfile(ctx context.Context, o *options) (string, error) {
	// The one that is there may be what the draft is to replace.
	if err := os.Unsetenv(profileVariable); err != nil {
		return "", err
	}
	client, _, err := connect()
	if err != nil {
		return "", err
	}
	return makeDraft(ctx, client, o.vendors, o.accessGroups)
}
