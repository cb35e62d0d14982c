// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package gateways

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestPageIsCompared(t *testing.T) {
	path := filepath.Join(t.TempDir(), "GATEWAYS.md")
	seen := func() []row {
		return []row{{"nginx", "1.22.1", "compression", 0, 0, true, 3210 * time.Millisecond}}
	}
	if err := publish(path, seen(), true); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if want := tableHead + "| nginx | 1.22.1 | compression | 0 | 0 | yes | 3.2 s |\n"; !strings.Contains(string(text), want) {
		t.Errorf("the page doesn't hold %q:\n%s", want, text)
	}
	for name, test := range map[string]struct {
		change func(*row)
		same   bool
	}{
		"nothing":          {func(*row) {}, true},
		"another version":  {func(r *row) { r.Version = "1.26.0" }, true},
		"another time":     {func(r *row) { r.Took = time.Hour }, true},
		"another program":  {func(r *row) { r.Component = "haproxy" }, false},
		"another attempt":  {func(r *row) { r.Tried = "HTTP/2" }, false},
		"a lost link":      {func(r *row) { r.Lost = 1 }, false},
		"a tainted link":   {func(r *row) { r.Tainted = 1 }, false},
		"a plan not empty": {func(r *row) { r.PlanEmpty = false }, false},
	} {
		rows := seen()
		test.change(&rows[0])
		if err := publish(path, rows, false); (err == nil) != test.same {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := publish(path, append(seen(), seen()...), false); err == nil {
		t.Error("a row that the page lacks is no error")
	}
	if err := publish(path+".none", seen(), false); err == nil {
		t.Error("a page that isn't there is no error")
	}
}
