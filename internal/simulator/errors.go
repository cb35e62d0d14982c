// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"net/http"
	"strconv"
	"strings"
)

const (
	contentJSON = "application/json"
	contentSCIM = "application/scim+json"
	contentHTML = "text/html; charset=utf-8"

	scimErrorURN = "urn:ietf:params:scim:api:messages:2.0:Error"
)

// detail is what is wrong with one field or parameter.
type detail struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

type v2ErrorJSON struct {
	Error struct {
		Code    string   `json:"code"`
		Message string   `json:"message"`
		Details []detail `json:"details"`
	} `json:"error"`
	RequestID string `json:"request_id"`
}

// v2Error is an error in the shape of API v2.
func (r *request) v2Error(status int, message string, details ...detail) *answer {
	var e v2ErrorJSON
	e.Error.Code = errorCode(status)
	e.Error.Message = message
	e.Error.Details = append([]detail{}, details...)
	e.RequestID = r.requestID
	return jsonAnswer(status, contentJSON, e)
}

// invalid is the 422 for the given fields or parameters.
func (r *request) invalid(details ...detail) *answer {
	return r.v2Error(http.StatusUnprocessableEntity, "The request is not valid", details...)
}

// errorCode is the code of a v2 error: the status in words, but for two that say more exactly what it means here.
func errorCode(status int) string {
	switch status {
	case http.StatusUnprocessableEntity:
		return "validation_failed"
	case http.StatusTooManyRequests:
		return "rate_limited"
	}
	text := http.StatusText(status)
	if text == "" {
		return "unknown"
	}
	return strings.ReplaceAll(strings.ToLower(text), " ", "_")
}

type v1ErrorJSON struct {
	Response struct {
		Status    int    `json:"status"`
		Message   string `json:"message"`
		Error     bool   `json:"error"`
		ErrorCode int    `json:"error_code"`
	} `json:"response"`
	Exception struct {
		Code    int     `json:"code"`
		Message string  `json:"message"`
		Detail  *string `json:"detail"`
	} `json:"exception"`
}

// v1Error is an error in the envelope of API v1, which also comes from routes and services that aren't part of v2.
func v1Error(status, code int, message string) *answer {
	var e v1ErrorJSON
	e.Response.Status = status
	e.Response.Message = message
	e.Response.Error = true
	e.Response.ErrorCode = code
	e.Exception.Code = code
	e.Exception.Message = strconv.Itoa(code) + ": " + message
	return jsonAnswer(status, contentJSON, e)
}

// gatewayError is an answer of the gateway in front of the API. Its text is that of a missing route, whatever the status
// (published for a request without Authorization).
func gatewayError(status int) *answer {
	return jsonAnswer(status, contentJSON, struct {
		Message string `json:"message"`
	}{"no Route matched with those values"})
}

type scimErrorJSON struct {
	Schemas  []string `json:"schemas"`
	Status   string   `json:"status"`
	SCIMType string   `json:"scimType,omitempty"`
	Detail   string   `json:"detail"`
}

// scimError is an error in the shape of SCIM; scimType may be empty.
func scimError(status int, scimType, message string) *answer {
	return jsonAnswer(status, contentSCIM, scimErrorJSON{
		Schemas:  []string{scimErrorURN},
		Status:   strconv.Itoa(status),
		SCIMType: scimType,
		Detail:   message,
	})
}

// fail is an error in the shape of the request's area.
func (r *request) fail(status int, message string) *answer {
	var ans *answer
	switch r.route.area {
	case areaV2:
		ans = r.v2Error(status, message)
	case areaSCIM:
		ans = scimError(status, "", message)
	default:
		ans = v1Error(status, 1, message)
	}
	if status == http.StatusMethodNotAllowed {
		ans.header.Set("Allow", r.route.allow())
	}
	return ans
}
