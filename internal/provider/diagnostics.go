// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
)

// Statuses of HTTP that decide on a remedy.
const (
	statusBadRequest         = 400
	statusUnauthorized       = 401
	statusForbidden          = 403
	statusNotFound           = 404
	statusMethodNotAllowed   = 405
	statusProxyAuthRequired  = 407
	statusRequestTimeout     = 408
	statusConflict           = 409
	statusPreconditionFailed = 412
	statusTooLarge           = 413
	statusUnprocessable      = 422
	statusTooManyRequests    = 429
	statusHeadersTooLarge    = 431
	statusServerError        = 500
	statusBadGateway         = 502
	statusGatewayTimeout     = 504
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
		return "The operation's time was over before the request was sent; nothing was written.",
			"Set a longer time in the timeouts attribute, or find out why the appliance is slow."
	}
	if e, ok := errors.AsType[*domum.WeakETagError](err); ok {
		if e.ETag == "" {
			return e.Error(), "Find out what stands between Terraform and the appliance and drops the ETag header, and have it passed on. If the API has no ETags, say guard: compare in the file that api_profile_file names."
		}
		return e.Error(), "A gateway that compresses answers makes their ETags weak. Turn compression off for application/json there " +
			"(nginx: gzip; Apache: mod_deflate; haproxy: compression), or send Terraform past it."
	}
	if e, ok := errors.AsType[*otherValuesError](err); ok {
		return e.Error(), "Plan again to see what the appliance has, and report the difference if it persists."
	}
	return sentence(err.Error()), "Read the message above; if it makes no sense, report it with the provider's version."
}

func explainAnswer(e *domum.Error) (said, remedy string) {
	said = fmt.Sprintf("%s was answered with HTTP %d: %s", e.Operation, e.Status, sentence(e.Words()))
	if e.RequestID != "" {
		said += fmt.Sprintf("\nRequest id: %s", e.RequestID)
	}
	if e.Attempts > 1 {
		said += fmt.Sprintf("\nIt was sent %d times.", e.Attempts)
	}
	if e.RetryAfter > 0 {
		said += fmt.Sprintf("\nThe appliance asks to wait %s.", showDuration(e.RetryAfter))
	}
	return said, remedyOf(e)
}

// remedyOf says what to do about an answer. Its status decides, whatever part
// of the platform, or gateway in front of it, sent the body.
func remedyOf(e *domum.Error) string {
	token := e.Token
	switch {
	case e.Lockdown:
		return "The vault is locked down: wait until the time the message names, or ask who locked it, then run the same command again."
	case strings.Contains(strings.ToLower(e.Message), "ssl certificate"): // nginx answers 400 with such a page
		return "The appliance, or a gateway in front of it, wants another client certificate or one at all: set client_cert_file and client_key_file."
	case e.Status >= 300 && e.Status < 400:
		return "Set the url attribute to the address that answers without a redirect: the credentials are not sent to another one."
	case e.Status < 300 && e.Shape == domum.ShapeHTML:
		return "Something that is not Domum's API answers at this address: check the url attribute, the path in it, and any proxy or login page in between."
	case token && (e.Status == statusBadRequest || e.Status == statusUnauthorized || e.Status == statusForbidden):
		return "Check client_id and client_secret, and in Segura under A2A > Authorizations that the authorization is enabled, has not expired, and admits this machine's IP address and client certificate."
	case e.Status == statusUnauthorized:
		return "The token is not accepted. If access_token is set, fetch a new one; otherwise check that the authorization of client_id is still enabled."
	case e.Status == statusForbidden && e.Shape == domum.ShapeHTML:
		return "A gateway in front of the appliance refuses the request: check that it admits this machine's IP address and this path."
	case domum.IsForbidden(e):
		return "Give the A2A authorization of client_id read and write permission for Domum's vendors and access groups."
	case domum.IsNotFound(e):
		return "Plan again: the record was removed since it was last read."
	case e.Status == statusNotFound && token:
		return "Check the url attribute and token_path: some versions use /api/oauth2/token."
	case e.Status == statusNotFound || e.Status == statusMethodNotAllowed:
		return "The appliance does not know this path: check the url attribute and the path in it. If the appliance's API has other paths, describe it in a file and set api_profile_file; domum-doctor shows what differs."
	case e.Status == statusProxyAuthRequired:
		return "A proxy wants a user name and a password: set them in HTTPS_PROXY, or name the appliance in NO_PROXY."
	case domum.IsConflict(e):
		return "Somebody else changed the record meanwhile. Plan again."
	case e.Status == statusUnprocessable:
		return "Correct the attributes that the message names, and plan again."
	case e.Status == statusTooManyRequests:
		return "Wait until the rate limit is over, or set max_requests_per_second below the quota of the authorization, or of a gateway in front."
	case e.Status == statusTooLarge || e.Status == statusHeadersTooLarge:
		return "A gateway in front of the appliance refuses a request of this size: raise its limit."
	case e.Status == statusBadGateway || e.Status == statusGatewayTimeout || e.Status == statusRequestTimeout:
		return "A gateway in front of the appliance received no response from it in time. Run the same command again; if it persists, the gateway's operator can say why."
	case e.Status >= statusServerError:
		return "The appliance could not do it. Run the same command again later; if it persists, give its operator the request id."
	}
	return "Check the url attribute. If the appliance's API differs from the one that the provider assumes, describe it in a file and set api_profile_file; domum-doctor shows what differs."
}

func explainConnection(e *domum.ConnectionError) (said, remedy string) {
	said = fmt.Sprintf("%s received no response: %s", e.Operation, sentence(e.Err.Error()))
	if e.Attempts > 1 {
		said += fmt.Sprintf("\nIt was sent %d times.", e.Attempts)
	}
	var (
		authority x509.UnknownAuthorityError
		hostname  x509.HostnameError
		invalid   x509.CertificateInvalidError
		dns       *net.DNSError
	)
	if refused, ok := errors.AsType[*domum.ProxyError](e.Err); ok {
		switch refused.Status {
		case statusProxyAuthRequired:
			return said, "The proxy wants a user name and a password, or other ones: set them in HTTPS_PROXY, or name the appliance in NO_PROXY."
		case statusForbidden:
			return said, "The proxy does not admit connections to the appliance: have it admit them, or name the appliance in NO_PROXY."
		}
		return said, "It is the proxy that failed: ask its operator, or name the appliance in NO_PROXY."
	}
	switch {
	case errors.As(e.Err, &authority):
		remedy = "The appliance's certificate is signed by an authority this machine does not trust: set ca_cert_file or ca_cert_pem to that authority's certificate."
	case errors.As(e.Err, &hostname):
		remedy = "The appliance's certificate is for another name: use a name that it holds in the url attribute."
	case errors.As(e.Err, &invalid):
		remedy = "The appliance's certificate is not valid: have it renewed, and check this machine's clock."
	case domum.IsProxyUnreachable(e.Err) && domum.IsNotTLS(e.Err):
		remedy = "The proxy does not speak TLS: let HTTPS_PROXY begin with http://; the connection to the appliance is encrypted all the same."
	case domum.IsNotTLS(e.Err):
		remedy = "The address does not speak TLS: check scheme and port in the url attribute."
	case domum.IsProxyUnreachable(e.Err):
		remedy = "It is the proxy that can't be reached: check HTTPS_PROXY, or name the appliance in NO_PROXY."
	case domum.IsTLSRefused(e.Err):
		remedy = "The appliance refused the TLS connection: set client_cert_file and client_key_file if its authorization is bound to a client certificate."
	case errors.As(e.Err, &dns):
		remedy = "The host's name is not known here: check the url attribute and this machine's name resolution."
	case errors.Is(e.Err, syscall.ECONNREFUSED):
		remedy = "Nothing listens at this address: check host and port in the url attribute, and that the appliance is up."
	case errors.Is(e.Err, context.Canceled):
		remedy = "Terraform was interrupted. Run the same command again."
	case errors.Is(e.Err, context.DeadlineExceeded) && !isNetwork(e.Err): // the operation's; that of a request is os.ErrDeadlineExceeded
		remedy = "The operation's time was over: set a longer time in the timeouts attribute, or find out why the appliance is slow."
	case errors.Is(e.Err, os.ErrDeadlineExceeded) || isTimeout(e.Err):
		remedy = "Check that the appliance can be reached from here; if it is only slow, set a longer request_timeout."
	default:
		remedy = "Check that the appliance can be reached from here, also through the proxy in HTTPS_PROXY if one is set, and run the same command again."
	}
	return said, remedy
}

// isNetwork reports an error of a connection; one of its timeouts claims to be
// a context's as well.
func isNetwork(err error) bool {
	_, ok := errors.AsType[*net.OpError](err)
	return ok
}

func isTimeout(err error) bool {
	e, ok := errors.AsType[net.Error](err)
	return ok && e.Timeout()
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
	if strings.ToUpper(field) == field {
		diags.AddError(invalidConfiguration, fmt.Sprintf("The environment variable %s %s\n\nCorrect it, or unset it.", field, sentence(e.Problem)))
		return
	}
	if name, isPEM := strings.CutSuffix(field, "_pem"); isPEM && !m.inline(field) {
		field = name + "_file"
	}
	remedy := "Set " + field + " in the provider block"
	if variables := environment[field]; variables != nil {
		remedy += " or through " + strings.Join(variables, " or ")
	}
	detail := field + " " + sentence(e.Problem) + "\n\n" + remedy + "."
	switch field {
	case "client_secret", "access_token", "client_key_pem": // Terraform would show the line that holds it
		diags.AddError(invalidConfiguration, detail)
	default:
		diags.AddAttributeError(path.Root(field), invalidConfiguration, detail)
	}
}

// inline reports whether the configuration holds the attribute's PEM itself,
// or its counterpart's: it is then spoken of by that name.
func (m *providerModel) inline(field string) bool {
	switch field {
	case "ca_cert_pem":
		return !m.CACertPEM.IsNull()
	default: // certificate and key go together
		return !m.ClientCertPEM.IsNull() || !m.ClientKeyPEM.IsNull()
	}
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
