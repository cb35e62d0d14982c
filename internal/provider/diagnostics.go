// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"runtime/debug"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/explain"
)

// addError reports that an operation on an object failed: what was said, and
// what to do next.
func addError(diags *diag.Diagnostics, summary string, err error) {
	diags.AddError(summary, explain.Text(err))
}

// recoverPanic turns a panic of a method into a diagnostic; what the method
// has already set stays. The panic's value may hold anything, so only its type
// is shown.
func recoverPanic(diags *diag.Diagnostics, operation string) {
	if value := recover(); value != nil {
		addError(diags, "Cannot "+operation, &domum.PanicError{Type: fmt.Sprintf("%T", value), Stack: debug.Stack()})
	}
}
