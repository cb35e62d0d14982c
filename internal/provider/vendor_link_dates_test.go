// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// dated is linkAcme with another start_date, and with due_date if there is one.
func dated(due string) string {
	start := `start_date = "2026-11-01"`
	if due != "" {
		start += "\n  due_date = " + hclString(due)
	}
	return strings.Replace(linkAcme, `start_date        = "2026-12-01"`, start, 1)
}

func TestDatesAreCheckedAtPlanTime(t *testing.T) {
	w := newWorld(t)
	p := w.protocol()
	for _, test := range []struct{ start, due, says string }{
		{"2026-02-30", "none", `start_date: "2026-02-30" is not a day of the calendar`},
		{"2026-13-01", "none", `is not a day of the calendar`},
		{"2026-2-3", "none", `start_date: "2026-2-3" is not a day in the form YYYY-MM-DD`},
		{"2026-12-01T00:00:00Z", "none", "is not a day in the form YYYY-MM-DD"},
		{"01.12.2026", "none", "is not a day in the form YYYY-MM-DD"},
		{"", "none", "is not a day in the form YYYY-MM-DD"},
		{"2026-12-01", "2027-02-29", `due_date: "2027-02-29" is not a day of the calendar`},
		{"2026-12-01", "2026-11-30", "due_date 2026-11-30 is before start_date 2026-12-01"},
	} {
		attributes := maps.Clone(adoption)
		attributes["start_date"] = test.start
		if test.due != "none" {
			attributes["due_date"] = test.due
		}
		p.expectSaid(test.start+" to "+test.due, p.validateLink(attributes), words{test.says})
	}
	if n := len(w.Requests()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

func TestTimeoutsAreCheckedAtPlanTime(t *testing.T) {
	p := newWorld(t).protocol()
	for operation, test := range map[string]struct{ value, says string }{
		"read":   {"-5m", `timeouts.read is "-5m", which is not a duration above zero`},
		"create": {"0s", `timeouts.create is "0s"`},
		"delete": {"soon", `timeouts.delete is "soon"`},
	} {
		p.expectSaid("errors", p.validateLink(vendorLink("timeouts", timeout(operation, test.value))), words{test.says})
	}
	zero := map[string]tftypes.Value{"read": tftypes.NewValue(tftypes.String, "0s")}
	p.expectSaid("errors", p.readData("domum_vendor", map[string]any{"name": "x", "timeouts": zero}), words{`timeouts.read is "0s"`})
}

// The due date of a vendor that can't be linked is not what has to be corrected.
func TestDueDateOfAnotherLinkIsNoErrorBesideIt(t *testing.T) {
	guard(t, linkedTo(groupOT, "enabled"), command{
		others: edit(func(v *simulator.Vendor) { v.DueDate = "2026-11-15" }), verb: "plan", block: vendorLink(),
		refused: words{"it is linked already"}, unsaid: "Invalid date",
	})
}

func TestABlockNamesTheVendorAndTheGroupOnce(t *testing.T) {
	p := newWorld(t).protocol()
	for says, attributes := range map[string]map[string]any{
		"Both vendor_name and vendor_id":             vendorLink("vendor_id", "1"),
		"Keep exactly one of them.":                  vendorLink("access_group_id", "7"),
		"Missing vendor_name or vendor_id":           vendorLink("vendor_name", nil),
		"Neither access_group_name nor access_group": vendorLink("access_group_name", nil),
		"vendor_name is empty.":                      vendorLink("vendor_name", " "),
		"access_group_name is empty.":                vendorLink("access_group_name", ""),
		`Set it to "disable" or "abandon".`:          vendorLink("deletion_policy", "keep"),
	} {
		p.expectSaid("errors", p.validateLink(attributes), words{says})
	}
	for _, attributes := range []map[string]any{
		vendorLink("vendor_name", tftypes.UnknownValue, "vendor_id", "1"), // it may become null
		vendorLink("vendor_name", tftypes.UnknownValue),
	} {
		p.expectSaid("errors", p.validateLink(attributes), nil)
	}
}

func TestDateTimesOfTheApplianceAreNoDrift(t *testing.T) {
	for _, suffix := range []string{"", "T00:00:00-03:00", "T23:30:00+14:00", "T00:00:00Z", " 00:00:00"} {
		t.Run(suffix, func(t *testing.T) {
			w := newWorld(t, func(o *simulator.Options) { o.DateSuffix = suffix })
			p := w.protocol()
			id := w.linked("Acme Ltd", groupOT, "enabled")
			w.EditVendor(id, func(v *simulator.Vendor) { v.DueDate = "2026-12-01" })
			state, said := p.readLink(id, nil)
			if start, due := p.text(state, p.link, "start_date"), p.text(state, p.link, "due_date"); said != "" || start != "2026-11-01" || due != "2026-12-01" {
				t.Errorf("said %q; from %s to %s", said, start, due)
			}
		})
	}
}

func TestDueDateLeftOutIsNotManaged(t *testing.T) {
	moved := edit(func(v *simulator.Vendor) { v.DueDate = "2028-01-01" })
	due, cleared := vendorLink("due_date", "2027-01-01"), vendorLink("due_date", "")
	guard(t, byTerraform,
		command{others: moved, block: vendorLink(), settled: true},
		// Managed: drift shows, and is undone.
		command{block: due, writes: words{`{"due_date":"2027-01-01"}`}, settled: true},
		command{others: moved, block: due, writes: words{`{"due_date":"2027-01-01"}`}, settled: true},
		// Left out again: what is there stays.
		command{block: vendorLink(), settled: true},
		// Empty: cleared, and kept clear.
		command{block: cleared, writes: words{`{"due_date":null}`}, settled: true},
		command{others: moved, block: cleared, writes: words{`{"due_date":null}`}, settled: true},
		command{verb: "destroy", block: cleared, writes: words{disables}},
	)
}

func TestUnmanagedDueDateBeforeStartDate(t *testing.T) {
	early := edit(func(v *simulator.Vendor) { v.DueDate = "2026-06-01" })
	guard(t, notLinked,
		command{others: early, verb: "plan", block: vendorLink(), refused: words{
			`due_date 2026-06-01 of vendor "Acme Ltd", which this configuration does not manage, is before start_date 2026-12-01`,
		}},
		command{block: vendorLink("start_date", "2026-05-01"), writes: words{strings.Replace(linksAcme, "2026-12-01", "2026-05-01", 1)}},
		command{verb: "plan", block: vendorLink(), refused: words{"is before start_date 2026-12-01"}},
	)
}

func TestPastDueStaysInState(t *testing.T) {
	guard(t, notLinked, command{
		block:  vendorLink("start_date", "2020-01-01", "due_date", "2020-12-31"),
		writes: words{`{"access_group":{"id":"7"},"due_date":"2020-12-31","start_date":"2020-01-01","status":"enabled"}`}, settled: true,
	})
}
