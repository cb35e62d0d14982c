// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

// Command domum-doctor finds out whether the provider can use an appliance as
// its API profile describes it, and what to correct in the profile where it
// can't. It also drafts a profile from what an appliance answers.
//
// It takes the provider's environment variables, and only reads: GET requests,
// and the token call. No secret is printed. One vendor and one access group are
// shown as the provider reads them.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
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

const help = `Usage:
  domum-doctor [-profile FILE] [-json]
  domum-doctor -draft -vendors PATH -access-groups PATH
  domum-doctor -print-profile

Checks whether the provider can use the appliance at DOMUM_URL as the API profile
describes it, and says what to correct in the profile where it can't. The profile
is the one of -profile, else that of DOMUM_API_PROFILE_FILE, else the default.
-draft makes a profile from one answer of each list. -print-profile prints the
default profile.

It takes the provider's environment variables (DOMUM_URL, DOMUM_CLIENT_ID,
DOMUM_CLIENT_SECRET and so on), and for SCIM the credentials of the IGA provider:
DOMUM_SCIM_CLIENT_ID and DOMUM_SCIM_CLIENT_SECRET. It writes nothing to the
appliance, and prints no secret. It does print the fields of one vendor and of
one access group.

Exit code: 0 all that was checked holds, 1 something differs, 2 it can't run.

Flags:
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// options are the command's flags.
type options struct {
	json, version, printProfile, draft bool
	profile, vendors, accessGroups     string
}

func parse(args []string, stderr io.Writer) (*options, error) {
	o := &options{}
	flags := flag.NewFlagSet("domum-doctor", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		_, _ = io.WriteString(stderr, help)
		flags.PrintDefaults()
	}
	flags.BoolVar(&o.json, "json", false, "print the findings as JSON")
	flags.BoolVar(&o.version, "version", false, "print the version and exit")
	flags.BoolVar(&o.printProfile, "print-profile", false, "print the default profile and exit")
	flags.StringVar(&o.profile, "profile", "", "check with the profile in this `FILE`")
	flags.BoolVar(&o.draft, "draft", false, "print a profile made from what -vendors and -access-groups answer")
	flags.StringVar(&o.vendors, "vendors", "", "the `PATH` of the list of vendors below the URL, such as /iso/domum/vendor or \"/vendors?page=1&limit=50\"")
	flags.StringVar(&o.accessGroups, "access-groups", "", "the `PATH` of the list of access groups")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	bad := func(text string, values ...any) (*options, error) {
		err := fmt.Errorf(text, values...)
		fmt.Fprintf(stderr, "domum-doctor: %s\n", err)
		return nil, err
	}
	switch {
	case flags.NArg() > 0:
		return bad("unexpected argument %q", flags.Arg(0))
	case o.draft && (o.vendors == "" || o.accessGroups == ""):
		return bad("-draft needs -vendors and -access-groups: the path of each list")
	case !o.draft && (o.vendors != "" || o.accessGroups != ""):
		return bad("-vendors and -access-groups are for -draft; a check takes the paths of the profile")
	case o.draft && (o.profile != "" || o.json):
		return bad("-draft prints a new profile: leave out -profile and -json")
	}
	return o, nil
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitHolds
	case err != nil:
		return exitCannotRun
	}
	code := exitHolds
	switch {
	case o.version:
		_, err = fmt.Fprintf(stdout, "domum-doctor %s (%s)\n", version, commit)
	case o.printProfile:
		_, err = stdout.Write(domum.DefaultProfile)
	case o.draft:
		var text string
		if text, err = draftProfile(ctx, o); err == nil {
			_, err = io.WriteString(stdout, text)
		}
	default:
		var found *report
		if found, err = examine(ctx, o.profile); err != nil {
			err = fmt.Errorf("cannot examine the appliance\n%w", err)
			break
		}
		if found.Differs > 0 {
			code = exitDiffers
		}
		err = found.write(stdout, o.json)
	}
	if err != nil {
		fmt.Fprintln(stderr, "domum-doctor:", err)
		return exitCannotRun
	}
	return code
}
