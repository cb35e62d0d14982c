// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"cmp"
	"fmt"
	"os"
	"regexp"
	"strings"
	"text/tabwriter"
)

// terminal says whether a person reads along in colour.
func terminal() bool {
	info, err := os.Stdout.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("NO_COLOR") == ""
}

func printHeadline(text string) {
	rule := strings.Repeat("═", 78-min(len(text), 74))
	if terminal() {
		fmt.Printf("\n\x1b[1m══ %s %s\x1b[0m\n", text, rule)
		return
	}
	fmt.Printf("\n══ %s %s\n", text, rule)
}

func printCommand(name string, args ...string) {
	fmt.Printf("\n$ %s %s\n", name, strings.Join(args, " "))
}

func printVendors(vendors []vendor) {
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ID\tVENDOR\tSTATUS\tACCESS GROUP\tSTART DATE\tIDENTITY PROVIDER")
	for _, v := range vendors {
		l := v.link()
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n",
			v.ID, v.Name, l.status, cmp.Or(l.accessGroup, "-"), cmp.Or(l.startDate, "-"), v.IdentityProvider.name())
	}
	_ = table.Flush()
}

var (
	color    = regexp.MustCompile(`\x1b\[[0-9;]*m`)
	progress = regexp.MustCompile(`: (Refreshing state\.\.\.|Reading\.\.\.|Read complete after)`)
)

func withoutColor(s string) string { return color.ReplaceAllString(s, "") }

// readable shortens a CLI's output to what a person wants to see of it: no
// progress of reads, no blank lines in a row, no hint where a plan was saved.
func readable(out string) string {
	var kept []string
	blank := true
	for line := range strings.Lines(out) {
		line = strings.TrimRight(line, "\r\n")
		plain := strings.TrimSpace(withoutColor(line))
		if strings.HasPrefix(plain, "─────") {
			break
		}
		if progress.MatchString(plain) || plain == "" && blank {
			continue
		}
		if blank = plain == ""; blank {
			line = "" // the colour of a rule that follows stands here
		}
		kept = append(kept, line)
	}
	return strings.TrimRight(strings.Join(kept, "\n"), "\n")
}

func lastLines(s string, n int) string {
	lines := strings.Split(strings.TrimRight(s, "\n"), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
