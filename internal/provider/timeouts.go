// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// checkTimeouts refuses what would end an operation before it begins. That a
// value is a duration at all is checked by its type.
func checkTimeouts(diags *diag.Diagnostics, timeouts types.Object) {
	for name, value := range timeouts.Attributes() {
		text, ok := value.(types.String)
		if !ok || !known(text) {
			continue
		}
		if d, err := time.ParseDuration(text.ValueString()); err == nil && d <= 0 {
			diags.AddAttributeError(path.Root("timeouts").AtName(name), "Invalid timeout",
				fmt.Sprintf("timeouts.%s is %q, which is over before it begins.\n\nSet it to a duration such as \"10m\".", name, text.ValueString()))
		}
	}
}
