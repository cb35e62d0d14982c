// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

func TestDestroyDisables(t *testing.T) {
	w := newWorld(t)
	c := w.cli()
	id := c.withLink()
	// Somebody else's change doesn't stop it, and survives.
	w.EditVendor(id, func(v *simulator.Vendor) { v.AccessGroupID, v.DueDate = groupIT, "2030-01-01" })
	c.must("destroy", "-auto-approve")
	w.expectPatches(`{"status":"disabled"}`)
	if v := w.vendor(id); v.Status != "disabled" || v.AccessGroupID != groupIT || v.StartDate != "2026-12-01" || v.DueDate != "2030-01-01" {
		t.Errorf("after the destroy: %+v", v)
	}
}

func TestDestroyOfWhatChangesMeanwhile(t *testing.T) {
	w := newWorld(t)
	c := w.cli()
	id := c.withLink()
	var once sync.Once
	w.OnRequest(func(r *http.Request) {
		if r.Method == http.MethodPatch {
			once.Do(func() { w.EditVendor(id, func(v *simulator.Vendor) { v.ContractNumber = "C-9" }) })
		}
	})
	c.must("destroy", "-auto-approve")
	if v := w.vendor(id); v.Status != "disabled" || v.ContractNumber != "C-9" {
		t.Errorf("after the destroy: %+v", v)
	}
}

func TestDestroyOfDisabledOrGone(t *testing.T) {
	for name, before := range map[string]func(*world, string){
		"disabled": func(w *world, id string) { w.EditVendor(id, func(v *simulator.Vendor) { v.Status = "disabled" }) },
		"gone":     func(w *world, id string) { w.RemoveVendor(id) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			c := w.cli()
			id := c.withLink()
			c.must("plan", "-destroy", "-out=plan")
			before(w, id)
			c.must("apply", "plan")
			w.expectPatches()
		})
	}
}

func TestAbandon(t *testing.T) {
	w := newWorld(t)
	c := w.cli()
	id := c.withLink()
	c.use(strings.Replace(linkAcme, "start_date", "deletion_policy = \"abandon\"\n  start_date", 1))
	c.apply()
	w.ResetRequests()
	c.must("plan", "-destroy", "-out=plan")
	w.ResetRequests()
	c.expect(c.must("apply", "plan"), `Vendor "Acme Ltd" stays as it is`)
	if n := len(w.Requests()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
	if v := w.vendor(id); v.Status != "enabled" {
		t.Errorf("after the destroy: %+v", v)
	}
}

// The policy that was applied counts, not one that was only written down.
func TestDeletionPolicyIsReadFromState(t *testing.T) {
	w := newWorld(t)
	c := w.cli()
	id := c.withLink()
	c.use(strings.Replace(linkAcme, "start_date", "deletion_policy = \"abandon\"\n  start_date", 1))
	c.must("destroy", "-auto-approve")
	if v := w.vendor(id); v.Status != "disabled" {
		t.Errorf("after the destroy: %+v", v)
	}
}

// Whoever changes the vendor before every single write gets the last word, and
// the message says what the appliance said.
func TestDestroyOfWhatChangesAlways(t *testing.T) {
	w := newWorld(t)
	c := w.cli()
	id := c.withLink()
	n := 0
	w.OnRequest(func(r *http.Request) {
		if r.Method == http.MethodPatch {
			n++
			w.EditVendor(id, func(v *simulator.Vendor) { v.ContractNumber = fmt.Sprint(n) })
		}
	})
	c.refuse([]string{`Cannot disable vendor "Acme Ltd"`, "HTTP 412", "Request id:", "Somebody else changed the record meanwhile"}, "destroy", "-auto-approve")
	if n != disableAttempts {
		t.Errorf("%d attempts", n)
	}
}

// What stands in the way of a plan stands in the way of the one that terraform
// destroy makes first; each message says how to get past it.
func TestDestroyDespiteAnErrorOfThePlan(t *testing.T) {
	for name, test := range map[string]struct {
		config string
		before func(w *world, id string)
		word   string
	}{
		"the vendor is gone, and the configuration has its id": {
			strings.Replace(linkAcme, `vendor_name       = "Acme Ltd"`, `vendor_id = "1"`, 1),
			func(w *world, id string) { w.RemoveVendor(id) }, "No vendor has this id",
		},
		"made anew, and linked by hand": {linkAcme, func(w *world, id string) {
			w.RemoveVendor(id)
			w.linked("Acme Ltd", groupOT, "enabled")
		}, "it is linked already"},
		"renamed": {linkAcme, func(w *world, id string) { w.EditVendor(id, func(v *simulator.Vendor) { v.Name = "Acme GmbH" }) }, "is called"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			c := w.cli()
			id := w.push("Acme Ltd")
			c.use(test.config)
			c.apply()
			test.before(w, id)
			c.refuse([]string{test.word, "terraform destroy -refresh=false"}, "destroy", "-auto-approve")
			c.must("destroy", "-auto-approve", "-refresh=false")
		})
	}
}
