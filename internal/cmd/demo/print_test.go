// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadable(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ out, want string }{
		"nothing":               {"", ""},
		"blank lines":           {"\n\na\n\n\nb\n\n", "a\n\nb"},
		"Windows line ends":     {"a\r\nb\r\n", "a\nb"},
		"progress of reads":     {"data.x.y: Reading...\ndata.x.y: Read complete after 0s\nx.y: Refreshing state... [id=1]\nx.y: Creating...\n", "x.y: Creating..."},
		"progress in colour":    {"\x1b[0m\x1b[1mx.y: Refreshing state... [id=1]\x1b[0m\nend\n", "end"},
		"colour stays":          {"\x1b[1mPlan:\x1b[0m 1 to add\n", "\x1b[1mPlan:\x1b[0m 1 to add"},
		"hint after the rule":   {"Plan: 1 to add\n\x1b[90m\n────────────\x1b[0m\n\nSaved the plan to: x\n", "Plan: 1 to add"},
		"a box is not the rule": {"╷\n│ Error: no\n╵\n", "╷\n│ Error: no\n╵"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tc.want, readable(tc.out)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
