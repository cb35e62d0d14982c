// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

// Package gateways tries the provider through real programs that stand between
// it and an appliance: nginx, haproxy, squid, toxiproxy and Prism (a proxy that
// checks each request and answer against openapi.yaml), on loopback addresses in
// front of the simulator.
//
// TestGateways has the build tag gateways. make gateways runs it, and compares
// the result with GATEWAYS.md unless Prism is missing, which needs node and npm.
package gateways

import (
	_ "embed"
	"fmt"
	"os"
	"strings"
	"time"
)

//go:embed page.md
var pageTemplate string

// row is what was seen of one program in one configuration.
type row struct {
	Component, Version, Tried string
	Lost, Tainted             int // links: Lost is access that no state has, Tainted is a link that state marks as tainted
	PlanEmpty                 bool
	Took                      time.Duration
}

const (
	tableHead    = "| Component | Version | What was tried | Links lost | Links tainted | Plan empty | Time |\n|---|---|---|--:|--:|---|--:|\n"
	columns      = 7
	versionField = 2 // index into strings.Split(line, "|"), whose first element is empty; so no cell may contain a "|"
	timeField    = 7
)

func table(rows []row) string {
	var t strings.Builder
	t.WriteString(tableHead)
	for _, r := range rows {
		empty := "yes"
		if !r.PlanEmpty {
			empty = "no"
		}
		fmt.Fprintf(&t, "| %s | %s | %s | %d | %d | %s | %.1f s |\n", r.Component, r.Version, r.Tried, r.Lost, r.Tainted, empty, r.Took.Seconds())
	}
	return t.String()
}

// publish writes the page to path or, unless write is set, returns an error if the
// file there differs from it in anything but versions and times, which depend on
// the machine.
func publish(path string, rows []row, write bool) error {
	text := strings.Replace(pageTemplate, "{{table}}\n", table(rows), 1)
	if write {
		return os.WriteFile(path, []byte(text), 0o644)
	}
	there, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if withoutVersionsAndTimes(string(there)) != withoutVersionsAndTimes(text) {
		return fmt.Errorf("%s differs from this run. If the new rows are right, run make gateways PAGE=GATEWAYS.md and commit the result", path)
	}
	return nil
}

// withoutVersionsAndTimes returns the text with the cells for version and time emptied.
func withoutVersionsAndTimes(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if cells := strings.Split(line, "|"); len(cells) == columns+2 {
			cells[versionField], cells[timeField] = "", ""
			lines[i] = strings.Join(cells, "|")
		}
	}
	return strings.Join(lines, "\n")
}
