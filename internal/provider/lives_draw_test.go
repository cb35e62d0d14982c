// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"net/http"
	"strings"

	"pgregory.net/rapid"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

var (
	vendorNames = [3]string{"Acme Ltd", "Globex", "Initech"}
	addresses   = []string{"a", "b", "c"}
	groups      = []string{groupOT, groupOT, groupIT, groupIT, "9"}
	groupNames  = map[string]string{groupOT: "Vendors - OT", groupIT: "Vendors - IT", "9": "Legacy"}
	starts      = []string{"2026-11-01", "2026-12-01"}
	dues        = []string{unmanaged, unmanaged, "", "2027-06-30", "2026-11-15"}
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
		s := &script{protect: one(t, false, false, true)}
		for i := range s.there {
			s.there[i] = one(t, pushed, pushed, absent, linked, switched)
		}
		s.steps = append(s.steps, drawBlock(t))
		s.steps = append(s.steps, rapid.SliceOfN(rapid.Custom(drawStep), 2, steps).Draw(t, "steps")...)
		return s
	})
}

func one[T any](t *rapid.T, values ...T) T { return rapid.SampledFrom(values).Draw(t, "") }

func number(t *rapid.T, low, high int) int { return rapid.IntRange(low, high).Draw(t, "") }

// drawVendor draws one; most lives are about the first.
func drawVendor(t *rapid.T) int { return one(t, 0, 0, 0, 0, 1, 2) }

func drawAddress(t *rapid.T) string { return one(t, "a", "a", "a", "b", "b", "c") }

func drawStep(t *rapid.T) step {
	switch one(t, "apply", "apply", "apply", "outside", "outside", "outside", "edit", "edit", "edit", "block", "remove", "move", "protect", "plan", "kept", "land", "destroy") {
	case "outside":
		return drawOutside(t)
	case "edit":
		return drawEdit(t)
	case "block":
		return drawBlock(t)
	case "remove":
		return setBlock{address: drawAddress(t)}
	case "move":
		return moveBlock{drawAddress(t), one(t, "b", "c", "a")}
	case "protect":
		return protect(rapid.Bool().Draw(t, ""))
	case "plan":
		return planStep{keep: rapid.Bool().Draw(t, ""), destroy: one(t, false, false, false, true), upsets: drawUpsets(t, false)}
	case "kept":
		return applyStep{kept: true, applying: drawUpsets(t, true)}
	case "land":
		return landing{}
	case "destroy":
		return drawApply(t, true)
	}
	return drawApply(t, false)
}

func drawApply(t *rapid.T, destroying bool) step {
	s := applyStep{destroy: destroying, planning: upsets{order: drawOrder(t)}, applying: drawUpsets(t, true)}
	switch one(t, "", "", "", "", "", "", "between", "faulted") {
	case "between":
		s.between = one[step](t, drawOutside(t), drawOutside(t), landing{})
	case "faulted":
		s.planning = drawUpsets(t, false)
	}
	return s
}

func drawOrder(t *rapid.T) int { return one(t, 0, 1, 2, 3, 4, 5, atOnce, atOnce) }

func drawUpsets(t *rapid.T, applying bool) upsets {
	u := upsets{order: drawOrder(t)}
	switch one(t, "", "", "", "", "fault", "fault", "meanwhile", "stop") {
	case "fault":
		u.fault = drawFault(t, applying)
	case "meanwhile":
		if applying {
			u.at, u.meanwhile = number(t, 1, 9), drawOutside(t)
		}
	case "stop":
		if applying {
			u.at, u.stop = number(t, 1, 9), true
			if rapid.Bool().Draw(t, "") {
				u.fault = &fault{kind: simulator.FaultSlow, method: http.MethodPatch}
			}
		}
	}
	return u
}

func drawFault(t *rapid.T, applying bool) *fault {
	f := &fault{kind: one(t, simulator.FaultResetBefore, simulator.FaultResetAfter, simulator.FaultStatus, simulator.FaultStatus, simulator.FaultTruncate, simulator.FaultLate, simulator.FaultLate)}
	f.method = one(t, http.MethodPatch, http.MethodPatch, http.MethodGet, "")
	f.skip, f.times = number(t, 0, 5), one(t, 1, 2, 5, 20)
	switch f.kind {
	case simulator.FaultStatus:
		f.status = one(t, http.StatusInternalServerError, http.StatusServiceUnavailable, http.StatusTooManyRequests)
	case simulator.FaultLate:
		f.method, f.skip = http.MethodPatch, one(t, 0, 0, 0, 1)
	}
	if f.method == http.MethodPatch && applying {
		f.skip %= 2
	}
	return f
}

func drawBlock(t *rapid.T) step {
	b := &linkBlock{start: one(t, starts...), due: one(t, dues...), disabled: one(t, false, false, false, true), adopt: one(t, false, true), abandon: one(t, false, false, false, true), wait: one(t, "", "", "20s")}
	setGroup(b, one(t, groups...), one(t, false, false, true))
	return setBlock{address: drawAddress(t), block: b, vendor: drawVendor(t), byID: one(t, false, false, true)}
}

func setGroup(b *linkBlock, id string, byID bool) {
	if b.groupName, b.groupID = groupNames[id], ""; byID {
		b.groupName, b.groupID = "", id
	}
}

func drawEdit(t *rapid.T) step {
	s := editBlock{address: drawAddress(t)}
	set := func(what string, edit func(*linkBlock)) {
		s.what, s.edit = what, func(_ *life, b *linkBlock) { edit(b) }
	}
	switch one(t, "enabled", "enabled", "enabled", "group", "start", "due", "adopt", "policy", "vendor") {
	case "enabled":
		disabled := rapid.Bool().Draw(t, "")
		set(fmt.Sprintf("enabled=%t", !disabled), func(b *linkBlock) { b.disabled = disabled })
	case "group":
		id, byID := one(t, groups...), rapid.Bool().Draw(t, "")
		set("access group "+id+map[bool]string{true: " by id"}[byID], func(b *linkBlock) { setGroup(b, id, byID) })
	case "start":
		start := one(t, starts...)
		set("start_date="+start, func(b *linkBlock) { b.start = start })
	case "due":
		due := one(t, dues...)
		set(fmt.Sprintf("due_date=%q", due), func(b *linkBlock) { b.due = due })
	case "adopt":
		adopt := rapid.Bool().Draw(t, "")
		set(fmt.Sprintf("adopt_existing=%t", adopt), func(b *linkBlock) { b.adopt = adopt })
	case "policy":
		abandon := rapid.Bool().Draw(t, "")
		set(fmt.Sprintf("abandon=%t", abandon), func(b *linkBlock) { b.abandon = abandon })
	case "vendor":
		i, byID := drawVendor(t), rapid.Bool().Draw(t, "")
		s.what = "links " + vendorNames[i] + map[bool]string{true: " by id"}[byID]
		s.edit = func(l *life, b *linkBlock) { l.name(b, i, byID) }
	}
	return s
}

func drawOutside(t *rapid.T) step {
	s := outside{vendor: drawVendor(t)}
	switch one(t, "disable", "disable", "disable", "enable", "enable", "push", "push", "link", "group", "date", "due", "contract", "rename", "delete", "anew", "unlink", "close", "open") {
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
			l.appliance.edit(l.ids[s.vendor], func(v *simulator.Vendor) { v.AccessGroupID, v.StartDate, v.Status = groupIT, starts[0], status })
		}
	case "group":
		id := one(t, groupOT, groupIT)
		s.what, s.edit = "another group "+id, onVendor(func(v *simulator.Vendor) { v.AccessGroupID = id })
	case "date":
		s.what, s.edit = "another start date", onVendor(func(v *simulator.Vendor) { v.StartDate = "2026-10-10" })
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
