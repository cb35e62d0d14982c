// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// report is what PERFORMANCE.md says.
func (b *bench) report(ctx context.Context) (string, error) {
	version, err := b.cliVersion(ctx)
	if err != nil {
		return "", err
	}
	var t strings.Builder
	fmt.Fprintf(&t, `# Performance

Written by %[1]s; the numbers are medians of %[2]d, those of plans of less than %[7]d links of %[8]d. Measured on %[3]s, with %[4]s and %[5]s.
The appliance is a simulator on the same machine, so its work is in the times too. The trivial provider has one
resource of four attributes and no network; %[6]s is built into Terraform. Both are the floor: what Terraform takes
whatever a provider does. Ratios carry over to other machines, seconds don't.

`, "`make bench`", b.runs, machine(), version, runtime.Version(), "`terraform_data`", manyLinks, b.planRuns(1))
	b.writeTable(&t)
	b.writeBars(&t)
	b.writeStart(&t)
	b.writeAdvice(&t)
	return t.String(), nil
}

// operation is what a user does with a configuration.
type operation struct {
	name string
	of   func(*subject) []sample
}

var (
	planning = operation{"plan without changes", func(s *subject) []sample { return s.plans }}
	applying = operation{"first apply", func(s *subject) []sample { return s.applies }}
)

func (b *bench) writeTable(t *strings.Builder) {
	t.WriteString("| Operation | Resource | Links | Vendors | Latency | Requests | of them | Time | ÷ trivial | ÷ terraform_data | Peak RSS | CPU | CPU of Terraform |\n" +
		"|---|---|--:|--:|--:|--:|---|--:|--:|--:|--:|--:|--:|\n")
	for _, op := range []operation{planning, applying} {
		for _, s := range b.subjects {
			samples := op.of(s)
			if len(samples) == 0 {
				continue
			}
			appliance, ratios := " | | | ", " | "
			if s.kind == kindLink {
				worst := worstRequests(samples)
				appliance = fmt.Sprintf("%d | %d ms | %d | %s", s.vendors, s.latency.Milliseconds(), worst.all(), worst)
				ratios = fmt.Sprintf("%.2f | %.2f", b.ratio(s, op, kindTrivial), b.ratio(s, op, kindData))
			}
			fmt.Fprintf(t, "| %s | `%s` | %d | %s | %s | %s | %s | %s | %s |\n", op.name, s.kind, s.links, appliance,
				seconds(median(samples, wall)), ratios, megabytes(median(samples, peakRSS)), seconds(median(samples, cpu)), seconds(median(samples, cli)))
		}
	}
	t.WriteString("\nRequests are the most of all runs; of them: token + pages of the list of vendors + single vendors + access groups + writes. " +
		"A first apply plans, too, and Terraform uses another process for that. Peak RSS and CPU are the provider's own.\n\n")
}

func worstRequests(samples []sample) requests {
	var worst requests
	for _, s := range samples {
		if s.requests.all() > worst.all() {
			worst = s.requests
		}
	}
	return worst
}

// ratio is the time of an operation over that of as many resources of a floor.
func (b *bench) ratio(s *subject, op operation, floor string) float64 {
	return median(op.of(s), wall).Seconds() / median(op.of(b.first(floor, s.links)), wall).Seconds()
}

// writeBars compares with what the provider promises.
func (b *bench) writeBars(t *strings.Builder) {
	t.WriteString("## What is promised\n\n| | at most | measured |\n|---|--:|--:|\n")
	row := func(what, most, measured string, held bool) {
		if !held {
			measured = "**" + measured + "**, missed"
		}
		fmt.Fprintf(t, "| %s | %s | %s |\n", what, most, measured)
	}
	count := func(what string, most int, got int) { row(what, fmt.Sprint(most), fmt.Sprint(got), got <= most) }
	for _, s := range b.subjects {
		if s.kind != kindLink {
			continue
		}
		where := fmt.Sprintf("%d links of %d vendors, %d ms", s.links, s.vendors, s.latency.Milliseconds())
		got := worstRequests(s.plans).all()
		switch [2]int{s.links, s.vendors} {
		case [2]int{1, 10_000}:
			count("requests of a plan, "+where, 3, got)
		case [2]int{1000, 1000}:
			count("requests of a plan, "+where, 20, got)
			count("requests of a first apply, "+where, 2*s.links+30, worstRequests(s.applies).all())
		case [2]int{1000, 10_000}:
			count("requests of a plan, "+where, 110, got)
		}
		if s.links == 1000 && s.latency > 0 {
			r := b.ratio(s, planning, kindTrivial)
			row("time of a plan ÷ trivial provider, "+where, "1.25", fmt.Sprintf("%.2f", r), r <= 1.25)
		}
		if s.vendors == 10_000 {
			rss := max(median(s.plans, peakRSS), median(s.applies, peakRSS))
			row("peak RSS, "+where, "100 MB", megabytes(rss), rss < 100e6)
		}
	}
	t.WriteString("\nThe numbers of requests are checked by the tests as well.\n\n")
}

func (b *bench) writeStart(t *strings.Builder) {
	domum, trivial := b.starts["domum"], b.starts["trivial"]
	fmt.Fprintf(t, "## Start\n\nFrom the start of the process to the answer with its schema, median of %d: %d ms, and %d ms for the trivial provider. "+
		"The binary has %s, the trivial provider's %s.\n\n", startRuns, domum.elapsed.Milliseconds(), trivial.elapsed.Milliseconds(), megabytes(domum.size), megabytes(trivial.size))
}

func (b *bench) writeAdvice(t *strings.Builder) {
	if len(b.advice) == 0 {
		return
	}
	fmt.Fprintf(t, "## Advice\n\n**Give for_each a map.** Terraform evaluates the expression again for each link. First plan of %d links, trivial provider:\n\n"+
		"| | Time | CPU of Terraform |\n|---|--:|--:|\n", adviceLinks)
	b.writeWays(t, adviceForEach)
	small, large := b.first(kindTrivial, 1000), b.first(kindTrivial, manyLinks)
	growth := func(op operation) float64 {
		return median(op.of(large), wall).Seconds() / median(op.of(small), wall).Seconds()
	}
	fmt.Fprintf(t, "\n**Split states of thousands of links.** Terraform's own time grows faster than their number: of the trivial provider, a plan without changes of %d resources "+
		"takes %.1f times as long as one of 1000; their first apply takes %.1f times as long.\n\n", manyLinks, growth(planning), growth(applying))
	fmt.Fprintf(t, "**Parallelism helps a first apply only, and only at a distance.** A plan reads the list, however many links there are. First apply of %d links, %d ms a request:\n\n"+
		"| | Time | CPU of Terraform |\n|---|--:|--:|\n", adviceLinks, adviceLatency.Milliseconds())
	b.writeWays(t, adviceParallelism)
}

func (b *bench) writeWays(t *strings.Builder, group string) {
	for _, a := range b.advice {
		if a.group == group {
			fmt.Fprintf(t, "| %s | %s | %s |\n", a.way, seconds(median(a.samples, wall)), seconds(median(a.samples, cli)))
		}
	}
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }

func megabytes(n int64) string {
	if n == 0 {
		return "" // no process of a provider
	}
	return fmt.Sprintf("%.0f MB", float64(n)/1e6)
}

// machine describes this one: processor, number of CPUs, system.
func machine() string {
	name := runtime.GOARCH
	if file, err := os.Open("/proc/cpuinfo"); err == nil {
		defer file.Close()
		for lines := bufio.NewScanner(file); lines.Scan(); {
			if key, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(key) == "model name" {
				name = strings.TrimSpace(value)
				break
			}
		}
	}
	return fmt.Sprintf("%d CPUs (%s, %s)", runtime.NumCPU(), name, runtime.GOOS)
}

// cliVersion returns the CLI's name and version.
func (b *bench) cliVersion(ctx context.Context) (string, error) {
	cmd := exec.CommandContext(ctx, b.terraform, "version", "-json")
	cmd.Env = append(foreignEnv(), "CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE="+os.DevNull)
	output, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s version: %w", b.terraform, err)
	}
	var version struct {
		Terraform string `json:"terraform_version"`
	}
	if err := json.Unmarshal(output, &version); err != nil {
		return "", fmt.Errorf("%s version: %w", b.terraform, err)
	}
	return "Terraform " + version.Terraform, nil
}
