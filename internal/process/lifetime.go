// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

// Package process suits the provider's process to how Terraform runs it.
package process

import (
	"os"
	"os/signal"
	"syscall"
	"time"
)

// OutliveSIGTERM makes a SIGTERM end this process, with status 1, only after
// grace. CI sends it to Terraform's whole process group: Terraform then waits
// for the writes under way, whose outcome would be lost with this process, and
// ends it as soon as it has them.
func OutliveSIGTERM(grace time.Duration) {
	terminated := make(chan os.Signal, 1)
	signal.Notify(terminated, syscall.SIGTERM)
	go func() {
		<-terminated
		time.AfterFunc(grace, func() { os.Exit(1) })
	}()
}
