// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// What Terraform core does with a provider, in as far as a link's life depends
// on it: a process for each walk, what is refreshed and when that is saved,
// replacement, the second plan during an apply, tainting.

const linkTypeName = "domum_vendor_link"

// instance is a link in state.
type instance struct {
	value   object
	private []byte
	tainted bool
}

// plan is the result of terraform plan.
type plan struct {
	config    map[string]*linkBlock
	protect   bool
	destroy   bool
	serial    int // of the state that it was made of
	refreshed map[string]*instance
	changes   map[string]*change
	said      []message
	warned    []message                   // said by the plan itself, before anybody applies it
	vendors   map[string]simulator.Vendor // as they were then; nil if others changed some meanwhile
	failed    bool
	edits     int  // what others had changed until then
	faulted   bool // a fault hit its requests
}

type action string

const (
	noChange action = "no change"
	create   action = "create"
	update   action = "update"
	replace  action = "replace"
	destroy  action = "destroy"
)

// change is what a plan means to do at an address.
type change struct {
	action        action
	before, after object
	private       []byte
	config        *linkBlock
}

// message is a diagnostic.
type message struct {
	node            *node
	failed          bool // else it is a warning
	summary, detail string
}

// walk is one process of the provider, and what Terraform does with it.
type walk struct {
	life   *life
	server tfprotov6.ProviderServer
	plan   *plan // that is made, or applied
	apply  bool
	ctx    context.Context //nolint:containedctx // lives as long as the walk
	gone   chan struct{}
	upsets upsets

	faulted  atomic.Bool // a fault hit a request
	mu       sync.Mutex
	requests int
	stopped  time.Time // zero: not
	edits    int       // by others, during the walk
	nodes    []*node
	said     []message
}

// node is one address in a walk, and one thing to do there.
type node struct {
	address string
	action  action // "" in a plan
	change  *change
	prior   object // what state held
	begun   bool   // in an apply
	failed  string // the errors of its calls; "" is none
	after   object // what state holds then
}

// begin starts a process.
func (l *life) begin(p *plan, apply bool, u upsets) *walk {
	w := &walk{life: l, plan: p, apply: apply, ctx: context.Background(), gone: make(chan struct{}), upsets: u}
	w.server = newServer(&domumProvider{version: "test", transport: &connection{l.appliance, w, w.gone}})
	attributes := map[string]any{"url": "http://127.0.0.1", "client_id": testClientID, "client_secret": testClientSecret}
	if p.protect {
		attributes["protect_external_disable"] = true
	}
	u.fault.arm(l.appliance)
	resp, err := w.server.ConfigureProvider(w.ctx, &tfprotov6.ConfigureProviderRequest{TerraformVersion: "1.11.4", Config: encodeProvider(attributes)})
	w.take(nil, resp.Diagnostics, err)
	return w
}

// end ends the process: what it still does has a second.
func (w *walk) end() {
	time.Sleep(time.Second) //nolint:forbidigo // in a bubble of synctest it takes no time
	close(w.gone)
	w.life.appliance.ClearFaults()
	w.plan.faulted = w.plan.faulted || w.faulted.Load()
	w.plan.said = append(w.plan.said, w.said...)
	if !w.apply {
		w.plan.warned, w.plan.vendors = w.said, nil
		if w.edits == 0 {
			w.plan.vendors = map[string]simulator.Vendor{}
			for _, v := range w.life.appliance.Vendors() {
				w.plan.vendors[v.ID] = v
			}
		}
	}
}

// take notes what a call said, and reports whether it went well.
func (w *walk) take(n *node, diagnostics []*tfprotov6.Diagnostic, err error) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err != nil {
		diagnostics = append(diagnostics, &tfprotov6.Diagnostic{Severity: tfprotov6.DiagnosticSeverityError, Summary: err.Error()})
	}
	ok := true
	for _, d := range diagnostics {
		m := message{n, d.Severity == tfprotov6.DiagnosticSeverityError, d.Summary, d.Detail}
		w.said = append(w.said, m)
		if m.failed {
			ok = false
			if n != nil {
				n.failed += m.summary + ": " + m.detail + "\n"
			}
		}
	}
	return ok
}

// call makes a call for a node, and holds it to its time.
func call[Request, Response any](w *walk, n *node, limit time.Duration, do func(context.Context, Request) (Response, error), req Request) (Response, error) {
	begun := time.Now()
	resp, err := do(context.WithValue(w.ctx, nodeKey{}, n), req)
	w.life.judgeTime(w, n, begun, limit)
	return resp, err
}

// each does what is to be done, in some order or at once.
func (w *walk) each(tasks []func()) {
	order := w.upsets.order
	if order == atOnce {
		var wait sync.WaitGroup
		for _, task := range tasks {
			wait.Go(func() { w.life.recovering(task) })
		}
		wait.Wait()
		return
	}
	for len(tasks) > 0 {
		i := order % len(tasks)
		order /= len(tasks)
		tasks[i]()
		tasks = slices.Delete(tasks, i, i+1)
	}
}

// makePlan is terraform plan, or the plan of terraform destroy.
func (l *life) makePlan(destroying bool, u upsets) *plan {
	p := &plan{config: maps.Clone(l.config), protect: l.protect, serial: l.serial, refreshed: map[string]*instance{}, changes: map[string]*change{}, edits: l.edits}
	w := l.begin(p, false, u)
	var tasks []func()
	for _, address := range l.addresses() {
		n := &node{address: address}
		w.nodes = append(w.nodes, n)
		tasks = append(tasks, func() { w.planAddress(n) })
	}
	w.each(tasks)
	w.end()
	l.judgePlan(w)
	if !destroying || p.failed {
		return p
	}
	// The plan before was to refresh. What it found is destroyed, by another process.
	d := &plan{config: p.config, protect: p.protect, destroy: true, serial: p.serial, refreshed: p.refreshed, changes: map[string]*change{}, edits: p.edits, faulted: p.faulted}
	w = l.begin(d, false, upsets{order: u.order})
	tasks = nil
	for address, inst := range d.refreshed {
		n := &node{address: address, prior: inst.value}
		w.nodes = append(w.nodes, n)
		tasks = append(tasks, func() { w.planDestroy(n, inst) })
	}
	w.each(tasks)
	w.end()
	l.judgePlan(w)
	return d
}

// planAddress refreshes what state has at an address, and plans it.
func (w *walk) planAddress(n *node) {
	inst := w.life.state[n.address]
	if inst != nil {
		n.prior = inst.value
		if inst = w.refresh(n, inst); n.failed != "" {
			w.fail()
			return
		}
	}
	b := w.plan.config[n.address]
	switch {
	case b != nil:
		c := w.diff(n, b, inst, false)
		if c == nil {
			w.fail()
			return
		}
		w.set(n, c)
	case inst != nil:
		w.planDestroy(n, inst)
	}
}

func (w *walk) fail() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.plan.failed = true
}

func (w *walk) set(n *node, c *change) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n.change = c
	w.plan.changes[n.address] = c
}

// refresh reads a link. What it returns goes into the plan only.
func (w *walk) refresh(n *node, inst *instance) *instance {
	upgraded, err := call(w, n, time.Minute, w.server.UpgradeResourceState, &tfprotov6.UpgradeResourceStateRequest{TypeName: linkTypeName, Version: 0, RawState: inst.value.stored()})
	if !w.take(n, upgraded.Diagnostics, err) {
		return inst
	}
	read, err := call(w, n, readLimit, w.server.ReadResource, &tfprotov6.ReadResourceRequest{TypeName: linkTypeName, CurrentState: upgraded.UpgradedState, Private: inst.private})
	if !w.take(n, read.Diagnostics, err) {
		return inst
	}
	value := decode(read.NewState)
	w.life.judgeRefresh(w, n, value)
	if value == nil {
		return nil
	}
	inst = &instance{value, read.Private, inst.tainted}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.plan.refreshed[n.address] = inst
	return inst
}

// planDestroy plans that a link goes.
func (w *walk) planDestroy(n *node, inst *instance) {
	resp, err := call(w, n, planLimit, w.server.PlanResourceChange, &tfprotov6.PlanResourceChangeRequest{
		TypeName: linkTypeName, PriorState: encode(inst.value), ProposedNewState: encode(nil), Config: encode(nil), PriorPrivate: inst.private,
	})
	if !w.take(n, resp.Diagnostics, err) {
		w.fail()
		return
	}
	w.set(n, &change{action: destroy, before: inst.value, private: resp.PlannedPrivate})
}

// diff plans a block against what is there; nil if that fails.
func (w *walk) diff(n *node, b *linkBlock, inst *instance, final bool) *change {
	config := b.config()
	if !final { // then it was valid a moment ago
		valid, err := call(w, n, time.Minute, w.server.ValidateResourceConfig, &tfprotov6.ValidateResourceConfigRequest{TypeName: linkTypeName, Config: encode(config)})
		if !w.take(n, valid.Diagnostics, err) {
			return nil
		}
	}
	var before, prior object
	var private []byte
	if inst != nil {
		if before = inst.value; !inst.tainted {
			prior, private = inst.value, inst.private
		}
	}
	ask := func(prior object, private []byte, errorsOnly bool) (object, *tfprotov6.PlanResourceChangeResponse) {
		resp, err := call(w, n, planLimit, w.server.PlanResourceChange, &tfprotov6.PlanResourceChangeRequest{
			TypeName: linkTypeName, PriorState: encode(prior), ProposedNewState: encode(proposed(prior, config)), Config: encode(config), PriorPrivate: private,
		})
		said := slices.DeleteFunc(resp.Diagnostics, func(d *tfprotov6.Diagnostic) bool {
			return errorsOnly && d.Severity != tfprotov6.DiagnosticSeverityError
		})
		if !w.take(n, said, err) {
			return nil, nil
		}
		planned := decode(resp.PlannedState)
		if wrong := invalidPlan(prior, config, planned); wrong != "" {
			w.life.violated("Terraform takes no such plan of %s: %s", n.address, wrong)
		}
		return planned, resp
	}
	planned, resp := ask(prior, private, false)
	if resp == nil {
		return nil
	}
	c := &change{before: before, after: planned, private: resp.PlannedPrivate, config: b}
	switch {
	case prior == nil && before != nil && !final:
		c.action = replace
	case prior == nil:
		c.action = create
	case len(resp.RequiresReplace) > 0:
		if c.action = replace; final {
			break
		}
		if c.after, resp = ask(nil, resp.PlannedPrivate, true); resp == nil {
			return nil
		}
		c.private = resp.PlannedPrivate
	case planned.equal(prior):
		c.action = noChange
	default:
		c.action = update
	}
	return c
}

func (p *plan) isEmpty() bool {
	for _, c := range p.changes {
		if c.action != noChange {
			return false
		}
	}
	return true
}

// addresses are those of the configuration and of state.
func (l *life) addresses() []string {
	all := map[string]bool{}
	for a := range l.config {
		all[a] = true
	}
	for a := range l.state {
		all[a] = true
	}
	return slices.Sorted(maps.Keys(all))
}

func (n *node) String() string { return fmt.Sprintf("%s of %s", n.action, n.address) }
