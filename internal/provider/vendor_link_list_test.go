// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// listWorld is an appliance with links of every sort: 1 to 3, and vendors that
// are not linked: 4 and 5.
func listWorld(t *testing.T) *world {
	w := newWorld(t)
	w.linked("Acme Ltd", groupOT, "enabled")
	w.EditVendor(w.linked("Globex", groupIT, "disabled"), func(v *simulator.Vendor) { v.DueDate = "2029-12-31" })
	w.AddVendor(simulator.Vendor{Name: "By hand", Status: "enabled", AccessGroupID: groupOT, StartDate: "2026-01-31"})
	w.push("Initech")
	w.AddVendor(simulator.Vendor{Name: "Umbrella", Status: "disabled"})
	return w
}

// listed is one result of a list.
type listed struct {
	id, name string
	link     *tfprotov6.DynamicValue
}

// list lists links over the plugin protocol.
func (p *protocol) list(config map[string]any, limit int64, include bool) (links []listed, said string) {
	p.t.Helper()
	server, ok := p.server.(frameworkServer)
	if !ok {
		p.t.Fatal("no list resources")
	}
	schema, err := server.GetProviderSchema(p.t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	p.check(schema.Diagnostics, err)
	filters, ok := schema.ListResourceSchemas["domum_vendor_link"].ValueType().(tftypes.Object)
	if !ok {
		p.t.Fatal("a list that is no object")
	}
	stream, err := server.ListResource(p.t.Context(), &tfprotov6.ListResourceRequest{
		TypeName: "domum_vendor_link", Config: p.object(filters, config), Limit: limit, IncludeResource: include,
	})
	p.check(nil, err)
	for result := range stream.Results {
		for _, d := range result.Diagnostics {
			said += d.Summary + "\n" + d.Detail + "\n"
		}
		if result.Identity == nil {
			continue
		}
		identityType := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"vendor_id": tftypes.String}}
		links = append(links, listed{p.text(result.Identity.IdentityData, identityType, "vendor_id"), result.DisplayName, result.Resource})
	}
	return links, said
}

// text returns an attribute of an object, "" for null.
func (p *protocol) text(object *tfprotov6.DynamicValue, objectType tftypes.Object, attribute string) string {
	p.t.Helper()
	value, err := object.Unmarshal(objectType)
	p.check(nil, err)
	var attributes map[string]tftypes.Value
	p.check(nil, value.As(&attributes))
	var text *string
	p.check(nil, attributes[attribute].As(&text))
	if text == nil {
		return ""
	}
	return *text
}

func TestListVendorLinks(t *testing.T) {
	p := listWorld(t).protocol()
	for name, test := range map[string]struct {
		config map[string]any
		limit  int64
		want   string
	}{
		"all":             {nil, 100, "1 Acme Ltd, 2 Globex, 3 By hand"},
		"limit":           {nil, 2, "1 Acme Ltd, 2 Globex"},
		"limit of all":    {nil, 3, "1 Acme Ltd, 2 Globex, 3 By hand"},
		"limit of none":   {nil, 0, ""},
		"limit of passed": {map[string]any{"enabled": true}, 2, "1 Acme Ltd, 3 By hand"},
		"name":            {map[string]any{"name_regex": "^(Globex|By|Init)"}, 100, "2 Globex, 3 By hand"},
		"synced":          {map[string]any{"synced": true}, 100, "1 Acme Ltd, 2 Globex"},
		"by hand":         {map[string]any{"synced": false}, 100, "3 By hand"},
		"provider":        {map[string]any{"identity_provider": "okta", "enabled": true}, 100, "1 Acme Ltd"},
		"group":           {map[string]any{"access_group_id": groupIT}, 100, "2 Globex"},
		"disabled":        {map[string]any{"enabled": false}, 100, "2 Globex"},
		"none":            {map[string]any{"access_group_id": "9"}, 100, ""},
	} {
		links, said := p.list(test.config, test.limit, false)
		got := make([]string, len(links))
		for i, l := range links {
			got[i] = l.id + " " + l.name
			if l.link != nil {
				t.Errorf("%s: resource data of %s, which nobody asked for", name, l.id)
			}
		}
		if strings.Join(got, ", ") != test.want || said != "" {
			t.Errorf("%s: %s, want %s\n%s", name, strings.Join(got, ", "), test.want, said)
		}
	}
	if gets, lists := p.Count("GET", "/api/v2/domum/vendors/*"), p.Count("GET", "/api/v2/domum/vendors"); gets > 0 || lists != 1 {
		t.Errorf("%d reads of single vendors, %d of the list", gets, lists)
	}
}

// What is listed has every attribute; what is generated from it, only what may
// be configured together.
func TestListedLinkIsConfiguration(t *testing.T) {
	p := listWorld(t).protocol()
	links, said := p.list(map[string]any{"name_regex": "Globex"}, 100, true)
	if len(links) != 1 || said != "" {
		t.Fatalf("%v\n%s", links, said)
	}
	expect := func(object *tfprotov6.DynamicValue, want map[string]string) {
		t.Helper()
		for attribute, value := range want {
			if got := p.text(object, p.link, attribute); got != value {
				t.Errorf("%s = %q, want %q", attribute, got, value)
			}
		}
	}
	expect(links[0].link, map[string]string{
		"id": "2", "vendor_id": "2", "vendor_name": "Globex", "access_group_id": groupIT, "access_group_name": "Vendors - IT",
		"start_date": "2026-11-01", "due_date": "2029-12-31", "deletion_policy": "disable",
	})
	generated, err := p.server.GenerateResourceConfig(t.Context(), &tfprotov6.GenerateResourceConfigRequest{TypeName: "domum_vendor_link", State: links[0].link})
	p.check(generated.Diagnostics, err)
	expect(generated.Config, map[string]string{
		"id": "", "vendor_id": "", "vendor_name": "Globex", "access_group_id": "", "access_group_name": "Vendors - IT",
		"start_date": "2026-11-01", "due_date": "2029-12-31", "deletion_policy": "disable",
	})
	valid, err := p.server.ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{TypeName: "domum_vendor_link", Config: generated.Config})
	p.check(valid.Diagnostics, err)
}

func TestListWarnsOfWhatCanNotBeConfigured(t *testing.T) {
	w := newWorld(t)
	w.AddVendor(simulator.Vendor{Name: "Acme Ltd", Status: "disabled", AccessGroupID: groupOT})
	p := w.protocol()
	if links, said := p.list(nil, 100, true); len(links) != 1 || !strings.Contains(said, `Vendor "Acme Ltd" has no start date`) {
		t.Errorf("%v\n%s", links, said)
	}
	if links, said := p.list(nil, 100, false); len(links) != 1 || said != "" {
		t.Errorf("%v\n%s", links, said)
	}
}

func TestListFails(t *testing.T) {
	p := listWorld(t).protocol()
	p.AddFault(simulator.Fault{Path: "/api/v2/domum/vendors", Kind: "status", Status: 403})
	if links, said := p.list(nil, 100, true); len(links) > 0 || !strings.Contains(said, "Cannot list vendor links") || !strings.Contains(said, "read and write permission") {
		t.Errorf("%v\n%s", links, said)
	}
	p.server = p.world.server() // not configured: the method panics
	if links, said := p.list(nil, 100, true); len(links) > 0 || !strings.Contains(said, "Cannot list vendor links") || !strings.Contains(said, "The provider has a bug") {
		t.Errorf("%v\n%s", links, said)
	}
}

// query makes these list blocks the folder's.
func (c *cli) query(blocks string) {
	c.t.Helper()
	if err := os.WriteFile(filepath.Join(c.dir, "links.tfquery.hcl"), []byte(blocks), 0o600); err != nil {
		c.t.Fatal(err)
	}
}

var queryResult = regexp.MustCompile(`list\.domum_vendor_link\.(\w+)\s+vendor_id=(\w+)`)

// found returns the ids in the output of terraform query, by list block.
func found(output string) map[string][]string {
	ids := map[string][]string{}
	for _, match := range queryResult.FindAllStringSubmatch(output, -1) {
		ids[match[1]] = append(ids[match[1]], match[2])
	}
	return ids
}

func TestQuery(t *testing.T) {
	needs(t, query)
	w := listWorld(t)
	c := w.cli()
	c.use("")
	c.query(`
list "domum_vendor_link" "all" {
  provider = domum
}

list "domum_vendor_link" "filtered" {
  provider = domum
  limit    = 1

  config {
    name_regex        = "."
    synced            = true
    identity_provider = "Okta"
    access_group_id   = "7"
    enabled           = true
  }
}
`)
	w.ResetRequests()
	output := c.must("query")
	if ids := found(output); !slices.Equal(ids["all"], []string{"1", "2", "3"}) || !slices.Equal(ids["filtered"], []string{"1"}) {
		t.Errorf("%v in\n%s", ids, output)
	}
	c.expect(output, "Acme Ltd", "Globex", "By hand")
	if n := w.Count("GET", "/api/v2/*/*") + w.Count("GET", "/api/v2/*/*/*"); n != 1 {
		t.Errorf("%d requests", n)
	}
	c.query("list \"domum_vendor_link\" \"all\" {\n provider = domum\n config {\n name_regex = \"(\"\n }\n}\n")
	c.refuse([]string{"Invalid regular expression"}, "query")
}

// The published example's output is applied as it stands: it imports, changes
// nothing, and is followed by an empty plan.
func TestQueryExample(t *testing.T) {
	needs(t, query)
	w := listWorld(t)
	c := w.cli()
	c.ownProcess("DOMUM_URL="+w.URL, "DOMUM_CLIENT_ID="+testClientID, "DOMUM_CLIENT_SECRET="+testClientSecret)
	c.write(requiredProviders + "provider \"domum\" {}\n")
	c.query(readExample(t, "examples/list-resources/domum_vendor_link/list-resource.tfquery.hcl"))
	if output := c.must("query", "-generate-config-out=links.tf"); !slices.Equal(found(output)["linked"], []string{"1", "2"}) {
		t.Errorf("listed:\n%s", output)
	}
	c.expect(c.apply(), "2 imported, 0 added, 0 changed, 0 destroyed")
	c.expectNoChanges()
	w.expectPatches()
}

func TestImportBlockGeneratesConfiguration(t *testing.T) {
	needs(t, generatedConfiguration)
	w := listWorld(t)
	c := w.cli()
	c.use("import {\n  provider = domum\n  to       = domum_vendor_link.globex\n  id       = \"name:Globex\"\n}\n")
	c.must("plan", "-generate-config-out=links.tf", "-out=plan")
	c.expect(c.must("apply", "plan"), "1 imported, 0 added, 0 changed, 0 destroyed")
	c.use("") // Terraform takes the provider argument only while it generates
	c.expectNoChanges()
	w.expectPatches()
}
