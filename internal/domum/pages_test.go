// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"slices"
	"testing"
)

func TestCompareIDs(t *testing.T) {
	t.Parallel()
	want := []string{"2", "9", "09", "10", "100", "99999999999999999999", "a1", "b"}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, compareIDs)
	// "09" and "9" have the same value, and an order all the same.
	slices.Sort(want[1:3])
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
