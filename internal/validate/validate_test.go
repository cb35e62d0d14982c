// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package validate_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/domum-iac/terraform-provider-domum/internal/validate"
)

func TestTextIsRefusedWithWhatToDo(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		check   validator.String
		good    []string
		bad     []string
		problem string
	}{
		{"not empty", validate.NotEmpty(), []string{"x", " x "}, []string{"", " ", "\t"}, "at is empty.\n\nSet it to a value, or leave it out."},
		{"one of", validate.OneOf("a", "b"), []string{"a", "b"}, []string{"", "A", "c"}, "Set it to \"a\" or \"b\"."},
		{"duration", validate.Duration(), []string{"1ns", "1h30m"}, []string{"", "soon", "30", "0s", "-5m"}, "not a duration above zero.\n\nSet it to one such as"},
	} {
		said := func(value types.String) string {
			var resp validator.StringResponse
			test.check.ValidateString(t.Context(), validator.StringRequest{Path: path.Root("at"), ConfigValue: value}, &resp)
			if !resp.Diagnostics.HasError() {
				return ""
			}
			return resp.Diagnostics[0].Summary() + ": " + resp.Diagnostics[0].Detail()
		}
		for _, value := range test.good {
			if got := said(types.StringValue(value)); got != "" {
				t.Errorf("%s refuses %q: %s", test.name, value, got)
			}
		}
		for _, value := range test.bad {
			if got := said(types.StringValue(value)); !strings.HasPrefix(got, "Invalid at: at is ") || !strings.Contains(got, test.problem) {
				t.Errorf("%s says of %q: %q", test.name, value, got)
			}
		}
		if got := said(types.StringNull()) + said(types.StringUnknown()); got != "" {
			t.Errorf("%s refuses what isn't there, or isn't known: %s", test.name, got)
		}
	}
}
