// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

// Command terraform-provider-domum is the Terraform provider for Domum Remote
// Access.
package main

import (
	"flag"
	"log"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/domum-iac/terraform-provider-domum/internal/process"
	"github.com/domum-iac/terraform-provider-domum/internal/provider"
)

// Set by the linker.
var (
	version = "dev"
	commit  = "none"
)

// writeTime is how long a write takes: 30 s at most, and looking up one whose
// answer got lost as long again.
const writeTime = time.Minute

func main() {
	debug := flag.Bool("debug", false, "wait for a debugger, and print how to use this process with TF_REATTACH_PROVIDERS")
	printVersion := flag.Bool("version", false, "print the version and exit")
	flag.Parse()
	if *printVersion {
		log.New(log.Writer(), "", 0).Printf("terraform-provider-domum %s (%s)", version, commit)
		return
	}
	var opts []tf6server.ServeOpt
	if *debug {
		opts = append(opts, tf6server.WithManagedDebug())
	} else {
		process.ReduceOverhead()
		process.OutliveSIGTERM(writeTime)
	}
	err := tf6server.Serve("registry.terraform.io/domum-iac/domum", provider.NewServer(version), opts...)
	process.Finish(writeTime)
	if err != nil {
		log.Fatal(err)
	}
}
