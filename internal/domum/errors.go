// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"reflect"
	"strings"
	"time"
)

// Shape tells which part of the platform an error body came from.
type Shape string

// The shapes that stand in front of, or behind, the Domum API.
const (
	ShapeV2         Shape = "v2"         // assumed: {"error":{"code",…},"request_id"}
	ShapeV1         Shape = "v1"         // published: {"response":{…},"exception":{…}}
	ShapeFlat       Shape = "flat"       // published: the gateway's {"message"}, the token endpoint's {"error"}
	ShapeSCIM       Shape = "scim"       // published, RFC 7644
	ShapeHTML       Shape = "html"       // a page of a proxy, a login form, another product
	ShapeCompressed Shape = "compressed" // by a gateway, though it was not asked for
	ShapeUnknown    Shape = "unknown"    // anything else, or nothing
)

// Error is an answer that is a failure, or that is not what the contract says
// (then Status may be 200). Texts are capped, and free of control characters
// and secrets.
type Error struct {
	Operation  string // method and path without query
	Status     int    // HTTP status
	Shape      Shape
	Code       string // the server's own code, "" if it gave none
	Message    string
	Details    []FieldError
	RequestID  string        // X-Request-Id, or the body's; "" if there is none
	RetryAfter time.Duration // how long the server asked to wait; 0 if it didn't
	Attempts   int           // requests sent, with retries
	Token      bool          // it is the token call that failed
	Missing    bool          // the record doesn't exist: the answer is the one that the profile describes
	Changed    bool          // the record was changed since it was read, and nothing was written
	Finding    Finding       // what the client knows beside
	SCIM       bool          // it is a call of SCIM, which no profile describes
	TokenFrom  string        // where the access token comes from that the configuration gives; "" if a token call gave it
	Lockdown   bool          // the vault is locked down: nothing works until the time that Message names

	rawCode string // Code as it came, which may hold what looks like a secret: to compare, never to show
	isJSON  bool   // the body is an object
}

// Finding is what the client knows of an answer beside what it says. "" is nothing.
type Finding string

// Findings.
const (
	IncompleteList  Finding = "incomplete list"   // its pages contradict each other
	OddRecord       Finding = "odd record"        // a record has a value that the profile doesn't have
	FieldLeftOut    Finding = "field left out"    // a field isn't there, and a profile with omits_empty would take that for no value
	GoneSinceListed Finding = "gone since listed" // what the list had a moment ago isn't there
	GoneForWrites   Finding = "gone for writes"   // a write says that the vendor doesn't exist, and a read shows it
)

// MarkGoneSinceListed returns the error of a read of a vendor that was found by
// its name just before: that it doesn't exist is no wrong id then, and IsNotFound
// is false for it.
func MarkGoneSinceListed(err error) error {
	if e, ok := errors.AsType[*Error](err); ok && e.Missing {
		e.Missing, e.Finding = false, GoneSinceListed
	}
	return err
}

// leftOutError says which field isn't there.
type leftOutError struct{ error }

// FieldError is what the server said of one field.
type FieldError struct {
	Field   string
	Message string
}

// Error implements error.
func (e *Error) Error() string {
	text := fmt.Sprintf("%s: HTTP %d: %s", e.Operation, e.Status, e.Words())
	if e.RequestID != "" {
		text += " (request id " + e.RequestID + ")"
	}
	return text
}

// Words returns what the server said: code, message, details.
func (e *Error) Words() string {
	var parts []string
	if e.Code != "" {
		parts = append(parts, e.Code)
	}
	if e.Message != "" {
		parts = append(parts, e.Message)
	}
	for _, d := range e.Details {
		parts = append(parts, d.Field+": "+d.Message)
	}
	if len(parts) == 0 {
		return strings.ToLower(http.StatusText(e.Status))
	}
	return strings.Join(parts, ": ")
}

// refused reports whether a 2xx answer says that it failed.
func (e *Error) refused() bool {
	return e.Status < http.StatusMultipleChoices && e.Shape != ShapeUnknown && e.Shape != ShapeHTML && e.Shape != ShapeCompressed
}

// IsNotFound reports whether err says that the vendor doesn't exist. Only the
// answer that the profile describes does: a 404 of a gateway or of an unknown
// path is about the route.
func IsNotFound(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Missing
}

// IsConflict reports whether err says that the record has changed since it was
// read (412, or found by reading it again), or is in a state that forbids the
// call (409).
func IsConflict(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && (e.Changed || e.Status == http.StatusPreconditionFailed || e.Status == http.StatusConflict)
}

// IsUnauthenticated reports whether the server didn't accept the credentials.
func IsUnauthenticated(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Status == http.StatusUnauthorized
}

// IsForbidden reports whether the credentials are good, but not for this. API
// v1 also says so with a 500 (published).
func IsForbidden(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && (e.Status == http.StatusForbidden ||
		e.Status == http.StatusInternalServerError && strings.Contains(strings.ToLower(e.Message), "not authorized"))
}

// IsRefused reports whether the server answered that it won't do this for these
// credentials, or not at this address: another attempt gets the same answer.
func IsRefused(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return IsForbidden(err) || ok && e.refused() || ok && e.Status >= http.StatusBadRequest && e.Status < http.StatusInternalServerError && e.Status != http.StatusTooManyRequests
}

// ConnectionError is a request that received no response. It hides the request's
// query, and nothing else, from the text of the error it wraps.
type ConnectionError struct {
	Operation string
	Attempts  int
	Err       error
}

// Error implements error.
func (e *ConnectionError) Error() string { return e.Operation + ": " + e.Err.Error() }

// Unwrap implements the errors package's convention.
func (e *ConnectionError) Unwrap() error { return e.Err }

// IsTLSRefused reports whether the other side ended the TLS handshake with an
// alert.
func IsTLSRefused(err error) bool {
	_, ok := TLSAlert(err)
	return ok
}

// TLSAlert returns the alert (RFC 8446, section 6) with which the other side
// ended the TLS handshake.
func TLSAlert(err error) (alert uint8, ok bool) {
	e, ok := errors.AsType[*net.OpError](err)
	if !ok || e.Op != "remote error" {
		return 0, false
	}
	// crypto/tls doesn't export the type.
	if value := reflect.ValueOf(e.Err); value.Kind() == reflect.Uint8 {
		return uint8(value.Uint()), true //nolint:gosec // it is one
	}
	return 0, false
}

// IsNotTLS reports whether the other side doesn't speak TLS.
func IsNotTLS(err error) bool {
	_, ok := errors.AsType[tls.RecordHeaderError](err)
	return ok || errors.Is(err, http.ErrSchemeMismatch)
}

// IsTooLarge reports an answer that is larger than this client takes.
func IsTooLarge(err error) bool { return errors.Is(err, errBodyTooLarge) }

// failedAt reports whether err is of that step of a connection.
func failedAt(err error, step string) bool {
	e, ok := errors.AsType[*net.OpError](err)
	return ok && e.Op == step
}
