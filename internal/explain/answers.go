// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package explain

import (
	"fmt"
	"strings"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
)

// Statuses of HTTP that decide on a remedy. Those from 494 to 499 are nginx's.
const (
	statusBadRequest           = 400
	statusUnauthorized         = 401
	statusForbidden            = 403
	statusNotFound             = 404
	statusMethodNotAllowed     = 405
	statusProxyAuthRequired    = 407
	statusRequestTimeout       = 408
	statusTooLarge             = 413
	statusURITooLong           = 414
	statusMisdirected          = 421
	statusUnprocessable        = 422
	statusTooManyRequests      = 429
	statusHeadersTooLarge      = 431
	statusNginxHeadersTooLarge = 494
	statusClientCertInvalid    = 495
	statusClientCertRequired   = 496
	statusPlainHTTPToHTTPS     = 497
	statusTokenInvalid         = 498
	statusClosedByGateway      = 499
	statusServerError          = 500
	statusBadGateway           = 502
	statusGatewayTimeout       = 504
)

func answer(e *domum.Error) (said, remedy string) {
	said = fmt.Sprintf("%s was answered with HTTP %d: %s", e.Operation, e.Status, Sentence(e.Words()))
	if e.RequestID != "" {
		said += fmt.Sprintf("\nRequest id: %s", e.RequestID)
	}
	if e.Attempts > 1 {
		said += fmt.Sprintf("\nIt was sent %d times.", e.Attempts)
	}
	if e.RetryAfter > 0 {
		said += fmt.Sprintf("\nThe appliance asks to wait %s.", Duration(e.RetryAfter))
	}
	return said, remedyOf(e)
}

// remedyOf says what to do about an answer. Its status decides, whatever part
// of the platform, or gateway in front of it, sent the body.
func remedyOf(e *domum.Error) string {
	switch {
	case e.Finding != "":
		return findingRemedy(e)
	case e.Lockdown:
		return "The vault is locked down: wait until the time the message names, or ask who locked it, then run the same command again."
	case domum.IsConflict(e): // in an API without ETags, found by reading again
		return "The record changed meanwhile. Plan again."
	case e.Status < 300 && e.Shape == domum.ShapeCompressed:
		return "A gateway compresses responses, which the provider did not ask for. " + uncompressed
	case e.Status < 300 && e.Token && saysFailed(e):
		return checkCredentials
	case e.Status < 300 && e.Token && e.Shape != domum.ShapeHTML:
		return checkTokenPath
	case e.Status < 300 && e.Shape == domum.ShapeHTML:
		return "Something that is not Domum's API answers at this address: check the url attribute, the path in it, and any proxy or login page in between."
	case e.Status >= 300 && e.Status < 400:
		return "Set the url attribute to the address that answers without a redirect: the credentials are not sent to another one."
	case e.Status < 400:
		return checkAPI(e)
	}
	switch status := statusOf(e); status {
	case statusBadRequest, statusUnauthorized, statusForbidden, statusTokenInvalid:
		return refusedRemedy(e, status)
	case statusNotFound, statusMethodNotAllowed:
		switch {
		case e.Token:
			return checkTokenPath
		case e.SCIM:
			return checkAPI(e)
		case domum.IsNotFound(e):
			return "Plan again: the record was removed since it was last read."
		}
		return "The appliance does not know this path: check the url attribute and the path in it. If the appliance's API has other paths, describe it in a file and set api_profile_file; domum-doctor shows what differs."
	case statusProxyAuthRequired:
		return "A proxy wants a user name and a password: set them in HTTPS_PROXY, or name the appliance in NO_PROXY."
	case statusTooLarge, statusURITooLong, statusHeadersTooLarge, statusNginxHeadersTooLarge:
		return "A gateway in front of the appliance refuses a request of this size: raise its limit."
	case statusMisdirected:
		return "The server at this address does not serve this host name: set the url attribute to the name that the appliance, or the gateway in front of it, is configured for."
	case statusUnprocessable:
		return "Correct the attributes that the message names, and plan again."
	case statusTooManyRequests:
		return "Wait until the rate limit is over, or set max_requests_per_second below the quota of the authorization, or of a gateway in front of the appliance."
	case statusClientCertInvalid:
		return "A gateway in front of the appliance does not accept the client certificate: check that the certificate in client_cert_file is still valid, and that the gateway trusts the authority that issued it."
	case statusClientCertRequired:
		return "A gateway in front of the appliance wants a client certificate: set client_cert_file and client_key_file."
	case statusPlainHTTPToHTTPS:
		return "Begin the url attribute with https://."
	case statusRequestTimeout, statusClosedByGateway, statusBadGateway, statusGatewayTimeout:
		return "A gateway in front of the appliance received no response from it in time. Run the same command again; if it persists, ask the gateway's operator."
	}
	switch {
	case domum.IsForbidden(e): // API v1 says so with a 500
		return refusedRemedy(e, statusForbidden)
	case e.Status >= statusServerError && e.RequestID == "":
		return "The appliance, or a gateway in front of it, could not do it. Run the same command again later; if it persists, ask its operator."
	case e.Status >= statusServerError:
		return "The appliance could not do it. Run the same command again later; if it persists, give its operator the request id."
	}
	return checkAPI(e)
}

const (
	checkTokenPath   = "Check the url attribute and token_path: some versions use /api/oauth2/token."
	checkCredentials = "Check client_id and client_secret, and in Segura under A2A > Authorizations that the authorization is enabled, has not expired, and admits this machine's IP address and client certificate."
)

// saysFailed reports whether a 2xx answer is a refusal in the words of the platform.
func saysFailed(e *domum.Error) bool {
	return e.Shape == domum.ShapeV1 || e.Shape == domum.ShapeV2 || e.Shape == domum.ShapeFlat
}

// checkAPI is for an answer that nothing else explains. The profile doesn't
// describe the token call and SCIM.
func checkAPI(e *domum.Error) string {
	switch {
	case e.Token:
		return checkTokenPath
	case e.SCIM:
		return "Check the url attribute and the path in it, and that SCIM is enabled on the appliance: it is read at /iso/scim/v2, which no setting changes."
	}
	return "Check the url attribute. If the appliance's API differs from the one that the provider assumes, describe it in a file and set api_profile_file; domum-doctor shows what differs."
}

// findingRemedy says what to do about what the client found.
func findingRemedy(e *domum.Error) string {
	switch e.Finding {
	case domum.FieldLeftOut:
		return checkAPI(e) + " Only if the API leaves out fields without a value, set omits_empty: true under vendors in that file."
	case domum.GoneSinceListed:
		return "It was removed just now. Run the same command again."
	case domum.GoneForWrites:
		return "The appliance says that the vendor does not exist when it is changed, and shows it when it is read. Plan again. If this happens again, check that the authorization may change this vendor, and the path of the call in the API profile."
	case domum.OddRecord:
		return "Correct this record in Domum. If the appliance's API writes this value in another way, correct what the message names in the API profile: the file of api_profile_file."
	}
	if e.SCIM {
		return "The list may have changed meanwhile. Run the same command again. If this happens again, give this message to the appliance's operator: pages of SCIM contradict each other."
	}
	return "The list may have changed meanwhile. Run the same command again. If this happens again, check that the authorization may see all records, and that the paging in the API profile is right: max_size may be more than the appliance gives on a page."
}

// statusOf returns the status of an answer. nginx has some of its own, and sends
// them as a 400 with a page that is titled so.
func statusOf(e *domum.Error) int {
	if e.Status != statusBadRequest || e.Shape != domum.ShapeHTML {
		return e.Status
	}
	for title, status := range map[string]int{
		"No required SSL certificate was sent":          statusClientCertRequired,
		"The SSL certificate error":                     statusClientCertInvalid,
		"The plain HTTP request was sent to HTTPS port": statusPlainHTTPToHTTPS,
		"Request Header Or Cookie Too Large":            statusNginxHeadersTooLarge,
	} {
		if strings.Contains(e.Message, title) {
			return status
		}
	}
	return e.Status
}

// refusedRemedy says what to do where the credentials, or what was sent with
// them, are not accepted.
func refusedRemedy(e *domum.Error, status int) string {
	switch {
	case status == statusForbidden && e.Shape == domum.ShapeHTML:
		return "A gateway in front of the appliance refuses the request: check that it admits this machine's IP address and this path."
	case status == statusUnauthorized && e.Shape == domum.ShapeHTML:
		return "The credentials are not accepted. A web page answers, so it may be a gateway in front of the appliance that wants a login of its own: let this path pass there without one. Otherwise check the credentials."
	case e.Token:
		return checkCredentials
	case (status == statusUnauthorized || status == statusTokenInvalid) && e.TokenFrom != "":
		return "The token is not accepted: the one in " + e.TokenFrom + " has expired, or the appliance refuses it; fetch a new one and put it there. The provider does not renew it."
	case status == statusUnauthorized || status == statusTokenInvalid:
		return "The token is not accepted: check that the authorization of client_id is still enabled."
	case status == statusForbidden && e.TokenFrom != "":
		return "Give the A2A authorization that the token in " + e.TokenFrom + " belongs to read and write permission for Domum's vendors and access groups."
	case status == statusForbidden:
		return "Give the A2A authorization of client_id read and write permission for Domum's vendors and access groups."
	}
	return checkAPI(e)
}
