// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"regexp"
	"time"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// The rules of a link's life, written from what the documentation promises and
// without the provider's code. What is judged is what reached the appliance,
// what Terraform then has in state, and what was said. Here are those of calls
// and plans:
//
//   - every call ends within its time;
//   - a refresh shows what is there, and removes only what is gone;
//   - a plan writes nothing, and is refused for a reason;
//   - no message claims to know who did something.

// How long a call may take: its timeout, and what a write that has begun may
// take beyond it.
const (
	beyond       = 90 * time.Second
	readLimit    = 5*time.Minute + beyond
	deleteLimit  = 5*time.Minute + beyond
	updateLimit  = 5*time.Minute + beyond
	planLimit    = 20 * time.Minute // it has no timeout: these are the retries of a few requests
	afterStopped = beyond
)

// limit is how long a node's write may take. A create waits for its vendor,
// and then has the time of an update.
func (n *node) limit() time.Duration {
	if n.action == update {
		return updateLimit
	}
	wait := 15 * time.Minute
	if text := n.change.config.wait; text != "" {
		wait, _ = time.ParseDuration(text)
	}
	return wait + updateLimit
}

// Every call ends within its time, and soon once Terraform is interrupted.
func (l *life) judgeTime(w *walk, n *node, begun time.Time, limit time.Duration) {
	w.mu.Lock()
	stopped := w.stopped
	w.mu.Unlock()
	now := time.Now()
	if took := now.Sub(begun); took > limit {
		l.violated("a call for %s took longer than %s", n.address, limit)
	}
	if !stopped.IsZero() && now.Sub(stopped) > afterStopped {
		l.violated("a call for %s went on for longer than %s after the interrupt", n.address, afterStopped)
	}
}

// A refresh removes only what is gone, and else shows what is there.
func (l *life) judgeRefresh(w *walk, n *node, read object) {
	v, there := l.appliance.Vendor(n.prior.text("id"))
	switch {
	case w.edits > 0 || w.plan.edits != l.edits:
	case read == nil && there:
		l.violated("the refresh of %s removes vendor %s, which is there", n.address, v.ID)
	case read != nil && !there:
		l.violated("the refresh of %s keeps a vendor that is gone", n.address)
	case read != nil && managedOf(read) != managedBy(v):
		l.violated("the refresh of %s shows %v, the appliance has %v", n.address, managedOf(read), managedBy(v))
	}
}

// managed is what a link says of a vendor.
type managed struct {
	group, start, due string
	enabled           bool
}

func managedOf(o object) managed {
	return managed{o.text("access_group_id"), o.text("start_date"), o.text("due_date"), o.yes("enabled")}
}

func managedBy(v simulator.Vendor) managed {
	return managed{v.AccessGroupID, v.StartDate, v.DueDate, v.Status == "enabled"}
}

var (
	whoDidIt         = regexp.MustCompile(`(?i)outside terraform|terraform did not|(somebody|someone)( else)? (has )?(changed|disabled)`)
	wordsUnconfirmed = regexp.MustCompile(`(?i)not known whether|could not confirm|may still arrive`)
)

// judgePlan judges a plan that was made. No plan writes, and one that is
// refused, or isn't, has a reason.
func (l *life) judgePlan(w *walk) {
	p := w.plan
	l.judgeWords(w)
	for _, wr := range l.writesOf(w) {
		l.violated("a plan wrote to %s", wr.before.Name)
	}
	if p.faulted || w.edits > 0 {
		return
	}
	must, may := l.refusals(p)
	switch said := whatFailed(w.said); {
	case p.failed && must != "":
		saw("a plan is refused")
	case p.failed && must == "" && may == "":
		l.violated("a plan was refused without a reason: %s", said)
	case !p.failed && must != "":
		l.violated("a plan was not refused: %s", must)
	}
}

// No message claims to know who did something.
func (l *life) judgeWords(w *walk) {
	for _, m := range w.said {
		if whoDidIt.MatchString(m.summary + m.detail) {
			l.violated("a message claims to know who disabled a vendor: %s", m.summary)
		}
	}
}

// refusals returns why the plan has to be refused, and why it may be.
func (l *life) refusals(p *plan) (must, may string) {
	for _, address := range l.addresses() {
		inst, b := p.refreshed[address], p.config[address]
		if prior := l.state[address]; prior != nil && inst == nil && len(l.appliance.Vendors()) == 0 {
			must = "the appliance shows no vendor at all"
		}
		if b == nil || p.destroy {
			continue
		}
		m, y := l.refusalOf(b, inst, p.protect)
		if m != "" {
			must = address + ": " + m
		}
		if y != "" {
			may = address + ": " + y
		}
	}
	return must, may
}

// refusalOf returns why a block has to be refused, given what state has.
func (l *life) refusalOf(b *linkBlock, inst *instance, protected bool) (must, may string) {
	if b.due != unmanaged && b.due != "" && b.due < b.start {
		return "its due date is before its start date", ""
	}
	v, there := l.meant(b)
	anew := inst == nil || inst.tainted
	if !anew {
		held := inst.value.text("id")
		switch {
		case !there && b.vendorName != "":
			return "its vendor has another name now", ""
		case v.ID != held:
			anew = true // it is replaced
		}
	}
	stays := func(g *simulator.AccessGroup) bool { // or the vendor is disabled
		changes := v.Status == "disabled" || v.StartDate != b.start || b.due != unmanaged && v.DueDate != b.due
		return !anew && inst.value.text("access_group_id") == g.ID && (b.disabled || !changes)
	}
	if g := l.group(b); g != nil && !g.Enabled && !stays(g) {
		return "its access group is disabled", ""
	}
	switch isLinked := v.AccessGroupID != ""; {
	case !there && b.vendorID != "":
		return "", "no vendor has its id"
	case !there:
	case anew && isLinked && v.Status == "enabled" && !b.adopt:
		return "its vendor is linked already", ""
	case isLinked && v.Status == "disabled" && protected && !b.disabled:
		return "its vendor is disabled, and protected", ""
	case anew && isLinked && v.Status == "disabled" && protected:
		may = "its vendor is disabled, and protected"
	}
	if there && b.due == unmanaged && v.DueDate != "" && v.DueDate < b.start {
		return "the vendor's due date is before its start date", ""
	}
	return "", may
}

// meant returns the vendor that a block means.
func (l *life) meant(b *linkBlock) (simulator.Vendor, bool) {
	if b.vendorID != "" {
		return l.appliance.Vendor(b.vendorID)
	}
	return l.appliance.VendorByName(b.vendorName)
}

// group returns the access group that a block means.
func (l *life) group(b *linkBlock) (found *simulator.AccessGroup) {
	for id, name := range groupNames {
		if id == b.groupID || name == b.groupName {
			l.appliance.EditAccessGroup(id, func(g *simulator.AccessGroup) { group := *g; found = &group })
		}
	}
	return found
}

func whatFailed(said []message) string {
	for _, m := range said {
		if m.failed {
			return m.summary
		}
	}
	return ""
}
