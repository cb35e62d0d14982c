// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

var moveToIT = strings.Replace(linkAcme, "Vendors - OT", "Vendors - IT", 1)

// toIT is moveToIT for a guard.
var toIT = vendorLink("access_group_name", "Vendors - IT")

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

func TestChangesOfOthersAreNotOverwritten(t *testing.T) {
	guards(t, byTerraform, map[string]command{
		"a change of what is not managed does not block": {
			block: toIT, between: edit(func(v *simulator.Vendor) { v.ContractNumber, v.DueDate = "C-2", "2029-01-01" }),
			writes: words{movesAcme}, leaves: simulator.Vendor{ContractNumber: "C-2", DueDate: "2029-01-01"}, settled: true,
		},
		"a change between GET and PATCH is refused": {
			block: toIT, others: beforePatches(1, func(v *simulator.Vendor) { v.StartDate = "2026-06-01" }),
			refused: words{"it changed since the plan was made", "HTTP 412", "Request id:", "start_date: the plan saw 2026-12-01, now it is 2026-06-01"},
			writes:  words{movesAcme}, leaves: simulator.Vendor{AccessGroupID: groupOT, StartDate: "2026-06-01"},
		},
		"a vendor that has another name, maybe at another appliance, is not updated": {
			block: toIT, others: renamed, noRefresh: true,
			refused: words{"it changed since the plan was made", `vendor_name: the plan saw "Acme Ltd", now it is "Globex"`, "Nothing was written"},
		},
		"a vendor that has another name is said to have it, by its id too": {
			verb: "plan", block: vendorLink("vendor_name", nil, "vendor_id", "1"), others: renamed,
			warned: words{`Vendor "Acme Ltd" is called "Globex" now`, "Vendor 1 has another name than state says", "renamed at the identity provider", "apply -refresh-only", "the url attribute names the right appliance"},
		},
		"a vendor that is gone for good is said to be": {
			verb: "plan", block: vendorLink(), others: func(f *folder) { f.push("Globex"); removed(f) },
			warned: words{`Vendor "Acme Ltd" is gone`, "probably deleted at the identity provider", isNotThereYet, "wait up to 15m"},
		},
		"a link stays where the appliance shows no vendor at all": { // it may be another appliance
			block: vendorLink(), others: removed,
			refused: words{`Cannot read vendor "Acme Ltd"`, "shows no vendor at all", "The link stays in state", "url attribute"},
		},
		"a link stays whose vendor the list still has": {
			verb: "plan", block: vendorLink(), others: faults(simulator.Fault{
				Method: "GET", Path: "/api/v2/domum/vendors/*", Kind: "status", Status: 404,
				Body: `{"error":{"code":"not_found","message":"The vendor was not found."}}`,
			}),
			refused: words{`Cannot read vendor "Acme Ltd"`, "The list of vendors still has it", "The link stays in state"},
		},
		// A vendor that somebody unlinked was never disabled by a person: linking it
		// again gives no access back that was taken away.
		"a link that lost its access group is linked without a warning": {
			block: vendorLink(), provider: protecting, others: edit(func(v *simulator.Vendor) { v.Status, v.AccessGroupID = "disabled", "" }),
			writes: words{`{"access_group":{"id":"7"},"status":"enabled"}`}, leaves: simulator.Vendor{Status: "enabled"},
		},
	})
}

func TestEnablingADisabledVendorWarnsOrIsRefused(t *testing.T) {
	guard(t, byTerraform,
		command{others: status("disabled"), provider: protecting, block: vendorLink(), refused: words{isDisabled, "Nothing was written", "enabled = false"}},
		command{provider: protecting, verb: "plan", block: vendorLink("enabled", false), settled: true}, // as it has to stay so
		command{block: vendorLink(), warned: words{willBeEnabled, "gives its users access back"}, writes: words{enables}},
	)
}

// What enabled says decides, also while the plan doesn't know another value.
func TestEnablingWithUnknownValues(t *testing.T) {
	unknownStart := vendorLink("start_date", tftypes.UnknownValue)
	for name, start := range map[string]others{
		"a new link": linkedTo(groupOT, "disabled"),
		"a link in state": func(f *folder) {
			byTerraform(f)
			status("disabled")(f)
		},
	} {
		t.Run(name, func(t *testing.T) {
			guards(t, start, map[string]command{
				"is refused under protection":                {verb: "plan", provider: protecting, block: unknownStart, refused: words{isDisabled, "Nothing was written"}},
				"warns without it":                           {verb: "plan", block: unknownStart, warned: words{willBeEnabled}},
				"warns while enabled is not known":           {verb: "plan", provider: protecting, block: vendorLink("enabled", tftypes.UnknownValue), warned: words{willBeEnabled}},
				"says nothing where the vendor stays so":     {verb: "plan", block: vendorLink("start_date", tftypes.UnknownValue, "enabled", false)},
				"protects nothing where the vendor stays so": {verb: "plan", provider: protecting, block: vendorLink("start_date", tftypes.UnknownValue, "enabled", false)},
			})
		})
	}
}

func TestRenamedAtTheIdentityProvider(t *testing.T) {
	const isCalled = `Vendor "Acme Ltd" is called "Acme Industries" now`
	guard(t, byTerraform,
		command{
			others: edit(func(v *simulator.Vendor) { v.Name = "Acme Industries" }), block: vendorLink(),
			refused: words{`Cannot find vendor "Acme Ltd"`, `is called "Acme Industries" now`, `set vendor_name = "Acme Industries"`},
			warned:  words{isCalled},
		},
		command{verb: "plan", block: vendorLink("vendor_name", "Acme Industries"), settled: true, warned: words{isCalled}},
	)
}

func TestMadeAnewAtTheIdentityProvider(t *testing.T) {
	f := newFolder(t, byTerraform)
	f.RemoveVendor(f.vendorID)
	f.vendorID = f.push("Acme Ltd")
	f.run(command{
		block: vendorLink(), warned: words{`Vendor "Acme Ltd" is gone`, "recreated it under the same name, with id " + f.vendorID},
		writes: words{linksAcme}, leaves: simulator.Vendor{Status: "enabled", AccessGroupID: groupOT}, settled: true,
	})
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
			fault.Path = "/api/v2/domum/vendors/*"
			guard(t, byTerraform,
				command{others: faults(fault), verb: "plan", block: vendorLink(), refused: words{`Cannot read vendor "Acme Ltd"`}},
				command{others: faults(), verb: "plan", block: vendorLink(), settled: true},
			)
		})
	}
}

// The connection breaks after the write, and the appliance doesn't come back:
// the link is in state, untainted, and the next plan sees what became of it.
func TestUnconfirmedWriteHealsItself(t *testing.T) {
	for kind, writtenAgain := range map[simulator.FaultKind]words{"reset-before": {linksAcme}, "reset-after": nil} {
		t.Run(string(kind), func(t *testing.T) {
			guard(t, notLinked,
				command{
					others: faults(simulator.Fault{Method: "PATCH", Kind: kind},
						simulator.Fault{Method: "GET", Path: "/api/v2/domum/vendors/*", Kind: "status", Status: 503, Skip: 1}),
					block: vendorLink(), warned: words{`Could not confirm the update of vendor "Acme Ltd"`, "Plan again"}, writes: slices.Repeat(words{linksAcme}, 5),
				},
				command{others: faults(), block: vendorLink(), writes: writtenAgain, leaves: simulator.Vendor{Status: "enabled", AccessGroupID: groupOT}, settled: true},
			)
		})
	}
}

func TestFailedDestroyKeepsTheLink(t *testing.T) {
	guard(t, byTerraform,
		command{
			others: faults(simulator.Fault{Method: "PATCH", Kind: "status", Status: 403}), verb: "destroy", block: vendorLink(),
			refused: words{`Cannot disable vendor "Acme Ltd"`, "HTTP 403", "read and write permission"}, writes: words{disables},
		},
		command{ // a page in between that says 200 is no success
			others: faults(simulator.Fault{Method: "PATCH", Kind: "html"}), verb: "destroy", block: vendorLink(),
			refused: words{`Cannot disable vendor "Acme Ltd"`, "an HTML page instead of JSON"}, writes: words{disables},
		},
		command{others: faults(), verb: "destroy", block: vendorLink(), writes: words{disables}, leaves: simulator.Vendor{Status: "disabled"}},
	)
}

// An update whose answer got lost, and that can't be looked up, is nobody
// else's change.
func TestUnconfirmedUpdateBlamesNobody(t *testing.T) {
	guard(t, byTerraform,
		command{
			others: answerLost, block: toIT, refused: words{`Could not confirm the update of vendor "Acme Ltd"`, "could not be read afterwards either", "Plan again"},
			unsaid: "Somebody", writes: words{movesAcme, movesAcme},
		},
		command{others: faults(), block: toIT, settled: true},
	)
}
