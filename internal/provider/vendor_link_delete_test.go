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

// A vendor that reads as disabled is written all the same: the read may be
// stale.
func TestDestroyOfADisabledVendorWrites(t *testing.T) {
	w := newWorld(t)
	c := w.cli()
	id := c.withLink()
	w.EditVendor(id, func(v *simulator.Vendor) { v.Status = "disabled" })
	c.must("destroy", "-auto-approve")
	w.expectPatches(`{"status":"disabled"}`)
}

func TestDestroyOfAVendorThatIsGone(t *testing.T) {
	w := newWorld(t)
	c := w.cli()
	id := c.withLink()
	c.must("plan", "-destroy", "-out=plan")
	w.RemoveVendor(id)
	c.must("apply", "plan")
	w.expectPatches()
}

// The same id may be another vendor, at another appliance.
func TestDestroyOfAnotherNameIsRefused(t *testing.T) {
	w := newWorld(t)
	c := w.cli()
	id := c.withLink()
	w.EditVendor(id, func(v *simulator.Vendor) { v.Name = "Globex" })
	c.refuse([]string{`Cannot disable vendor "Acme Ltd": it has another name`, `Vendor ` + id + ` is called "Globex"`, "Nothing was written", "apply -refresh-only"},
		"destroy", "-auto-approve", "-refresh=false")
	w.expectPatches()
	if v := w.vendor(id); v.Status != "enabled" {
		t.Errorf("%+v", v)
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
	c.refuse([]string{`Cannot disable vendor "Acme Ltd"`, "HTTP 412", "Request id:", "The record changed meanwhile"}, "destroy", "-auto-approve")
	if n != disableAttempts {
		t.Errorf("%d attempts", n)
	}
}

// terraform destroy plans with the configuration first, and its errors stop it.
// Removing the block is the way on.
func TestRemovedBlockNeedsNoPlanOfTheConfiguration(t *testing.T) {
	w := newWorld(t)
	w.options = []string{"protect_external_disable = true"}
	c := w.cli()
	id := c.withLink()
	w.setStatus(id, "disabled")
	c.refuse([]string{isDisabled, "To destroy the link, remove its block and apply"}, "destroy", "-auto-approve")
	c.use("")
	c.expect(c.apply(), "1 destroyed")
	w.expectPatches(`{"status":"disabled"}`)
}

// A vendor that was renamed needs a refresh first: Terraform destroys a removed
// block with what state said before.
func TestRemovedBlockOfARenamedVendor(t *testing.T) {
	w := newWorld(t)
	c := w.cli()
	id := c.withLink()
	w.EditVendor(id, func(v *simulator.Vendor) { v.Name = "Acme GmbH" })
	c.use("")
	if output, ok := c.run("apply", "-auto-approve"); !ok {
		c.expect(output, "it has another name", "apply -refresh-only")
		w.expectStatus(id, "enabled")
		c.must("apply", "-refresh-only", "-auto-approve")
		c.apply()
	}
	w.expectStatus(id, "disabled")
}
