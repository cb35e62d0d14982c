// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"

	"github.com/domum-iac/terraform-provider-domum/internal/cleanenv"
)

// report is what PERFORMANCE.md says from its mark on.
func (b *bench) report(ctx context.Context) (string, error) {
	cmd := exec.CommandContext(ctx, b.terraform, "version")
	cmd.Env = append(cleanenv.Environ(), "CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE="+os.DevNull)
	version, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s version: %w", b.terraform, err)
	}
	name, _, _ := strings.Cut(string(version), "\n")
	var t strings.Builder
	b.writePromises(&t)
	fmt.Fprintf(&t, "## What was measured\n\nWritten by `make bench`. The numbers are medians of %d applies and %d plans, in turn with the trivial provider's; "+
		"each ratio is the median of the ratios of a turn. With %d links there is one of each. Measured on %d CPUs (%s), with %s and %s.\n\n",
		runs, runs*plans, manyLinks, runtime.NumCPU(), runtime.GOOS, name, runtime.Version())
	b.writeTable(&t)
	return t.String(), nil
}

func (b *bench) writeTable(t *strings.Builder) {
	t.WriteString("| Operation | Resource | Links | Vendors | Latency | Requests | Time | ÷ trivial | Peak RSS | CPU |\n" +
		"|---|---|--:|--:|--:|--:|--:|--:|--:|--:|\n")
	for op, name := range []string{planning: "plan without changes", applying: "first apply"} {
		for _, s := range b.subjects {
			samples := s.samples[op]
			appliance, ratio := " | | ", ""
			if s.kind == kindLink {
				appliance = fmt.Sprintf("%d | %d ms | %.0f", s.vendors, s.latency.Milliseconds(), slices.Max(column(samples, requests)))
				ratio = fmt.Sprintf("%.2f", b.ratio(s, op))
			}
			fmt.Fprintf(t, "| %s | `%s` | %d | %s | %.2f s | %s | %.0f MB | %.2f s |\n",
				name, s.kind, s.links, appliance, median(column(samples, wall)), ratio, median(column(samples, peak)), median(column(samples, cpu)))
		}
	}
	t.WriteString("\nRequests are the most of all turns. A first apply plans, too, and Terraform uses another process for that. Peak RSS and CPU are the provider's own.\n")
}

// writePromises compares with what the provider promises.
func (b *bench) writePromises(t *strings.Builder) {
	t.WriteString("\n## What is promised\n\n| | Links | Vendors | Latency | At most | Measured |\n|---|--:|--:|--:|--:|--:|\n")
	for _, s := range b.subjects {
		row := func(what, format string, most, got float64) {
			measured := fmt.Sprintf(format, got)
			if got > most {
				measured = "**" + measured + "**, missed"
			}
			fmt.Fprintf(t, "| %s | %d | %d | %d ms | "+format+" | %s |\n", what, s.links, s.vendors, s.latency.Milliseconds(), most, measured)
		}
		planned, applied := slices.Max(column(s.samples[planning], requests)), slices.Max(column(s.samples[applying], requests))
		switch [2]int{s.links, s.vendors} {
		case [2]int{1, manyVendors}:
			row("requests of a plan", "%.0f", 3, planned)
			row("requests of a first apply", "%.0f", 12, applied)
		case [2]int{1000, 1000}:
			row("requests of a plan", "%.0f", 20, planned)
			row("requests of a first apply", "%.0f", 2030, applied)
		case [2]int{1000, manyVendors}:
			row("requests of a plan", "%.0f", 110, planned)
		}
		if s.links == 1000 && s.latency > 0 {
			row("time of a plan ÷ trivial provider", "%.2f", 1.25, b.ratio(s, planning))
		}
		if s.vendors == manyVendors {
			row("peak RSS", "%.0f MB", 100, max(median(column(s.samples[planning], peak)), median(column(s.samples[applying], peak))))
		}
	}
	t.WriteString("\nThe numbers of requests are checked by the tests as well.\n\n")
}

// ratio is the time of an operation over that of the trivial provider: the
// median of the ratios of commands that ran in the same turn.
func (b *bench) ratio(s *subject, op int) float64 {
	i := slices.IndexFunc(b.subjects, func(other *subject) bool { return other.kind == kindTrivial && other.links == s.links })
	ratios := column(s.samples[op], wall)
	for turn, floor := range column(b.subjects[i].samples[op], wall) {
		ratios[turn] /= floor
	}
	return median(ratios)
}

func column(samples []sample, of int) (values []float64) {
	for _, s := range samples {
		values = append(values, s[of])
	}
	return values
}

// median returns the one in the middle of an odd number of values.
func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}
