// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"maps"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// acmeWith returns linkAcme with further lines.
func acmeWith(lines string) string {
	return strings.Replace(linkAcme, "start_date ", lines+"\n  start_date ", 1)
}

func (w *world) setStatus(id, status string) {
	w.EditVendor(id, func(v *simulator.Vendor) { v.Status = status })
}

func (w *world) expectStatus(id, status string) {
	w.t.Helper()
	if v := w.vendor(id); v.Status != status {
		w.t.Errorf("status %s, want %s: %+v", v.Status, status, v)
	}
}

const isDisabled = `Cannot enable vendor "Acme Ltd": it is disabled`

// Somebody links the vendor while a create waits for it.
func TestVendorLinkedDuringTheWaitIsRefused(t *testing.T) {
	w := newWorld(t)
	c := w.cli()
	c.use(acmeWith(`timeouts = { create = "20s" }`))
	var lists atomic.Int32
	w.OnRequest(func(r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/vendors") && lists.Add(1) == 4 {
			w.linked("Acme Ltd", groupIT, "enabled")
		}
	})
	began := w.clock.Now()
	c.refuse([]string{`Cannot link vendor "Acme Ltd": it is linked already`, "Nothing was written"}, "apply", "-auto-approve")
	if took := w.clock.Now().Sub(began); took > time.Hour {
		t.Errorf("the error took %s", took)
	}
	w.expectPatches()
}

// Whoever disabled the vendor: enabling it is refused under protection, also
// after any history of which state holds no trace.
func TestProtectionHasNoMemory(t *testing.T) {
	disabledBlock := acmeWith("enabled = false")
	for name, history := range map[string]func(w *world, c *cli, id string){
		"enabled by hand after the configuration disabled it": func(w *world, c *cli, id string) {
			c.use(disabledBlock)
			c.apply()
			w.setStatus(id, "enabled")
			c.use(linkAcme)
			c.expect(c.apply(), "0 added, 0 changed, 0 destroyed")
			w.setStatus(id, "disabled")
		},
		"the status was ignored": func(w *world, c *cli, id string) {
			ignoring := acmeWith("lifecycle { ignore_changes = [enabled] }")
			c.use(ignoring)
			c.apply()
			w.setStatus(id, "disabled")
			c.use(strings.Replace(ignoring, "2026-12-01", "2026-12-02", 1))
			c.apply()
		},
		"disabled with a new date": func(w *world, c *cli, id string) {
			c.use(strings.Replace(disabledBlock, "2026-12-01", "2026-12-02", 1))
			c.apply()
			w.setStatus(id, "enabled")
			w.setStatus(id, "disabled")
		},
		"the answer to the disable was lost": func(w *world, c *cli, _ string) {
			c.use(disabledBlock)
			w.AddFault(simulator.Fault{Method: "PATCH", Kind: "reset-after", Times: 1})
			w.AddFault(simulator.Fault{Method: "GET", Path: "/api/v2/domum/vendors/*", Kind: "status", Status: 500, Skip: 2})
			c.refuse([]string{"Could not confirm the update"}, "apply", "-auto-approve")
			w.ClearFaults()
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			c := w.cli()
			id := c.withLink()
			w.options = []string{"protect_external_disable = true"}
			history(w, c, id)
			w.ResetRequests()
			c.use(strings.Replace(linkAcme, "2026-12-01", w.vendor(id).StartDate, 1))
			c.refuse([]string{isDisabled, "protect_external_disable = false", "enabled = false"}, "apply", "-auto-approve")
			w.expectPatches()
			w.options = nil
			c.use(linkAcme)
			c.expect(c.must("plan"), `Vendor "Acme Ltd" is disabled and will be enabled`)
		})
	}
}

// The vendor is disabled by hand; then its for_each key is renamed.
func TestRenamedKeyOfADisabledVendor(t *testing.T) {
	keyed := func(key, adopt string) string {
		return strings.NewReplacer(`"acme"`, `"by_key"`, "vendor_name ", "for_each = toset([\""+key+"\"])\n  adopt_existing = "+adopt+"\n  vendor_name ").Replace(linkAcme)
	}
	w := newWorld(t)
	id := w.push("Acme Ltd")
	c := w.cli()
	c.use(keyed("old", "false"))
	c.apply()
	w.setStatus(id, "disabled")
	w.options = []string{"protect_external_disable = true"}
	for _, adopt := range []string{"false", "true"} {
		c.use(keyed("new", adopt))
		c.refuse([]string{isDisabled}, "apply", "-auto-approve")
		w.expectStatus(id, "disabled")
	}
	w.options = nil
	c.use(keyed("new", "false"))
	c.expect(c.apply(), `Vendor "Acme Ltd" is disabled and will be enabled`)
	w.expectStatus(id, "enabled")
}

// A vendor that somebody unlinked was never disabled by a person: linking it
// again gives no access back that was taken away.
func TestLinkThatLostItsAccessGroupIsLinkedWithoutAWarning(t *testing.T) {
	w := newWorld(t)
	c := w.cli()
	id := c.withLink()
	w.EditVendor(id, func(v *simulator.Vendor) { v.Status, v.AccessGroupID = "disabled", "" })
	w.options = []string{"protect_external_disable = true"}
	c.use(linkAcme)
	if output := c.apply(); strings.Contains(output, "Warning") {
		t.Errorf("warned:\n%s", output)
	}
	w.expectStatus(id, "enabled")
}

// A plan that was made without protection is applied with it.
func TestProtectionCountsAtTheApply(t *testing.T) {
	w := newWorld(t)
	id := w.push("Acme Ltd")
	planner := w.protocol()
	attributes := maps.Clone(adoption)
	maps.Copy(attributes, map[string]any{"id": id, "vendor_id": id, "access_group_id": groupOT})
	l := &lateWrite{world: w, id: id, private: planner.create(), state: planner.object(planner.link, attributes)}
	w.setStatus(id, "disabled")
	l.refresh(planner)
	planned := l.plan(planner)
	if failed := l.apply(w.protocol(protecting), planned); !strings.Contains(failed, isDisabled) {
		t.Errorf("said: %q", failed)
	}
	w.expectStatus(id, "disabled")
}

// Two blocks link one vendor. The plan warns; destroying one of them or both
// disables it, with any parallelism.
func TestTwoBlocksOfOneVendor(t *testing.T) {
	second := strings.NewReplacer(`"acme"`, `"again"`, "start_date ", "adopt_existing = true\n  start_date ").Replace(linkAcme)
	for name, kept := range map[string]string{"the first stays": linkAcme, "the second stays": second, "none stays": ""} {
		for _, parallelism := range []string{"1", "10"} {
			t.Run(name+", parallelism "+parallelism, func(t *testing.T) {
				w := newWorld(t)
				c := w.cli()
				id := c.withLink()
				c.use(linkAcme + second)
				c.apply()
				c.use(kept)
				c.expect(c.must("apply", "-auto-approve", "-parallelism="+parallelism), `Vendor "Acme Ltd" is linked by two blocks`, "Destroying one of them disables the vendor")
				w.expectStatus(id, "disabled")
			})
		}
	}
}

// The provider is pointed at another appliance.
func TestAnotherApplianceIsLeftAlone(t *testing.T) {
	w := newWorld(t)
	c := w.cli()
	id := c.withLink()
	w.RemoveVendor(id)
	c.refuse([]string{`Cannot read vendor "Acme Ltd"`, "shows no vendor at all", "The link stays in state", "url attribute"}, "plan")
	c.refuse([]string{"shows no vendor at all"}, "apply", "-auto-approve", "-refresh-only")
	c.expect(c.must("state", "list"), acme)
}

// The same id may be another vendor, at another appliance.
func TestUpdateOfAnotherNameIsRefused(t *testing.T) {
	w := newWorld(t)
	c := w.cli()
	id := c.withLink()
	w.EditVendor(id, func(v *simulator.Vendor) { v.Name = "Globex" })
	c.use(moveToIT)
	c.refuse([]string{"it changed since the plan was made", `vendor_name: the plan saw "Acme Ltd", now it is "Globex"`, "Nothing was written"}, "apply", "-auto-approve", "-refresh=false")
	w.expectPatches()
}

// Replacing a link disables the vendor for a moment: it is refused without
// adoption, and warned of with it.
func TestReplacingALink(t *testing.T) {
	w := newWorld(t)
	c := w.cli()
	id := c.withLink()
	c.refuse([]string{"it is linked already", "-replace", "replace_triggered_by", "terraform untaint"}, "apply", "-auto-approve", "-replace="+acme)
	w.expectPatches()
	c.use(acmeWith("adopt_existing = true"))
	c.apply()
	c.expect(c.must("apply", "-auto-approve", "-replace="+acme), `Access of vendor "Acme Ltd" is interrupted`)
	w.expectStatus(id, "enabled")
}

func TestUnreachableApplianceIsOneErrorForEachLink(t *testing.T) {
	w := newWorld(t)
	w.push("Acme Ltd")
	w.AddFault(simulator.Fault{Method: "GET", Kind: "status", Status: 403})
	if _, failed := w.protocol().attempt(adoption); strings.Count(failed, "HTTP 403") != 1 {
		t.Errorf("said: %q", failed)
	}
}

// The record's own answer and the list contradict each other: nothing is
// removed from state.
func TestVendorThatTheListStillHasIsNotGone(t *testing.T) {
	w := newWorld(t)
	c := w.cli()
	c.withLink()
	w.AddFault(simulator.Fault{
		Method: "GET", Path: "/api/v2/domum/vendors/*", Kind: "status", Status: 404,
		Body: `{"error":{"code":"not_found","message":"The vendor was not found."}}`,
	})
	c.refuse([]string{`Cannot read vendor "Acme Ltd"`, "The list of vendors still has it", "The link stays in state"}, "plan")
}

// Two blocks wait for one vendor, and both may adopt: the second is refused.
func TestTwoBlocksThatWaitForOneVendor(t *testing.T) {
	w := newWorld(t)
	c := w.cli()
	first := acmeWith("adopt_existing = true")
	c.use(first + strings.Replace(first, `"acme"`, `"again"`, 1))
	c.must("plan", "-out=plan")
	w.ResetRequests()
	w.pushAt(3, "Acme Ltd")
	c.refuse([]string{"it is linked twice", "Keep one of the two blocks"}, "apply", "plan")
	w.expectPatches(`{"access_group":{"id":"7"},"start_date":"2026-12-01","status":"enabled"}`)
}

// Terraform destroys the old address while it creates the new one: neither sees
// the vendor in the middle of the other's work.
func TestDestroyAndCreateAtOnce(t *testing.T) {
	w := newWorld(t)
	for range 50 {
		id := w.linked("Acme Ltd", groupOT, "enabled")
		p := w.protocol(protecting)
		destroyed := make(chan string)
		go func() { destroyed <- p.destroy(id, nil) }()
		_, failed := p.attempt(adoption)
		if said := <-destroyed; failed != "" || said != "" && !strings.Contains(said, "stays enabled") {
			t.Fatalf("create: %q, destroy: %q", failed, said)
		}
		w.expectStatus(id, "enabled")
		w.RemoveVendor(id)
	}
}
