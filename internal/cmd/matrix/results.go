// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// results is what one CLI's tests came to.
type results struct {
	passed, failed, skipped int
	// By name, what the table says of a feature: yes, from which version on,
	// or no. Empty while no test of it has passed.
	features map[string]string
}

// event is a line of go test -json; go doc test2json describes it.
type event struct{ Action, Package, Test, Output, Key, Value string }

// running is a test that has not ended.
type running struct {
	output               strings.Builder
	feature, unsupported string // attributes that the test sets: see needs in internal/provider
}

// read counts the tests of a stream of events, and writes what is said of
// packages and by tests that fail.
func read(events io.Reader, out io.Writer) (results, error) {
	r := results{features: map[string]string{}}
	tests := map[string]*running{}
	for decoder := json.NewDecoder(events); ; {
		var e event
		if err := decoder.Decode(&e); errors.Is(err, io.EOF) {
			return r, nil
		} else if err != nil {
			return r, fmt.Errorf("go test -json: %w", err)
		}
		if e.Test == "" {
			fmt.Fprint(out, e.Output)
			if e.Action == "fail" {
				r.broken(tests, out)
			}
			continue
		}
		key := e.Package + "." + e.Test
		t := tests[key]
		if t == nil {
			t = &running{}
			tests[key] = t
		}
		switch e.Action {
		case "output":
			t.output.WriteString(e.Output)
		case "attr":
			switch e.Key {
			case "feature":
				t.feature = e.Value
			case "unsupported":
				t.unsupported = e.Value
			}
		case "pass", "fail", "skip":
			r.ended(t, e.Action, out)
			delete(tests, key)
		}
	}
}

// ended counts a test.
func (r *results) ended(t *running, action string, out io.Writer) {
	switch action {
	case "pass":
		r.passed++
	case "fail":
		r.failed++
		fmt.Fprint(out, t.output.String())
	case "skip":
		r.skipped++
	}
	if t.feature == "" {
		return
	}
	cell := r.features[t.feature]
	if t.unsupported != "" {
		cell = t.unsupported
	} else if cell == "" && action == "pass" {
		cell = "yes"
	}
	r.features[t.feature] = cell
}

// broken ends a package that failed: where none of its tests did, it was not
// built, or it was stopped while they ran.
func (r *results) broken(tests map[string]*running, out io.Writer) {
	if r.failed == 0 {
		r.failed++
	}
	for _, key := range slices.Sorted(maps.Keys(tests)) {
		fmt.Fprint(out, tests[key].output.String())
	}
	clear(tests)
}

// untested is an error where no test says whether a feature works: each was
// skipped, and not for the CLI's version.
func (r *results) untested() error {
	var err error
	for _, feature := range slices.Sorted(maps.Keys(r.features)) {
		if r.features[feature] == "" {
			err = errors.Join(err, fmt.Errorf("no test of %q ran", feature))
		}
	}
	return err
}
