// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

// Command bench measures what the provider costs: requests, time, memory and
// CPU of a first apply and of a plan without changes, for several numbers of
// links, sizes of the appliance and latencies. Beside it, in the same run, it
// measures Terraform's own floor: as many resources of a provider without a
// network, and as many terraform_data. The ratios are the result; seconds are
// the machine's.
//
// Run it from the root of the repository, on a Unix. The appliance is a simulator in its
// own process, on a loopback address. It prints a table; with -write it writes
// PERFORMANCE.md as well.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

// options is what the command line asks for.
type options struct {
	terraform string
	runs      int
	links     int  // measure only this number; 0 = all
	quick     bool // small numbers, no advice
	write     string
}

func main() {
	var o options
	flag.StringVar(&o.terraform, "terraform", "terraform", "`path` of the Terraform or OpenTofu CLI")
	flag.IntVar(&o.runs, "runs", 3, "measure everything so many `times`, and show medians")
	flag.IntVar(&o.links, "n", 0, "measure only this `number` of links: 1, 100, 1000 or 3000; 0 is all")
	flag.BoolVar(&o.quick, "quick", false, "measure 1 and 100 links once, to see whether the bench works")
	flag.StringVar(&o.write, "write", "", "write the results to this `file`")
	flag.Parse()
	if o.quick {
		o.runs = 1
	}

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	folder, err := os.MkdirTemp("", "domum-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	b := &bench{options: o, folder: folder}
	if err := b.prepare(ctx); err != nil {
		return err
	}
	if err := b.measureSubjects(ctx); err != nil {
		return err
	}
	if err := b.measureStart(ctx); err != nil {
		return err
	}
	if !o.quick && o.links == 0 {
		if err := b.measureAdvice(ctx); err != nil {
			return err
		}
	}
	text, err := b.report(ctx)
	if err != nil {
		return err
	}
	fmt.Print(text)
	if o.write != "" {
		return os.WriteFile(o.write, []byte(text), 0o644)
	}
	return nil
}
