// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/domum-iac/terraform-provider-domum/internal/simtest"
	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// shapeWorld is a world whose appliance has another API than the default one,
// and whose provider has the profile that says so.
type shapeWorld struct {
	*world
	shape *simtest.ShapeServer
}

func newShapeWorld(t *testing.T, shape simtest.Shape) *shapeWorld {
	t.Helper()
	t.Parallel()
	clock := simtest.NewFastClock()
	server := simtest.StartShape(t, shape, simulator.Options{Now: clock.Now, TokenLifetime: 1000 * time.Hour})
	w := &world{Server: server.Server, t: t, clock: clock}
	w.options = []string{fmt.Sprintf("api_profile_file = %q", profileFile(t, shape))}
	w.push("Globex") // an appliance without a vendor is a case of its own
	return &shapeWorld{w, server}
}

func profileFile(t *testing.T, shape simtest.Shape) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join(repository, shape.Profile))
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// onEveryShape runs a test on an appliance of each shape.
func onEveryShape(t *testing.T, test func(*shapeWorld)) {
	t.Helper()
	for _, shape := range simtest.Shapes {
		t.Run(shape.Name, func(t *testing.T) { test(newShapeWorld(t, shape)) })
	}
}

// expectWrites compares what the client sent, in the words of the shape, with
// what is wanted of that shape. For a PUT of the whole record, it is what the
// record changed.
func (w *shapeWorld) expectWrites(shape simtest.Shape, want ...string) {
	w.t.Helper()
	if !strings.Contains(strings.Join(w.options, ""), shape.Profile) {
		return
	}
	var got []string
	if shape.Name == simtest.NamedObjects.Name {
		for _, body := range w.patches() {
			got = append(got, compact(w.t, body))
		}
	} else {
		for _, write := range w.shape.Writes() {
			call, body, hasBody := strings.Cut(write, " {")
			if hasBody {
				var fields map[string]any
				if err := json.Unmarshal([]byte("{"+body), &fields); err != nil {
					w.t.Fatal(err)
				}
				call += " " + compact(w.t, fields)
			}
			got = append(got, call)
		}
	}
	if !slices.Equal(got, want) {
		w.t.Errorf("written:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func compact(t *testing.T, body map[string]any) string {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// lines adds lines to the block of the link.
func lines(config string, added ...string) string {
	return strings.Replace(config, "start_date", strings.Join(added, "\n  ")+"\n  start_date", 1)
}

func TestShapesLifeOfALink(t *testing.T) {
	t.Parallel()
	onEveryShape(t, func(w *shapeWorld) {
		id := w.push("Acme Ltd")
		w.EditVendor(id, func(v *simulator.Vendor) { v.ContractNumber = "C-77" })
		inIT := strings.Replace(linkAcme, "Vendors - OT", "Vendors - IT", 1)
		update := planned(plancheck.ResourceActionUpdate)
		w.test(
			resource.TestStep{
				Config:           linkAcme,
				ConfigPlanChecks: planned(plancheck.ResourceActionCreate),
				ConfigStateChecks: []statecheck.StateCheck{
					state("id", knownvalue.StringExact(id)),
					state("vendor_name", knownvalue.StringExact("Acme Ltd")),
					state("access_group_id", knownvalue.StringExact(groupOT)),
					state("start_date", knownvalue.StringExact("2026-12-01")),
					state("due_date", knownvalue.Null()),
					state("enabled", knownvalue.Bool(true)),
				},
			},
			resource.TestStep{Config: linkAcme, ConfigPlanChecks: emptyPlan()},
			resource.TestStep{Config: lines(inIT, `due_date = "2027-11-30"`), ConfigPlanChecks: update},
			resource.TestStep{Config: lines(inIT, `due_date = ""`), ConfigPlanChecks: update},
			resource.TestStep{Config: lines(inIT, `due_date = ""`), ConfigPlanChecks: emptyPlan()},
			resource.TestStep{Config: lines(inIT, `enabled = false`), ConfigPlanChecks: update},
			resource.TestStep{Config: strings.Replace(inIT, "2026-12-01", "2026-12-02", 1), ConfigPlanChecks: update},
			resource.TestStep{Config: lines(inIT, `enabled = false`), ConfigPlanChecks: update},
			resource.TestStep{Config: inIT, ConfigPlanChecks: update},
		)
		w.expectWrites(simtest.NamedObjects,
			`{"access_group":{"id":"7"},"start_date":"2026-12-01","status":"enabled"}`,
			`{"access_group":{"id":"8"},"due_date":"2027-11-30"}`,
			`{"due_date":null}`,
			`{"status":"disabled"}`,
			`{"start_date":"2026-12-02","status":"enabled"}`,
			`{"start_date":"2026-12-01","status":"disabled"}`,
			`{"status":"enabled"}`,
			`{"status":"disabled"}`,
		)
		path := "/iso/domum/vendor/" + id
		w.expectWrites(simtest.EnvelopeV1,
			"PUT "+path+` {"access_group_id":"7","contract_start":"2026-12-01 00:00:00"}`, "POST "+path+"/enable",
			"PUT "+path+` {"access_group_id":"8","contract_end":"2027-11-30 00:00:00"}`,
			"PUT "+path+` {"contract_end":""}`,
			"POST "+path+"/disable",
			"PUT "+path+` {"contract_start":"2026-12-02 00:00:00"}`, "POST "+path+"/enable",
			"POST "+path+"/disable", "PUT "+path+` {"contract_start":"2026-12-01 00:00:00"}`,
			"POST "+path+"/enable",
			"POST "+path+"/disable",
		)
		call := "POST /domum/api/suppliers/" + id + " "
		w.expectWrites(simtest.BareArrays,
			call+`{"begins":"2026-12-01","group_name":"Vendors - OT","state":"active"}`,
			call+`{"ends":"2027-11-30","group_name":"Vendors - IT"}`,
			call+`{"ends":null}`,
			call+`{"state":"blocked"}`,
			call+`{"begins":"2026-12-02","state":"active"}`,
			call+`{"begins":"2026-12-01","state":"blocked"}`,
			call+`{"state":"active"}`,
			call+`{"state":"blocked"}`,
		)
		if v := w.vendor(id); v.Status != "disabled" || v.AccessGroupID != groupIT || v.StartDate != "2026-12-01" || v.DueDate != "" || v.ContractNumber != "C-77" {
			w.t.Errorf("after the destroy: %+v", v)
		}
	})
}

func TestShapesShowDrift(t *testing.T) {
	t.Parallel()
	onEveryShape(t, func(w *shapeWorld) {
		id := w.push("Acme Ltd")
		linked := lines(linkAcme, `due_date = "2027-11-30"`)
		drift := func(edit func(*simulator.Vendor)) resource.TestStep {
			return resource.TestStep{PreConfig: func() { w.EditVendor(id, edit) }, Config: linked, ConfigPlanChecks: planned(plancheck.ResourceActionUpdate)}
		}
		w.test(
			resource.TestStep{Config: linked},
			drift(func(v *simulator.Vendor) { v.AccessGroupID = groupIT }),
			drift(func(v *simulator.Vendor) { v.StartDate = "2026-01-01" }),
			drift(func(v *simulator.Vendor) { v.DueDate = "" }),
			drift(func(v *simulator.Vendor) { v.Status = "disabled" }),
			drift(func(v *simulator.Vendor) { v.Status, v.AccessGroupID, v.StartDate, v.DueDate = "disabled", "", "", "" }),
			resource.TestStep{PreConfig: func() {
				if v := w.vendor(id); v.Status != "enabled" || v.AccessGroupID != groupOT || v.StartDate != "2026-12-01" || v.DueDate != "2027-11-30" {
					w.t.Errorf("not put right: %+v", v)
				}
			}, Config: linked, ConfigPlanChecks: emptyPlan()},
		)
	})
}

func TestShapesSeeThatAVendorIsGone(t *testing.T) {
	t.Parallel()
	onEveryShape(t, func(w *shapeWorld) {
		c := w.cli()
		id := c.withLink()
		w.RemoveVendor(id)
		c.expect(c.must("plan"), `Vendor "Acme Ltd" is gone`, `Vendor "Acme Ltd" is not there yet`)
		c.must("destroy", "-auto-approve") // of what is gone
	})
}

// A plan is refused if somebody changed meanwhile what it is about.
func TestShapesRefuseAStalePlan(t *testing.T) {
	t.Parallel()
	onEveryShape(t, func(w *shapeWorld) {
		c := w.cli()
		id := c.withLink()
		c.use(moveToIT)
		c.must("plan", "-out=plan")
		w.EditVendor(id, func(v *simulator.Vendor) { v.Status = "disabled" })
		c.refuse([]string{"changed since the plan was made", "Plan again"}, "apply", "plan")
		if v := w.vendor(id); v.AccessGroupID != groupOT || v.Status != "disabled" {
			w.t.Errorf("written: %+v", v)
		}
	})
}

func TestShapesImport(t *testing.T) {
	t.Parallel()
	onEveryShape(t, func(w *shapeWorld) {
		id := w.linked("Acme Ltd", groupOT, "enabled")
		w.EditVendor(id, func(v *simulator.Vendor) { v.DueDate = "2029-12-31" })
		c := w.cli()
		c.use(dated("2029-12-31"))
		c.must("import", acme, id)
		c.expectNoChanges()
		c.must("state", "rm", acme)
		c.must("import", acme, "name:acme LTD")
		c.expectNoChanges()
		if writes := w.shape.Writes(); len(writes) > 0 {
			w.t.Errorf("written: %q", writes)
		}
		c.must("state", "rm", acme)
		c.refuse([]string{`Cannot import "4711"`, "No vendor has this id"}, "import", acme, "4711")
	})
}

func TestShapesAdopt(t *testing.T) {
	t.Parallel()
	onEveryShape(t, func(w *shapeWorld) {
		id := w.linked("Acme Ltd", groupIT, "enabled")
		c := w.cli()
		c.use(linkAcme)
		c.refuse([]string{"linked already", "Vendors - IT", "adopt_existing"}, "apply", "-auto-approve")
		c.use(lines(strings.NewReplacer("Vendors - OT", "Vendors - IT", "2026-12-01", "2026-11-01").Replace(linkAcme), "adopt_existing = true"))
		c.apply()
		if writes := w.shape.Writes(); len(writes) > 0 {
			w.t.Errorf("an adoption of what is equal wrote %q", writes)
		}
		c.must("state", "rm", acme)
		c.use(lines(linkAcme, "adopt_existing = true"))
		c.expect(c.apply(), "1 added")
		if v := w.vendor(id); v.AccessGroupID != groupOT || v.StartDate != "2026-12-01" || v.ContractNumber != "C-1" {
			w.t.Errorf("not adopted: %+v", v)
		}
		c.expectNoChanges()
	})
}

// The data sources read what the simulator holds, whatever the shape.
func TestShapesDataSources(t *testing.T) {
	t.Parallel()
	onEveryShape(t, func(w *shapeWorld) {
		id := w.linked("Acme Ltd", groupOT, "enabled")
		for i := range 120 {
			w.AddVendor(simulator.Vendor{Name: fmt.Sprintf("By hand %03d", i)})
		}
		w.test(resource.TestStep{
			Config: `
data "domum_vendor" "acme" { name = "Acme Ltd" }
data "domum_vendors" "all" {}
data "domum_vendors" "synced" { synced = true }
data "domum_access_group" "it" { name = "Vendors - IT" }
`,
			ConfigStateChecks: []statecheck.StateCheck{
				values("data.domum_vendor.acme", map[string]knownvalue.Check{
					"id": knownvalue.StringExact(id), "linked": knownvalue.Bool(true), "enabled": knownvalue.Bool(true), "access_group_id": knownvalue.StringExact(groupOT),
					"access_group_name": knownvalue.StringExact("Vendors - OT"), "start_date": knownvalue.StringExact("2026-11-01"), "due_date": knownvalue.Null(),
					"contract_number": knownvalue.StringExact("C-1"), "document_id": knownvalue.Null(),
				}),
				values("data.domum_vendors.all", map[string]knownvalue.Check{"ids": knownvalue.ListSizeExact(122)}),
				values("data.domum_vendors.synced", map[string]knownvalue.Check{"names": knownvalue.ListExact([]knownvalue.Check{
					knownvalue.StringExact("Globex"), knownvalue.StringExact("Acme Ltd"),
				})}),
				values("data.domum_access_group.it", map[string]knownvalue.Check{"id": knownvalue.StringExact(groupIT)}),
			},
		})
	})
}

// The same configuration without the profile is an error, and not an appliance
// without vendors.
func TestShapesAreNotReadWithoutAProfile(t *testing.T) {
	t.Parallel()
	onEveryShape(t, func(w *shapeWorld) {
		w.push("Acme Ltd")
		w.options = nil
		c := w.cli()
		c.use(linkAcme)
		c.refuse([]string{"HTTP 404"}, "plan")
	})
}
