// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/explain"
)

// result is what became of a check.
type result string

const (
	holds   result = "holds"
	differs result = "differs"
	skipped result = "skipped"
)

// report is what the checks of one appliance have found.
type report struct {
	URL         string         `json:"url"`
	Profile     string         `json:"profile"` // the file, or "default"
	Counts      map[result]int `json:"counts"`
	Findings    []finding      `json:"findings"`
	Corrections []string       `json:"corrections"` // of the profile
}

// finding is one check, and what there is to say.
type finding struct {
	Result result   `json:"result"`
	Check  string   `json:"check"`
	Call   string   `json:"call,omitempty"` // what was asked for
	Said   []string `json:"said,omitempty"`
}

func (r *report) add(became result, check, call, said string) {
	r.Counts[became]++
	lines := strings.FieldsFunc(said, func(c rune) bool { return c == '\n' })
	r.Findings = append(r.Findings, finding{became, check, call, lines})
}

// outcome is what a check may find.
type outcome struct {
	applies    bool
	became     result
	said       string
	correction string // of the profile: a key, and its value or what is wrong with it; "" is none
}

// conclude adds the first outcome that applies.
func (r *report) conclude(check, call string, outcomes []outcome) {
	o := outcomes[slices.IndexFunc(outcomes, func(o outcome) bool { return o.applies })]
	r.add(o.became, check, call, o.said)
	if o.correction != "" {
		r.Corrections = append(r.Corrections, o.correction)
	}
}

// failure is the outcome of what the client can't read. The client says what is
// not where the profile says; key and path are those of the profile.
func failure(err error, key, path string) outcome {
	if err == nil {
		return outcome{}
	}
	o := outcome{applies: true, became: differs, said: explain.Text(err)}
	got, _ := errors.AsType[*domum.Error](err)
	switch {
	case got == nil:
	case got.Status == http.StatusNotFound:
		o.correction = key + ".path: nothing is found at " + path
	case strings.Contains(got.Message, "of the API profile"):
		o.correction = strings.TrimPrefix(got.Message, "the answer is not as expected: ")
	}
	return o
}

const defaultProfile = "default"

const anotherAPI = `
Unless a permission or an address explains it, the appliance's API is another one: domum-doctor -draft makes a profile
of it, as the guide "When your appliance's API differs" says. Please report it, without the values of its fields:
https://github.com/domum-iac/terraform-provider-domum/issues
`

// json is the report for a program.
func (r *report) json() string {
	text, _ := json.MarshalIndent(r, "", "  ") // of texts and numbers: no error
	return string(text) + "\n"
}

// text is the report for a person.
func (r *report) text() string {
	text := fmt.Sprintf("%s\nAPI profile: %s\n\n", r.URL, r.Profile)
	for _, f := range r.Findings {
		text += strings.TrimRight(fmt.Sprintf("%-9s%-26s%s", f.Result, f.Check, f.Call), " ") + "\n"
		for _, line := range f.Said {
			text += strings.Repeat(" ", 9) + line + "\n"
		}
	}
	text += fmt.Sprintf("\n%d hold, %d differ, %d not checked. Nothing was written, so what the profile says of writing was not tried.\n",
		r.Counts[holds], r.Counts[differs], r.Counts[skipped])
	if len(r.Corrections) > 0 {
		text += "\nCorrect in the profile:\n  " + strings.Join(r.Corrections, "\n  ") + "\n"
	}
	if r.Counts[differs] > 0 && r.Profile == defaultProfile {
		text += anotherAPI
	}
	return text
}
