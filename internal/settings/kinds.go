// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package settings

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/domum-iac/terraform-provider-domum/internal/validate"
)

// kind is a kind of value that is no text: how it is read, wherever it comes
// from, and what is expected, with an example.
type kind[T any] struct {
	parse    func(string) (T, error)
	expected string
}

// Bounds of numbers.
const (
	maxRetries           = 100
	minRequestsPerSecond = 0.01
)

var (
	yesOrNo  = kind[bool]{strconv.ParseBool, "true or false"}
	duration = kind[time.Duration]{validate.ParseDuration, "a length of time greater than zero with its unit, such as 30s or 2m"}
	retries  = kind[int]{count, fmt.Sprintf("a whole number from 0 to %d, such as 4", maxRetries)}
	perTime  = kind[float64]{positiveNumber, fmt.Sprintf("a number of at least %v, such as 5 or 0.5", minRequestsPerSecond)}
)

var errOutOfRange = errors.New("out of range")

func positiveNumber(s string) (float64, error) {
	n, err := strconv.ParseFloat(s, 64)
	if err == nil && !(n >= minRequestsPerSecond && n <= math.MaxFloat64) {
		err = errOutOfRange
	}
	return n, err
}

func count(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err == nil && (n < 0 || n > maxRetries) {
		err = errOutOfRange
	}
	return n, err
}

// parsed resolves an attribute of that kind.
func parsed[T any](diags *diag.Diagnostics, name string, config attr.Value, fallback T, k kind[T]) T {
	s := resolve(diags, name, written(config))
	if s.value == "" {
		return fallback
	}
	value, err := k.parse(s.value)
	if err != nil {
		addSettingError(diags, name, fmt.Sprintf("%q is not a valid value for %s. It must be %s.\n\nCorrect it, or leave it out for the default.", s.value, s.origin(), k.expected))
	}
	return value
}

// written returns a value as the configuration wrote it.
func written(value attr.Value) types.String {
	switch v := value.(type) {
	case types.String:
		return v
	case types.Number: // whatever its size, and with all its digits
		if n := v.ValueBigFloat(); n != nil {
			return types.StringValue(n.Text('g', -1))
		}
	default:
		if !v.IsNull() {
			return types.StringValue(v.String())
		}
	}
	return types.StringNull()
}

// must is the validator of an attribute of that kind: terraform validate says what
// a plan would.
type must[T any] struct{ kind kind[T] }

// Description implements validator.Describer.
func (m must[T]) Description(context.Context) string { return "value must be " + m.kind.expected }

// MarkdownDescription implements validator.Describer.
func (m must[T]) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

// ValidateString implements validator.String.
func (m must[T]) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	m.check(&resp.Diagnostics, req.Path.String(), req.ConfigValue)
}

// ValidateNumber implements validator.Number.
func (m must[T]) ValidateNumber(_ context.Context, req validator.NumberRequest, resp *validator.NumberResponse) {
	m.check(&resp.Diagnostics, req.Path.String(), req.ConfigValue)
}

func (m must[T]) check(diags *diag.Diagnostics, name string, value attr.Value) {
	if !value.IsNull() && !value.IsUnknown() {
		var none T
		parsed(diags, name, value, none, m.kind)
	}
}
