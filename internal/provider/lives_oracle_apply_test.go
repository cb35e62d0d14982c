// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"slices"
	"strings"
)

// The rules of an apply:
//
//   - nothing that no block and no state names is written, and what a link does
//     not manage survives;
//   - a stale plan writes nothing, and neither does a create that is refused;
//   - access is given back only with a warning, and never under protection;
//   - access is cut only by enabled = false and by a destroy, which cuts it for
//     certain, unless the run has linked the vendor at another address;
//   - what the appliance accepted is in state, and nothing is tainted;
//   - what was planned a moment ago succeeds, and the next plan is empty.

// judgeApply judges a walk that applied a plan.
func (l *life) judgeApply(w *walk) {
	l.judgeWords(w)
	for _, wr := range l.writesOf(w) {
		l.judgeWrite(wr)
	}
	for _, n := range w.nodes {
		if n.begun {
			l.judgeNode(w, n)
		}
	}
	for address, inst := range l.state {
		if inst.tainted {
			l.violated("%s is tainted", address)
		}
	}
}

// judgeWrite judges a request that wrote, or tried to.
func (l *life) judgeWrite(wr *write) {
	n := wr.node
	if n == nil {
		l.violated("a write to %s is of no call", wr.before.Name)
		return
	}
	b := n.change.config
	// Nothing that no block and no state names is ever written.
	switch {
	case n.action == create && b.vendorID == wr.vendor:
	case n.action == create && b.vendorName != "" && slices.Contains(l.known[wr.vendor], b.vendorName):
	case n.action != create && n.prior.text("id") == wr.vendor:
	default:
		l.violated("the %s wrote to vendor %s, which it does not name", n, wr.vendor)
	}
	for field := range wr.fields {
		if field != "status" && (n.action == destroy || field != "access_group" && field != "start_date" && (field != "due_date" || b.due == unmanaged)) {
			l.violated("the %s wrote %s, which it does not manage", n, field)
		}
	}
	if wr.changed() {
		l.judgeChange(wr)
	}
}

// judgeChange judges a write that the appliance carried out, at once or late.
func (l *life) judgeChange(wr *write) {
	n, p, name := wr.node, wr.walk.plan, wr.before.Name
	kept := wr.after
	kept.AccessGroupID, kept.StartDate, kept.DueDate, kept.Status = wr.before.AccessGroupID, wr.before.StartDate, wr.before.DueDate, wr.before.Status
	if kept != wr.before {
		l.violated("the %s changed what nobody manages of %s", n, name)
	}
	before := managedBy(wr.before)
	switch n.action {
	case update: // A stale plan writes nothing.
		seen := managedOf(n.change.before)
		if n.change.config.due == unmanaged {
			seen.due = before.due
		}
		if seen != before {
			l.violated("the %s wrote over %v, and its plan had seen %v", n, before, seen)
		}
	case create:
		if before.group != "" && before.enabled && !n.change.config.adopt {
			l.violated("the %s took over %s, which was linked and enabled", n, name)
		}
	case destroy:
		if state := n.prior.text("vendor_name"); state != name {
			l.violated("the %s wrote to %s, which state calls %s", n, name, state)
		}
	}
	// Access is given back only with a warning, and never under protection. What
	// the same run had disabled, it may enable again.
	if wr.enables() && before.group != "" {
		saw("a disabled vendor is enabled")
	}
	if wr.enables() && before.group != "" && !(wr.disabledBy != nil && wr.disabledBy.walk.plan == p) {
		switch {
		case p.protect:
			l.violated("the %s enabled %s, which was disabled, under protection", n, name)
		case !warns(p.said, l.known[wr.vendor]):
			l.violated("the %s enabled %s, which was disabled, without a warning", n, name)
		case p.vendors[wr.vendor].Name == name && managedBy(p.vendors[wr.vendor]) == before && !warns(p.warned, l.known[wr.vendor]):
			l.violated("the %s enabled %s, which was disabled when it was planned, and only the apply warned", n, name)
		}
	}
	// Access is cut only by enabled = false, or a destroy with "disable".
	if wr.disables() && !(n.action == destroy && n.prior.text("deletion_policy") == "disable" || n.action != destroy && n.change.config.disabled) {
		l.violated("the %s cut the access of %s", n, name)
	}
}

// warns reports whether a warning says that a vendor, by any of its names, is
// disabled.
func warns(said []message, names []string) bool {
	return slices.ContainsFunc(said, func(m message) bool {
		return !m.failed && strings.Contains(m.summary+m.detail, "disabled") &&
			slices.ContainsFunc(names, func(name string) bool { return strings.Contains(m.summary+m.detail, name) })
	})
}

// judgeNode judges what became of one block.
func (l *life) judgeNode(w *walk, n *node) {
	inst := l.state[n.address]
	l.count(w, n)
	for _, wr := range l.writesOf(w) {
		if wr.node != n || !wr.changed() {
			continue
		}
		switch {
		case n.action == create && n.failed != "" && l.stands(wr):
			l.violated("the %s failed, and had written to %s", n, wr.before.Name)
		case n.action == create && n.failed == "" && (inst == nil || inst.value.text("id") != wr.vendor):
			l.violated("the %s wrote to %s, which is not in state", n, wr.before.Name)
		}
	}
	calm := !w.plan.faulted && w.upsets.fault == nil && w.edits == 0 && w.stopped.IsZero()
	if n.action == destroy {
		l.judgeDestroy(w, n, calm)
		return
	}
	_, there := l.meant(n.change.config)
	if calm && n.failed != "" && w.plan.edits == l.edits && there && !l.isShared(w.plan) {
		l.violated("the %s failed without a reason: %s", n, whatFailed(w.said))
	}
}

// stands reports whether nobody has undone a write.
func (l *life) stands(wr *write) bool {
	v, _ := l.appliance.Vendor(wr.vendor)
	return v.Status == wr.after.Status && v.AccessGroupID == wr.after.AccessGroupID
}

// What is destroyed is disabled, unless the same run has linked the vendor at
// another address. Only another name keeps a link from being destroyed.
func (l *life) judgeDestroy(w *walk, n *node, calm bool) {
	v, there := l.appliance.Vendor(n.prior.text("id"))
	if calm && n.failed != "" && (!there || v.Name == n.prior.text("vendor_name")) {
		l.violated("the %s failed without a reason: %s", n, whatFailed(w.said))
	}
	if n.failed != "" || !there || w.edits > 0 || n.prior.text("deletion_policy") != "disable" {
		return
	}
	// Whether this run gave the vendor access at another address, whether a block
	// of this run takes it, and whether there is any other block in the run.
	var given, taken, other bool
	for _, o := range w.nodes {
		if o == n || o.action == destroy || !o.begun || o.after.text("id") != v.ID {
			continue
		}
		given = given || o.action == create && o.failed == "" && !w.saidUnconfirmed()
		taken = taken || o.change.config.disabled
		other = true
	}
	switch {
	case given && !taken && v.Status == "disabled":
		l.violated("the %s cut the access of %s, which this run has linked at another address", n, v.Name)
	case !other && v.Status == "enabled":
		l.violated("the %s left %s enabled", n, v.Name)
	}
}

func (w *walk) saidUnconfirmed() bool {
	return slices.ContainsFunc(w.said, func(m message) bool { return wordsUnconfirmed.MatchString(m.summary + m.detail) })
}

// isShared reports whether two links are for one vendor: what one changes, the
// other undoes.
func (l *life) isShared(p *plan) bool {
	users := map[string]map[string]bool{}
	use := func(id, address string) {
		if users[id] == nil {
			users[id] = map[string]bool{}
		}
		users[id][address] = true
	}
	for address, b := range p.config {
		if v, there := l.meant(b); there {
			use(v.ID, address)
		}
	}
	for address, inst := range p.refreshed {
		use(inst.value.text("id"), address)
	}
	for id, by := range users {
		if id != "" && len(by) > 1 {
			return true
		}
	}
	return false
}

// judgeConvergence: an apply that succeeds is followed by an empty plan.
func (l *life) judgeConvergence(w *walk) {
	if whatFailed(w.said) != "" || w.saidUnconfirmed() || w.edits > 0 || !w.stopped.IsZero() || len(l.appliance.late) > 0 || l.isShared(w.plan) || l.violation != "" {
		return
	}
	p := l.makePlan(w.plan.destroy, upsets{})
	switch {
	case w.plan.destroy && len(l.state) > 0:
		l.violated("a destroy succeeded, and state has links")
	case w.plan.destroy:
	case p.failed:
		l.violated("an apply succeeded, and the next plan fails: %s", whatFailed(p.said))
	case !p.isEmpty():
		l.violated("an apply succeeded, and the next plan is not empty")
	}
}

// judgeLanding judges a write that arrived late.
func (l *life) judgeLanding(wr *write) {
	if !wr.changed() {
		return
	}
	saw("a late write arrives")
	l.judgeChange(wr)
	for _, inst := range l.state {
		if inst.value.text("id") == wr.vendor {
			return
		}
	}
	if !l.abandoned[wr.vendor] {
		l.violated("a late write to %s arrived, and no state has it", wr.before.Name)
	}
}

// writesOf returns the writes of a walk.
func (l *life) writesOf(w *walk) (of []*write) {
	l.appliance.mu.Lock()
	defer l.appliance.mu.Unlock()
	for _, wr := range l.appliance.writes {
		if wr.walk == w && !wr.landed {
			of = append(of, wr)
		}
	}
	return of
}
