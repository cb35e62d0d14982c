// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

// Command domum-doctor finds out whether the provider can use an appliance as
// its API profile describes it, and drafts a profile. It only reads.
package main

import (
	"cmp"
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
describes it: that of -profile, else of DOMUM_API_PROFILE_FILE, else the default.
Where it can't, it says what to correct in the profile. It takes the provider's
environment variables, and for SCIM the credentials of the IGA provider:
DOMUM_SCIM_CLIENT_ID and DOMUM_SCIM_CLIENT_SECRET. It only reads, and prints no
secret. It does print the fields of one vendor and of one access group.

Exit code: 0 all that was checked holds, 1 something differs, 2 it can't run.

Flags:
`

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
	text, allHold := "", true
	switch {
	case flags.NArg() > 0:
		err = fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case *draft && (*vendors == "" || *groups == ""):
		err = errors.New("-draft needs -vendors and -access-groups: the path of each list")
	case !*draft && (*vendors != "" || *groups != ""):
		err = errors.New("-vendors and -access-groups are for -draft; a check takes the paths of the profile")
	case *draft && *profile != "":
		err = errors.New("-draft prints a new profile: leave out -profile")
	case *showVersion:
		text = fmt.Sprintf("domum-doctor %s (%s)\n", version, commit)
	case *printProfile:
		text = string(domum.DefaultProfile)
	case *draft:
		text, err = makeDraft(ctx, *vendors, *groups)
	default:
		r, failed := examine(ctx, cmp.Or(*profile, os.Getenv(profileVariable)))
		if failed != nil {
			err = fmt.Errorf("cannot examine the appliance\n%w", failed)
			break
		}
		if text, allHold = r.text(), r.Counts[differs] == 0; *asJSON {
			text = r.json()
		}
	}
	if err == nil {
		_, err = io.WriteString(stdout, text)
	}
	switch {
	case err != nil:
		fmt.Fprintln(stderr, "domum-doctor:", err)
		return exitCannotRun
	case !allHold:
		return exitDiffers
	}
	return exitHolds
}
