// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"
)

// terminal says whether a person reads along in colour.
func terminal() bool {
	info, err := os.Stdout.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("NO_COLOR") == ""
}

func printHeadline(text string) {
	headline := fmt.Sprintf("══ %s %s", text, strings.Repeat("═", 78-min(len(text), 74)))
	if terminal() {
		headline = "\x1b[1m" + headline + "\x1b[0m"
	}
	fmt.Print("\n", headline, "\n")
}

func printCommand(name string, args ...string) {
	fmt.Printf("\n$ %s %s\n", name, strings.Join(args, " "))
}

func (d *demo) printUsage() {
	fmt.Printf(`
The appliance stays up until you press Ctrl-C here, which removes all that the
demo made. To work with it, in another shell:

  cd %s
  export TF_CLI_CONFIG_FILE=%s
  export DOMUM_URL=%s DOMUM_CLIENT_ID=%s DOMUM_CLIENT_SECRET=%s
  %s plan
`, d.path("configuration"), d.path("terraform.rc"), d.server.URL, clientID, clientSecret, d.terraform)
}

// printRequests prints what the appliance was asked for.
func (d *demo) printRequests() {
	fmt.Println("\nThe requests to the appliance, and the status of each answer:")
	for _, r := range d.simulator.Requests() {
		fmt.Println(r.Method, r.Path, r.Status)
	}
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
