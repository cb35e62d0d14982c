// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
)

// bomb is a clock that panics, once it is armed, with a value that nobody may
// see. The client looks at its clock before each request.
type bomb struct {
	domum.Clock
	value atomic.Pointer[any]
}

// Now implements domum.Clock.
func (b *bomb) Now() time.Time {
	if value := b.value.Load(); value != nil {
		panic(*value)
	}
	return b.Clock.Now()
}

func (b *bomb) arm(value any) { b.value.Store(&value) }

const unseen = "s3cret-in-a-panic"

type unseenFields struct{ ClientSecret string }

func TestPanicsBecomeDiagnostics(t *testing.T) {
	linked := maps.Clone(adoption)
	maps.Copy(linked, map[string]any{"id": "1", "vendor_id": "1", "access_group_id": groupOT})
	planned := func(p *protocol, changes map[string]any) *tfprotov6.DynamicValue {
		state := maps.Clone(linked)
		maps.Copy(state, changes)
		return p.object(p.link, state)
	}
	const link = "domum_vendor_link"
	type answer struct {
		diagnostics []*tfprotov6.Diagnostic
		state       *tfprotov6.DynamicValue // nil: there is none to keep
	}
	calls := map[string]func(ctx context.Context, p *protocol) (answer, error){
		"create": func(ctx context.Context, p *protocol) (answer, error) {
			resp, err := p.server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
				TypeName: link, PriorState: p.none(), Config: p.object(p.link, adoption),
				PlannedState: planned(p, map[string]any{"id": tftypes.UnknownValue, "vendor_id": tftypes.UnknownValue}),
			})
			return answer{resp.Diagnostics, nil}, err
		},
		"read": func(ctx context.Context, p *protocol) (answer, error) {
			resp, err := p.server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{TypeName: link, CurrentState: planned(p, nil)})
			return answer{resp.Diagnostics, resp.NewState}, err
		},
		"plan a create": func(ctx context.Context, p *protocol) (answer, error) {
			resp, err := p.server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
				TypeName: link, PriorState: p.none(), ProposedNewState: p.object(p.link, adoption), Config: p.object(p.link, adoption),
			})
			return answer{resp.Diagnostics, nil}, err
		},
		"plan an update": func(ctx context.Context, p *protocol) (answer, error) {
			config := maps.Clone(adoption)
			config["access_group_name"] = "Vendors - IT"
			resp, err := p.server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
				TypeName: link, PriorState: planned(p, nil), ProposedNewState: planned(p, map[string]any{"access_group_name": "Vendors - IT"}), Config: p.object(p.link, config),
			})
			return answer{resp.Diagnostics, nil}, err
		},
		"update": func(ctx context.Context, p *protocol) (answer, error) {
			config := maps.Clone(adoption)
			config["start_date"] = "2026-11-02"
			resp, err := p.server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
				TypeName: link, PriorState: planned(p, nil), Config: p.object(p.link, config), PlannedState: planned(p, map[string]any{"start_date": "2026-11-02"}),
			})
			return answer{resp.Diagnostics, resp.NewState}, err
		},
		"delete": func(ctx context.Context, p *protocol) (answer, error) {
			resp, err := p.server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
				TypeName: link, PriorState: planned(p, nil), PlannedState: p.none(), Config: p.none(),
			})
			return answer{resp.Diagnostics, resp.NewState}, err
		},
		"import by id": func(ctx context.Context, p *protocol) (answer, error) {
			resp, err := p.server.ImportResourceState(ctx, &tfprotov6.ImportResourceStateRequest{TypeName: link, ID: "1"})
			return answer{resp.Diagnostics, nil}, err
		},
		"import by name": func(ctx context.Context, p *protocol) (answer, error) {
			resp, err := p.server.ImportResourceState(ctx, &tfprotov6.ImportResourceStateRequest{TypeName: link, ID: "name:Acme Ltd"})
			return answer{resp.Diagnostics, nil}, err
		},
	}
	calls["list"] = func(_ context.Context, p *protocol) (answer, error) {
		_, said := p.list(nil, 10, true)
		return answer{[]*tfprotov6.Diagnostic{{Severity: tfprotov6.DiagnosticSeverityError, Summary: said}}, nil}, nil
	}
	schemas, err := (&world{t: t}).server().GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for name, schema := range schemas.DataSourceSchemas {
		object := schema.ValueType().(tftypes.Object)
		for attribute := range object.AttributeTypes {
			if !slices.Contains([]string{"id", "name", "users", "vendors", "access_groups"}, attribute) {
				continue
			}
			config := map[string]any{}
			if attribute == "id" || attribute == "name" {
				config[attribute] = "1"
			}
			calls[name+" by "+attribute] = func(ctx context.Context, p *protocol) (answer, error) {
				resp, err := p.server.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: name, Config: p.object(object, config)})
				return answer{resp.Diagnostics, nil}, err
			}
		}
	}
	values := []any{unseen, errors.New(unseen), &unseenFields{unseen}}
	for i, name := range slices.Sorted(maps.Keys(calls)) {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.linked("Acme Ltd", groupOT, "enabled")
			clock := &bomb{Clock: w.clock}
			w.clock = clock
			p := w.protocol()
			value := values[i%len(values)]
			clock.arm(value)
			got, err := calls[name](t.Context(), p)
			if err != nil || len(got.diagnostics) == 0 {
				t.Fatalf("%d diagnostics, %v", len(got.diagnostics), err)
			}
			for _, d := range got.diagnostics {
				text := d.Summary + "\n" + d.Detail
				for _, words := range []string{"Cannot ", "panicked with a " + reflect.TypeOf(value).String(), ".(*bomb).Now", "internal/domum.", "Report it"} {
					if !strings.Contains(text, words) {
						t.Errorf("it doesn't say %q:\n%s", words, text)
					}
				}
				if strings.Contains(text, unseen) || d.Severity != tfprotov6.DiagnosticSeverityError {
					t.Errorf("severity %s:\n%s", d.Severity, text)
				}
			}
			if got.state != nil && !reflect.DeepEqual(got.state, planned(p, nil)) {
				t.Errorf("the state changed: %s", got.state.MsgPack)
			}
			w.expectPatches()
		})
	}
}

// The write of a create runs in a goroutine of its own, where a panic would end
// the process.
func TestPanicInTheWriteOfACreate(t *testing.T) {
	w := newWorld(t)
	w.push("Acme Ltd")
	clock := &bomb{Clock: w.clock}
	w.clock = clock
	w.OnRequest(func(r *http.Request) {
		if r.Method == http.MethodPatch {
			clock.arm(unseen)
		}
	})
	p := w.protocol()
	_, failed := p.attempt(adoption)
	for _, words := range []string{`Cannot link vendor "Acme Ltd"`, "panicked with a string", "Report it"} {
		if !strings.Contains(failed, words) || strings.Contains(failed, unseen) {
			t.Errorf("want %q, said:\n%s", words, failed)
		}
	}
}
