// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

const manyVendors = `
variable "vendors" { type = set(string) }

resource "domum_vendor_link" "many" {
  for_each          = var.vendors
  vendor_name       = each.key
  access_group_name = "Vendors - OT"
  start_date        = "2026-12-01"
}
`

// pushAt pushes the groups while the n-th list call is under way.
func (w *world) pushAt(n int, names ...string) {
	var mu sync.Mutex
	seen := 0
	w.OnRequest(func(r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if !strings.HasSuffix(r.URL.Path, "/vendors") || r.URL.Query().Has("vendor.name") {
			return
		}
		if seen++; seen == n {
			for _, name := range names {
				w.push(name)
			}
		}
	})
}

func TestApplyWaitsForTheVendor(t *testing.T) {
	f := newFolder(t, nobody)
	f.push("Globex")
	f.run(
		command{verb: "plan", block: vendorLink(), warned: words{isNotThereYet, `The nearest names: "Globex"`, "wait up to 15m for it to synchronize", "internal users"}},
		command{others: func(f *folder) { f.pushAt(5, "Acme Ltd") }, block: vendorLink(), warned: words{isNotThereYet}, writes: words{linksAcme}, settled: true},
	)
}

func TestWaitersShareOnePoll(t *testing.T) {
	w := newWorld(t)
	var names []string
	for i := range 50 {
		names = append(names, "Vendor "+string(rune('A'+i/10))+string(rune('0'+i%10)))
	}
	c := w.cli()
	c.use(manyVendors)
	vendors := `-var=vendors=["` + strings.Join(names, `","`) + `"]`
	c.must("plan", vendors, "-out=plan")
	w.ResetRequests()
	w.pushAt(8, names...)
	c.must("apply", "-parallelism=50", "plan")
	if _, got := w.listCalls(); got > 10 {
		t.Errorf("50 waiters sent %d list calls; they came in the 8th", got)
	}
	if got := len(w.patches()); got != 50 {
		t.Errorf("%d vendors were linked, want 50", got)
	}
}

func TestWaitEndsInTime(t *testing.T) {
	f := newFolder(t, nobody)
	f.push("Acme Limited")
	short := vendorLink("timeouts", timeout("create", "90s"))
	f.run(command{block: short, warned: words{isNotThereYet}, refused: words{
		`Cannot link vendor "Acme Ltd"`, `The nearest names: "Acme Limited"`, "did not synchronize within 1m30s", "Nothing was written", "internal users",
	}})
	if got := f.Count("GET", "/api/v2/domum/vendors"); got < 4 {
		t.Errorf("only %d list calls in 90 s", got)
	}
	// Nothing is left behind: once it is there, the next apply links it.
	f.push("Acme Ltd")
	f.run(command{block: short, writes: words{linksAcme}, settled: true})
}

// A group of internal users never becomes a vendor.
func TestInternalUsersNeedNoLink(t *testing.T) {
	f := newFolder(t, nobody)
	if id := f.PushGroup(workforce, "Acme Ltd"); id != "" {
		t.Fatalf("an internal group became vendor %s", id)
	}
	f.run(command{
		block: vendorLink("timeouts", timeout("create", "10s")), warned: words{isNotThereYet},
		refused: words{"groups of a provider of internal users never become vendors, and need no link"},
	})
}

const upstream = `
variable "serial" { default = 1 }
variable "group" { default = "Acme Ltd" }

resource "terraform_data" "group" {
  input            = var.group
  triggers_replace = var.serial
}

resource "domum_vendor_link" "acme" {
  vendor_name       = terraform_data.group.output
  access_group_name = "Vendors - OT"
  start_date        = "2026-12-01"
}
`

// A name that is not known before the apply never makes a plan replace a link.
func TestUnknownVendorName(t *testing.T) {
	w := newWorld(t)
	id := w.push("Acme Ltd")
	other := w.push("Globex")
	c := w.cli()
	c.use(upstream)
	c.expect(c.apply(), "2 added")
	c.expectNoChanges()

	// The upstream resource is replaced, and means the same vendor.
	output := c.must("apply", "-auto-approve", "-var=serial=2")
	c.expect(output, "1 added, 0 changed, 1 destroyed", "domum_vendor_link.acme will be updated in-place")
	w.expectPatches(`{"access_group":{"id":"7"},"start_date":"2026-12-01","status":"enabled"}`)
	c.expect(c.must("plan", "-var=serial=2"), "No changes.")

	// It means another vendor: nothing moves, and the next plan replaces.
	c.refuse([]string{"the configuration means another vendor now", "names vendor " + other, "Plan again"},
		"apply", "-auto-approve", "-var=serial=3", "-var=group=Globex")
	if v := w.vendor(id); v.Status != "enabled" {
		t.Errorf("the linked vendor was cut off: %+v", v)
	}
	c.expect(c.must("apply", "-auto-approve", "-var=serial=3", "-var=group=Globex"), "must be replaced")
	if a, b := w.vendor(id), w.vendor(other); a.Status != "disabled" || b.Status != "enabled" {
		t.Errorf("after the replacement: %+v, %+v", a, b)
	}
}

func TestAnotherVendorReplaces(t *testing.T) {
	guard(t, byTerraform,
		command{
			others: func(f *folder) { f.linked("Globex", groupOT, "enabled") }, block: vendorLink("vendor_name", "Globex"),
			refused: words{`Cannot link vendor "Globex": it is linked already`},
		},
		command{
			block: vendorLink("vendor_name", nil, "vendor_id", "999"), leaves: simulator.Vendor{Status: "enabled"},
			refused: words{"Cannot link vendor 999", "No vendor has this id"},
		},
	)
}

// A for_each key is renamed: one address goes, another comes.
func TestRenamedAddress(t *testing.T) {
	const config = `
resource "domum_vendor_link" "by_key" {
  for_each          = toset(["KEY"])
  vendor_name       = "Acme Ltd"
  access_group_name = "Vendors - OT"
  start_date        = "2026-12-01"
  adopt_existing    = ADOPT
}
`
	keyed := func(key, adopt string) string { return strings.NewReplacer("KEY", key, "ADOPT", adopt).Replace(config) }
	w := newWorld(t)
	id := w.push("Acme Ltd")
	c := w.cli()
	c.use(keyed("old", "false"))
	c.apply()

	c.use(keyed("new", "false"))
	c.refuse([]string{"it is linked already", "use a moved block, it keeps the vendor's access"}, "apply", "-auto-approve")
	if v := w.vendor(id); v.Status != "enabled" {
		t.Fatalf("refused, and yet cut off: %+v", v)
	}

	for i, key := range []string{"new", "newer", "newest"} {
		c.use(keyed(key, "true"))
		c.must("apply", "-auto-approve", "-parallelism="+string(rune('1'+i)))
		if v := w.vendor(id); v.Status != "enabled" {
			t.Fatalf("%s: the vendor is disabled while a link to it is configured: %+v", key, v)
		}
		c.expectNoChanges()
	}
}

func TestVendorOnALaterPage(t *testing.T) {
	f := newFolder(t, nobody)
	f.populate(250, simulator.Vendor{}) // on a second page
	f.push("Acme Ltd")
	f.run(command{block: vendorLink(), writes: words{linksAcme}, settled: true})
}
