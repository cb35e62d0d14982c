// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"slices"
	"time"
)

// FaultHeader is the response header that names the kind of fault behind an answer. No real appliance sends it; it lets
// whoever checks answers against the contract pass over those that break it on purpose.
const FaultHeader = "X-Simulator-Fault"

// FaultKind is a way in which an answer goes wrong.
type FaultKind string

// The kinds of faults.
const (
	FaultStatus      FaultKind = "status"       // an error of Status, 500 by default, in the shape of the part of the API it comes from
	FaultResetBefore FaultKind = "reset-before" // the connection is cut, nothing was done
	FaultResetAfter  FaultKind = "reset-after"  // the connection is cut after the request was carried out
	FaultTruncate    FaultKind = "truncate"     // the body ends after half its Content-Length
	FaultSlow        FaultKind = "slow"         // the body comes Delay after the header
	FaultEndless     FaultKind = "endless"      // the body never ends
	FaultLate        FaultKind = "late"         // a write is answered 504 by a gateway, and is carried out by LandWrite
	FaultHTML        FaultKind = "html"         // an HTML page, 200 by default
	FaultRedirect    FaultKind = "redirect"     // 302, by default, to the URL in Body
	FaultContentType FaultKind = "content-type" // the right body, sent as text/plain
	FaultLockdown    FaultKind = "lockdown"     // 503: the vault is in lockdown for an hour
	FaultV1          FaultKind = "v1"           // an error of Status, 500 by default, in the envelope of API v1
	FaultGateway     FaultKind = "gateway"      // the gateway knows no such route, 404 by default
	FaultRepeatPage  FaultKind = "repeat-page"  // a v2 list gives its first page, whichever is asked for
	FaultEmptyPage   FaultKind = "empty-page"   // a v2 list has no data, and claims 500 items
	FaultShiftPage   FaultKind = "shift-page"   // a v2 list has lost its first record from page 2 on
	FaultEchoSecret  FaultKind = "echo-secret"  // the token call gives a 401 whose message repeats client_id and client_secret
)

var faultKinds = []FaultKind{
	FaultStatus, FaultResetBefore, FaultResetAfter, FaultTruncate, FaultSlow, FaultEndless, FaultLate, FaultHTML, FaultRedirect,
	FaultContentType, FaultLockdown, FaultV1, FaultGateway, FaultRepeatPage, FaultEmptyPage, FaultShiftPage, FaultEchoSecret,
}

// emptyPageTotal is the number of items that FaultEmptyPage claims.
const emptyPageTotal = 500

// Fault says which requests go wrong, and how. A kind that is about lists, or about the token call, hits no other request.
// Of several faults that could hit a request, the one added first does.
type Fault struct {
	// Method is the method of the requests to hit; "" is any.
	Method string
	// Path is a pattern, in the syntax of [path.Match], of the paths to hit, below [Options.PathPrefix]; "" is any.
	Path string
	// Skip is the number of requests that match and are let pass first.
	Skip int
	// Times is the number of requests to hit; 0 is every one.
	Times int
	// Rate is the share of requests to hit, between 0 and 1, picked at random by [Options.RandomSeed]; 0 is every one.
	Rate float64
	// Kind is what goes wrong.
	Kind FaultKind
	// Status is the status of the answer, for the kinds that make one up; 0 is the kind's default.
	Status int
	// Header is set on the answer.
	Header http.Header
	// Body is the body of the answer, for the kinds that make one up; "" is the kind's default.
	Body string
	// Delay is how long the body takes, for FaultSlow.
	Delay time.Duration
}

// Validate returns an error if the fault could never be injected.
func (f Fault) Validate() error {
	if _, err := path.Match(f.Path, ""); err != nil {
		return fmt.Errorf("path %q: %w", f.Path, err)
	}
	switch {
	case !slices.Contains(faultKinds, f.Kind):
		return fmt.Errorf("kind %q is none of %q", f.Kind, faultKinds)
	case f.Skip < 0 || f.Times < 0 || f.Delay < 0:
		return errors.New("skip, times and delay must not be negative")
	case f.Rate < 0 || f.Rate > 1:
		return fmt.Errorf("rate %v is not between 0 and 1", f.Rate)
	case f.Status != 0 && (f.Status < 200 || f.Status > 599):
		return fmt.Errorf("status %d is not between 200 and 599", f.Status)
	case f.Kind == FaultRedirect && f.Body == "":
		return errors.New("redirect needs a URL in body")
	}
	return nil
}

// ReadFault reads a fault in JSON and validates it. The members are the fields of [Fault] in lower case; delay is a string
// such as "2s".
func ReadFault(r io.Reader) (Fault, error) {
	var in struct {
		Method, Path string
		Skip, Times  int
		Rate         float64
		Kind         FaultKind
		Status       int
		Header       map[string]string
		Body, Delay  string
	}
	if err := decodeStrict(r, &in); err != nil {
		return Fault{}, fmt.Errorf("read fault: %w", err)
	}
	f := Fault{
		Method: in.Method, Path: in.Path, Skip: in.Skip, Times: in.Times, Rate: in.Rate,
		Kind: in.Kind, Status: in.Status, Header: http.Header{}, Body: in.Body,
	}
	for name, value := range in.Header {
		f.Header.Set(name, value)
	}
	if in.Delay != "" {
		var err error
		if f.Delay, err = time.ParseDuration(in.Delay); err != nil {
			return Fault{}, fmt.Errorf("read fault: %w", err)
		}
	}
	if err := f.Validate(); err != nil {
		return Fault{}, fmt.Errorf("read fault: %w", err)
	}
	return f, nil
}

// AddFault adds a fault. It panics if [Fault.Validate] returns an error.
func (s *Simulator) AddFault(f Fault) {
	if err := f.Validate(); err != nil {
		panic("simulator: " + err.Error())
	}
	f.Header = f.Header.Clone()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &f)
}

// ClearFaults removes every fault.
func (s *Simulator) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// LandWrite carries out the oldest write that FaultLate has held back, as it was sent: its If-Match counts now. It returns
// the status of the answer, which nobody gets; ok is false if no write is held back.
func (s *Simulator) LandWrite() (status int, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.late) == 0 {
		return 0, false
	}
	req := s.late[0]
	s.late = s.late[1:]
	return s.handle(req).status, true
}

// is reports whether f, which may be nil, is of the given kind.
func (f *Fault) is(kind FaultKind) bool {
	return f != nil && f.Kind == kind
}

// suits reports whether a request can go wrong in this way.
func (k FaultKind) suits(req *request) bool {
	switch k {
	case FaultRepeatPage, FaultEmptyPage, FaultShiftPage:
		return req.route.area == areaV2 && req.id == ""
	case FaultEchoSecret:
		return req.route.area == areaToken
	case FaultLate:
		return req.route.area == areaV2 && req.method == http.MethodPatch
	default:
		return true
	}
}

// pickFault returns the fault that hits a request, or nil, and counts it.
func (s *Simulator) pickFault(req *request) *Fault {
	for i, f := range s.faults {
		if !f.Kind.suits(req) || !matchRequest(f.Method, f.Path, req.method, req.path) {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			continue
		}
		if f.Rate > 0 && s.random.Float64() >= f.Rate {
			continue
		}
		picked := *f
		switch f.Times {
		case 0:
		case 1:
			s.faults = slices.Delete(s.faults, i, i+1)
		default:
			f.Times--
		}
		return &picked
	}
	return nil
}
