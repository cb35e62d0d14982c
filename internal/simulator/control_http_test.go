// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

func TestControlEndpoint(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{PathPrefix: "/segura"})
	const faults = "/_simulator/faults"
	get := call{method: "GET", path: vendorsPath, token: s.a2a()}

	s.want(204, call{method: "POST", path: faults, body: `{"kind":"status","status":503}`})
	s.want(503, get)
	s.want(204, call{method: "DELETE", path: faults})
	s.want(200, get)

	s.want(400, call{method: "POST", path: faults, body: `{"kind":"nonsense"}`})
	s.want(400, call{method: "POST", path: faults, body: `{"kind":"html","body":"` + strings.Repeat("x", 1<<20) + `"}`})
	s.want(404, call{method: "GET", path: "/_simulator/"})
	if r := s.want(405, call{method: "GET", path: faults}); r.header.Get("Allow") != "DELETE, POST" {
		t.Errorf("Allow is %q", r.header.Get("Allow"))
	}
	s.want(200, get)
	if got := s.Count("", "/_simulator/*"); got != 0 {
		t.Errorf("%d requests to the control endpoint were logged", got)
	}
}

func TestReadFault(t *testing.T) {
	t.Parallel()
	got, err := simulator.ReadFault(strings.NewReader(`{"method":"GET","path":"/x/*","skip":1,"times":2,"rate":0.5,` +
		`"kind":"slow","status":200,"header":{"retry-after":"3"},"body":"b","delay":"1.5s"}`))
	want := simulator.Fault{
		Method: "GET", Path: "/x/*", Skip: 1, Times: 2, Rate: 0.5, Kind: simulator.FaultSlow, Status: 200,
		Header: http.Header{"Retry-After": {"3"}}, Body: "b", Delay: 1500 * time.Millisecond,
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
	for text, want := range map[string]string{
		`{`:                                "EOF",
		`{"kind":"html"}x`:                 "more than one",
		`{"kind":"html","code":1}`:         `unknown field "code"`,
		`{}`:                               `kind "" is none of`,
		`{"kind":"html","path":"["}`:       "syntax error in pattern",
		`{"kind":"html","skip":-1}`:        "must not be negative",
		`{"kind":"html","times":-1}`:       "must not be negative",
		`{"kind":"slow","delay":"-1s"}`:    "must not be negative",
		`{"kind":"slow","delay":"1"}`:      "missing unit",
		`{"kind":"html","rate":1.1}`:       "between 0 and 1",
		`{"kind":"html","status":100}`:     "between 200 and 599",
		`{"kind":"redirect"}`:              "needs a URL",
		`{"kind":"redirect","status":600}`: "between 200 and 599",
	} {
		if _, err := simulator.ReadFault(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", text, err, want)
		}
	}
}
