// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

func (w *world) expectStatus(id, status string) {
	w.t.Helper()
	if v := w.vendor(id); v.Status != status {
		w.t.Errorf("status %s, want %s: %+v", v.Status, status, v)
	}
}

const (
	isDisabled    = `Cannot enable vendor "Acme Ltd": it is disabled`
	willBeEnabled = `Vendor "Acme Ltd" is disabled and will be enabled`
	isNotThereYet = `Vendor "Acme Ltd" is not there yet`
)

// Somebody links the vendor while a create waits for it.
func TestVendorLinkedDuringTheWaitIsRefused(t *testing.T) {
	f := newFolder(t, nobody)
	var lists atomic.Int32
	f.OnRequest(func(r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/vendors") && lists.Add(1) == 7 { // after both plans
			f.linked("Acme Ltd", groupIT, "enabled")
		}
	})
	began := f.clock.Now()
	f.run(command{
		block:  vendorLink("timeouts", timeout("create", "10m")),
		warned: words{isNotThereYet}, refused: words{`Cannot link vendor "Acme Ltd": it is linked already`, "Nothing was written"},
	})
	if took := f.clock.Now().Sub(began); took > time.Hour {
		t.Errorf("the error took %s", took)
	}
}

// Whoever disabled the vendor: enabling it is refused under protection, also
// after any history of which state holds no trace.
func TestProtectionHasNoMemory(t *testing.T) {
	for name, test := range map[string]struct {
		history command
		then    others
		start   string
	}{
		"enabled by hand after the configuration disabled it": {
			command{provider: protecting, block: vendorLink("enabled", false), writes: words{disables}},
			func(f *folder) {
				status("enabled")(f)
				f.run(command{provider: protecting, block: vendorLink()})
				status("disabled")(f)
			}, "2026-12-01",
		},
		"disabled with a new date": {
			command{provider: protecting, block: vendorLink("enabled", false, "start_date", "2026-12-02"), writes: words{`{"start_date":"2026-12-02","status":"disabled"}`}},
			func(f *folder) { status("enabled")(f); status("disabled")(f) }, "2026-12-02",
		},
		"the answer to the disable was lost": {
			command{
				others: answerLost, provider: protecting, block: vendorLink("enabled", false),
				refused: words{"Could not confirm the update"}, writes: words{disables, disables},
			},
			faults(), "2026-12-01",
		},
	} {
		t.Run(name, func(t *testing.T) {
			guard(t, byTerraform,
				test.history,
				command{others: test.then, provider: protecting, block: vendorLink("start_date", test.start), refused: words{isDisabled, "protect_external_disable = false", "enabled = false"}},
				command{verb: "plan", block: vendorLink(), warned: words{willBeEnabled}},
			)
		})
	}
}

// Terraform itself leaves an ignored status out of what it asks for.
func TestProtectionOfALinkWhoseStatusWasIgnored(t *testing.T) {
	w := newWorld(t)
	c := w.cli()
	id := c.withLink()
	w.options = []string{"protect_external_disable = true"}
	ignoring := strings.Replace(linkAcme, "start_date ", "lifecycle { ignore_changes = [enabled] }\n  start_date ", 1)
	c.use(ignoring)
	c.apply()
	w.EditVendor(id, func(v *simulator.Vendor) { v.Status = "disabled" })
	c.use(strings.Replace(ignoring, "2026-12-01", "2026-12-02", 1))
	c.apply()
	w.ResetRequests()
	c.use(strings.Replace(linkAcme, "2026-12-01", "2026-12-02", 1))
	c.refuse([]string{isDisabled, "protect_external_disable = false", "enabled = false"}, "apply", "-auto-approve")
	w.expectPatches()
	w.options = nil
	c.use(linkAcme)
	c.expect(c.must("plan"), willBeEnabled)
}

// The vendor is disabled by hand; then its for_each key is renamed.
func TestRenamedKeyOfADisabledVendor(t *testing.T) {
	for key, writes := range map[string]words{"a key that is created first": {enables}, "one that is destroyed first": {disables, enables}} {
		t.Run(key, func(t *testing.T) {
			guard(t, byTerraform,
				command{others: status("disabled"), provider: protecting, blocks: blocks{key: vendorLink()}, refused: words{isDisabled}, leaves: simulator.Vendor{Status: "disabled"}},
				command{provider: protecting, blocks: blocks{key: vendorLink("adopt_existing", true)}, refused: words{isDisabled}, leaves: simulator.Vendor{Status: "disabled"}},
				command{blocks: blocks{key: vendorLink()}, inTurn: true, warned: words{willBeEnabled}, writes: writes, leaves: simulator.Vendor{Status: "enabled"}},
			)
		})
	}
}

// A plan that was made without protection is applied with it, and not made
// again.
func TestProtectionCountsAtTheApply(t *testing.T) {
	f := newFolder(t, byTerraform)
	status("disabled")(f)
	planned := f.plan(command{}, blocks{"acme": vendorLink()})["acme"]
	f.applyPlanned(f.protocol(protecting), planned, vendorLink())
	f.expectSaid("errors", f.errors, words{isDisabled})
	f.expectVendor(simulator.Vendor{Status: "disabled"})
}

// Two blocks link one vendor. The plan warns; destroying one of them or both
// disables it, with any parallelism.
func TestTwoBlocksOfOneVendor(t *testing.T) {
	for name, kept := range map[string]blocks{"the first stays": {"acme": vendorLink()}, "the second stays": {"again": twoBlocks["again"]}, "none stays": nil} {
		for _, inTurn := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, in turn: %t", name, inTurn), func(t *testing.T) {
				warning := words{`Vendor "Acme Ltd" is linked by two blocks`, "Destroying one of them disables the vendor", "Keep one block", "terraform state rm"}
				guard(t, byTerraform,
					command{blocks: twoBlocks, inTurn: true, warned: words{"is interrupted"}},
					command{verb: "plan", blocks: kept, inTurn: inTurn, warned: warning},
					command{
						blocks: kept, inTurn: inTurn, warned: warning,
						writes: slices.Repeat(words{disables}, 2-len(kept)), leaves: simulator.Vendor{Status: "disabled"},
					},
				)
			})
		}
	}
}

// Replacing a link disables the vendor for a moment: it is refused without
// adoption, and warned of with it.
func TestReplacingALink(t *testing.T) {
	w := newWorld(t)
	c := w.cli()
	id := c.withLink()
	c.refuse([]string{"it is linked already", "-replace", "replace_triggered_by", "terraform untaint"}, "apply", "-auto-approve", "-replace="+acme)
	w.expectPatches()
	c.use(strings.Replace(linkAcme, "start_date ", "adopt_existing = true\n  start_date ", 1))
	c.apply()
	c.expect(c.must("apply", "-auto-approve", "-replace="+acme), `Access of vendor "Acme Ltd" is interrupted`, "leave those out or run terraform untaint")
	w.expectStatus(id, "enabled")
}

// A replacement links another vendor. Terraform shows no warning of the plan that
// it makes of that.
func TestReplacementShowsWhatItDoesToTheOtherVendor(t *testing.T) {
	for name, test := range map[string]struct {
		status, adopt string
		said          words
	}{
		"a vendor that is disabled": {"disabled", "", words{`Vendor "Beta" is disabled and will be enabled`, "access group: \"Vendors - IT\" (id 8) → \"Vendors - OT\" (id 7)", "start_date: 2026-11-01 → 2026-12-01"}},
		"a link that is adopted":    {"enabled", "adopt_existing = true\n", words{`The link of vendor "Beta" will be overwritten`, "start_date: 2026-11-01 → 2026-12-01"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			c := w.cli()
			c.withLink()
			w.linked("Beta", groupIT, test.status)
			beta := strings.Replace(strings.Replace(linkAcme, "Acme Ltd", "Beta", 1), "start_date ", test.adopt+"start_date ", 1)
			c.use(beta)
			c.expect(c.must("plan"), append(test.said, "must be replaced")...)
			if test.adopt != "" {
				return
			}
			w.options = []string{"protect_external_disable = true"}
			c.use(beta)
			c.refuse(words{`Cannot enable vendor "Beta": it is disabled`}, "plan")
		})
	}
}

func TestUnreachableApplianceIsOneErrorForEachLink(t *testing.T) {
	w := newWorld(t)
	w.push("Acme Ltd")
	w.AddFault(simulator.Fault{Method: "GET", Kind: "status", Status: 403})
	if _, failed := w.protocol().attempt(adoption); strings.Count(failed, "HTTP 403") != 1 {
		t.Errorf("said: %q", failed)
	}
}

// Two blocks wait for one vendor, and both may adopt: the second is refused.
func TestTwoBlocksThatWaitForOneVendor(t *testing.T) {
	guard(t, nobody, command{
		blocks:  blocks{"acme": twoBlocks["again"], "again": twoBlocks["again"]},
		between: func(f *folder) { f.ResetRequests(); f.pushAt(3, "Acme Ltd") },
		warned:  words{isNotThereYet}, refused: words{"it is linked twice", "Keep one of the two blocks"}, writes: words{linksAcme},
	})
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
		if said := <-destroyed; failed != "" || said != "" && !strings.Contains(said, "is not disabled: another block has linked it") {
			t.Fatalf("create: %q, destroy: %q", failed, said)
		}
		w.expectStatus(id, "enabled")
		w.RemoveVendor(id)
	}
}
