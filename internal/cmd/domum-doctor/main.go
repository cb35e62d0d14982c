// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

// Command domum-doctor finds out whether the provider can use an appliance as
// its API profile describes it, and drafts a profile. It only reads.
package main

import (
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"regexp"
	"slices"
	"strings"
	"syscall"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/explain"
)

// Set by the linker.
var (
	version = "dev"
	commit  = "none"
)

// Exit codes.
const (
	exitHolds     = 0
	exitDiffers   = 1
	exitCannotRun = 2
)

//go:embed help.txt
var help string

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("domum-doctor", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		_, _ = io.WriteString(stderr, help)
		flags.PrintDefaults()
	}
	showVersion := flags.Bool("version", false, "print the version and exit")
	printProfile := flags.Bool("print-profile", false, "print the default profile and exit")
	profile := flags.String("profile", "", "check with the profile in this `FILE`")
	asJSON := flags.Bool("json", false, "print the report as JSON")
	draft := flags.Bool("draft", false, "print a profile made from what -vendors and -access-groups answer")
	vendors := flags.String("vendors", "", "the `PATH` of the list of vendors, such as /iso/domum/vendor or \"/vendors?page=1&limit=50\"")
	groups := flags.String("access-groups", "", "the `PATH` of the list of access groups")
	err := flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitHolds
	case err != nil: // it is printed already
		return exitCannotRun
	}
	text, r := "", &report{}
	switch {
	case flags.NArg() > 0:
		err = fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case *draft != (*vendors != "") || *draft != (*groups != "") || *draft && *profile != "":
		err = errors.New("-draft, -vendors and -access-groups go together, and without -profile: a check takes the paths of the profile")
	case *showVersion:
		text = fmt.Sprintf("domum-doctor %s (%s)\n", version, commit)
	case *printProfile:
		text = string(domum.DefaultProfile)
	case *draft:
		text, err = makeDraft(ctx, *vendors, *groups)
	default:
		r, err = examine(ctx, cmp.Or(*profile, os.Getenv(profileVariable)))
		if text = r.text(); *asJSON {
			data, _ := json.MarshalIndent(r, "", "  ") // of texts and numbers: no error
			text = string(data) + "\n"
		}
	}
	if err == nil {
		_, err = io.WriteString(stdout, text)
	}
	switch {
	case err != nil:
		fmt.Fprintln(stderr, "domum-doctor:", err)
		return exitCannotRun
	case r.Counts[differs] > 0:
		return exitDiffers
	}
	return exitHolds
}

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

// lines are those of a text, without what would let the appliance write elsewhere.
func lines(text string) []string {
	return strings.FieldsFunc(unprintable.ReplaceAllString(text, "?"), func(c rune) bool { return c == '\n' })
}

var unprintable = regexp.MustCompile(`[^\pL\pM\pN\pP\pS \n]`)

// outcome is what a check may find.
type outcome struct {
	applies    bool
	became     result
	said       string
	correction string // of the profile: lines with a key, and its value or what is wrong with it
}

// conclude adds the first outcome that applies.
func (r *report) conclude(check, call string, outcomes []outcome) {
	o := outcomes[slices.IndexFunc(outcomes, func(o outcome) bool { return o.applies })]
	r.Counts[o.became]++
	r.Findings = append(r.Findings, finding{o.became, check, call, lines(o.said)})
	for _, correction := range lines(o.correction) {
		if !slices.Contains(r.Corrections, correction) {
			r.Corrections = append(r.Corrections, correction)
		}
	}
}

// answerTo is the answer to a GET of a path that an error is about; one without a
// status is none. A path of "" is any.
func answerTo(path string, err error) *domum.Error {
	if got, ok := errors.AsType[*domum.Error](err); ok && strings.HasSuffix(got.Operation, path) {
		return got
	}
	return &domum.Error{}
}

// failure is the outcome of what the client can't read. The client says what is
// not where the profile says; key and path are those of the profile, if it has
// one, and id is what was asked for.
func failure(err error, key, path, id string) outcome {
	if err == nil {
		return outcome{}
	}
	o, message := outcome{true, differs, explain.Text(err), ""}, answerTo("", err).Message
	switch {
	case strings.Contains(message, "of the API profile"):
		o.correction = strings.TrimPrefix(message, "the answer is not as expected: ")
	case key != "" && answerTo(strings.ReplaceAll(path, "{id}", id), err).Status == http.StatusNotFound:
		o.correction = key + ".path: nothing is found at " + path
	}
	if answerTo("", err).Finding == domum.FieldLeftOut {
		o.correction += "\nvendors.omits_empty: true, if the API leaves out fields without a value"
	}
	return o
}

const defaultProfile = "default"

const anotherAPI = `
Unless a permission or an address explains it, the appliance's API is another one: domum-doctor -draft makes a profile
of it, as the guide "When your appliance's API differs" says. Please report it, without the values of its fields:
https://github.com/domum-iac/terraform-provider-domum/issues
`

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
