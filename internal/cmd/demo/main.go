// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

// Command demo shows the main job end to end, on a simulated appliance: an
// identity provider pushes groups over SCIM, they arrive as vendors without an
// access group, and Terraform links them, finds drift, repairs it and disables
// them again. It checks every step and exits with 1 on any surprise.
//
// Run it from the root of the repository: it builds the provider and the
// simulator, and reads examples/demo. All that it makes is in one temporary
// folder, which it removes.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	cli := flag.String("terraform", "terraform", "`path` of the Terraform or OpenTofu CLI")
	keep := flag.Bool("keep", false, "leave the simulated appliance up at the end, and say how to use it")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, *cli, *keep)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "\ndemo: FAILED:", err)
		os.Exit(1)
	}
}
