// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
)

// addError reports that an operation on an object failed: what was said, and
// what to do next.
func addError(diags *diag.Diagnostics, summary string, err error) {
	diags.AddError(summary, describe(err))
}

// describe turns an error of the client into the detail of a diagnostic: HTTP
// status, the server's words and the request id, then the remedy on a line of
// its own.
func describe(err error) string {
	said, remedy := explain(err)
	return said + "\n\n" + remedy
}

// uncompressed says how a gateway leaves ETags as they are.
const uncompressed = "Turn off compression of application/json there (nginx: gzip; Apache: mod_deflate; haproxy: compression), or connect to the appliance directly."

func explain(err error) (said, remedy string) {
	if e, ok := errors.AsType[*domum.PanicError](err); ok {
		return fmt.Sprintf("The provider has a bug. It panicked with a %s at\n\n%s", e.Type, e.Stack),
			"Report it with this text and the provider's version. Plan again before anything else: what was written is in the state, or the plan shows it."
	}
	if e, ok := errors.AsType[*domum.Error](err); ok {
		return explainAnswer(e)
	}
	if e, ok := errors.AsType[*domum.ConnectionError](err); ok {
		return explainConnection(e)
	}
	if errors.Is(err, context.Canceled) {
		return "Terraform was interrupted before the request was sent; nothing was written.", "Run the same command again."
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return "The operation timed out before the request was sent; nothing was written.",
			"Set a longer time in the timeouts attribute, or find out why the appliance is slow."
	}
	if e, ok := errors.AsType[*domum.WeakETagError](err); ok {
		if e.ETag == "" {
			return e.Error(), "Find out what stands between Terraform and the appliance and drops the ETag header, and have it passed on. If the API has no ETags, say guard: compare in the file that api_profile_file names."
		}
		return e.Error(), "A gateway that compresses responses makes their ETags weak. " + uncompressed
	}
	if e, ok := errors.AsType[*domum.RewrittenETagError](err); ok {
		said, _ := explainAnswer(e.Refusal)
		return said + "\nThe vendor still has the ETag " + e.ETag + " that the write named. Nothing was written.",
			"A gateway between Terraform and the appliance changes ETags in responses, and not in requests: one that compresses does. " + uncompressed
	}
	if e, ok := errors.AsType[*domum.EnvironmentError](err); ok {
		return sentence("T" + e.Error()[1:]), "Correct " + e.Variable + ", or unset it to connect without a proxy."
	}
	if e, ok := errors.AsType[*otherValuesError](err); ok {
		return e.Error(), "Plan again to see what the appliance has, and report the difference if it persists."
	}
	return sentence(err.Error()), "Read the message above; if it makes no sense, report it with the provider's version."
}

// addConfigError reports a setting of the provider block that the client
// refused.
func addConfigError(diags *diag.Diagnostics, m *providerModel, err error) {
	e, ok := errors.AsType[*domum.ConfigError](err)
	if !ok {
		addError(diags, "Cannot configure the provider", err)
		return
	}
	field := e.Field
	if name, isPEM := strings.CutSuffix(field, "_pem"); isPEM && !m.inline(field) {
		field = name + "_file" // what was set, or goes with what was set
	}
	remedy := "Set " + field + " in the provider block"
	if variables := environment[field]; variables != nil {
		remedy += " or through " + strings.Join(variables, " or ")
	}
	addSettingError(diags, field, field+" "+sentence(e.Problem)+"\n\n"+remedy+".")
}

// inline reports whether the configuration holds the attribute's PEM itself. Of
// a pair, the half that isn't set is spoken of as the other half is set.
func (m *providerModel) inline(field string) bool {
	switch field {
	case "ca_cert_pem":
		return !m.CACertPEM.IsNull()
	case "client_cert_pem":
		return !m.ClientCertPEM.IsNull() || unset("client_cert_file", m.ClientCertFile) && !m.ClientKeyPEM.IsNull()
	default:
		return !m.ClientKeyPEM.IsNull() || unset("client_key_file", m.ClientKeyFile) && !m.ClientCertPEM.IsNull()
	}
}

func unset(name string, config types.String) bool {
	return resolve(&diag.Diagnostics{}, name, config).value == ""
}

// sentence ends a text of others with a full stop.
func sentence(text string) string {
	text = strings.TrimSpace(text)
	if strings.HasSuffix(text, ".") || strings.HasSuffix(text, "…") {
		return text
	}
	return text + "."
}

// recoverPanic turns a panic of a method into a diagnostic; what the method
// has already set stays. The panic's value may hold anything, so only its type
// is shown.
func recoverPanic(diags *diag.Diagnostics, operation string) {
	if value := recover(); value != nil {
		addError(diags, "Cannot "+operation, &domum.PanicError{Type: fmt.Sprintf("%T", value), Stack: debug.Stack()})
	}
}
