// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

// Package validate checks the attributes of a block. Unlike the framework's own
// checks, each says what to do next.
package validate

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// text checks a string: problem says what is wrong with a value and, after an
// empty line, what to do; "" is nothing.
type text struct {
	takes   string
	problem func(value string) string
}

func (v text) Description(context.Context) string             { return v.takes }
func (v text) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v text) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if problem := v.problem(req.ConfigValue.ValueString()); problem != "" {
		resp.Diagnostics.AddAttributeError(req.Path, fmt.Sprintf("Invalid %s", req.Path), fmt.Sprintf("%s %s", req.Path, problem))
	}
}

// NotEmpty refuses an empty string, and one of white space.
func NotEmpty() validator.String {
	return text{"a text that is not empty", func(value string) string {
		if strings.TrimSpace(value) != "" {
			return ""
		}
		return "is empty.\n\nSet it to a value, or leave it out."
	}}
}

// OneOf refuses all but some words.
func OneOf(words ...string) validator.String {
	takes := `"` + strings.Join(words, `" or "`) + `"`
	return text{takes, func(value string) string {
		for _, word := range words {
			if value == word {
				return ""
			}
		}
		return fmt.Sprintf("is %q.\n\nSet it to %s.", value, takes)
	}}
}

// ParseDuration reads a duration above zero.
func ParseDuration(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if err == nil && d <= 0 {
		err = errors.New("not above zero")
	}
	return d, err
}

// Duration refuses all but a duration above zero.
func Duration() validator.String {
	return text{"a duration above zero", func(value string) string {
		if _, err := ParseDuration(value); err == nil {
			return ""
		}
		return fmt.Sprintf("is %q, which is not a duration above zero.\n\nSet it to one such as \"30s\", \"15m\" or \"1h30m\".", value)
	}}
}

// ExactlyOne refuses a block in which both attributes are set, or none of them.
type ExactlyOne struct{ A, B string }

// Description says what it checks.
func (e ExactlyOne) Description(context.Context) string {
	return fmt.Sprintf("exactly one of %s and %s", e.A, e.B)
}

// MarkdownDescription is Description.
func (e ExactlyOne) MarkdownDescription(ctx context.Context) string { return e.Description(ctx) }

// ValidateResource checks a resource block.
func (e ExactlyOne) ValidateResource(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	e.check(ctx, req.Config, &resp.Diagnostics)
}

// ValidateDataSource checks a data block.
func (e ExactlyOne) ValidateDataSource(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	e.check(ctx, req.Config, &resp.Diagnostics)
}

func (e ExactlyOne) check(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) {
	var a, b types.String
	diags.Append(config.GetAttribute(ctx, path.Root(e.A), &a)...)
	diags.Append(config.GetAttribute(ctx, path.Root(e.B), &b)...)
	switch {
	case diags.HasError(), a.IsUnknown(), b.IsUnknown():
	case a.IsNull() && b.IsNull():
		diags.AddError(fmt.Sprintf("Missing %s or %s", e.A, e.B), fmt.Sprintf("Neither %s nor %s is set.\n\nSet exactly one of them.", e.A, e.B))
	case !a.IsNull() && !b.IsNull():
		diags.AddAttributeError(path.Root(e.B), fmt.Sprintf("Both %s and %s", e.A, e.B),
			fmt.Sprintf("%s and %s are both set, and each says the same thing alone.\n\nKeep exactly one of them.", e.A, e.B))
	}
}
