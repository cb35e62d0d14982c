// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"encoding/json"
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
	Result      result   `json:"result"`
	Found       string   `json:"found,omitempty"`  // what the provider reads, and where
	Fields      []field  `json:"fields,omitempty"` // of one record
	Differences []string `json:"differences,omitempty"`
	Meaning     string   `json:"meaning,omitempty"`
	RequestID   string   `json:"request_id,omitempty"`
}

// field is a field of a record, as the profile maps it.
type field struct {
	Name  string   `json:"name"`
	Value string   `json:"value"` // as the provider reads it
	From  []source `json:"from"`
}

// source is where in an answer a field comes from.
type source struct {
	Path string `json:"path"`
	Raw  string `json:"raw"` // as JSON; "" if there is nothing
}

// report is all findings about one appliance.
type report struct {
	URL         string    `json:"url"`
	Profile     string    `json:"profile"` // the file, or "default"
	Holds       int       `json:"holds"`
	Differs     int       `json:"differs"`
	Skipped     int       `json:"skipped"`
	Findings    []finding `json:"findings"`
	Corrections []string  `json:"corrections"` // of the profile
}

func (r *report) add(f finding) {
	if f.Result == "" {
		f.Result = holds
		if len(f.Differences) > 0 {
			f.Result = differs
		}
	}
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

// skip notes that a check was not made.
func (r *report) skip(name, reason string) {
	r.add(finding{Check: name, Result: skipped, Meaning: reason})
}

// correct notes what to change in the profile: a key and its value, or what is
// wrong with it.
func (r *report) correct(key, text string, values ...any) {
	r.Corrections = append(r.Corrections, key+": "+fmt.Sprintf(text, values...))
}

const issues = "https://github.com/domum-iac/terraform-provider-domum/issues"

// write prints the report, for people or as JSON.
func (r *report) write(w io.Writer, asJSON bool) error {
	if asJSON {
		encoder := json.NewEncoder(w)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		return encoder.Encode(r)
	}
	_, err := io.WriteString(w, r.text())
	return err
}

const margin = "         " // as wide as a result

func (r *report) text() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s\nAPI profile: %s\n\n", r.URL, r.Profile)
	for _, f := range r.Findings {
		fmt.Fprintln(&text, strings.TrimRight(fmt.Sprintf("%-9s%-26s%s", f.Result, f.Check, f.Call), " "))
		paragraph(&text, f.Found)
		for _, field := range f.Fields {
			fmt.Fprintf(&text, "%s%-19s%-24s← %s\n", margin, field.Name, field.Value, field.sources())
		}
		for _, difference := range f.Differences {
			paragraph(&text, "- "+difference)
		}
		paragraph(&text, f.Meaning)
		if f.Result == differs && f.RequestID != "" {
			paragraph(&text, "Request id: "+f.RequestID)
		}
	}
	fmt.Fprintf(&text, "\n%d hold, %d differ, %d not checked. Nothing was written, so what the profile says of writing was not tried.\n", r.Holds, r.Differs, r.Skipped)
	if len(r.Corrections) > 0 {
		text.WriteString("\nCorrect in the profile:\n")
		for _, correction := range r.Corrections {
			fmt.Fprintf(&text, "  %s\n", correction)
		}
	}
	if r.Differs > 0 && r.Profile == defaultProfile {
		fmt.Fprintf(&text, "\nUnless a permission or an address explains it, the appliance's API is another one. domum-doctor -draft makes a\n"+
			"profile that describes it; how is said in the guide \"When your appliance's API differs\". Please report it too,\n"+
			"with the appliance's version, and without the values of its fields:\n%s\n", issues)
	}
	return text.String()
}

func paragraph(w io.Writer, text string) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			fmt.Fprintf(w, "%s%s\n", margin, line)
		}
	}
}

func (f field) sources() string {
	var all []string
	for _, s := range f.From {
		raw := s.Raw
		if raw == "" {
			raw = "(not there)"
		}
		all = append(all, s.Path+" "+raw)
	}
	return strings.Join(all, ", ")
}
