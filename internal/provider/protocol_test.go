// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"strings"
	"testing"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// A link changes its address in one apply: whichever of the two Terraform does
// first, the vendor ends enabled.
func TestOrderOfDestroyAndCreate(t *testing.T) {
	t.Run("create first", func(t *testing.T) {
		w := newWorld(t)
		id := w.linked("Acme Ltd", groupOT, "enabled")
		p := w.protocol()
		p.create()
		w.expectSaid("destroy", p.destroy(id, nil), words{`Vendor "Acme Ltd" is not disabled: another block has linked it`})
		w.expectPatches()
		if v := w.vendor(id); v.Status != "enabled" {
			t.Errorf("%+v", v)
		}
	})
	t.Run("destroy first", func(t *testing.T) {
		w := newWorld(t)
		id := w.linked("Acme Ltd", groupOT, "enabled")
		p := w.protocol(protecting)
		p.destroy(id, nil)
		p.create()
		w.expectPatches(`{"status":"disabled"}`, `{"status":"enabled"}`)
		if v := w.vendor(id); v.Status != "enabled" {
			t.Errorf("%+v", v)
		}
	})
}

// The new address could not be linked. Destroying the old one disables the
// vendor, whichever Terraform does first.
func TestFailedCreateDoesNotStopTheDestroy(t *testing.T) {
	for _, order := range []string{"create first", "destroy first"} {
		t.Run(order, func(t *testing.T) {
			w := newWorld(t)
			id := w.linked("Acme Ltd", groupOT, "enabled")
			w.EditAccessGroup(groupOT, func(g *simulator.AccessGroup) { g.Enabled = false })
			p := w.protocol()
			create := func() {
				if _, failed := p.attempt(adoption); !strings.Contains(failed, "is disabled") {
					t.Errorf("said: %q", failed)
				}
			}
			if order == "create first" {
				create()
			}
			w.expectSaid("destroy", p.destroy(id, nil), nil)
			if order == "destroy first" {
				create()
			}
			if v := w.vendor(id); v.Status != "disabled" {
				t.Errorf("%+v", v)
			}
			w.expectPatches(`{"status":"disabled"}`)
		})
	}
}

// Somebody disables the vendor between the plan and the apply in which its link
// changes the address: it stays disabled, in either order.
func TestMovedLinkOfADisabledVendorIsNotEnabled(t *testing.T) {
	for _, order := range []string{"create first", "destroy first"} {
		t.Run(order, func(t *testing.T) {
			w := newWorld(t)
			id := w.linked("Acme Ltd", groupOT, "disabled")
			p := w.protocol(protecting)
			if order == "destroy first" {
				p.destroy(id, nil)
			}
			if _, failed := p.attempt(adoption); !strings.Contains(failed, `Cannot enable vendor "Acme Ltd": it is disabled`) {
				t.Errorf("said: %q", failed)
			}
			if v := w.vendor(id); v.Status != "disabled" {
				t.Errorf("%+v", v)
			}
		})
	}
}

// A link moves and is to be disabled: nobody's access is given back, and no message
// says so.
func TestMovedLinkThatIsDisabled(t *testing.T) {
	for _, address := range []string{"a", "z"} { // created before acme is destroyed, and after
		t.Run(address, func(t *testing.T) {
			f := newFolder(t, byTerraform)
			f.run(command{
				blocks: blocks{address: vendorLink("enabled", false, "adopt_existing", true)}, inTurn: true,
				warned: words{"enabled: true → false"}, writes: words{disables}, leaves: simulator.Vendor{Status: "disabled"},
			})
			for _, wrong := range []string{"stays enabled", "enables it again", "for a moment"} {
				if strings.Contains(f.warnings, wrong) {
					t.Errorf("%q is said: %s", wrong, f.warnings)
				}
			}
		})
	}
}

// An update is no new link: destroying the other of two links disables the vendor,
// also where the update comes first.
func TestUpdateOfOneOfTwoLinksDoesNotStopTheDestroy(t *testing.T) {
	guard(t, byTerraform,
		command{blocks: blocks{"acme": vendorLink(), "b": vendorLink("adopt_existing", true)}, inTurn: true, warned: words{"is interrupted"}},
		command{
			blocks: blocks{"acme": vendorLink("deletion_policy", "abandon")}, inTurn: true,
			warned: words{"is linked by two blocks"}, writes: words{disables}, leaves: simulator.Vendor{Status: "disabled"},
		},
	)
}

// "terraform test" keeps one provider for a file's runs and the destruction at
// their end: a link that the run itself made is destroyed like any other.
func TestCreateAndDestroyInOneRun(t *testing.T) {
	w := newWorld(t)
	id := w.push("Acme Ltd")
	p := w.protocol()
	for range 2 {
		w.expectSaid("destroy", p.destroy(id, p.create()), nil)
		if v := w.vendor(id); v.Status != "disabled" {
			t.Errorf("%+v", v)
		}
	}
	// A link of another address is still none of this run's.
	private := p.create()
	w.expectSaid("destroy", p.destroy(id, nil), words{"is not disabled: another block has linked it"})
	p.destroy(id, private)
	if v := w.vendor(id); v.Status != "disabled" {
		t.Errorf("%+v", v)
	}
}
