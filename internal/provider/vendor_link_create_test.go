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

	"github.com/domum-iac/terraform-provider-domum/internal/simtest"
	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

const adoptAcme = `
resource "domum_vendor_link" "acme" {
  vendor_name       = "Acme Ltd"
  access_group_name = "Vendors - OT"
  start_date        = "2026-11-01"
  adopt_existing    = true
}
`

func withoutAdoption(config string) string {
	return strings.Replace(config, "adopt_existing    = true", "", 1)
}

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
	w := newWorld(t)
	w.linked("Acme Ltd", groupOT, "enabled")
	c := w.cli()
	c.use(withoutAdoption(adoptAcme))
	c.refuse([]string{"it is linked already"}, "plan")
	c.use(adoptAcme)
	output := c.apply()
	if strings.Contains(output, "Warning") {
		t.Errorf("adopting what is as configured warns:\n%s", output)
	}
	w.expectPatches()
	c.expectNoChanges()
}

func TestAdoptionShowsWhatItOverwrites(t *testing.T) {
	w := newWorld(t)
	w.linked("Acme Ltd", groupIT, "enabled")
	c := w.cli()
	c.use(adoptAcme)
	c.expect(c.must("plan"), `The link of vendor "Acme Ltd" will be overwritten`,
		`access group: "Vendors - IT" (id 8) → "Vendors - OT" (id 7)`)
	w.expectPatches()
	c.apply()
	w.expectPatches(`{"access_group":{"id":"7"}}`)
	c.expectNoChanges()
}

func TestLinkedButDisabledIsTakenOver(t *testing.T) {
	w := newWorld(t)
	id := w.linked("Acme Ltd", groupIT, "disabled")
	c := w.cli()
	c.use(linkAcme)
	c.expect(c.apply(), `Vendor "Acme Ltd" is disabled and will be enabled`, `"Vendors - IT" (id 8) → "Vendors - OT" (id 7)`)
	w.expectPatches(`{"access_group":{"id":"7"},"start_date":"2026-12-01","status":"enabled"}`)

	// Destroy and apply again: the same group, and a warning all the same.
	c.must("destroy", "-auto-approve")
	if v := w.vendor(id); v.Status != "disabled" || v.AccessGroupID != groupOT || v.StartDate != "2026-12-01" {
		t.Errorf("after the destroy: %+v", v)
	}
	c.expect(c.apply(), `Vendor "Acme Ltd" is disabled and will be enabled`, "gives its users access back")
	c.expectNoChanges()
}

func TestProtectionRefusesToTakeOverADisabledLink(t *testing.T) {
	w := newWorld(t)
	w.linked("Acme Ltd", groupOT, "disabled")
	w.options = []string{"protect_external_disable = true"}
	c := w.cli()
	c.use(withoutAdoption(adoptAcme))
	c.refuse([]string{`Cannot enable vendor "Acme Ltd": it is disabled`, "protect_external_disable", "Nothing was written"}, "apply", "-auto-approve")
	c.use(adoptAcme)
	c.refuse([]string{`Cannot enable vendor "Acme Ltd": it is disabled`}, "apply", "-auto-approve")
	w.expectPatches()
	// Taking it over as it is gives nobody access.
	c.use(strings.Replace(adoptAcme, "start_date", "enabled = false\n  start_date", 1))
	c.apply()
	w.expectPatches()
	c.expectNoChanges()
}

// What stands there at the apply decides, not what the plan saw.
func TestCreateLooksAgain(t *testing.T) {
	w := newWorld(t)
	id := w.push("Acme Ltd")
	c := w.cli()
	c.use(linkAcme)
	c.must("plan", "-out=plan")
	w.EditVendor(id, func(v *simulator.Vendor) {
		v.Status, v.AccessGroupID, v.StartDate = "enabled", groupIT, "2026-01-01"
	})
	c.refuse([]string{"it is linked already", "Nothing was written"}, "apply", "plan")
	w.expectPatches()
}

func TestTwoBlocksForOneVendor(t *testing.T) {
	w := newWorld(t)
	w.push("Acme Ltd")
	c := w.cli()
	c.use(linkAcme + strings.Replace(linkAcme, `"acme"`, `"again"`, 1))
	c.refuse([]string{"it is linked twice", "Keep one of the two blocks"}, "apply", "-auto-approve", "-parallelism=1")
	w.expectPatches(`{"access_group":{"id":"7"},"start_date":"2026-12-01","status":"enabled"}`)
}

func TestAccessGroupIsCheckedAtPlanTime(t *testing.T) {
	w := newWorld(t)
	w.push("Acme Ltd")
	c := w.cli()
	for group, words := range map[string][]string{
		`access_group_name = "Vendors - 0T"`: {`Cannot link vendor "Acme Ltd" to access group "Vendors - 0T"`, `The nearest names: "Vendors - OT"`},
		`access_group_name = "Legacy"`:       {`Access group "Legacy" (id 9) is disabled`, "Enable it in Domum"},
		`access_group_id = "9"`:              {`Access group "Legacy" (id 9) is disabled`},
		`access_group_id = "99"`:             {`No access group has the id "99"`},
	} {
		c.use(strings.Replace(linkAcme, `access_group_name = "Vendors - OT"`, group, 1))
		c.refuse(words, "plan")
	}
	w.expectPatches()
}

func TestUnknownAdoptionIsDecidedByTheApply(t *testing.T) {
	const config = `
variable "adopt" { type = bool }
resource "terraform_data" "adopt" { input = var.adopt }
resource "domum_vendor_link" "acme" {
  vendor_name       = "Acme Ltd"
  access_group_name = "Vendors - OT"
  start_date        = "2026-11-01"
  adopt_existing    = terraform_data.adopt.output
}
`
	w := newWorld(t)
	w.linked("Acme Ltd", groupOT, "enabled")
	c := w.cli()
	c.use(config)
	c.must("plan", "-var=adopt=true")
	c.refuse([]string{"it is linked already"}, "apply", "-auto-approve", "-var=adopt=false")
	c.must("apply", "-auto-approve", "-var=adopt=true")
	w.expectPatches()
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

// Two blocks link one vendor, and one of them goes: the vendor stays enabled,
// or the plan has said what will happen.
func TestOneOfTwoBlocksGoes(t *testing.T) {
	w := newWorld(t)
	c := w.cli()
	c.withLink()
	second := strings.NewReplacer(`"acme"`, `"again"`, "start_date ", "adopt_existing = true\n  start_date ").Replace(linkAcme)
	c.use(linkAcme + second)
	c.apply()
	c.use(second)
	c.expect(c.must("plan"), `Vendor "Acme Ltd" is linked by two blocks`, "Keep one block", "terraform state rm")
	w.expectPatches()
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
