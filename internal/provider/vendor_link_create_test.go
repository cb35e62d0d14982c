// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/domum-iac/terraform-provider-domum/internal/simtest"
	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

var adopting = vendorLink("start_date", "2026-11-01", "adopt_existing", true)

// twoBlocks link one vendor.
var twoBlocks = blocks{"acme": vendorLink(), "again": vendorLink("adopt_existing", true)}

func TestCreateOverLinkedAndEnabledIsRefused(t *testing.T) {
	w := newWorld(t)
	id := w.linked("Acme Ltd", groupIT, "enabled")
	c := w.cli()
	c.use(linkAcme)
	c.refuse([]string{
		`Cannot link vendor "Acme Ltd": it is linked already`,
		`access group "Vendors - IT" (id 8), start date 2026-11-01, status enabled`,
		"Nothing was written", "moved block", "adopt_existing = true",
	}, "plan")
	w.expectPatches()

	// The import block works as it is pasted, beside a block of that name.
	output, _ := c.run("plan")
	block := regexp.MustCompile(`import \{[^}]*\}`).FindString(output)
	block = strings.NewReplacer("{ to", "{\n  to", " id =", "\n  id =", " }", "\n}").Replace(block)
	c.use(block + "\n" + strings.NewReplacer(`"acme"`, `"acme_ltd"`, "Vendors - OT", "Vendors - IT", "2026-12-01", "2026-11-01").Replace(linkAcme))
	c.expect(c.apply(), "1 imported, 0 added, 0 changed, 0 destroyed")
	c.expectNoChanges()
	w.expectPatches()
	if v := w.vendor(id); v.Status != "enabled" {
		t.Errorf("status %s after the import", v.Status)
	}
}

func TestAdoptionOfTheSameWritesNothing(t *testing.T) {
	guard(t, linkedTo(groupOT, "enabled"),
		command{verb: "plan", block: vendorLink("start_date", "2026-11-01"), refused: words{"it is linked already"}},
		command{block: adopting, settled: true},
	)
}

func TestAdoptionShowsWhatItOverwrites(t *testing.T) {
	says := words{`The link of vendor "Acme Ltd" will be overwritten`, `access group: "Vendors - IT" (id 8) → "Vendors - OT" (id 7)`}
	guard(t, linkedTo(groupIT, "enabled"),
		command{verb: "plan", block: adopting, warned: says},
		command{block: adopting, warned: says, writes: words{`{"access_group":{"id":"7"}}`}, settled: true},
	)
}

func TestLinkedButDisabledIsTakenOver(t *testing.T) {
	guard(t, linkedTo(groupIT, "disabled"),
		command{block: vendorLink(), warned: words{willBeEnabled, `"Vendors - IT" (id 8) → "Vendors - OT" (id 7)`}, writes: words{linksAcme}},
		// Destroy and apply again: the same group, and a warning all the same.
		command{
			verb: "destroy", block: vendorLink(), writes: words{disables},
			leaves: simulator.Vendor{Status: "disabled", AccessGroupID: groupOT, StartDate: "2026-12-01"},
		},
		command{block: vendorLink(), warned: words{willBeEnabled, "gives its users access back"}, writes: words{enables}, settled: true},
	)
}

func TestProtectionRefusesToTakeOverADisabledLink(t *testing.T) {
	guard(t, linkedTo(groupOT, "disabled"),
		command{provider: protecting, block: vendorLink("start_date", "2026-11-01"), refused: words{isDisabled, "protect_external_disable", "Nothing was written"}},
		command{provider: protecting, block: adopting, refused: words{isDisabled}},
		// Taking it over as it is gives nobody access.
		command{provider: protecting, block: vendorLink("start_date", "2026-11-01", "adopt_existing", true, "enabled", false), settled: true},
	)
}

// What stands there at the apply decides, not what the plan saw.
func TestCreateLooksAgain(t *testing.T) {
	guard(t, notLinked, command{
		block: vendorLink(), refused: words{"it is linked already", "Nothing was written"},
		between: edit(func(v *simulator.Vendor) {
			v.Status, v.AccessGroupID, v.StartDate = "enabled", groupIT, "2026-01-01"
		}),
	})
}

func TestTwoBlocksForOneVendor(t *testing.T) {
	guard(t, notLinked, command{
		blocks: blocks{"acme": vendorLink(), "again": vendorLink()}, inTurn: true,
		refused: words{"it is linked twice", "Keep one of the two blocks"}, writes: words{linksAcme},
	})
}

func TestAccessGroupIsCheckedAtPlanTime(t *testing.T) {
	guard(t, notLinked,
		command{verb: "plan", block: vendorLink("access_group_name", "Vendors - 0T"), refused: words{
			`Cannot link vendor "Acme Ltd" to access group "Vendors - 0T"`, `The nearest names: "Vendors - OT"`,
		}},
		command{verb: "plan", block: vendorLink("access_group_name", "Legacy"), refused: words{`Access group "Legacy" (id 9) is disabled`, "Enable it in Domum"}},
		command{verb: "plan", block: vendorLink("access_group_name", nil, "access_group_id", "9"), refused: words{`Access group "Legacy" (id 9) is disabled`}},
		command{verb: "plan", block: vendorLink("access_group_name", nil, "access_group_id", "99"), refused: words{`No access group has the id "99"`}},
	)
}

// A link stays in an access group that was disabled, and can be disabled there:
// it takes no other change.
func TestDisabledAccessGroupOfALink(t *testing.T) {
	disabledGroup := func(f *folder) { f.EditAccessGroup(groupOT, func(g *simulator.AccessGroup) { g.Enabled = false }) }
	isRefused := words{`Cannot link vendor "Acme Ltd" to access group "Vendors - OT"`, `Access group "Vendors - OT" (id 7) is disabled`, "Enable it in Domum"}
	guard(t, byTerraform,
		command{others: disabledGroup, verb: "plan", block: vendorLink()},
		command{verb: "plan", block: vendorLink("start_date", "2026-12-02"), refused: isRefused},
		command{verb: "plan", block: vendorLink("due_date", "2027-12-02"), refused: isRefused},
		command{block: vendorLink("deletion_policy", "abandon")},
		command{block: vendorLink("enabled", false), writes: words{disables}},
		command{verb: "plan", block: vendorLink(), refused: isRefused},
		command{block: vendorLink("access_group_name", "Vendors - IT", "enabled", false), writes: words{movesAcme}},
	)
}

func TestUnknownAdoptionIsDecidedByTheApply(t *testing.T) {
	unknown := vendorLink("start_date", "2026-11-01", "adopt_existing", tftypes.UnknownValue)
	guard(t, linkedTo(groupOT, "enabled"),
		command{plannedAs: unknown, verb: "plan"},
		command{plannedAs: unknown, between: func(*folder) {}, block: vendorLink("start_date", "2026-11-01", "adopt_existing", false), refused: words{"it is linked already"}},
		command{plannedAs: unknown, block: adopting},
	)
}

// A tainted link is not linked again: that would cut the vendor off. The error
// says what to do instead.
func TestTaintedLink(t *testing.T) {
	w := newWorld(t)
	c := w.cli()
	id := c.withLink()
	c.must("taint", acme)
	c.refuse([]string{"it is linked already", "run terraform untaint"}, "apply", "-auto-approve")
	if v := w.vendor(id); v.Status != "enabled" {
		t.Errorf("cut off: %+v", v)
	}
	c.must("untaint", acme)
	c.expectNoChanges()
}

// The appliance accepts a link, and answers that it is otherwise: state has the
// link all the same, and the next plan shows the difference.
func TestCreateThatTheAppliancesAnswersOtherwise(t *testing.T) {
	w := newWorld(t)
	id := w.push("Acme Ltd")
	inner := simtest.Handler(t, w.Simulator)
	disabling := simtest.Serve(t, http.HandlerFunc(func(resp http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPatch {
			inner.ServeHTTP(resp, r)
			return
		}
		answer := httptest.NewRecorder()
		inner.ServeHTTP(answer, r)
		w.EditVendor(id, func(v *simulator.Vendor) { v.Status = "disabled" })
		maps.Copy(resp.Header(), answer.Header())
		body := strings.Replace(answer.Body.String(), `"enabled"`, `"disabled"`, 1)
		resp.Header().Set("Content-Length", fmt.Sprint(len(body)))
		resp.WriteHeader(answer.Code)
		_, _ = io.WriteString(resp, body)
	}))
	c := w.cli()
	w.URL = disabling.URL
	c.use(linkAcme)
	c.expect(c.apply(), `Vendor "Acme Ltd" was not updated as planned`, "enabled: false → true", "Plan again", "Apply complete! Resources: 1 added")
	c.expect(c.must("plan"), "1 to change", "is disabled and will be enabled")
}

// The name found a vendor that has another one by now, or is gone: it is not linked.
func TestVendorThatChangesBeforeItIsLinked(t *testing.T) {
	beforeItIsRead := func(change others) others {
		return func(f *folder) {
			f.OnRequest(func(r *http.Request) {
				if r.URL.Path == "/api/v2/domum/vendors/"+f.vendorID {
					change(f)
				}
			})
		}
	}
	guards(t, notLinked, map[string]command{
		"another name": {
			block: vendorLink(), others: beforeItIsRead(renamed),
			refused: words{`Cannot link vendor "Acme Ltd": it has another name now`, `is called "Globex" now`, "Nothing was written", "Plan again"},
			leaves:  simulator.Vendor{Status: "disabled"},
		},
		"gone": {
			block: vendorLink(), others: beforeItIsRead(removed),
			refused: words{`Cannot link vendor "Acme Ltd"`, "HTTP 404", "It was removed just now. Run the same command again."},
			unsaid:  "has this id",
		},
	})
}
