// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"maps"
	"slices"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// folder is what Terraform works in. Its commands speak the plugin protocol to
// the provider, as those of the CLI do.
type folder struct {
	*world
	vendorID string          // of the vendor that the test is about
	ctx      context.Context //nolint:containedctx // of an apply

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
	f := &folder{world: newWorld(t), ctx: context.Background(), state: map[string]*instance{}}
	start(f)
	return f
}

func (f *folder) carryOut(c command) {
	f.t.Helper()
	planned := map[string]*plannedLink{}
	switch {
	case c.plannedAs != nil:
		planned = f.plan(c, blocks{"acme": c.plannedAs})
	case c.verb != "destroy" || !c.noRefresh:
		planned = f.plan(c, c.blocks)
	}
	if c.verb == "destroy" && f.errors == "" { // what that plan has refreshed
		for address, l := range planned {
			f.save(address, l.prior)
		}
		c.noRefresh, c.blocks = true, nil
		planned = f.plan(c, nil)
	}
	if c.verb == "plan" || f.errors != "" && c.between == nil {
		return
	}
	f.expectSaid("errors of the plan", f.errors, nil)
	if c.between != nil {
		c.between(f)
	}
	p := f.protocol(c.provider)
	c.each(slices.Sorted(maps.Keys(planned)), func(address string) {
		f.save(address, f.applyLink(p, planned[address], c.blocks[address]))
	})
}

func (f *folder) expectSettled(c command) {
	f.t.Helper()
	for _, l := range f.plan(c, c.blocks) {
		if !l.after.equal(l.prior.value) {
			f.t.Errorf("another plan makes %v of %v", l.after, l.prior.value)
		}
	}
	f.expectSaid("errors", f.errors, c.refused)
}

func (c command) each(addresses []string, do func(address string)) {
	if !c.inTurn {
		each(len(addresses), func(i int) { do(addresses[i]) })
		return
	}
	for _, address := range addresses {
		do(address)
	}
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

func (f *folder) plan(c command, config blocks) map[string]*plannedLink {
	p, planned := f.protocol(c.provider), map[string]*plannedLink{}
	addresses := slices.AppendSeq(slices.Collect(maps.Keys(config)), maps.Keys(f.state))
	slices.Sort(addresses)
	c.each(slices.Compact(addresses), func(address string) {
		l, b, ok := &plannedLink{prior: &instance{}}, config[address], true
		if inst := f.state[address]; inst != nil && c.noRefresh {
			l.prior = inst
		} else if inst != nil {
			l.prior, ok = f.refresh(p, inst)
		}
		if b != nil {
			f.expectSaid("errors of the configuration", p.validateLink(b), nil)
		}
		if ok && (b != nil || l.prior.value != nil) {
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
	read, err := p.server.ReadResource(f.ctx, &tfprotov6.ReadResourceRequest{TypeName: linkTypeName, CurrentState: encode(inst.value), Private: inst.private})
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
	resp, err := p.server.PlanResourceChange(f.ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: linkTypeName, PriorState: encode(prior.value), ProposedNewState: encode(guess), Config: encode(config), PriorPrivate: prior.private,
	})
	if !f.take(resp.Diagnostics, err) {
		return nil, nil, false
	}
	if len(resp.RequiresReplace) > 0 { // then Terraform plans a new link, too
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
	if b != nil {
		after, private, ok := f.planLink(p, l.prior, b)
		if !ok {
			return l.prior
		}
		if l.after.differsFrom(after) != "" {
			f.t.Errorf("planned %v, and then %v", l.after, after)
		}
		l = &plannedLink{l.prior, after, private}
	}
	return f.applyPlanned(p, l, b)
}

func (f *folder) applyPlanned(p *protocol, l *plannedLink, b attributes) *instance {
	resp, err := p.server.ApplyResourceChange(f.ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: linkTypeName, PriorState: encode(l.prior.value), PlannedState: encode(l.after), Config: encode(blockValue(b)), PlannedPrivate: l.private,
	})
	is := &instance{value: decode(resp.NewState), private: resp.Private}
	switch ok := f.take(resp.Diagnostics, err); {
	case ok && ((is.value == nil) != (b == nil) || l.after.differsFrom(is.value) != ""):
		f.t.Errorf("planned %v, and applied %v", l.after, is.value)
	case !ok && (is.value == nil) != (l.prior.value == nil):
		f.t.Errorf("a refusal makes %v of %v in state", is.value, l.prior.value)
	}
	return is
}
