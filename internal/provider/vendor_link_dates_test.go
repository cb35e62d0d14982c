// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

func dated(start, due string) string {
	config := strings.Replace(linkAcme, `"2026-12-01"`, hclString(start), 1)
	if due == "none" {
		return config
	}
	return strings.Replace(config, "start_date", "due_date = "+hclString(due)+"\n  start_date", 1)
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
		if said := p.validateLink(attributes); !strings.Contains(said, test.says) {
			t.Errorf("%s to %s: said %q", test.start, test.due, said)
		}
	}
	if n := len(w.Requests()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

func TestTimeoutsAreCheckedAtPlanTime(t *testing.T) {
	w := newWorld(t)
	c := w.cli()
	for config, says := range map[string]string{
		strings.Replace(linkAcme, "start_date", "timeouts = { read = \"-5m\" }\n start_date", 1):    `timeouts.read is "-5m", which is over before it begins`,
		strings.Replace(linkAcme, "start_date", "timeouts = { create = \"0s\" }\n start_date", 1):   `timeouts.create is "0s"`,
		strings.Replace(linkAcme, "start_date", "timeouts = { delete = \"soon\" }\n start_date", 1): "soon",
		"data \"domum_vendor\" \"x\" {\n name = \"x\"\n timeouts = { read = \"0s\" }\n}":            `timeouts.read is "0s"`,
	} {
		c.use(config)
		c.refuse([]string{says}, "validate")
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
	w := newWorld(t)
	id := w.push("Acme Ltd")
	setDue := func(day string) func() {
		return func() { w.EditVendor(id, func(v *simulator.Vendor) { v.DueDate = day }) }
	}
	w.test(
		resource.TestStep{Config: linkAcme},
		resource.TestStep{PreConfig: setDue("2028-01-01"), Config: linkAcme, ConfigPlanChecks: emptyPlan()},
		// Managed: drift shows, and is undone.
		resource.TestStep{Config: dated("2026-12-01", "2027-01-01"), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate)},
		resource.TestStep{PreConfig: setDue("2028-01-01"), Config: dated("2026-12-01", "2027-01-01"), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate)},
		// Left out again: what is there stays.
		resource.TestStep{Config: linkAcme, ConfigPlanChecks: emptyPlan()},
		// Empty: cleared, and kept clear.
		resource.TestStep{Config: dated("2026-12-01", ""), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate)},
		resource.TestStep{Config: dated("2026-12-01", ""), ConfigPlanChecks: emptyPlan()},
		resource.TestStep{PreConfig: setDue("2028-01-01"), Config: dated("2026-12-01", ""), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate)},
	)
	w.expectPatches(
		`{"access_group":{"id":"7"},"start_date":"2026-12-01","status":"enabled"}`,
		`{"due_date":"2027-01-01"}`,
		`{"due_date":"2027-01-01"}`,
		`{"due_date":null}`,
		`{"due_date":null}`,
		`{"status":"disabled"}`,
	)
}

func TestUnmanagedDueDateBeforeStartDate(t *testing.T) {
	w := newWorld(t)
	id := w.push("Acme Ltd")
	w.EditVendor(id, func(v *simulator.Vendor) { v.DueDate = "2026-06-01" })
	c := w.cli()
	c.use(linkAcme)
	c.refuse([]string{`due_date 2026-06-01 of vendor "Acme Ltd", which this configuration does not manage, is before start_date 2026-12-01`}, "plan")
	c.use(dated("2026-05-01", "none"))
	c.apply()
	c.use(linkAcme)
	c.refuse([]string{"is before start_date 2026-12-01"}, "plan")
}

func TestPastDueStaysInState(t *testing.T) {
	w := newWorld(t)
	w.push("Acme Ltd")
	w.test(
		resource.TestStep{Config: dated("2020-01-01", "2020-12-31")},
		resource.TestStep{Config: dated("2020-01-01", "2020-12-31"), ConfigPlanChecks: emptyPlan()},
	)
}
