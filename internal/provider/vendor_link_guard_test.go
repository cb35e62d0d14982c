// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"net/http"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

var moveToIT = strings.Replace(linkAcme, "Vendors - OT", "Vendors - IT", 1)

// withLink pushes Acme Ltd and links it.
func (c *cli) withLink() (id string) {
	c.t.Helper()
	id = c.push("Acme Ltd")
	c.use(linkAcme)
	c.apply()
	c.ResetRequests()
	return id
}

func TestStalePlanIsRefused(t *testing.T) {
	w := newWorld(t)
	c := w.cli()
	id := c.withLink()
	c.use(moveToIT)
	c.must("plan", "-out=plan")
	w.EditVendor(id, func(v *simulator.Vendor) { v.Status = "disabled" })
	c.refuse([]string{
		`Cannot update vendor "Acme Ltd": it changed since the plan was made`,
		"enabled: the plan saw true, now it is false", "Nothing was written", "Plan again",
	}, "apply", "plan")
	w.expectPatches()
}

func TestUnmanagedChangeDoesNotBlock(t *testing.T) {
	w := newWorld(t)
	c := w.cli()
	id := c.withLink()
	c.use(moveToIT)
	c.must("plan", "-out=plan")
	w.EditVendor(id, func(v *simulator.Vendor) { v.ContractNumber, v.DueDate = "C-2", "2029-01-01" })
	c.must("apply", "plan")
	w.expectPatches(`{"access_group":{"id":"8"}}`)
	if v := w.vendor(id); v.ContractNumber != "C-2" || v.DueDate != "2029-01-01" {
		t.Errorf("what is not managed was lost: %+v", v)
	}
	c.expectNoChanges()
}

func TestChangeBetweenGetAndPatchIsRefused(t *testing.T) {
	w := newWorld(t)
	c := w.cli()
	id := c.withLink()
	c.use(moveToIT)
	var once sync.Once
	w.OnRequest(func(r *http.Request) {
		if r.Method == http.MethodPatch {
			once.Do(func() { w.EditVendor(id, func(v *simulator.Vendor) { v.StartDate = "2026-06-01" }) })
		}
	})
	c.refuse([]string{"it changed since the plan was made", "HTTP 412", "Request id:", "start_date: the plan saw 2026-12-01, now it is 2026-06-01"}, "apply", "-auto-approve")
	if v := w.vendor(id); v.AccessGroupID != groupOT || v.StartDate != "2026-06-01" {
		t.Errorf("somebody's change was lost: %+v", v)
	}
}

func TestEnablingADisabledVendorWarnsOrIsRefused(t *testing.T) {
	w := newWorld(t)
	c := w.cli()
	id := c.withLink()
	w.EditVendor(id, func(v *simulator.Vendor) { v.Status = "disabled" })

	w.options = []string{"protect_external_disable = true"}
	c.use(linkAcme)
	c.refuse([]string{`Cannot enable vendor "Acme Ltd": it is disabled`, "Nothing was written", "enabled = false"}, "apply", "-auto-approve")
	w.expectPatches()

	// As it has to stay so: no change, no complaint.
	c.use(strings.Replace(linkAcme, "start_date", "enabled = false\n  start_date", 1))
	c.expect(c.must("plan"), "No changes.")

	w.options = nil
	c.use(linkAcme)
	c.expect(c.must("plan"), `Vendor "Acme Ltd" is disabled and will be enabled`, "gives its users access back")
	c.apply()
	w.expectPatches(`{"status":"enabled"}`)
}

func TestRenamedAtTheIdentityProvider(t *testing.T) {
	w := newWorld(t)
	c := w.cli()
	id := c.withLink()
	w.EditVendor(id, func(v *simulator.Vendor) { v.Name = "Acme Industries" })
	c.refuse([]string{`Cannot find vendor "Acme Ltd"`, `is called "Acme Industries" now`, `set vendor_name = "Acme Industries"`}, "apply", "-auto-approve")
	w.expectPatches()
	c.use(strings.Replace(linkAcme, "Acme Ltd", "Acme Industries", 1))
	c.expectNoChanges()
}

func TestMadeAnewAtTheIdentityProvider(t *testing.T) {
	w := newWorld(t)
	c := w.cli()
	old := c.withLink()
	w.RemoveVendor(old)
	anew := w.push("Acme Ltd")
	c.expect(c.apply(), `Vendor "Acme Ltd" is gone`, "recreated it under the same name, with id "+anew)
	if v := w.vendor(anew); v.Status != "enabled" || v.AccessGroupID != groupOT {
		t.Errorf("the new vendor is not linked: %+v", v)
	}
	c.expectNoChanges()
}

func TestGoneForGood(t *testing.T) {
	w := newWorld(t)
	c := w.cli()
	id := c.withLink()
	w.push("Globex")
	w.RemoveVendor(id)
	c.expect(c.must("plan"), `Vendor "Acme Ltd" is gone`, "probably deleted at the identity provider",
		`Vendor "Acme Ltd" is not there yet`, "wait up to 15m")
}

// Only the vendor's own 404 says that it is gone.
func TestOtherFailuresRemoveNothing(t *testing.T) {
	for name, fault := range map[string]simulator.Fault{
		"401":                {Kind: "status", Status: 401},
		"403":                {Kind: "status", Status: 403},
		"500":                {Kind: "status", Status: 500},
		"503":                {Kind: "status", Status: 503},
		"404 of the gateway": {Kind: "gateway", Status: 404},
		"404 of API v1":      {Kind: "v1", Status: 404},
		"404 of a web page":  {Kind: "html", Status: 404},
		"a web page":         {Kind: "html"},
		"a redirect":         {Kind: "redirect", Body: "https://elsewhere.example/"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			p := w.protocol()
			id := w.linked("Acme Ltd", groupOT, "enabled")
			fault.Path = "/api/v2/domum/vendors/*"
			w.AddFault(fault)
			state, said := p.readLink(id, nil)
			if !strings.Contains(said, `Cannot read vendor "Acme Ltd"`) || state == nil || !reflect.DeepEqual(state, p.state(id)) {
				t.Errorf("said %q, state %+v", said, state)
			}
			w.ClearFaults()
			if state, said := p.readLink(id, nil); said != "" || !reflect.DeepEqual(state, p.state(id)) {
				t.Errorf("afterwards: said %q, state %+v", said, state)
			}
			w.expectPatches()
		})
	}
}

// The connection breaks after the write, and the appliance doesn't come back:
// the link is in state, untainted, and the next plan sees what became of it.
func TestUnconfirmedWriteHealsItself(t *testing.T) {
	for _, kind := range []simulator.FaultKind{"reset-before", "reset-after"} {
		t.Run(string(kind), func(t *testing.T) {
			w := newWorld(t)
			id := w.push("Acme Ltd")
			c := w.cli()
			c.use(linkAcme)
			w.AddFault(simulator.Fault{Method: "PATCH", Kind: kind})
			w.AddFault(simulator.Fault{Method: "GET", Path: "/api/v2/domum/vendors/*", Kind: "status", Status: 503, Skip: 1})
			c.expect(c.apply(), `Could not confirm the update of vendor "Acme Ltd"`, "Plan again")
			w.ClearFaults()
			w.ResetRequests()
			c.apply()
			for _, patch := range w.patches() {
				if patch["status"] == "disabled" {
					t.Error("the vendor was cut off")
				}
			}
			if v := w.vendor(id); v.Status != "enabled" || v.AccessGroupID != groupOT {
				t.Errorf("%+v", v)
			}
			c.expectNoChanges()
		})
	}
}

func TestFailedDestroyKeepsTheLink(t *testing.T) {
	w := newWorld(t)
	c := w.cli()
	id := c.withLink()
	w.AddFault(simulator.Fault{Method: "PATCH", Kind: "status", Status: 403})
	c.refuse([]string{`Cannot disable vendor "Acme Ltd"`, "HTTP 403", "read and write permission"}, "destroy", "-auto-approve")
	w.ClearFaults()
	// A page in between that says 200 is no success.
	w.AddFault(simulator.Fault{Method: "PATCH", Kind: "html"})
	c.refuse([]string{`Cannot disable vendor "Acme Ltd"`, "an HTML page instead of JSON"}, "destroy", "-auto-approve")
	w.ClearFaults()
	c.must("destroy", "-auto-approve")
	if v := w.vendor(id); v.Status != "disabled" {
		t.Errorf("%+v", v)
	}
}

// An update whose answer got lost, and that can't be looked up, is nobody
// else's change.
func TestUnconfirmedUpdateBlamesNobody(t *testing.T) {
	w := newWorld(t)
	c := w.cli()
	c.withLink()
	c.use(moveToIT)
	w.AddFault(simulator.Fault{Method: "PATCH", Kind: "reset-after", Times: 1})
	w.AddFault(simulator.Fault{Method: "GET", Path: "/api/v2/domum/vendors/*", Kind: "status", Status: 500, Skip: 2})
	output, ok := c.run("apply", "-auto-approve")
	if ok || strings.Contains(output, "Somebody") {
		t.Errorf("succeeded: %t\n%s", ok, output)
	}
	c.expect(output, `Could not confirm the update of vendor "Acme Ltd"`, "could not be read afterwards either", "Plan again")
	w.ClearFaults()
	c.apply()
	c.expectNoChanges()
}
