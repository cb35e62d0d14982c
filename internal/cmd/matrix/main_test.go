// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const events = `
{"Action":"output","Package":"p","Output":"-test.shuffle 1\n"}
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"attr","Package":"p","Test":"TestA","Key":"feature","Value":"query"}
{"Action":"output","Package":"p","Test":"TestA","Output":"noise of A\n"}
{"Action":"pass","Package":"p","Test":"TestA","Elapsed":1.2}
{"Action":"attr","Package":"p","Test":"TestB/c","Key":"feature","Value":"mocks"}
{"Action":"attr","Package":"p","Test":"TestB/c","Key":"unsupported","Value":"needs 1.7"}
{"Action":"skip","Package":"p","Test":"TestB/c"}
{"Action":"pass","Package":"p","Test":"TestB"}
{"Action":"attr","Package":"p","Test":"TestC","Key":"feature","Value":"guide"}
{"Action":"skip","Package":"p","Test":"TestC"}
`

func TestRead(t *testing.T) {
	const failing = `
{"Action":"output","Package":"p","Test":"TestD","Output":"what D says\n"}
{"Action":"fail","Package":"p","Test":"TestD"}
{"Action":"output","Package":"p","Output":"FAIL\n"}
{"Action":"fail","Package":"p"}`
	const stopped = `
{"Action":"output","Package":"p","Test":"TestD","Output":"what D says\n"}
{"Action":"output","Package":"p","Output":"FAIL\n"}
{"Action":"fail","Package":"p"}`
	features := map[string]string{"query": "yes", "mocks": "needs 1.7", "guide": ""}
	for name, test := range map[string]struct {
		events string
		want   results
		prints string
	}{
		"passes":  {events, results{passed: 2, skipped: 2, features: features}, "-test.shuffle 1\n"},
		"fails":   {events + failing, results{passed: 2, failed: 1, skipped: 2, features: features}, "-test.shuffle 1\nwhat D says\nFAIL\n"},
		"stopped": {events + stopped, results{passed: 2, failed: 1, skipped: 2, features: features}, "-test.shuffle 1\nFAIL\nwhat D says\n"},
	} {
		var out strings.Builder
		got, err := read(strings.NewReader(test.events), &out)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(results{})); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
		if out.String() != test.prints {
			t.Errorf("%s prints %q, want %q", name, out.String(), test.prints)
		}
		if err := got.untested(); err == nil || err.Error() != `no test of "guide" ran` {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := read(strings.NewReader("# build failed"), &strings.Builder{}); err == nil {
		t.Error("what is no JSON is no error")
	}
}

func TestInspect(t *testing.T) {
	clis, err := inspect(t.Context(), []string{
		program(t, "OpenTofu v1.12.6\non linux_amd64"), program(t, "Terraform v1.16.0"), program(t, "Terraform v1.5.7"), program(t, "Terraform v1.16.0"),
	})
	if err != nil || fmt.Sprint(clis) != "[Terraform 1.5.7 Terraform 1.16.0 OpenTofu 1.12.6]" {
		t.Errorf("%v, %v", clis, err)
	}
	for _, paths := range [][]string{nil, {program(t, "Python 3.13")}, {filepath.Join(t.TempDir(), "none")}} {
		if clis, err := inspect(t.Context(), paths); err == nil {
			t.Errorf("%v is %v", paths, clis)
		}
	}
}

func TestTable(t *testing.T) {
	rows := []row{
		{cli{name: "Terraform", version: "1.5.7"}, map[string]string{"query": "needs 1.14", "mocks": "needs 1.7"}},
		{cli{name: "OpenTofu", version: "1.12.6"}, map[string]string{"query": "no", "mocks": "yes"}},
	}
	table, err := markdown(rows)
	if err != nil {
		t.Fatal(err)
	}
	want := `| CLI | tests, demo | mocks | query |
|---|---|---|---|
| Terraform 1.5.7 | pass | needs 1.7 | needs 1.14 |
| OpenTofu 1.12.6 | pass | yes | no |
`
	if diff := cmp.Diff(want, table); diff != "" {
		t.Error(diff)
	}
	written, err := replace("a\n<!-- matrix -->\nold\n<!-- /matrix -->\nb\n", table)
	if want := "a\n<!-- matrix -->\n\n" + table + "\n<!-- /matrix -->\nb\n"; err != nil || written != want {
		t.Errorf("%q, %v", written, err)
	}
	if again, err := replace(written, table); err != nil || again != written {
		t.Errorf("%q, %v", again, err)
	}
	if _, err := replace("<!-- matrix -->\n", table); err == nil {
		t.Error("a page without marks was written")
	}
	delete(rows[0].features, "mocks")
	if _, err := markdown(rows); err == nil {
		t.Error("a feature that one CLI has no test of is no error")
	}
}

// Where tests fail, the page stays: there are none below this folder.
func TestFailureWritesNothing(t *testing.T) {
	const marks = "<!-- matrix -->\n<!-- /matrix -->\n"
	page := filepath.Join(t.TempDir(), "README.md")
	if err := os.WriteFile(page, []byte(marks), 0o600); err != nil {
		t.Fatal(err)
	}
	err := run(t.Context(), page, []string{program(t, "Terraform v1.5.7")})
	if err == nil || !strings.Contains(err.Error(), "acceptance tests with Terraform 1.5.7: ") || !strings.Contains(err.Error(), "demo with Terraform 1.5.7: ") {
		t.Error(err)
	}
	if text, err := os.ReadFile(page); err != nil || string(text) != marks {
		t.Errorf("%q, %v", text, err)
	}
}

// program is one that prints this.
func program(t *testing.T, says string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "cli")
	if err := os.WriteFile(path, []byte("#!/bin/sh\necho '"+says+"'\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}
