// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

func walkModule(t *testing.T, d *document) {
	needs(t, moduleExample)
	w := newWorld(t)
	for _, name := range []string{"Acme Ltd", "Globex", "Initech"} {
		w.push(name)
	}
	w.PushGroup(okta, "Umbrella", "one@umbrella.example", "two@umbrella.example")
	d.enter(w.cli())
	d.copyFolder(vendorAccess, "modules/vendor-access")
	d.take("main.tf")
	d.must("init")
	d.expect(d.apply(), "3 added", `vendors_without_a_link = [ "Umbrella", ]`)
	d.expectNoChanges()
	if v, _ := w.VendorByName("Initech"); v.Status != "disabled" || v.AccessGroupID != groupIT {
		t.Errorf("not as written: %+v", v)
	}

	w.PushGroup(okta, "Acme Ltd", "one@umbrella.example")
	d.take("checked.tf")
	d.must("init")
	d.expect(d.must("apply", "-auto-approve", "-var=scim_client_secret=okta-scim-secret"), "one@umbrella.example (Acme Ltd, Umbrella)")
	d.skip(t, "go run ./internal/cmd/domum-simulator -seed examples/modules/vendor-access/tests/appliance.json") // as TestModule does
}

func walkIncident(t *testing.T, d *document) {
	w := newWorld(t)
	id := w.push("Acme Ltd")
	d.enter(w.cli())
	d.write(requiredProviders + linkAcme)
	d.apply()
	w.ResetRequests()
	w.EditVendor(id, func(v *simulator.Vendor) { v.Status = "disabled" })
	d.expect(d.must("plan"), "= false -> true", `Vendor "Acme Ltd" is disabled and will be enabled`, "Applying gives its users access back")

	d.take("provider.tf")
	d.refuse([]string{`Cannot enable vendor "Acme Ltd": it is disabled`, "Nothing was written"}, "apply", "-auto-approve")

	// While it has to stay disabled.
	d.write(requiredProviders)
	d.take("acme.tf")
	d.expect(d.must("plan"), "No changes.")

	// When it may have access again.
	d.remove("acme.tf")
	d.write(requiredProviders + linkAcme)
	w.EditVendor(id, func(v *simulator.Vendor) { v.Status = "enabled" })
	d.expectNoChanges()
	w.expectPatches()
}

func walkGettingStarted(t *testing.T, d *document) {
	needsProgram(t, "curl")
	w := newWorld(t, seeded(t, readExample(t, "examples/demo/appliance.json")))
	d.enter(w.cli())
	d.skip(t, "make demo KEEP=1") // it leaves this behind:
	for _, name := range []string{"Acme Ltd", "Globex Automation", "Initech Services"} {
		w.push(name)
	}
	for _, name := range []string{"Acme Ltd", "Globex Automation"} {
		v, _ := w.VendorByName(name)
		w.EditVendor(v.ID, func(v *simulator.Vendor) { v.StartDate, v.AccessGroupID = "2026-12-01", groupOT })
	}
	v, _ := w.VendorByName("Globex Automation")
	w.EditVendor(v.ID, func(v *simulator.Vendor) { v.AccessGroupID = groupIT })
	configuration := readExample(t, "examples/demo/main.tf")
	d.write(configuration)

	output := d.do()
	d.expect(output, "2 added", `vendors_without_a_link = toset([ "Initech Services", ])`)
	d.expect(output, `Vendor "Acme Ltd" is disabled and will be enabled`)
	locals := d.next(t, "terraform")
	begin := strings.Index(configuration, "locals {")
	end := begin + strings.Index(configuration[begin:], "\n}\n") + len("\n}\n")
	d.write(configuration[:begin] + locals + configuration[end:])
	d.expect(d.do(), "1 added", "vendors_without_a_link = toset([])")

	d.take("umbrella.tf")
	d.expect(d.must("plan"), `Vendor "Umbrella Maintenance" is not there yet`, "wait up to 15m for it to synchronize")
	var lists atomic.Int32
	waiting := make(chan struct{})
	w.OnRequest(func(r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/vendors") && lists.Add(1) == 4 {
			close(waiting)
		}
	})
	apply := d.next(t, "shell")
	applied := make(chan string)
	go func() {
		output, _ := d.shell(apply)
		applied <- output
	}()
	select {
	case <-waiting:
	case output := <-applied:
		t.Fatalf("it did not wait:\n%s", output)
	}
	d.do() // the push
	d.expect(<-applied, "1 added")

	d.expect(d.do(), "4 destroyed")
	for _, v := range w.Vendors() {
		if v.Status != "disabled" {
			t.Errorf("%+v", v)
		}
	}
}

func walkQuery(t *testing.T, d *document) {
	needs(t, query)
	w := listWorld(t)
	d.enter(w.cli())
	d.take("main.tf")
	d.take("links.tfquery.hcl")
	d.expect(d.do(), "Acme Ltd", "Globex", "By hand")
	d.expect(d.do(), "3 imported, 0 added, 0 changed, 0 destroyed")
	d.remove("links.tfquery.hcl")
	d.expectNoChanges()
	w.expectPatches()
}

func walkImportBlocks(t *testing.T, d *document) {
	needs(t, importForEach)
	w := newWorld(t)
	w.linked("Acme Ltd", groupOT, "enabled")
	w.linked("Globex", groupIT, "disabled")
	due := w.linked("Initech \"Services\" & Co", groupIT, "enabled")
	w.EditVendor(due, func(v *simulator.Vendor) { v.DueDate = "2029-12-31" })
	w.push("Stark")
	d.enter(w.cli())
	d.remove("main.tf")

	d.take("survey.tf")
	d.expect(d.do(), "0 added, 0 changed, 0 destroyed")
	d.take("vendors.tf")
	d.take("import.tf")
	d.expect(d.do(), "3 imported, 0 added, 0 changed, 0 destroyed")
	d.remove("import.tf")
	d.file("survey.tf", requiredProviders+"provider \"domum\" {}\n")
	d.expect(d.do(), "0 added, 0 changed, 0 destroyed")
	d.expectNoChanges()

	variable, _, _ := strings.Cut(d.read("vendors.tf"), "resource ")
	d.file("vendors.tf", variable+`
module "vendor_access" {
  source    = "./vendor-access"
  vendors   = var.vendors
  providers = { domum = domum, domum.scim = domum }
}

moved {
  from = domum_vendor_link.vendor
  to   = module.vendor_access.domum_vendor_link.vendor
}
`)
	d.copyFolder(vendorAccess, "vendor-access")
	d.must("init")
	d.expect(d.apply(), "0 added, 0 changed, 0 destroyed")
	w.expectPatches()
}

func walkAdoption(t *testing.T, d *document) {
	w := newWorld(t)
	w.linked("Umbrella", groupIT, "enabled")
	d.enter(w.cli())
	d.take("umbrella.tf")
	d.expect(d.must("plan"), `The link of vendor "Umbrella" will be overwritten`, `"Vendors - IT" (id 8) → "Vendors - OT" (id 7)`)
	d.apply()
	w.expectPatches(`{"access_group":{"id":"7"},"start_date":"2026-12-01"}`)
}

func walkTestingModules(t *testing.T, d *document) {
	needs(t, mockProviders)
	needsProgram(t, "curl")
	var seed string
	for _, block := range d.blocks {
		if block.language == "json" {
			seed = block.text
		}
	}
	w := newLaxWorld(t, seeded(t, seed)) // the control endpoint is none of the contract's
	d.enter(w.cli())
	d.take("main.tf")
	d.take("tests/mock.tftest.hcl")
	d.expect(d.do(), "2 passed, 0 failed")
	if got := len(w.Requests()); got != 0 {
		t.Errorf("%d requests of a test with mocks", got)
	}

	d.next(t, "json")
	d.skip(t, "go build ./internal/cmd/domum-simulator")
	d.skip(t, "domum-simulator -listen 127.0.0.1:8099 -seed tests/appliance.json")
	d.take("tests/simulator.tftest.hcl")
	atHome := func() string {
		t.Helper()
		commands := strings.ReplaceAll(d.next(t, "shell"), "http://127.0.0.1:8099", w.URL)
		output, err := d.shell(commands)
		if err != nil {
			t.Fatalf("%s%v\n%s", commands, err, output)
		}
		return output
	}
	d.expect(atHome(), "3 passed, 0 failed")
	w.expectPatches(`{"access_group":{"id":"7"},"start_date":"2026-12-01","status":"enabled"}`, `{"status":"disabled"}`)

	w.ResetRequests()
	d.env = append(d.env, "DOMUM_PROTECT_EXTERNAL_DISABLE=true")
	d.expect(atHome(), "1 passed, 0 failed")
	if got := w.Count(http.MethodPatch, ""); got != 4 {
		t.Errorf("%d writes; two are answered with a 503", got)
	}
}
