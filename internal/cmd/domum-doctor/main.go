// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

// Command domum-doctor finds out whether an appliance answers as the provider
// expects it to. Segura publishes no reference of Domum's vendor endpoints, so
// an appliance may differ; this says in what, what that means, and what to
// report.
//
// It takes the provider's environment variables, and only reads: GET requests,
// and the token call. No secret is printed, and no name of a vendor or user.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/domum-iac/terraform-provider-domum/internal/contract"
	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/provider"
)

// Exit codes.
const (
	exitHolds     = 0
	exitDiffers   = 1
	exitCannotRun = 2
)

const help = `Usage: domum-doctor [-json]

Checks whether the appliance at DOMUM_URL answers as the provider expects, and
says what differs. It takes the provider's environment variables (DOMUM_URL,
DOMUM_CLIENT_ID, DOMUM_CLIENT_SECRET and so on), and for SCIM the credentials of
the IGA provider: DOMUM_SCIM_CLIENT_ID and DOMUM_SCIM_CLIENT_SECRET. It writes
nothing, and prints no secret.

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
	asJSON := flags.Bool("json", false, "print the findings as JSON")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return exitHolds
	case err != nil:
		return exitCannotRun
	case flags.NArg() > 0:
		fmt.Fprintf(stderr, "domum-doctor: unexpected argument %q\n", flags.Arg(0))
		return exitCannotRun
	}
	found, err := examine(ctx)
	if err != nil {
		fmt.Fprintf(stderr, "domum-doctor: cannot examine the appliance\n%s\n", err)
		return exitCannotRun
	}
	if *asJSON {
		encoder := json.NewEncoder(stdout)
		encoder.SetIndent("", "  ")
		err = encoder.Encode(found)
	} else {
		err = found.print(stdout)
	}
	switch {
	case err != nil:
		fmt.Fprintln(stderr, "domum-doctor:", err)
		return exitCannotRun
	case found.Differs > 0:
		return exitDiffers
	}
	return exitHolds
}

// examine makes all checks. An error means that none can be made, and says what
// to do.
func examine(ctx context.Context) (*report, error) {
	cfg, err := provider.FromEnvironment()
	if err != nil {
		return nil, err
	}
	cfg.UserAgent = "domum-doctor"
	client, err := domum.New(cfg)
	if err != nil {
		return nil, errors.New(provider.Describe(err))
	}
	document, err := contract.Load()
	if err != nil {
		return nil, err
	}
	e := &examination{contract: document, client: client, report: &report{URL: client.URL()}}
	if err := e.token(ctx, &cfg); err != nil {
		return nil, errors.New(provider.Describe(err))
	}
	e.vendors(ctx)
	e.accessGroups(ctx)
	e.rateLimit()
	if err := e.scim(ctx, cfg); err != nil {
		return nil, errors.New(provider.Describe(err))
	}
	return e.report, ctx.Err()
}
