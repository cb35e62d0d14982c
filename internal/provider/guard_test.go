// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

type (
	words      = []string
	attributes = map[string]any
	blocks     = map[string]attributes // by their names
	others     = func(*folder)
)

// command is one of Terraform, and how it ends: nothing is said and nothing
// is written, unless it says so.
type command struct {
	others    others         // what others do first
	between   others         // what others do between plan and apply
	provider  map[string]any // further attributes of the provider block
	block     attributes     // the configuration; nil: it has none
	blocks    blocks         // several, in place of block
	plannedAs attributes     // what the plan knows of block, where that is less
	verb      string         // "plan" or "destroy"; "" is apply
	noRefresh bool
	inTurn    bool // one link after the other, else all at once

	refused words            // what errors say; nil: there is none
	warned  words            // what warnings say; nil: there is none
	unsaid  string           // what errors do not say
	writes  words            // the PATCH requests, each a JSON text
	leaves  simulator.Vendor // how the vendor is then, in all that is not zero here
	settled bool             // another plan changes nothing
}

// guard takes a vendor through commands. Each plan and each apply is a process of
// the provider, as with the CLI, which these tests do without.
func guard(t *testing.T, start others, commands ...command) {
	t.Helper()
	newFolder(t, start).run(commands...)
}

const (
	linksAcme = `{"access_group":{"id":"7"},"start_date":"2026-12-01","status":"enabled"}`
	disables  = `{"status":"disabled"}`
)

func nobody(*folder)      {}
func notLinked(f *folder) { f.vendorID = f.push("Acme Ltd") }

func byTerraform(f *folder) {
	notLinked(f)
	f.run(command{block: vendorLink(), writes: words{linksAcme}})
}

func linkedTo(group, status string) others {
	return func(f *folder) { f.vendorID = f.linked("Acme Ltd", group, status) }
}

func edit(change func(*simulator.Vendor)) others {
	return func(f *folder) { f.EditVendor(f.vendorID, change) }
}

func status(s string) others { return edit(func(v *simulator.Vendor) { v.Status = s }) }

// beforePatches changes the vendor before each of the next n writes.
func beforePatches(n int64, change func(*simulator.Vendor)) others {
	return func(f *folder) {
		var writes atomic.Int64
		f.OnRequest(func(r *http.Request) {
			if r.Method == http.MethodPatch && writes.Add(1) <= n {
				edit(change)(f)
			}
		})
	}
}

// faults are the only ones from then on.
func faults(faults ...simulator.Fault) others {
	return func(f *folder) {
		f.ClearFaults()
		for _, fault := range faults {
			f.AddFault(fault)
		}
	}
}

// vendorLink is the block of linkAcme, with further attributes: each a name and
// a value.
func vendorLink(changes ...any) attributes {
	b := attributes{"vendor_name": "Acme Ltd", "access_group_name": "Vendors - OT", "start_date": "2026-12-01"}
	for pair := range slices.Chunk(changes, 2) {
		b[pair[0].(string)] = pair[1]
	}
	return b
}

func timeout(operation, value string) map[string]tftypes.Value {
	t := map[string]tftypes.Value{}
	for _, o := range []string{"create", "read", "update", "delete"} {
		t[o] = tftypes.NewValue(tftypes.String, map[string]any{operation: value}[o])
	}
	return t
}

// folder is what Terraform works in.
type folder struct {
	*world
	vendorID         string // of the vendor that the test is about
	mu               sync.Mutex
	state            map[string]*instance
	errors, warnings string // of the last command
}

// plannedLink is what a plan means to do with a link.
type plannedLink struct {
	prior   *instance // as it was refreshed
	after   object    // nil: it goes
	private []byte
}

func newFolder(t *testing.T, start others) *folder {
	t.Helper()
	f := &folder{world: newWorld(t), state: map[string]*instance{}}
	start(f)
	return f
}

func (f *folder) run(commands ...command) {
	f.t.Helper()
	for i, s := range commands {
		if f.command(s); f.t.Failed() {
			f.t.Fatalf("in command %d", i+1)
		}
	}
}

func (f *folder) command(s command) {
	f.t.Helper()
	if s.block != nil {
		s.blocks = blocks{"acme": s.block}
	}
	if s.others != nil {
		s.others(f)
	}
	f.ResetRequests()
	f.errors, f.warnings = "", ""
	f.carryOut(s)
	f.expectSaid("errors", f.errors, s.refused)
	f.expectSaid("warnings", f.warnings, s.warned)
	if s.unsaid != "" && strings.Contains(f.errors, s.unsaid) {
		f.t.Errorf("said: %s", f.errors)
	}
	f.expectPatches(s.writes...)
	for want, i := reflect.ValueOf(s.leaves), 0; i < want.NumField(); i++ {
		if want.Field(i).IsZero() {
			continue
		}
		if is := reflect.ValueOf(f.vendor(f.vendorID)).Field(i); !is.Equal(want.Field(i)) {
			f.t.Errorf("the vendor's %s is %v, want %v", want.Type().Field(i).Name, is, want.Field(i))
		}
	}
	if s.settled {
		for _, l := range f.plan(s, s.blocks) {
			if !l.after.equal(l.prior.value) {
				f.t.Errorf("another plan makes %v of %v", l.after, l.prior.value)
			}
		}
		f.expectSaid("errors", f.errors, s.refused)
	}
}

// expectSaid compares what was said with words of it; nil is nothing.
func (w *world) expectSaid(what, said string, want words) {
	w.t.Helper()
	if (said == "") != (want == nil) {
		w.t.Errorf("%s: %q, want %q", what, said, want)
	}
	for _, word := range want {
		if !strings.Contains(said, word) {
			w.t.Errorf("%s don't say %q:\n%s", what, word, said)
		}
	}
}

func (f *folder) carryOut(s command) {
	planned := map[string]*plannedLink{}
	switch {
	case s.plannedAs != nil:
		planned = f.plan(s, blocks{"acme": s.plannedAs})
	case s.verb != "destroy" || !s.noRefresh:
		planned = f.plan(s, s.blocks)
	}
	if s.verb == "destroy" && f.errors == "" { // what that plan has refreshed
		for address, l := range planned {
			f.save(address, l.prior)
		}
		s.noRefresh, s.blocks = true, nil
		planned = f.plan(s, nil)
	}
	if s.verb == "plan" || f.errors != "" && s.between == nil {
		return
	}
	f.expectSaid("errors of the plan", f.errors, nil)
	if s.between != nil {
		s.between(f)
	}
	p := f.protocol(s.provider)
	f.each(s, slices.Sorted(maps.Keys(planned)), func(address string) {
		f.save(address, f.applyLink(p, planned[address], s.blocks[address]))
	})
}

func (f *folder) save(address string, inst *instance) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.state[address] = inst; inst.value == nil {
		delete(f.state, address)
	}
}

// take notes what a call said, and reports whether it went well.
func (f *folder) take(diagnostics []*tfprotov6.Diagnostic, err error) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err != nil {
		f.t.Error(err)
	}
	f.errors += failure(diagnostics)
	for _, d := range diagnostics {
		if d.Severity != tfprotov6.DiagnosticSeverityError {
			f.warnings += d.Summary + "\n" + d.Detail + "\n"
		}
	}
	return err == nil && failure(diagnostics) == ""
}

func (f *folder) each(s command, addresses []string, do func(address string)) {
	if !s.inTurn {
		each(len(addresses), func(i int) { do(addresses[i]) })
		return
	}
	for _, address := range addresses {
		do(address)
	}
}

func (f *folder) plan(s command, config blocks) map[string]*plannedLink {
	p, planned := f.protocol(s.provider), map[string]*plannedLink{}
	addresses := slices.AppendSeq(slices.Collect(maps.Keys(config)), maps.Keys(f.state))
	slices.Sort(addresses)
	f.each(s, slices.Compact(addresses), func(address string) {
		l, b, ok := &plannedLink{prior: &instance{}}, config[address], true
		if f.state[address] != nil {
			l.prior = f.state[address]
		}
		if l.prior.value != nil && !s.noRefresh {
			if l.prior, ok = f.refresh(p, l.prior); !ok {
				return
			}
		}
		if b != nil {
			f.expectSaid("errors of the configuration", p.validateLink(b), nil)
		}
		if b != nil || l.prior.value != nil {
			l.after, l.private, ok = f.planLink(p, l.prior, b)
		}
		if f.mu.Lock(); ok {
			planned[address] = l
		}
		f.mu.Unlock()
	})
	return planned
}

func (f *folder) refresh(p *protocol, inst *instance) (*instance, bool) {
	read, err := p.server.ReadResource(context.Background(), &tfprotov6.ReadResourceRequest{TypeName: linkTypeName, CurrentState: encode(inst.value), Private: inst.private})
	ok, value := f.take(read.Diagnostics, err), decode(read.NewState)
	if !ok && !value.equal(inst.value) {
		f.t.Errorf("a read that failed makes %v of %v", value, inst.value)
	}
	return &instance{value: value, private: read.Private}, ok
}

func blockValue(b attributes) object {
	if b == nil {
		return nil
	}
	config := object{}
	for name, t := range linkSchema().link.AttributeTypes {
		config[name] = tftypes.NewValue(t, b[name])
	}
	return config
}

// planLink is what both a plan and an apply do.
func (f *folder) planLink(p *protocol, prior *instance, b attributes) (after object, private []byte, ok bool) {
	config, guess := blockValue(b), object(nil)
	if b != nil {
		guess = proposed(prior.value, config)
	}
	resp, err := p.server.PlanResourceChange(context.Background(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: linkTypeName, PriorState: encode(prior.value), ProposedNewState: encode(guess), Config: encode(config), PriorPrivate: prior.private,
	})
	if !f.take(resp.Diagnostics, err) {
		return nil, nil, false
	}
	if len(resp.RequiresReplace) > 0 { // then Terraform asks for a new link, too
		return f.planLink(p, &instance{private: resp.PlannedPrivate}, b)
	}
	after = decode(resp.PlannedState)
	if b != nil && invalidPlan(prior.value, config, after) != "" {
		f.t.Error(invalidPlan(prior.value, config, after))
	}
	return after, resp.PlannedPrivate, true
}

// applyLink returns what state has then.
func (f *folder) applyLink(p *protocol, l *plannedLink, b attributes) *instance {
	if l.after.equal(l.prior.value) {
		return l.prior
	}
	after, private := l.after, l.private
	if b != nil {
		var ok bool
		if after, private, ok = f.planLink(p, l.prior, b); !ok {
			return l.prior
		}
	}
	resp, err := p.server.ApplyResourceChange(context.Background(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: linkTypeName, PriorState: encode(l.prior.value), PlannedState: encode(after), Config: encode(blockValue(b)), PlannedPrivate: private,
	})
	is := &instance{value: decode(resp.NewState), private: resp.Private}
	switch ok := f.take(resp.Diagnostics, err); {
	case ok && ((is.value == nil) != (b == nil) || l.after.differsFrom(after) != "" || after.differsFrom(is.value) != ""):
		f.t.Errorf("planned %v, then %v, and applied %v", l.after, after, is.value)
	case !ok && (is.value == nil) != (l.prior.value == nil):
		f.t.Errorf("a refusal makes %v of %v in state", is.value, l.prior.value)
	}
	return is
}
