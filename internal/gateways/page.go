// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

// Package gateways tries the provider through real programs that stand between
// it and an appliance: nginx, haproxy, squid, toxiproxy and Prism, on loopback
// addresses in front of the simulator. make gateways runs it, and compares what
// it saw with GATEWAYS.md.
package gateways

import (
	_ "embed"
	"fmt"
	"os"
	"strings"
	"time"
)

//go:embed page.md
var page string

// row is what was seen of one program in one configuration.
type row struct {
	Component, Version, Tried string
	Lost, Tainted             int // links
	PlanEmpty                 bool
	Took                      time.Duration
}

const (
	tableHead    = "| Component | Version | What was tried | Links lost | Links tainted | Plan empty | Time |\n|---|---|---|--:|--:|---|--:|\n"
	columns      = 7
	versionField = 2 // of a line that is split at its bars
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

// publish writes the page, or compares it with what is there. Versions and times are the machine's, and may differ.
func publish(path string, rows []row, write bool) error {
	text := strings.Replace(page, "{{table}}\n", table(rows), 1)
	if write {
		return os.WriteFile(path, []byte(text), 0o644)
	}
	there, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if stable(string(there)) != stable(text) {
		return fmt.Errorf("%s is not what was seen: run make gateways PAGE=GATEWAYS.md and commit the result", path)
	}
	return nil
}

// stable returns a page without versions and times.
func stable(page string) string {
	lines := strings.Split(page, "\n")
	for i, line := range lines {
		if cells := strings.Split(line, "|"); len(cells) == columns+2 {
			cells[versionField], cells[timeField] = "", ""
			lines[i] = strings.Join(cells, "|")
		}
	}
	return strings.Join(lines, "\n")
}
