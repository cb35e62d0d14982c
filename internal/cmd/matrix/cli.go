// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"slices"

	"golang.org/x/mod/semver"
)

// cli is a command line to test with.
type cli struct{ path, name, version string }

func (c cli) String() string { return c.name + " " + c.version }

var versionLine = regexp.MustCompile(`(?m)^(Terraform|OpenTofu) v(\S+)$`)

// inspect asks each program what it is, and sorts them: Terraform by version,
// then OpenTofu. Of two that are the same, one is enough.
func inspect(ctx context.Context, paths []string) ([]cli, error) {
	if len(paths) == 0 {
		return nil, errors.New("no CLI to test with")
	}
	var clis []cli
	for _, path := range paths {
		// Not -json: that doesn't tell OpenTofu from Terraform.
		output, err := exec.CommandContext(ctx, path, "version").Output()
		if err != nil {
			return nil, fmt.Errorf("%s version: %w", path, err)
		}
		match := versionLine.FindStringSubmatch(string(output))
		if match == nil {
			return nil, fmt.Errorf("%s version: neither Terraform nor OpenTofu:\n%s", path, output)
		}
		clis = append(clis, cli{path, match[1], match[2]})
	}
	order := func(a, b cli) int {
		return cmp.Or(cmp.Compare(b.name, a.name), semver.Compare("v"+a.version, "v"+b.version))
	}
	slices.SortStableFunc(clis, order)
	return slices.CompactFunc(clis, func(a, b cli) bool { return order(a, b) == 0 }), nil
}
