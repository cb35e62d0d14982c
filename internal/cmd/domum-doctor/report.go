// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
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
	findings    strings.Builder
	counts      map[result]int
	corrections []string // of the profile
}

// add notes a check: its name, what was asked for, and what there is to say.
func (r *report) add(became result, check, call string, said ...string) {
	r.counts[became]++
	fmt.Fprintln(&r.findings, strings.TrimRight(fmt.Sprintf("%-9s%-26s%s", became, check, call), " "))
	for line := range strings.Lines(strings.Join(said, "\n")) {
		if line = strings.TrimSpace(line); line != "" {
			fmt.Fprintf(&r.findings, "%9s%s\n", "", line)
		}
	}
}

// skip notes that a check was not made.
func (r *report) skip(check, reason string) { r.add(skipped, check, "", reason) }

// correct notes what to change in the profile: a key and its value, or what is
// wrong with it.
func (r *report) correct(key, text string, values ...any) {
	r.corrections = append(r.corrections, key+": "+fmt.Sprintf(text, values...))
}

// fail notes what the client says of an answer. What is not where the profile
// says has the key of the profile in it.
func (r *report) fail(check, call, key, path string, err error) {
	r.add(differs, check, call, explain.Text(err))
	got, answered := errors.AsType[*domum.Error](err)
	switch {
	case !answered:
	case got.Status == http.StatusNotFound:
		r.correct(key+".path", "nothing is found at %s", path)
	case strings.Contains(got.Message, "of the API profile"):
		r.corrections = append(r.corrections, strings.TrimPrefix(got.Message, "the answer is not as expected: "))
	}
}

const issues = "https://github.com/domum-iac/terraform-provider-domum/issues"

const anotherAPI = `
Unless a permission or an address explains it, the appliance's API is another one. domum-doctor -draft makes a
profile that describes it; how is said in the guide "When your appliance's API differs". Please report it too,
with the appliance's version, and without the values of its fields:
` + issues + "\n"

// text is the whole report. An empty profile is the default one.
func (r *report) text(url, profile string) string {
	text := fmt.Sprintf("%s\nAPI profile: %s\n\n%s\n", url, cmp.Or(profile, "default"), r.findings.String())
	text += fmt.Sprintf("%d hold, %d differ, %d not checked. Nothing was written, so what the profile says of writing was not tried.\n",
		r.counts[holds], r.counts[differs], r.counts[skipped])
	if len(r.corrections) > 0 {
		text += "\nCorrect in the profile:\n  " + strings.Join(r.corrections, "\n  ") + "\n"
	}
	if r.counts[differs] > 0 && profile == "" {
		text += anotherAPI
	}
	return text
}
