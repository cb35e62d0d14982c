// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package process

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

// asProvider makes this test program the process that is terminated.
const asProvider = "LIFETIME_TEST_GRACE"

func TestMain(m *testing.M) {
	grace, err := time.ParseDuration(os.Getenv(asProvider))
	if err != nil {
		os.Exit(m.Run())
	}
	OutliveSIGTERM(grace)
	fmt.Fprintln(os.Stderr, "ready")
	select {}
}

func TestOutliveSIGTERM(t *testing.T) {
	t.Parallel()
	const grace = time.Second
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), asProvider+"="+grace.String())
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(stderr).ReadString('\n'); err != nil || line != "ready\n" {
		t.Fatalf("%q, %v", line, err)
	}
	begun := time.Now()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	err = cmd.Wait()
	if e, ok := errors.AsType[*exec.ExitError](err); !ok || e.ExitCode() != 1 || time.Since(begun) < grace {
		t.Errorf("ended after %s: %v", time.Since(begun), err)
	}
}
