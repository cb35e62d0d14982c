// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// row is a CLI whose tests and demo passed, and what its tests say of features.
type row struct {
	cli
	features map[string]string
}

// markdown makes the table. It has nothing that differs from run to run.
func markdown(rows []row) (string, error) {
	all := map[string]bool{}
	for _, r := range rows {
		for feature := range r.features {
			all[feature] = true
		}
	}
	features := slices.Sorted(maps.Keys(all))
	var t strings.Builder
	line := func(cells ...string) { fmt.Fprintf(&t, "| %s |\n", strings.Join(cells, " | ")) }
	line(append([]string{"CLI", "tests, demo"}, features...)...)
	t.WriteString(strings.Repeat("|---", len(features)+2) + "|\n")
	for _, r := range rows {
		cells := []string{r.String(), "pass"}
		for _, feature := range features {
			cell, ok := r.features[feature]
			if !ok {
				return "", fmt.Errorf("%s: no test of %q, which another CLI has", r, feature)
			}
			cells = append(cells, cell)
		}
		line(cells...)
	}
	return t.String(), nil
}
