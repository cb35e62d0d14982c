// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

type (
	words      = []string
	attributes = map[string]any
	blocks     = map[string]attributes // by their names
	others     = func(*folder)
)

// command is one of Terraform, and how it ends: nothing is said and nothing is
// written, unless it says so.
type command struct {
	others    others     // what others do first
	between   others     // what others do between plan and apply
	provider  attributes // further ones of the provider block
	block     attributes // the configuration; nil: it has none
	blocks    blocks     // several, in place of block
	plannedAs attributes // what the plan knows of block, where that is less
	verb      string     // "plan" or "destroy"; "" is apply
	noRefresh bool
	inTurn    bool // one link after the other, else all at once

	refused words            // what errors say; nil: there is none
	warned  words            // what warnings say; nil: there is none
	unsaid  string           // what errors do not say
	writes  words            // the PATCH requests, each a JSON text
	leaves  simulator.Vendor // how the vendor is then, in all that is not zero here
	settled bool             // another plan changes nothing
}

// guard takes a vendor through commands. Each plan and each apply is a process
// of the provider, as with the CLI, which these tests do without.
func guard(t *testing.T, start others, commands ...command) {
	t.Helper()
	newFolder(t, start).run(commands...)
}

// guards are rules that one command shows.
func guards(t *testing.T, start others, rules map[string]command) {
	t.Helper()
	for rule, c := range rules {
		t.Run(rule, func(t *testing.T) { guard(t, start, c) })
	}
}

const (
	linksAcme = `{"access_group":{"id":"7"},"start_date":"2026-12-01","status":"enabled"}`
	movesAcme = `{"access_group":{"id":"8"}}`
	enables   = `{"status":"enabled"}`
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

func removed(f *folder) { f.RemoveVendor(f.vendorID) }

func edit(change func(*simulator.Vendor)) others {
	return func(f *folder) { f.EditVendor(f.vendorID, change) }
}

func status(s string) others { return edit(func(v *simulator.Vendor) { v.Status = s }) }
func renamed(f *folder)      { edit(func(v *simulator.Vendor) { v.Name = "Globex" })(f) }

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

// answerLost is that a write is carried out, and that nobody is told.
var answerLost = faults(simulator.Fault{Method: "PATCH", Kind: "reset-after", Times: 1},
	simulator.Fault{Method: "GET", Path: "/api/v2/domum/vendors/*", Kind: "status", Status: 500, Skip: 2})

// vendorLink is the block of linkAcme with changes: each a name and a value.
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
		t[o] = tftypes.NewValue(tftypes.String, attributes{operation: value}[o])
	}
	return t
}

func (f *folder) run(commands ...command) {
	f.t.Helper()
	for i, c := range commands {
		if c.block != nil {
			c.blocks = blocks{"acme": c.block}
		}
		if c.others != nil {
			c.others(f)
		}
		f.ResetRequests()
		f.errors, f.warnings = "", ""
		f.carryOut(c)
		f.expectSaid("errors", f.errors, c.refused)
		f.expectSaid("warnings", f.warnings, c.warned)
		if c.unsaid != "" && strings.Contains(f.errors, c.unsaid) {
			f.t.Errorf("said: %s", f.errors)
		}
		f.expectPatches(c.writes...)
		f.expectVendor(c.leaves)
		if c.settled {
			f.expectSettled(c)
		}
		if f.t.Failed() {
			f.t.Fatalf("in command %d", i+1)
		}
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

func (f *folder) expectVendor(want simulator.Vendor) {
	f.t.Helper()
	v, _ := f.Vendor(f.vendorID)
	for field, value := range reflect.ValueOf(want).Fields() {
		if is := reflect.ValueOf(v).FieldByIndex(field.Index); !value.IsZero() && !value.Equal(is) {
			f.t.Errorf("the vendor's %s is %v, want %v", field.Name, is, value)
		}
	}
}
