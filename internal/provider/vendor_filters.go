// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"golang.org/x/text/unicode/norm"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/explain"
)

// vendorFilters are the filters of a list of vendors or of their links.
type vendorFilters struct {
	NameRegex        types.String `tfsdk:"name_regex"`
	Synced           types.Bool   `tfsdk:"synced"`
	IdentityProvider types.String `tfsdk:"identity_provider"`
	AccessGroupID    types.String `tfsdk:"access_group_id"`
	Enabled          types.Bool   `tfsdk:"enabled"`
}

// What the filters do. Each kind of schema has its own types of attributes.
const (
	filterByName             = "Vendors whose name matches this regular expression ([RE2](https://github.com/google/re2/wiki/Syntax)), anywhere in the name unless it has anchors."
	filterBySynced           = "`true`: vendors that an identity provider synchronized; `false`: those registered by hand."
	filterByIdentityProvider = "Vendors that the identity provider with this name (in any case) or id synchronized."
	filterByAccessGroup      = "Vendors with this access group."
	filterByEnabled          = "`true`: vendors whose status is `enabled`; `false`: those whose status is `disabled`."
)

// filter returns a function that reports whether a vendor passes every filter
// that is set. A regular expression that is none is reported.
func (f *vendorFilters) filter(diags *diag.Diagnostics) func(*domum.Vendor) bool {
	pattern, err := regexp.Compile(f.NameRegex.ValueString())
	if err != nil {
		addInvalidRegexp(diags, path.Root("name_regex"), err)
		return nil
	}
	return func(v *domum.Vendor) bool { return f.pass(v) && pattern.MatchString(norm.NFC.String(v.Name)) }
}

// pass is filter without the regular expression.
func (f *vendorFilters) pass(v *domum.Vendor) bool {
	if !passes(f.Synced, v.Synced()) || !passes(f.Enabled, v.Enabled()) {
		return false
	}
	if !f.Enabled.IsNull() && v.Status != domum.StatusEnabled && v.Status != domum.StatusDisabled {
		return false // nobody knows
	}
	if id := f.AccessGroupID; !id.IsNull() && v.AccessGroupID() != id.ValueString() {
		return false
	}
	wanted := f.IdentityProvider
	return wanted.IsNull() || v.IdentityProvider != nil &&
		(v.IdentityProvider.ID == wanted.ValueString() || domum.SameName(v.IdentityProvider.Name, wanted.ValueString()))
}

func passes(filter types.Bool, value bool) bool {
	return filter.IsNull() || filter.ValueBool() == value
}

// isRegexp is a validator of a string attribute that holds a regular
// expression.
type isRegexp struct{}

func (isRegexp) Description(context.Context) string { return "a regular expression" }

func (v isRegexp) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (isRegexp) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if _, err := regexp.Compile(req.ConfigValue.ValueString()); err != nil {
		addInvalidRegexp(&resp.Diagnostics, req.Path, err)
	}
}

func addInvalidRegexp(diags *diag.Diagnostics, at path.Path, err error) {
	diags.AddAttributeError(at, "Invalid regular expression", explain.Sentence(err.Error())+"\n\nCorrect "+at.String()+".")
}

// isNotEmpty is a validator of a filter: it could mean anything if it is empty.
type isNotEmpty struct{}

func (isNotEmpty) Description(context.Context) string { return "a text that is not empty" }

func (v isNotEmpty) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (isNotEmpty) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if value := req.ConfigValue; !value.IsNull() && !value.IsUnknown() && value.ValueString() == "" {
		resp.Diagnostics.AddAttributeError(req.Path, "Empty filter",
			fmt.Sprintf("%s is an empty string.\n\nSet %s to what it should match, or leave it out (null) for no filter.", req.Path, req.Path))
	}
}
