// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	resource "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/domum-iac/terraform-provider-domum/internal/validate"
)

// The library's timeouts take negative durations, and its messages don't name
// the attribute.
var timeoutValidators = []validator.String{validate.Duration()}

func resourceTimeouts(attribute resource.Attribute) resource.Attribute {
	timeouts, _ := attribute.(resource.SingleNestedAttribute)
	for name, inside := range timeouts.Attributes {
		text, _ := inside.(resource.StringAttribute)
		text.Validators = timeoutValidators
		timeouts.Attributes[name] = text
	}
	return timeouts
}

func dataSourceTimeouts(attribute datasource.Attribute) datasource.Attribute {
	timeouts, _ := attribute.(datasource.SingleNestedAttribute)
	for name, inside := range timeouts.Attributes {
		text, _ := inside.(datasource.StringAttribute)
		text.Validators = timeoutValidators
		timeouts.Attributes[name] = text
	}
	return timeouts
}
