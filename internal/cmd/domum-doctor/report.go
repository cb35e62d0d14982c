// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"io"
	"strings"
)

// result is what became of a check.
type result string

const (
	holds   result = "holds"
	differs result = "differs"
	skipped result = "skipped"
)

// finding is one check.
type finding struct {
	Check       string   `json:"check"`
	Call        string   `json:"call,omitempty"`
	Source      string   `json:"source,omitempty"` // published or assumed
	Result      result   `json:"result"`
	Differences []string `json:"differences,omitempty"`
	Meaning     string   `json:"meaning,omitempty"`
	RequestID   string   `json:"request_id,omitempty"`
}

// report is all findings about one appliance.
type report struct {
	URL      string    `json:"url"`
	Holds    int       `json:"holds"`
	Differs  int       `json:"differs"`
	Skipped  int       `json:"skipped"`
	Findings []finding `json:"findings"`
}

func (r *report) add(f finding) {
	switch f.Result {
	case holds:
		r.Holds++
	case differs:
		r.Differs++
	case skipped:
		r.Skipped++
	}
	r.Findings = append(r.Findings, f)
}

const issues = "https://github.com/domum-iac/terraform-provider-domum/issues"

// print writes the report for people.
func (r *report) print(w io.Writer) error {
	var text strings.Builder
	fmt.Fprintf(&text, "%s\n\n", r.URL)
	for _, f := range r.Findings {
		line := fmt.Sprintf("%-9s%-26s%s", f.Result, f.Check, f.Call)
		if f.Source != "" {
			line += " (" + f.Source + ")"
		}
		fmt.Fprintln(&text, strings.TrimRight(line, " "))
		for _, difference := range f.Differences {
			fmt.Fprintf(&text, "         - %s\n", difference)
		}
		for line := range strings.Lines(f.Meaning) {
			if line = strings.TrimSpace(line); line != "" {
				fmt.Fprintf(&text, "         %s\n", line)
			}
		}
		if f.Result == differs && f.RequestID != "" {
			fmt.Fprintf(&text, "         Request id: %s\n", f.RequestID)
		}
	}
	fmt.Fprintf(&text, "\n%d hold, %d differ, %d not checked.\n", r.Holds, r.Differs, r.Skipped)
	if r.Differs > 0 {
		fmt.Fprintf(&text, "Unless a permission or an address explains it, report it with this table and the appliance's version:\n%s\n", issues)
	}
	_, err := io.WriteString(w, text.String())
	return err
}
