// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
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

// pass reports whether a vendor passes every filter that is set.
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
	if wanted := f.IdentityProvider.ValueString(); !f.IdentityProvider.IsNull() {
		if v.IdentityProvider == nil || v.IdentityProvider.ID != wanted && !strings.EqualFold(v.IdentityProvider.Name, wanted) {
			return false
		}
	}
	return f.NameRegex.IsNull() || regexp.MustCompile(f.NameRegex.ValueString()).MatchString(v.Name)
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
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid regular expression", sentence(err.Error())+"\n\nCorrect "+req.Path.String()+".")
	}
}
