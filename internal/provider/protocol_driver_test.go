// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// protocol speaks the plugin protocol to a configured provider, as Terraform
// does: for orders of calls that Terraform itself leaves to chance.
type protocol struct {
	*world
	server tfprotov6.ProviderServer
	link   tftypes.Object // the type of a domum_vendor_link
}

func (w *world) protocol(settings ...map[string]any) *protocol {
	w.t.Helper()
	p := &protocol{world: w, server: w.server()}
	schema, err := p.server.GetProviderSchema(w.t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	p.check(schema.Diagnostics, err)
	var ok bool
	if p.link, ok = schema.ResourceSchemas["domum_vendor_link"].ValueType().(tftypes.Object); !ok {
		w.t.Fatal("a resource that is no object")
	}
	block, ok := schema.Provider.ValueType().(tftypes.Object)
	if !ok {
		w.t.Fatal("a provider block that is no object")
	}
	attributes := map[string]any{"url": w.URL, "client_id": testClientID, "client_secret": testClientSecret}
	for _, more := range settings {
		maps.Copy(attributes, more)
	}
	configured, err := p.server.ConfigureProvider(w.t.Context(), &tfprotov6.ConfigureProviderRequest{Config: p.object(block, attributes)})
	p.check(configured.Diagnostics, err)
	return p
}

// object is a value of that type; attributes that aren't named are null.
func (p *protocol) object(objectType tftypes.Object, attributes map[string]any) *tfprotov6.DynamicValue {
	p.t.Helper()
	values := map[string]tftypes.Value{}
	for name, attributeType := range objectType.AttributeTypes {
		values[name] = tftypes.NewValue(attributeType, attributes[name])
	}
	return p.dynamic(tftypes.NewValue(objectType, values))
}

func (p *protocol) dynamic(value tftypes.Value) *tfprotov6.DynamicValue {
	p.t.Helper()
	dynamic, err := tfprotov6.NewDynamicValue(value.Type(), value)
	if err != nil {
		p.t.Fatal(err)
	}
	return &dynamic
}

func (p *protocol) none() *tfprotov6.DynamicValue { return p.dynamic(tftypes.NewValue(p.link, nil)) }

func (p *protocol) check(diagnostics []*tfprotov6.Diagnostic, err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
	if said := failure(diagnostics); said != "" {
		p.t.Fatal(said)
	}
}

// failure returns what errors say.
func failure(diagnostics []*tfprotov6.Diagnostic) string {
	var said strings.Builder
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			fmt.Fprintf(&said, "%s\n%s\n", d.Summary, d.Detail)
		}
	}
	return said.String()
}

var adoption = map[string]any{
	"vendor_name": "Acme Ltd", "access_group_name": "Vendors - OT", "start_date": "2026-11-01",
	"enabled": true, "adopt_existing": true, "deletion_policy": "disable",
}

// create plans and applies a link, and returns its private state.
func (p *protocol) create() []byte {
	p.t.Helper()
	private, failed := p.attempt(adoption)
	if failed != "" {
		p.t.Fatal(failed)
	}
	return private
}

// attempt is create for a link that may fail: then it returns what is said.
func (p *protocol) attempt(attributes map[string]any) (private []byte, failed string) {
	p.t.Helper()
	planned, failed := p.planNew(attributes)
	if failed != "" {
		return nil, failed
	}
	applied, err := p.server.ApplyResourceChange(context.Background(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: "domum_vendor_link", PriorState: p.none(), PlannedState: planned.PlannedState, Config: p.object(p.link, attributes), PlannedPrivate: planned.PlannedPrivate,
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return applied.Private, failure(applied.Diagnostics)
}

// planNew plans a new link.
func (p *protocol) planNew(attributes map[string]any) (planned *tfprotov6.PlanResourceChangeResponse, failed string) {
	p.t.Helper()
	proposed := maps.Clone(attributes)
	for _, computed := range []string{"id", "vendor_id", "access_group_id", "due_date"} {
		proposed[computed] = tftypes.UnknownValue
	}
	planned, err := p.server.PlanResourceChange(context.Background(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: "domum_vendor_link", PriorState: p.none(), ProposedNewState: p.object(p.link, proposed), Config: p.object(p.link, attributes),
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return planned, failure(planned.Diagnostics)
}

// state is the state of the link that adoption describes, of the vendor with
// that id.
func (p *protocol) state(id string) *tfprotov6.DynamicValue {
	p.t.Helper()
	state := maps.Clone(adoption)
	maps.Copy(state, map[string]any{"id": id, "vendor_id": id, "access_group_id": groupOT})
	return p.object(p.link, state)
}

// readLink reads the link of state, and returns what state is then and what
// errors say.
func (p *protocol) readLink(id string, private []byte) (state *tfprotov6.DynamicValue, said string) {
	p.t.Helper()
	read, err := p.server.ReadResource(context.Background(), &tfprotov6.ReadResourceRequest{TypeName: "domum_vendor_link", CurrentState: p.state(id), Private: private})
	if err != nil {
		p.t.Fatal(err)
	}
	return read.NewState, failure(read.Diagnostics)
}

// importLink imports a link, and returns what errors say.
func (p *protocol) importLink(id string) string {
	p.t.Helper()
	imported, err := p.server.ImportResourceState(context.Background(), &tfprotov6.ImportResourceStateRequest{TypeName: "domum_vendor_link", ID: id})
	if err != nil {
		p.t.Fatal(err)
	}
	return failure(imported.Diagnostics)
}

// validateLink checks a link's configuration, and returns what errors say.
func (p *protocol) validateLink(attributes map[string]any) string {
	p.t.Helper()
	checked, err := p.server.ValidateResourceConfig(context.Background(), &tfprotov6.ValidateResourceConfigRequest{TypeName: "domum_vendor_link", Config: p.object(p.link, attributes)})
	if err != nil {
		p.t.Fatal(err)
	}
	return failure(checked.Diagnostics)
}

// readData checks and reads a data source, and returns what errors say.
func (p *protocol) readData(typeName string, attributes map[string]any) string {
	p.t.Helper()
	schema, err := p.server.GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
	p.check(schema.Diagnostics, err)
	object, ok := schema.DataSourceSchemas[typeName].ValueType().(tftypes.Object)
	if !ok {
		p.t.Fatalf("no data source %s", typeName)
	}
	config := p.object(object, attributes)
	checked, err := p.server.ValidateDataResourceConfig(context.Background(), &tfprotov6.ValidateDataResourceConfigRequest{TypeName: typeName, Config: config})
	if err != nil {
		p.t.Fatal(err)
	}
	if said := failure(checked.Diagnostics); said != "" {
		return said
	}
	read, err := p.server.ReadDataSource(context.Background(), &tfprotov6.ReadDataSourceRequest{TypeName: typeName, Config: config})
	if err != nil {
		p.t.Fatal(err)
	}
	return failure(read.Diagnostics)
}

// destroy destroys the link with that private state, and returns what was
// said.
func (p *protocol) destroy(id string, private []byte) string {
	p.t.Helper()
	applied, err := p.server.ApplyResourceChange(context.Background(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: "domum_vendor_link", PriorState: p.state(id), PlannedState: p.none(), Config: p.none(), PlannedPrivate: private,
	})
	if err != nil {
		p.t.Fatal(err)
	}
	var said strings.Builder
	for _, d := range applied.Diagnostics {
		fmt.Fprintf(&said, "%s\n%s\n", d.Summary, d.Detail)
	}
	return said.String()
}
