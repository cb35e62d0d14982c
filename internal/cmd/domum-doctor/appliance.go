// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"errors"
	"os"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/provider"
)

const profileVariable = "DOMUM_API_PROFILE_FILE"

// connect returns a client of the appliance of the environment, as an empty
// provider block makes it.
func connect() (*domum.Client, domum.Config, error) {
	cfg, err := provider.FromEnvironment()
	if err != nil {
		return nil, cfg, err
	}
	cfg.UserAgent = "domum-doctor/" + version
	client, err := domum.New(cfg)
	if err != nil {
		return nil, cfg, errors.New(provider.Describe(err))
	}
	return client, cfg, nil
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
