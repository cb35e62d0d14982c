// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"maps"
	"runtime"
	"testing"
	"weak"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// The framework keeps a context of each call until the provider stops. What
// is in it has to go, or a plan of thousands of links fills the memory.
func TestNothingOfACallIsKept(t *testing.T) {
	w := newWorld(t)
	p := w.protocol()
	id := w.linked("Acme Ltd", groupOT, "enabled")
	attributes := maps.Clone(adoption)
	config := p.object(p.link, attributes)
	maps.Copy(attributes, map[string]any{"id": id, "vendor_id": id, "access_group_id": groupOT})
	state := p.object(p.link, attributes)
	schema, err := p.server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	p.check(schema.Diagnostics, err)
	vendors := p.object(schema.DataSourceSchemas["domum_vendors"].ValueType().(tftypes.Object), nil)
	const link = "domum_vendor_link"
	for name, call := range map[string]func(context.Context) error{
		"validate": func(ctx context.Context) error {
			_, err := p.server.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{TypeName: link, Config: config})
			return err
		},
		"upgrade state": func(ctx context.Context) error {
			_, err := p.server.UpgradeResourceState(ctx, &tfprotov6.UpgradeResourceStateRequest{TypeName: link, RawState: &tfprotov6.RawState{JSON: []byte("{}")}})
			return err
		},
		"upgrade identity": func(ctx context.Context) error {
			_, err := p.server.UpgradeResourceIdentity(ctx, &tfprotov6.UpgradeResourceIdentityRequest{TypeName: link, RawIdentity: &tfprotov6.RawState{JSON: []byte("{}")}})
			return err
		},
		"import": func(ctx context.Context) error {
			_, err := p.server.ImportResourceState(ctx, &tfprotov6.ImportResourceStateRequest{TypeName: link, ID: id})
			return err
		},
		"read": func(ctx context.Context) error {
			_, err := p.server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{TypeName: link, CurrentState: state})
			return err
		},
		"plan": func(ctx context.Context) error {
			_, err := p.server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{TypeName: link, PriorState: state, ProposedNewState: state, Config: config})
			return err
		},
		"apply": func(ctx context.Context) error {
			_, err := p.server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{TypeName: link, PriorState: p.none(), PlannedState: state, Config: config})
			return err
		},
		"validate a data source": func(ctx context.Context) error {
			_, err := p.server.ValidateDataResourceConfig(ctx, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: "domum_vendors", Config: vendors})
			return err
		},
		"read a data source": func(ctx context.Context) error {
			_, err := p.server.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: "domum_vendors", Config: vendors})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			kept, err := inCall(t.Context(), call)
			if err != nil {
				t.Fatal(err)
			}
			runtime.GC()
			if kept.Value() != nil {
				t.Error("a value of the call's context is still there")
			}
		})
	}
	runtime.KeepAlive(p)
}

// inCall calls with something in the context, and returns a weak pointer to it.
func inCall(ctx context.Context, call func(context.Context) error) (weak.Pointer[[1 << 20]byte], error) {
	type key struct{}
	something := new([1 << 20]byte)
	err := call(context.WithValue(ctx, key{}, something))
	return weak.Make(something), err
}

func TestACallsContextIsItsCallers(t *testing.T) {
	t.Parallel()
	type key struct{}
	ctx, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, "value"))
	var kept context.Context
	_, _ = during(ctx, 0, func(ctx context.Context, _ int) (int, error) {
		child, stop := context.WithCancel(ctx)
		defer stop()
		if child.Value(key{}) != "value" || child.Err() != nil {
			t.Errorf("in the call its value is %v, its error %v", child.Value(key{}), child.Err())
		}
		cancel()
		<-child.Done()
		kept = ctx
		return 0, nil
	})
	if kept.Value(key{}) != nil || !errors.Is(kept.Err(), context.Canceled) {
		t.Errorf("after the call its value is %v, its error %v", kept.Value(key{}), kept.Err())
	}
}
