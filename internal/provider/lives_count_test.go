// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import "strings"

// count counts what one block's change shows of the situations that lives have
// to come to.
func (l *life) count(w *walk, n *node) {
	article := map[action]string{create: "a create", update: "an update", destroy: "a destroy"}[n.action]
	if n.failed == "" {
		saw(article + " succeeds")
	} else {
		saw(article + " fails")
	}
	if w.saidUnconfirmed() {
		saw("a write is unconfirmed")
	}
	if !w.stopped.IsZero() {
		saw("Terraform is interrupted")
	}
	if n.action == update && strings.Contains(n.failed, "changed since the plan") {
		saw("a stale update is refused")
	}
	if n.action == destroy && n.failed == "" {
		l.countDestroy(w, n)
	}
}

func (l *life) countDestroy(w *walk, n *node) {
	id := n.prior.text("id")
	for _, o := range w.nodes {
		if o != n && o.begun && o.action == create && o.failed == "" && o.after.text("id") == id {
			saw("a vendor is linked at one address and destroyed at another")
		}
	}
	for address, inst := range w.plan.refreshed {
		if address == n.address || inst.value.text("id") != id {
			continue
		}
		if l.state[address] == nil {
			saw("both links of a vendor are destroyed")
		} else {
			saw("one of two links of a vendor is destroyed")
		}
	}
}
