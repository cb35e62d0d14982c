// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package date

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func TestParse(t *testing.T) {
	t.Parallel()
	const calendar, form = "is not a day of the calendar", "is not a day in the form YYYY-MM-DD, such as \"2026-12-01\""
	for s, problem := range map[string]string{
		"2026-12-01":           "",
		"2024-02-29":           "",
		"1999-01-31":           "",
		"2026-02-29":           calendar,
		"2026-04-31":           calendar,
		"2026-00-10":           calendar,
		"2026-13-01":           calendar,
		"2026-2-3":             form,
		"2026-12-01T00:00:00Z": form,
		"2026-12-01\t":         form,
		"20261201":             form,
		"01/12/2026":           form,
		"":                     form,
	} {
		day, err := Parse(s)
		switch {
		case problem == "" && (err != nil || day.Format(time.DateOnly) != s):
			t.Errorf("Parse(%q) = %s, %v", s, day, err)
		case problem != "" && (err == nil || err.Error() != strconv.Quote(s)+" "+problem):
			t.Errorf("Parse(%q): %v, want %s", s, err, problem)
		}
	}
}

func TestBefore(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{"2026-11-30", "2026-12-01", true},
		{"2026-12-01", "2026-12-01", false},
		{"2026-12-02", "2026-12-01", false},
		{"", "2026-12-01", false},
		{"2026-12-01", "", false},
		{"2026-02-30", "2026-12-01", false},
	} {
		if got := Before(test.a, test.b); got != test.want {
			t.Errorf("Before(%q, %q) = %t", test.a, test.b, got)
		}
	}
}

func TestValidators(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		validator validator.String
		value     types.String
		ok        bool
	}{
		{IsDay(), types.StringValue("2026-12-01"), true},
		{IsDay(), types.StringValue("2026-02-30"), false},
		{IsDay(), types.StringValue(""), false},
		{IsDay(), types.StringNull(), true},
		{IsDay(), types.StringUnknown(), true},
		{IsDayOrEmpty(), types.StringValue(""), true},
		{IsDayOrEmpty(), types.StringValue("soon"), false},
	} {
		resp := &validator.StringResponse{}
		test.validator.ValidateString(t.Context(), validator.StringRequest{Path: path.Root("due_date"), ConfigValue: test.value}, resp)
		if resp.Diagnostics.HasError() == test.ok {
			t.Errorf("%T of %s: %v", test.validator, test.value, resp.Diagnostics)
		}
	}
}

// Terraform makes something else of a date without quotes.
func TestDateWithoutQuotes(t *testing.T) {
	t.Parallel()
	for value, quotes := range map[string]bool{
		"2013":                      true,
		"-5":                        true,
		"2026-12-01T00:00:00Z":      true,
		"2026-12-01T00:00:00-03:00": true,
		"20261201":                  false,
		"2026-02-30":                false,
		"2026-12-01 00:00":          false,
	} {
		resp := &validator.StringResponse{}
		IsDay().ValidateString(t.Context(), validator.StringRequest{Path: path.Root("start_date"), ConfigValue: types.StringValue(value)}, resp)
		if got := strings.Contains(resp.Diagnostics.Errors()[0].Detail(), "in quotes"); got != quotes {
			t.Errorf("%q: %s", value, resp.Diagnostics.Errors()[0].Detail())
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"2026-12-01", "2026-02-30", "", "2026-2-3", "+026-12-01"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if day, err := Parse(s); err == nil && day.Format(time.DateOnly) != s {
			t.Errorf("Parse(%q) = %s", s, day)
		}
	})
}
