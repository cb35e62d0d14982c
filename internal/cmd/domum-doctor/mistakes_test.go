// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/domum-iac/terraform-provider-domum/internal/simtest"
	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// A wrong value of any key that is about reading is not reported as fine: it
// differs, or the doctor says that it could not see a value there, or what the
// provider does without.
func TestEachMistakeInAProfileIsSeen(t *testing.T) {
	const unseen = "that is wrong looks the same"
	// What only a write would show.
	ofWrites := regexp.MustCompile(`(?m)^  (write|enable|disable):.*\n(    .*\n)*`)
	value := regexp.MustCompile(`([a-z_]+): ("[^"]*"|[^ "{},#\n]+)`)
	for _, shape := range simtest.Shapes {
		content, err := os.ReadFile(filepath.Join("..", "..", "..", filepath.FromSlash(shape.Profile)))
		if err != nil {
			t.Fatal(err)
		}
		profile := regexp.MustCompile(`(?m) *#.*$`).ReplaceAllString(string(content), "")
		writes := ofWrites.FindAllStringIndex(profile, -1)
		if len(writes) == 0 {
			t.Fatal("no part about writes")
		}
		t.Run(shape.Name, func(t *testing.T) {
			serveShape(t, shape).EditVendor("1", func(v *simulator.Vendor) { v.DueDate = "2027-11-30" }) // each date is seen
			file := filepath.Join(t.TempDir(), "domum-api.yaml")
			tried := 0
			for _, at := range value.FindAllStringSubmatchIndex(profile, -1) {
				key, old := profile[at[2]:at[3]], profile[at[4]:at[5]]
				ofAWrite := key == "write" || key == "write_as" || key == "none"
				for _, w := range writes {
					ofAWrite = ofAWrite || at[0] >= w[0] && at[0] < w[1]
				}
				if ofAWrite || strings.Trim(old, `"`) == "" {
					continue
				}
				tried++
				wrong := old + "x"
				switch {
				case strings.HasPrefix(old, `"`):
					wrong = strings.TrimSuffix(old, `"`) + `x"`
				case key == "path":
					wrong = strings.Replace(old, "/domum", "/domumx", 1)
					wrong = strings.Replace(wrong, "/rest", "/restx", 1)
				case key == "omits_empty":
					wrong = "false"
				case key == "max_size":
					wrong = old + "0"
				case old == "date" || old == "rfc3339":
					wrong = "datetime"
				case old == "datetime":
					wrong = "date"
				}
				if err := os.WriteFile(file, []byte(profile[:at[4]]+wrong+profile[at[5]:]), 0o600); err != nil {
					t.Fatal(err)
				}
				var out bytes.Buffer
				code := run(t.Context(), []string{"-profile", file}, &out, &out)
				said := out.String()
				if code == exitHolds && !strings.Contains(said, unseen) ||
					strings.Contains(said, unseen) && code == exitHolds && !strings.Contains(said, wrong) {
					t.Errorf("%s: %s instead of %s is reported as fine:\n%s", key, wrong, old, said)
				}
			}
			if tried < 20 {
				t.Errorf("only %d values were tried", tried)
			}
		})
	}
}
