// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

// Package date is the calendar day as a Terraform configuration writes it:
// YYYY-MM-DD, with no time and no zone.
package date

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// Parse returns the day at midnight UTC. Anything but a day that exists, in
// exactly that form, is an error that says what is wrong.
func Parse(s string) (time.Time, error) {
	day, err := time.Parse(time.DateOnly, s)
	if err == nil {
		return day, nil
	}
	if parseErr, ok := errors.AsType[*time.ParseError](err); ok && strings.HasSuffix(parseErr.Message, "out of range") {
		return time.Time{}, fmt.Errorf("%q is not a day of the calendar", s)
	}
	return time.Time{}, fmt.Errorf("%q is not a day in the form YYYY-MM-DD, such as \"2026-12-01\"", s)
}

// Before reports whether day a is before day b. Strings that are no days are
// before nothing: their own validation speaks of them.
func Before(a, b string) bool {
	dayA, errA := Parse(a)
	dayB, errB := Parse(b)
	return errA == nil && errB == nil && dayA.Before(dayB)
}

// IsDay is a validator of a string attribute that holds a day.
func IsDay() validator.String { return dayValidator{} }

// IsDayOrEmpty is IsDay for an attribute in which "" means no day.
func IsDayOrEmpty() validator.String { return dayValidator{emptyAllowed: true} }

type dayValidator struct{ emptyAllowed bool }

func (v dayValidator) Description(context.Context) string {
	if v.emptyAllowed {
		return "a day of the calendar in the form YYYY-MM-DD, or an empty string"
	}
	return "a day of the calendar in the form YYYY-MM-DD"
}

func (v dayValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v dayValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	value := req.ConfigValue
	if value.IsNull() || value.IsUnknown() || v.emptyAllowed && value.ValueString() == "" {
		return
	}
	if _, err := Parse(value.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid date", fmt.Sprintf("%s: %s.%s\n\nSet %s to a day that exists, such as \"2026-12-01\", without a time.",
			req.Path, err, quotesHint(value.ValueString()), req.Path))
	}
}

var number = regexp.MustCompile(`^-?[0-9]{1,4}$`)

// quotesHint is the sentence for what looks like a date that was written without
// quotes: HCL subtracts, and YAML makes a timestamp. It is "" for all else.
func quotesHint(s string) string {
	if number.MatchString(s) {
		return " If it was written without quotes, put the date in quotes: without them, 2026-12-01 is a subtraction, and its result is 2013."
	}
	if at, err := time.Parse(time.RFC3339, s); err == nil {
		return fmt.Sprintf(" If it comes from yamldecode, put the date in quotes in the YAML file, as \"%s\": "+
			"without them it is a timestamp. Of any other timestamp, formatdate(\"YYYY-MM-DD\", ...) is the day.", at.Format(time.DateOnly))
	}
	return ""
}
