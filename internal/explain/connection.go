// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package explain

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
)

func connection(e *domum.ConnectionError) (said, remedy string) {
	said = fmt.Sprintf("%s received no response: %s", e.Operation, Sentence(e.Err.Error()))
	if e.Attempts > 1 {
		said += fmt.Sprintf("\nIt was sent %d times.", e.Attempts)
	}
	return said, connectionRemedy(e.Err)
}

// errRefusedOnWindows is WSAECONNREFUSED, which Windows says where Unix says ECONNREFUSED.
const errRefusedOnWindows = syscall.Errno(10061)

// connectionRemedy says what to do about a request that received no response.
// What a proxy did comes first: its own TLS is not the appliance's.
func connectionRemedy(err error) string {
	if e, ok := errors.AsType[*domum.ProxyError](err); ok {
		return proxyRemedy(e)
	}
	if alert, ok := domum.TLSAlert(err); ok {
		return alertRemedy(alert)
	}
	if remedy := certificateRemedy(err); remedy != "" {
		return remedy
	}
	_, isDNS := errors.AsType[*net.DNSError](err)
	switch {
	case domum.IsNotTLS(err):
		return "The address does not speak TLS: check scheme and port in the url attribute."
	case domum.IsTooLarge(err):
		return "No response of this size is expected: check that the url attribute names the appliance. If it does, report this with the provider's version."
	case isDNS:
		return "The host's name is not known here: check the url attribute and this machine's name resolution."
	case errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, errRefusedOnWindows):
		return "Nothing listens at this address: check host and port in the url attribute, and that the appliance is up."
	case errors.Is(err, context.Canceled):
		return "Terraform was interrupted. Run the same command again."
	case errors.Is(err, context.DeadlineExceeded) && !isNetwork(err): // the operation's; that of a request is os.ErrDeadlineExceeded
		return "The operation timed out. " + slow
	case errors.Is(err, os.ErrDeadlineExceeded) || isTimeout(err):
		return "Check that the appliance can be reached from here; if it is only slow, set a longer request_timeout."
	}
	return "Check that the appliance can be reached from here, also through the proxy in HTTPS_PROXY if one is set, and run the same command again."
}

const orExempt = ", or name the appliance's host in NO_PROXY to connect without a proxy."

func proxyRemedy(e *domum.ProxyError) string {
	_, badCertificate := errors.AsType[*tls.CertificateVerificationError](e.Err)
	switch {
	case e.Status == statusProxyAuthRequired && e.Login:
		return "The proxy refuses the user name and the password in HTTPS_PROXY: correct them there, with special characters escaped (% as %25, @ as %40, : as %3A, / as %2F)" + orExempt
	case e.Status == statusProxyAuthRequired:
		return "The proxy wants a user name and a password: write them into HTTPS_PROXY, such as http://USER:PASSWORD@proxy.example.com:3128" + orExempt
	case e.Status == statusForbidden:
		return "The proxy does not allow connections to the appliance: have its host and port allowed there" + orExempt
	case e.Status != 0:
		return "The proxy could not connect to the appliance: check host and port in the url attribute, and ask the proxy's operator" + orExempt
	case domum.IsNotTLS(e.Err):
		return "The proxy does not speak TLS: begin HTTPS_PROXY with http:// instead of https://."
	case badCertificate:
		return "The proxy's own certificate is not trusted here: set ca_cert_file to a file with the certificates of its authority and the appliance's" + orExempt
	}
	return "The proxy can't be reached: check HTTPS_PROXY" + orExempt
}

// certificateRemedy is for a certificate of the appliance that this machine
// doesn't accept; "" for any other error.
func certificateRemedy(err error) string {
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return "The appliance's certificate is signed by an authority this machine does not trust: set ca_cert_file or ca_cert_pem to that authority's certificate. If a public authority signed it, have the appliance send the intermediate certificates too."
	}
	if _, ok := errors.AsType[x509.SystemRootsError](err); ok {
		return "This machine has no list of trusted authorities: install one (the package ca-certificates), or set ca_cert_file."
	}
	if e, ok := errors.AsType[x509.HostnameError](err); ok {
		if len(e.Certificate.DNSNames)+len(e.Certificate.IPAddresses) == 0 {
			return "The appliance's certificate has its name in the Common Name alone, which is no longer read: have it issued again with that name as Subject Alternative Name."
		}
		return "The appliance's certificate is for another name: use a name that it holds in the url attribute."
	}
	if e, ok := errors.AsType[x509.CertificateInvalidError](err); ok {
		switch e.Reason {
		case x509.Expired:
			return "The appliance's certificate, or that of its authority, has expired or is not valid yet: have it renewed, and check this machine's clock."
		case x509.IncompatibleUsage:
			return "The appliance's certificate is not meant for servers: have it issued again with the extended key usage serverAuth."
		}
		return "The authority was not allowed to issue the appliance's certificate: have it issued again, by an authority without this restriction."
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return "The appliance's certificate can't be verified for the reason above: have it issued again."
	}
	return ""
}

// alertRemedy is for an alert with which the other side ended the TLS handshake
// (RFC 8446, section 6.2; RFC 5246, section 7.2).
func alertRemedy(alert uint8) string {
	switch alert {
	case 116: // certificate_required
		return "The appliance wants a client certificate: set client_cert_file and client_key_file to the one its authorization is bound to."
	case 42, 43, 46: // bad_certificate, unsupported_certificate, certificate_unknown
		return "The appliance does not accept the client certificate, or wants one and none is set: set client_cert_file and client_key_file to the one its authorization is bound to."
	case 44: // certificate_revoked
		return "The client certificate was revoked: set client_cert_file and client_key_file to another one."
	case 45: // certificate_expired
		return "The client certificate has expired: renew the one in client_cert_file, and check the clocks of both machines."
	case 48: // unknown_ca
		return "The appliance does not trust the authority that issued the client certificate: set client_cert_file to a certificate of an authority it trusts, followed by the intermediate certificates if there are any."
	case 49: // access_denied
		return "The appliance knows the client certificate, and does not admit it: check which one its authorization is bound to."
	case 70, 86: // protocol_version, inappropriate_fallback
		return "The appliance speaks no version of TLS that the provider accepts: enable TLS 1.2 or 1.3 there, or on the gateway in front of it."
	case 40, 71: // handshake_failure, insufficient_security
		return "The appliance and the provider share no cipher: enable current ones for TLS 1.2 or 1.3 there. " +
			"Some servers answer the same where they want a client certificate: then set client_cert_file and client_key_file."
	case 112: // unrecognized_name
		return "The server at this address does not serve this host name: set the url attribute to the name that the appliance, or the gateway in front of it, is configured for."
	case 120: // no_application_protocol
		return "The server at this address speaks neither HTTP/1.1 nor HTTP/2 over TLS: check host and port in the url attribute."
	}
	return "The other side broke off the TLS handshake: check host and port in the url attribute, and look into the log of the appliance, or of the gateway in front of it, for the reason."
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
