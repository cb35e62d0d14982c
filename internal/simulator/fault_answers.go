// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"time"
)

// faultAnswer makes up the answer of a fault that keeps a request from its handler. For other faults it returns nil.
func (s *Simulator) faultAnswer(req *request) *answer {
	f := req.fault
	if f == nil {
		return nil
	}
	status := func(otherwise int) int {
		if f.Status != 0 {
			return f.Status
		}
		return otherwise
	}
	var ans *answer
	switch f.Kind {
	case FaultStatus:
		ans = req.fail(status(http.StatusInternalServerError), "The simulator was told to fail")
		if req.route.area == areaV2 {
			s.setV2Headers(req, ans)
		}
	case FaultLate:
		s.late = append(s.late, req)
		ans = gatewayError(status(http.StatusGatewayTimeout))
	case FaultResetBefore:
		return &answer{header: http.Header{}}
	case FaultHTML:
		ans = rawAnswer(status(http.StatusOK), contentHTML, []byte("<!DOCTYPE html><html><body><h1>Sign in</h1></body></html>"))
	case FaultRedirect:
		ans = rawAnswer(status(http.StatusFound), contentHTML, nil)
		ans.header.Set("Location", f.Body)
		return ans
	case FaultLockdown:
		until := req.now.Add(time.Hour).UTC().Format(time.DateTime)
		ans = v1Error(status(http.StatusServiceUnavailable), 100, "The vault is in lockdown until "+until)
	case FaultV1:
		ans = v1Error(status(http.StatusInternalServerError), 1, "You are not authorized to access this resource")
	case FaultGateway:
		ans = gatewayError(status(http.StatusNotFound))
	case FaultEchoSecret:
		id, secret := credentialsSent(req)
		ans = v1Error(status(http.StatusUnauthorized), 1, fmt.Sprintf("Client authentication failed: %s / %s", id, secret))
	case FaultEndless:
		ans = rawAnswer(status(http.StatusOK), contentJSON, []byte(`{"data":[`))
	default:
		return nil
	}
	if f.Body != "" {
		ans.body = []byte(f.Body)
	}
	return ans
}

// send writes an answer, as the fault has it; f may be nil. It returns early when the client goes away.
func (a *answer) send(w http.ResponseWriter, r *http.Request, f *Fault) {
	header := w.Header()
	maps.Copy(header, a.header)
	if f == nil {
		a.write(w)
		return
	}
	header.Set(FaultHeader, string(f.Kind))
	for name, values := range f.Header {
		header[http.CanonicalHeaderKey(name)] = values
	}
	switch f.Kind {
	case FaultResetBefore, FaultResetAfter:
		panic(http.ErrAbortHandler)
	case FaultTruncate:
		header.Set("Content-Length", strconv.Itoa(len(a.body)))
		a.body = a.body[:len(a.body)/2]
		a.write(w)
	case FaultSlow:
		a.writeSlowly(w, r, f.Delay)
	case FaultEndless:
		a.writeForever(w, r)
	case FaultContentType:
		header.Set("Content-Type", "text/plain; charset=utf-8")
		a.write(w)
	default:
		a.write(w)
	}
}

func (a *answer) write(w http.ResponseWriter) {
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // the client may have gone away
}

func (a *answer) writeSlowly(w http.ResponseWriter, r *http.Request, delay time.Duration) {
	w.WriteHeader(a.status)
	if err := http.NewResponseController(w).Flush(); err != nil {
		return
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		_, _ = w.Write(a.body) // the client may have gone away
	case <-r.Context().Done():
		panic(http.ErrAbortHandler)
	}
}

// writeForever follows the body with white space, which a JSON decoder skips however much there is.
func (a *answer) writeForever(w http.ResponseWriter, r *http.Request) {
	a.write(w)
	blank := bytes.Repeat([]byte(" "), 32<<10)
	for r.Context().Err() == nil {
		if _, err := w.Write(blank); err != nil {
			return
		}
	}
}
