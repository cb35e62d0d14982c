// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// apply is terraform apply of a plan. It returns nil where Terraform doesn't
// even begin: the plan failed, is older than state, or has nothing to do.
func (l *life) apply(p *plan, u upsets) *walk {
	if p.failed || p.serial != l.serial || p.isEmpty() {
		return nil
	}
	l.state, l.serial = maps.Clone(p.refreshed), l.serial+1
	w := l.begin(p, true, u)
	var tasks []func()
	for _, address := range slices.Sorted(maps.Keys(p.changes)) {
		c := p.changes[address]
		do := func(a action, work func(*node)) func() {
			n := &node{address: address, action: a, change: c}
			w.nodes = append(w.nodes, n)
			return func() {
				if w.mayBegin() {
					work(n)
				}
			}
		}
		switch c.action {
		case create, update:
			tasks = append(tasks, do(c.action, w.applyBlock))
		case destroy:
			tasks = append(tasks, do(destroy, w.applyDestroy))
		case replace:
			first, second := do(destroy, w.applyDestroy), do(create, w.applyBlock)
			tasks = append(tasks, func() {
				if first(); l.at(address) == nil {
					second()
				}
			})
		}
	}
	w.each(tasks)
	w.end()
	l.judgeApply(w)
	return w
}

// mayBegin reports whether Terraform still begins something.
func (w *walk) mayBegin() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.stopped.IsZero()
}

func (l *life) at(address string) *instance {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.state[address]
}

func (l *life) save(address string, inst *instance) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if inst == nil || inst.value == nil {
		delete(l.state, address)
		return
	}
	l.state[address] = inst
}

// abandon notes a vendor that Terraform leaves as it is, and no longer manages.
func (l *life) abandon(vendorID string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.abandoned[vendorID] = true
}

func (w *walk) applyDestroy(n *node) {
	inst := w.life.at(n.address)
	n.prior, n.after = inst.value, inst.value
	n.begun = true
	resp, err := call(w, n, deleteLimit, w.server.ApplyResourceChange, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: linkTypeName, PriorState: encode(inst.value), PlannedState: encode(nil), Config: encode(nil), PlannedPrivate: n.change.private,
	})
	ok := w.take(n, resp.Diagnostics, err)
	n.after = decode(resp.NewState)
	switch {
	case ok && n.after != nil:
		w.life.violated("Terraform takes no destroy of %s that leaves a link", n.address)
	case !ok && n.after == nil: // Terraform then keeps what it had
		n.after = inst.value
	default:
		if ok && inst.value.text("deletion_policy") == "abandon" {
			w.life.abandon(inst.value.text("id"))
		}
		w.life.save(n.address, &instance{n.after, resp.Private, inst.tainted})
	}
}

// applyBlock creates or updates. Terraform plans once more, and holds the
// provider to what it planned.
func (w *walk) applyBlock(n *node) {
	n.begun = true
	inst := w.life.at(n.address)
	if inst != nil {
		n.prior, n.after = inst.value, inst.value
	}
	c := w.diff(n, n.change.config, inst, true)
	if c == nil {
		return
	}
	if attribute := n.change.after.differsFrom(c.after); c.action != n.action || attribute != "" {
		w.life.violated("the final plan of %s is not the one that was shown: %s, %s", n.address, c.action, attribute)
		return
	}
	resp, err := call(w, n, n.limit(), w.server.ApplyResourceChange, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: linkTypeName, PriorState: encode(n.prior), PlannedState: encode(c.after), Config: encode(c.config.config()), PlannedPrivate: c.private,
	})
	ok := w.take(n, resp.Diagnostics, err)
	value := decode(resp.NewState)
	if ok {
		if value == nil {
			w.life.violated("Terraform takes no %s that leaves nothing", n)
		} else if attribute := c.after.differsFrom(value); attribute != "" {
			w.life.violated("Terraform takes no %s whose %s is not as planned", n, attribute)
		}
	}
	if !ok && value == nil {
		return
	}
	n.after = value
	w.life.save(n.address, &instance{value, resp.Private, !ok && n.action == create})
}
