// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// cli runs Terraform or OpenTofu in one folder.
type cli struct {
	path string
	dir  string
	env  []string
}

// run runs one command and shows its output. An exit code other than
// wantExit, or an output without wantText, is an error.
func (c cli) run(ctx context.Context, wantExit int, wantText string, args ...string) error {
	printCommand(filepath.Base(c.path), args...)
	command, options := args[0], args[1:]
	full := []string{command, "-input=false"}
	if !terminal() {
		full = append(full, "-no-color")
	}
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, c.path, append(full, options...)...)
	cmd.Dir, cmd.Env = c.dir, append(foreignEnv(), c.env...)
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = grace
	p, err := startProcess(cmd)
	if err != nil {
		return err
	}
	err = <-p.exited
	fmt.Println(readable(out.String()))

	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return err
	}
	if code := cmd.ProcessState.ExitCode(); code != wantExit {
		return fmt.Errorf("%s exited with %d instead of %d", command, code, wantExit)
	}
	if !strings.Contains(withoutColor(out.String()), wantText) {
		return fmt.Errorf("%s did not say %q", command, wantText)
	}
	return nil
}

// foreignEnv is the environment without what would steer Terraform or the provider.
func foreignEnv() []string {
	var env []string
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "TF_") && !strings.HasPrefix(variable, "DOMUM_") && !strings.HasPrefix(variable, "SENHASEGURA_") {
			env = append(env, variable)
		}
	}
	return env
}
