// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"bytes"
	"encoding/json"
	"html"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"unicode"

	"github.com/tidwall/gjson"
)

const (
	headerRequestID = "X-Request-Id"
	maxText         = 500 // runes of a message that is shown
	maxWord         = 100 // runes of a code or an id
	maxDetails      = 20
)

// decodeError makes sense of a response that is a failure, or not what the
// contract says, whatever part of the platform it came from. The secrets are
// never repeated.
func decodeError(operation string, resp *http.Response, secrets ...string) *Error {
	e := &Error{Operation: operation, Status: resp.StatusCode, Shape: ShapeUnknown, RequestID: resp.Header.Get(headerRequestID)}
	data := bytes.TrimSpace(bodyOf(resp))
	var fields map[string]json.RawMessage
	switch {
	case resp.StatusCode >= 300 && resp.StatusCode < 400:
		e.Message = "redirect to " + locationOf(resp) + ", which is not followed"
	case isCompressed(resp):
		e.Shape = ShapeCompressed
		e.Message = "the body is compressed (" + resp.Header.Get("Content-Encoding") + "), though no compression was asked for"
	case json.Unmarshal(data, &fields) == nil: // whatever Content-Type says
		maps.DeleteFunc(fields, func(_ string, value json.RawMessage) bool { return string(value) == "null" })
		e.isJSON = true
		e.fromJSON(data, fields)
	case isHTML(resp, data):
		e.Shape = ShapeHTML
		e.Message = htmlMessage(data)
	default:
		e.Message = string(data)
	}
	e.rawCode = e.Code
	say := func(text string, limit int) string { return clean(scrub(text, secrets...), limit) }
	e.Code, e.Message, e.RequestID = say(e.Code, maxWord), say(e.Message, maxText), say(e.RequestID, maxWord)
	e.Details = e.Details[:min(len(e.Details), maxDetails)]
	for i, d := range e.Details {
		e.Details[i] = FieldError{Field: say(d.Field, maxWord), Message: say(d.Message, maxText)}
	}
	return e
}

func (e *Error) fromJSON(data []byte, fields map[string]json.RawMessage) {
	switch {
	case fields["response"] != nil:
		e.fromV1(data)
	case fields["schemas"] != nil:
		var scim struct{ ScimType, Detail text }
		_ = json.Unmarshal(data, &scim)
		e.Shape, e.Code, e.Message = ShapeSCIM, string(scim.ScimType), string(scim.Detail)
	case bytes.HasPrefix(fields["error"], []byte("{")):
		var v2 struct {
			Error struct {
				Code, Message text
				Details       []struct{ Field, Message text }
			}
			RequestID text `json:"request_id"`
		}
		_ = json.Unmarshal(data, &v2)
		e.Shape, e.Code, e.Message = ShapeV2, string(v2.Error.Code), string(v2.Error.Message)
		for _, d := range v2.Error.Details {
			e.Details = append(e.Details, FieldError{string(d.Field), string(d.Message)})
		}
		if e.RequestID == "" {
			e.RequestID = string(v2.RequestID)
		}
	case fields["message"] != nil || fields["error"] != nil:
		var flat struct {
			Error, Message, Reason, Code text
			Description                  text `json:"error_description"`
		}
		_ = json.Unmarshal(data, &flat)
		e.Shape, e.Code = ShapeFlat, firstOf(flat.Code, flat.Error)
		e.Message = firstOf(flat.Description, flat.Message, flat.Reason)
		if e.Message == "" && flat.Code != "" {
			e.Message = string(flat.Error)
		}
	default:
		e.Message = string(data)
	}
}

// lockdownCode as error_code in a 503 of API v1 is a vault in lockdown
// (published).
const lockdownCode = "100"

func (e *Error) fromV1(data []byte) {
	var v1 struct {
		Response struct {
			Message, Mensagem, Detail text
			ErrorCode                 text `json:"error_code"`
			CodErro                   text `json:"cod_erro"`
		}
		Exception struct{ Code, Message text }
	}
	_ = json.Unmarshal(data, &v1)
	errorCode := firstOf(v1.Response.ErrorCode, v1.Response.CodErro)
	e.Shape = ShapeV1
	message, exception := firstOf(v1.Response.Message, v1.Response.Mensagem), string(v1.Exception.Message)
	// error_code is nearly always 1, and the message then begins with the code.
	e.Code = firstOf(v1.Exception.Code, codeInFront(message), codeInFront(exception), text(errorCode))
	message, exception = strings.TrimPrefix(message, e.Code+": "), strings.TrimPrefix(exception, e.Code+": ") // an error shows both
	switch {
	case strings.Contains(message, exception):
		e.Message = message
	case strings.Contains(exception, message):
		e.Message = exception
	default:
		e.Message = message + ": " + exception
	}
	e.Message = firstOf(text(e.Message), v1.Response.Detail)
	e.Lockdown = e.Status == http.StatusServiceUnavailable && errorCode == lockdownCode
}

// codeInFront is 1005 in "1005: User not found", and "" where a message begins
// otherwise.
func codeInFront(message string) text {
	code, _, found := strings.Cut(message, ": ")
	if !found || strings.Trim(code, "0123456789") != "" {
		return ""
	}
	return text(code)
}

// saysFailed reports whether an answer says that it failed, whatever its HTTP
// status: API v1's envelope (published), or an error of API v2 (assumed).
func saysFailed(body []byte) bool {
	for _, at := range []string{"response.error", "response.erro", "error"} { // erro: in Portuguese
		switch value := gjson.GetBytes(body, at); {
		case value.IsObject():
			return value.Raw != "{}"
		case value.Type == gjson.True, at != "error" && (value.String() == "1" || value.String() == "true"):
			return true
		}
	}
	return false
}

// noRoute begins the gateway's answer to a path that it doesn't know (published).
const noRoute = "no Route matched"

// describes reports whether an error is the answer for an id that isn't there.
// If the profile has a code, that decides. Otherwise any answer of that status
// is, but for those that are about the path: a web page, the gateway's message,
// and a 404 that is API v1's (published) or plain text.
func (m *Missing) describes(e *Error) bool {
	if e.Status != m.Status {
		return false
	}
	if m.Code != "" {
		return e.rawCode == gjson.Parse(string(m.Code)).String()
	}
	switch e.Shape {
	case ShapeHTML, ShapeCompressed:
		return false
	case ShapeFlat:
		return !strings.HasPrefix(e.Message, noRoute)
	case ShapeV1:
		return e.Status != http.StatusNotFound
	case ShapeUnknown:
		return e.Status != http.StatusNotFound || e.isJSON || e.Message == ""
	}
	return true
}

// text is a JSON string; a number is taken as its digits, anything else (null,
// a boolean, an object) as nothing: an error is shown as far as it is
// understood.
type text string

// UnmarshalJSON implements json.Unmarshaler.
func (t *text) UnmarshalJSON(data []byte) error {
	var s string
	var n json.Number
	if json.Unmarshal(data, &s) == nil {
		*t = text(s)
	} else if json.Unmarshal(data, &n) == nil {
		*t = text(n)
	}
	return nil
}

func firstOf(candidates ...text) string {
	for _, c := range candidates {
		if c != "" {
			return string(c)
		}
	}
	return ""
}

func isCompressed(resp *http.Response) bool {
	encoding := resp.Header.Get("Content-Encoding")
	return encoding != "" && !strings.EqualFold(encoding, "identity")
}

func isHTML(resp *http.Response, data []byte) bool {
	return strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") || bytes.HasPrefix(data, []byte("<"))
}

var htmlTitle = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)

func htmlMessage(data []byte) string {
	if m := htmlTitle.FindSubmatch(data); m != nil {
		return "an HTML page titled \"" + html.UnescapeString(string(bytes.TrimSpace(m[1]))) + "\" instead of JSON"
	}
	return "an HTML page instead of JSON"
}

// locationOf returns where a redirect leads, without what may be a secret.
func locationOf(resp *http.Response) string {
	location, err := resp.Location()
	if err != nil {
		return "an address it does not name"
	}
	return (&url.URL{Scheme: location.Scheme, Host: location.Host, Path: location.Path}).String()
}

// clean makes server text fit for a terminal: one line, no control
// characters. What is longer than limit runes is cut, and ends with "…".
func clean(s string, limit int) string {
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
	}), " ")
	if runes := []rune(s); len(runes) > limit {
		return string(runes[:limit]) + "…"
	}
	return s
}
