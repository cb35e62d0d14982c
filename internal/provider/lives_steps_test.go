// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"time"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// step is one thing that happens in a life.
type step interface {
	fmt.Stringer
	do(l *life)
}

// setBlock writes a block, or removes it.
type setBlock struct {
	address string
	block   *linkBlock
	vendor  int
	byID    bool
}

func (s setBlock) String() string {
	if s.block == nil {
		return "config: remove block " + s.address
	}
	how := "by name"
	if s.byID {
		how = "by id"
	}
	return fmt.Sprintf("config: block %s links %s %s, %s", s.address, vendorNames[s.vendor], how, s.block)
}

func (s setBlock) do(l *life) {
	address := l.now(s.address)
	if s.block == nil {
		delete(l.config, address)
		return
	}
	b := *s.block
	l.name(&b, s.vendor, s.byID)
	l.config[address] = &b
}

// name has a block name a vendor.
func (l *life) name(b *linkBlock, vendor int, byID bool) {
	b.vendorName, b.vendorID = l.names[vendor], ""
	if id := l.ids[vendor]; byID && id != "" {
		b.vendorName, b.vendorID = "", id
	}
}

// editBlock changes one attribute of a block.
type editBlock struct {
	address, what string
	edit          func(l *life, b *linkBlock)
}

func (s editBlock) String() string { return fmt.Sprintf("config: block %s, %s", s.address, s.what) }

func (s editBlock) do(l *life) {
	address := l.now(s.address)
	if b := l.config[address]; b != nil {
		edited := *b
		s.edit(l, &edited)
		l.config[address] = &edited
	}
}

// moveBlock gives a block another address, as a renamed for_each key does.
type moveBlock struct{ address string }

func (s moveBlock) String() string {
	return fmt.Sprintf("config: block %s has another address", s.address)
}

func (s moveBlock) do(l *life) {
	from, to := s.address, s.address+moved
	if l.now(from) == to {
		from, to = to, from
	}
	if b := l.config[from]; b != nil {
		delete(l.config, from)
		l.config[to] = b
	}
}

// moved ends the other address of a block.
const moved = "'"

// now is the address that a block has now.
func (l *life) now(address string) string {
	if l.config[address+moved] != nil {
		return address + moved
	}
	return address
}

// protect sets protect_external_disable.
type protect bool

func (s protect) String() string {
	return fmt.Sprintf("config: protect_external_disable = %t", bool(s))
}

func (s protect) do(l *life) { l.protect = bool(s) }

// outside is what somebody else does, at the identity provider or in Domum.
type outside struct {
	what   string
	vendor int
	edit   func(l *life, id string) // id is "" while the vendor isn't there
}

func (s outside) String() string { return fmt.Sprintf("others: %s, %s", vendorNames[s.vendor], s.what) }

func (s outside) do(l *life) {
	l.appliance.turn <- struct{}{}
	defer func() { <-l.appliance.turn }()
	l.edits++
	s.edit(l, l.ids[s.vendor])
}

// onVendor is an edit of a vendor that is there.
func onVendor(edit func(v *simulator.Vendor)) func(*life, string) {
	return func(l *life, id string) {
		if id != "" {
			l.appliance.edit(id, edit)
		}
	}
}

func (l *life) push(vendor int) {
	if l.ids[vendor] == "" {
		id := l.appliance.PushGroup(okta, l.names[vendor])
		l.ids[vendor] = id
		l.known[id] = append(l.known[id], l.names[vendor])
	}
}

func (l *life) remove(vendor int) {
	l.appliance.RemoveVendor(l.ids[vendor])
	l.ids[vendor] = ""
}

func (l *life) rename(vendor int) {
	name := vendorNames[vendor]
	if l.names[vendor] == name {
		name += " Group"
	}
	l.names[vendor] = name
	if id := l.ids[vendor]; id != "" {
		l.appliance.edit(id, func(v *simulator.Vendor) { v.Name = name })
		l.known[id] = append(l.known[id], name)
	}
}

// landing is a write of which a gateway gave up waiting, arriving at last.
type landing struct{}

func (landing) String() string { return "a late write arrives" }

func (landing) do(l *life) {
	l.appliance.turn <- struct{}{}
	landed := l.appliance.land()
	if landed != nil && landed.changed() {
		l.edits++
	}
	<-l.appliance.turn
	if landed != nil {
		l.judgeLanding(landed)
	}
}

// upsets is what goes wrong in a walk.
type upsets struct {
	order     int // in which Terraform takes the blocks
	pace      int // of requests that are made at once
	fault     *fault
	meanwhile step // somebody's, at a request
	stop      bool // Terraform is interrupted, at a request
	at        int  // that request
}

const atOnce = -1

func (u upsets) String() string {
	var s strings.Builder
	if u.order == atOnce {
		fmt.Fprintf(&s, ", all at once at pace %d", u.pace)
	} else if u.order > 0 {
		fmt.Fprintf(&s, ", order %d", u.order)
	}
	if u.fault != nil {
		fmt.Fprintf(&s, ", with %s", u.fault)
	}
	if u.meanwhile != nil {
		fmt.Fprintf(&s, ", at request %d (%s)", u.at, u.meanwhile)
	}
	if u.stop {
		fmt.Fprintf(&s, ", interrupted at request %d", u.at)
	}
	return s.String()
}

// fault is what goes wrong with requests.
type fault struct {
	kind        simulator.FaultKind
	status      int
	method      string
	skip, times int
}

func (f *fault) String() string {
	return fmt.Sprintf("a fault (%s %d) of %d %s requests after %d", f.kind, f.status, f.times, f.method, f.skip)
}

func (f *fault) arm(a *standIn) {
	if f != nil && f.kind != simulator.FaultSlow {
		a.AddFault(simulator.Fault{Method: f.method, Skip: f.skip, Times: f.times, Kind: f.kind, Status: f.status})
	}
}

// slowAnswer is how long the answer to a write takes under FaultSlow.
const slowAnswer = 10 * time.Second

func (w *walk) delay(method string) time.Duration {
	if f := w.upsets.fault; f != nil && f.kind == simulator.FaultSlow && method == http.MethodPatch {
		return slowAnswer
	}
	return 0
}

// requested is told of each request of the walk, and returns how long it takes
// to get there: calls that are made at once overtake each other.
func (w *walk) requested() (latency time.Duration) {
	w.mu.Lock()
	w.requests++
	now := w.requests == w.upsets.at
	latency = time.Duration(w.requests*(w.upsets.pace+7)%10+1) * 10 * time.Millisecond
	w.mu.Unlock()
	if !now {
		return latency
	}
	if s := w.upsets.meanwhile; s != nil {
		s.do(w.life)
		w.mu.Lock()
		w.edits++
		w.mu.Unlock()
	}
	if w.upsets.stop {
		w.stop()
	}
	return latency
}

func (w *walk) stop() {
	w.mu.Lock()
	w.stopped = time.Now()
	w.mu.Unlock()
	_, _ = w.server.StopProvider(w.ctx, nil)
}

// planStep plans, and keeps the plan or throws it away.
type planStep struct {
	keep, destroy bool
	upsets
}

func (s planStep) String() string {
	return fmt.Sprintf("terraform plan%s%s%s", map[bool]string{true: " -destroy"}[s.destroy], map[bool]string{true: " -out"}[s.keep], s.upsets)
}

func (s planStep) do(l *life) {
	p := l.makePlan(s.destroy, s.upsets)
	if s.keep {
		l.kept = p
	}
}

// applyStep applies a plan that it makes, or the one that was kept.
type applyStep struct {
	kept, destroy bool
	planning      upsets
	between       step // somebody's
	applying      upsets
	then          step
}

func (s applyStep) String() string {
	var text string
	switch {
	case s.kept:
		text = "terraform apply of the kept plan"
	case s.destroy:
		text = "terraform destroy"
	default:
		text = "terraform apply"
	}
	if planning := s.planning.String(); planning != "" && !s.kept {
		text += "; planning" + planning
	}
	if s.between != nil {
		text += fmt.Sprintf("; before it is approved (%s)", s.between)
	}
	if applying := s.applying.String(); applying != "" {
		text += "; applying" + applying
	}
	if s.then != nil {
		text += fmt.Sprintf("; then %s", s.then)
	}
	return text
}

func (s applyStep) do(l *life) {
	p := l.kept
	if !s.kept {
		p = l.makePlan(s.destroy, s.planning)
	}
	if p == nil || l.violation != "" {
		return
	}
	if s.between != nil {
		s.between.do(l)
	}
	fresh := p.edits == l.edits && maps.Equal(p.config, l.config) && p.protect == l.protect
	w := l.apply(p, s.applying)
	if s.then != nil {
		s.then.do(l)
	}
	if w != nil && fresh {
		l.judgeConvergence(w)
	}
}
