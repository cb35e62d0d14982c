// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

// Command domum-simulator serves the Domum API of package simulator on a loopback address, until it is interrupted.
//
// The first line on its standard output names the URL: "domum-simulator: listening on http://127.0.0.1:PORT".
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// Set by the linker.
var (
	version = "dev"
	commit  = "none"
)

// grace is how long requests in flight may take once the command was told to stop.
const grace = 2 * time.Second

const help = `Usage: domum-simulator [flags]

Serves a simulated Domum on a loopback address: API v2, SCIM and the token call.
The first line on standard output names its URL. SIGINT and SIGTERM stop it.

Flags:
`

const faultHelp = `
A fault makes answers go wrong. It is an object in JSON:
  kind    status, reset-before, reset-after, truncate, slow, endless, late,
          html, redirect, content-type, lockdown, v1, gateway, repeat-page,
          empty-page, shift-page or echo-secret; the write of a late one
          arrives only in tests
  method  the method of the requests to hit; any by default
  path    a pattern for their path, in which * is any name; any by default
  skip    how many matching requests to let pass first
  times   how many to hit; all by default
  rate    the share to hit at random, such as 0.1; all by default
  status  the status of an answer that is made up
  header  an object of header names and values
  body    the body of an answer that is made up; the URL of a redirect
  delay   how long a slow body takes, such as "2s"

  domum-simulator -fault '{"kind":"status","status":503,"method":"PATCH","times":2}'

A fault can be added while the simulator runs, by a POST of such an object to
URL/_simulator/faults. A DELETE there removes all faults.
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
	case errors.Is(err, errUsage):
		os.Exit(2) // the flag package has said why
	default:
		fmt.Fprintln(os.Stderr, "domum-simulator:", err)
		os.Exit(1)
	}
}

// run serves until ctx is done.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	cfg, err := parse(args, stderr)
	if err != nil {
		return err
	}
	if cfg.version {
		_, err := fmt.Fprintf(stdout, "domum-simulator %s (%s)\n", version, commit)
		return err
	}
	listener, err := listen(ctx, cfg.listen)
	if err != nil {
		return err
	}
	sim := simulator.New(cfg.options)
	for _, f := range cfg.faults {
		sim.AddFault(f)
	}
	var handler http.Handler = sim
	if !cfg.quiet {
		handler = logRequests(sim, stderr)
	}
	srv := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	if _, err := fmt.Fprintf(stdout, "domum-simulator: listening on http://%s\n", listener.Addr()); err != nil {
		return errors.Join(err, listener.Close())
	}

	served := make(chan error, 1)
	go func() { served <- srv.Serve(listener) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	if srv.Shutdown(ending) != nil {
		return srv.Close() // an answer that a fault keeps from ending
	}
	return nil
}

// errUsage stands for an error that the flag package has printed.
var errUsage = errors.New("usage")

// config is what the flags say.
type config struct {
	listen  string
	quiet   bool
	version bool
	options simulator.Options
	faults  []simulator.Fault
}

func parse(args []string, stderr io.Writer) (*config, error) {
	cfg := &config{}
	flags := flag.NewFlagSet("domum-simulator", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		_, _ = io.WriteString(stderr, help)
		flags.PrintDefaults()
		_, _ = io.WriteString(stderr, faultHelp)
	}
	flags.StringVar(&cfg.listen, "listen", "127.0.0.1:0", "loopback `address` to listen on; port 0 picks a free one")
	flags.StringVar(&cfg.options.ClientID, "client-id", "domum-client", "client `id` of the A2A authorization")
	flags.StringVar(&cfg.options.ClientSecret, "client-secret", "domum-secret", "client `secret` of the A2A authorization")
	flags.IntVar(&cfg.options.DefaultPageSize, "page-size", 30, "`records` on a page when a request doesn't say")
	flags.IntVar(&cfg.options.MaxPageSize, "max-page-size", 200, "`records` on the largest page a request may ask for")
	flags.IntVar(&cfg.options.RateLimit, "rate-limit", 0, "`requests` to API v2 a minute; 0 sets no limit")
	flags.BoolVar(&cfg.version, "version", false, "print the version and exit")
	flags.BoolVar(&cfg.quiet, "quiet", false, "don't log requests to standard error")
	flags.Func("seed", "JSON `file` of what the appliance holds at the start", func(path string) error {
		text, err := os.ReadFile(path)
		if err == nil {
			cfg.options.Seed, err = simulator.ReadSeed(text)
		}
		return err
	})
	flags.Func("fault", "`JSON` of a fault, see below; may be repeated", func(text string) error {
		f, err := simulator.ReadFault(strings.NewReader(text))
		cfg.faults = append(cfg.faults, f)
		return err
	})
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return nil, err
	case err != nil:
		return nil, errUsage
	}
	o := cfg.options
	switch {
	case flags.NArg() > 0:
		return nil, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case o.DefaultPageSize < 1 || o.MaxPageSize < o.DefaultPageSize:
		return nil, errors.New("-page-size must be at least 1, and -max-page-size not less than it")
	case o.RateLimit < 0:
		return nil, errors.New("-rate-limit must not be negative")
	case o.ClientID == "" || o.ClientSecret == "":
		return nil, errors.New("-client-id and -client-secret must not be empty")
	}
	return cfg, nil
}

// listen refuses addresses that other machines reach: the simulator's secrets are no secrets.
func listen(ctx context.Context, address string) (net.Listener, error) {
	resolved, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		return nil, err
	}
	if !resolved.IP.IsLoopback() {
		return nil, fmt.Errorf("-listen %s: only loopback addresses are allowed", address)
	}
	var config net.ListenConfig
	return config.Listen(ctx, "tcp", resolved.String())
}
