// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

var (
	vendorNames = [3]string{"Acme Ltd", "Globex", "Initech"}
	addresses   = []string{"a", "b", "c"}
	groups      = []string{groupOT, groupIT} // the third, "9", is disabled
	groupNames  = map[string]string{groupOT: "Vendors - OT", groupIT: "Vendors - IT", "9": "Legacy"}
	starts      = []string{"2026-11-01", "2026-12-01"}
	dues        = []string{unmanaged, unmanaged, unmanaged, "", "2027-06-30"}
)

// script is a life as it was drawn: what is there at first, and what happens.
type script struct {
	protect bool
	there   [3]string // of each vendor
	steps   []step
}

func (s *script) String() string {
	var text strings.Builder
	for i, there := range s.there {
		fmt.Fprintf(&text, "   at first: %s is %s\n", vendorNames[i], there)
	}
	if s.protect {
		text.WriteString("   at first: protect_external_disable = true\n")
	}
	for i, step := range s.steps {
		fmt.Fprintf(&text, "%2d. %s\n", i+1, step)
	}
	return text.String()
}

// GoString is what rapid shows.
func (s *script) GoString() string { return "\n" + s.String() }

const (
	absent   = "absent"
	pushed   = "pushed"
	linked   = "linked by somebody"
	switched = "linked by somebody, and disabled"
)

func scripts(steps int) *rapid.Generator[*script] {
	return rapid.Custom(func(t *rapid.T) *script {
		d := &drawing{
			t:         t,
			vendors:   one(t, 1, 1, 1, 2, 3),
			addresses: addresses[:one(t, 1, 2, 2, 3)],
			shared:    one(t, false, true),
			kinds:     append(some(t, "outside", "outside", "edit", "edit", "block", "remove", "move", "protect", "plan", "kept"), "apply"),
			outsides:  append(some(t, "disable", "enable", "push", "link", "group", "date", "due", "contract", "rename", "delete", "anew", "unlink", "close", "open"), "disable"),
			edits:     append(some(t, "enabled", "group", "start", "due", "adopt", "policy", "vendor"), "enabled"),
			between:   one(t, 0, 0, 1, 3),
			upsets:    append(some(t, "fault", "fault", "meanwhile", "stop"), one(t, []string{""}, []string{"", "", ""})...),
		}
		s := &script{protect: one(t, false, false, true)}
		for i := range s.there {
			s.there[i] = one(t, pushed, pushed, pushed, pushed, linked, switched, absent)
		}
		for _, address := range d.addresses {
			if address == "a" || d.yes() {
				s.steps = append(s.steps, d.block(address))
			}
		}
		s.steps = append(s.steps, applyStep{})
		if d.shared { // the second of two blocks links the vendor in the next apply
			s.steps = append(s.steps, applyStep{})
		}
		s.steps = append(s.steps, rapid.SliceOfN(rapid.Custom(func(t *rapid.T) step {
			of := *d
			of.t = t
			return of.step()
		}), 2, steps).Draw(t, "steps")...)
		return s
	})
}

// drawing draws the steps of one life. Each life has some kinds of steps, and
// these often: what takes five steps of three kinds would else hardly happen.
type drawing struct {
	t                              *rapid.T
	vendors                        int
	addresses                      []string
	shared                         bool // blocks often link one vendor
	between                        int  // how often, in quarters, something happens between plan and apply
	kinds, outsides, edits, upsets []string
}

func one[T any](t *rapid.T, values ...T) T { return rapid.SampledFrom(values).Draw(t, "") }

func some[T any](t *rapid.T, values ...T) (drawn []T) {
	for _, v := range values {
		if rapid.Bool().Draw(t, "") {
			drawn = append(drawn, v)
		}
	}
	return drawn
}

func number(t *rapid.T, low, high int) int { return rapid.IntRange(low, high).Draw(t, "") }

func (d *drawing) yes() bool { return rapid.Bool().Draw(d.t, "") }

func (d *drawing) vendor() int { return number(d.t, 0, d.vendors-1) }

func (d *drawing) address() string { return one(d.t, d.addresses...) }

func (d *drawing) step() step {
	switch one(d.t, append(d.kinds, "apply", "apply", "apply", "outside", "edit", "remove", "move", "move", "land", "destroy")...) {
	case "outside":
		return d.outside()
	case "edit":
		return d.edit()
	case "block":
		return d.block(d.address())
	case "remove":
		return setBlock{address: d.address()}
	case "move":
		return moveBlock{d.address()}
	case "protect":
		return protect(d.yes())
	case "plan":
		return planStep{keep: d.yes(), destroy: one(d.t, false, false, false, true), upsets: d.upset(false)}
	case "kept":
		return applyStep{kept: true, applying: d.upset(true)}
	case "land":
		return landing{}
	case "destroy":
		return d.apply(true)
	}
	return d.apply(false)
}

func (d *drawing) apply(destroying bool) step {
	s := applyStep{destroy: destroying, planning: d.upset(false), applying: d.upset(true)}
	if number(d.t, 0, 3) < d.between {
		s.between = one[step](d.t, d.outside(), d.outside(), landing{})
	}
	if f := s.applying.fault; f != nil && f.kind == simulator.FaultLate && d.yes() {
		s.then = landing{}
	}
	return s
}

func (d *drawing) upset(applying bool) upsets {
	u := upsets{order: one(d.t, 0, 1, 2, 3, 4, 5, atOnce, atOnce)}
	if u.order == atOnce {
		u.pace = number(d.t, 0, 9)
	}
	kind := one(d.t, d.upsets...)
	if !applying && kind != "fault" {
		return u
	}
	switch kind {
	case "fault":
		u.fault = d.fault(applying)
	case "meanwhile":
		u.at, u.meanwhile = number(d.t, 1, 9), d.outside()
	case "stop":
		if u.at, u.stop = number(d.t, 1, 9), true; d.yes() {
			u.fault = &fault{kind: simulator.FaultSlow, method: http.MethodPatch}
		}
	}
	return u
}

func (d *drawing) fault(applying bool) *fault {
	t := d.t
	f := &fault{kind: one(t, simulator.FaultResetBefore, simulator.FaultResetAfter, simulator.FaultStatus, simulator.FaultStatus, simulator.FaultTruncate, simulator.FaultLate, simulator.FaultLate)}
	f.method = one(t, http.MethodPatch, http.MethodPatch, http.MethodGet, "")
	f.skip, f.times = number(t, 0, 5), one(t, 1, 2, 5, 20)
	switch f.kind {
	case simulator.FaultStatus:
		f.status = one(t, http.StatusInternalServerError, http.StatusServiceUnavailable, http.StatusTooManyRequests)
	case simulator.FaultLate:
		f.method, f.skip, f.times = http.MethodPatch, 0, one(t, 1, 5, 5)
	}
	if f.method == http.MethodPatch && applying {
		f.skip %= 2
	}
	return f
}

func (d *drawing) block(address string) step {
	t := d.t
	links := d.vendor()
	if !d.shared && d.yes() {
		links = slices.Index(addresses, address) // a vendor of its own
	}
	b := &linkBlock{start: one(t, starts...), due: one(t, dues...), disabled: one(t, false, false, false, true), adopt: one(t, true, true, false), abandon: one(t, false, false, false, true), wait: one(t, "20s", "20s", "20s", "")}
	setGroup(b, one(t, groups...), one(t, false, false, true))
	return setBlock{address: address, block: b, vendor: links, byID: one(t, false, false, true)}
}

func setGroup(b *linkBlock, id string, byID bool) {
	if b.groupName, b.groupID = groupNames[id], ""; byID {
		b.groupName, b.groupID = "", id
	}
}

func (d *drawing) edit() step {
	t := d.t
	s := editBlock{address: d.address()}
	set := func(what string, edit func(*linkBlock)) {
		s.what, s.edit = what, func(_ *life, b *linkBlock) { edit(b) }
	}
	switch one(t, d.edits...) {
	case "enabled":
		disabled := d.yes()
		set(fmt.Sprintf("enabled=%t", !disabled), func(b *linkBlock) { b.disabled = disabled })
	case "group":
		id, byID := one(t, append(groups, groups[0], groups[1], "9")...), d.yes()
		set("access group "+id+map[bool]string{true: " by id"}[byID], func(b *linkBlock) { setGroup(b, id, byID) })
	case "start":
		start := one(t, starts...)
		set("start_date="+start, func(b *linkBlock) { b.start = start })
	case "due":
		due := one(t, append(dues, "2026-11-15")...) // before one of the start dates
		set(fmt.Sprintf("due_date=%q", due), func(b *linkBlock) { b.due = due })
	case "adopt":
		adopt := d.yes()
		set(fmt.Sprintf("adopt_existing=%t", adopt), func(b *linkBlock) { b.adopt = adopt })
	case "policy":
		abandon := d.yes()
		set(fmt.Sprintf("abandon=%t", abandon), func(b *linkBlock) { b.abandon = abandon })
	case "vendor":
		i, byID := d.vendor(), d.yes()
		s.what = "links " + vendorNames[i] + map[bool]string{true: " by id"}[byID]
		s.edit = func(l *life, b *linkBlock) { l.name(b, i, byID) }
	}
	return s
}

func (d *drawing) outside() step {
	t := d.t
	s := outside{vendor: d.vendor()}
	switch one(t, d.outsides...) {
	case "disable":
		s.what, s.edit = "disabled", onVendor(func(v *simulator.Vendor) { v.Status = "disabled" })
	case "enable":
		s.what, s.edit = "enabled", onVendor(func(v *simulator.Vendor) {
			if v.AccessGroupID != "" && v.StartDate != "" {
				v.Status = "enabled"
			}
		})
	case "push":
		s.what, s.edit = "pushed", func(l *life, _ string) { l.push(s.vendor) }
	case "link":
		status := one(t, "enabled", "disabled")
		s.what, s.edit = "pushed, linked to IT, "+status, func(l *life, _ string) {
			l.push(s.vendor)
			l.appliance.edit(l.ids[s.vendor], func(v *simulator.Vendor) {
				v.AccessGroupID, v.StartDate, v.DueDate, v.Status = groupIT, starts[0], "", status
			})
		}
	case "group":
		id := one(t, groupOT, groupIT)
		s.what, s.edit = "another group "+id, onVendor(func(v *simulator.Vendor) { v.AccessGroupID = id })
	case "date":
		due := one(t, "", "2026-10-20")
		s.what, s.edit = fmt.Sprintf("start date 2026-10-10, due date %q", due), onVendor(func(v *simulator.Vendor) { v.StartDate, v.DueDate = "2026-10-10", due })
	case "due":
		due := one(t, "", "2027-12-31", "2026-11-15")
		s.what, s.edit = fmt.Sprintf("due date %q", due), onVendor(func(v *simulator.Vendor) {
			if due == "" || v.StartDate <= due {
				v.DueDate = due
			}
		})
	case "contract":
		s.what, s.edit = "another contract number", onVendor(func(v *simulator.Vendor) { v.ContractNumber += "1" })
	case "rename":
		s.what, s.edit = "renamed", func(l *life, _ string) { l.rename(s.vendor) }
	case "delete":
		s.what, s.edit = "deleted", func(l *life, _ string) { l.remove(s.vendor) }
	case "anew":
		s.what, s.edit = "deleted and pushed anew", func(l *life, _ string) { l.remove(s.vendor); l.push(s.vendor) }
	case "unlink":
		s.what, s.edit = "unlinked", onVendor(func(v *simulator.Vendor) { v.AccessGroupID, v.Status = "", "disabled" })
	case "close":
		s.what, s.edit = "the group IT is disabled", group(groupIT, false)
	case "open":
		s.what, s.edit = "the group IT is enabled", group(groupIT, true)
	}
	return s
}

func group(id string, enabled bool) func(*life, string) {
	return func(l *life, _ string) {
		l.appliance.EditAccessGroup(id, func(g *simulator.AccessGroup) { g.Enabled = enabled })
	}
}
