// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// namespace is where the CLI configuration finds the built providers, in the
// CLI's own registry.
const namespace = "domum-iac/"

// prepare builds the providers, each behind its meter, and the CLI
// configuration that uses them.
func (b *bench) prepare(ctx context.Context) error {
	var overrides strings.Builder
	for name, source := range map[string]string{"domum": ".", "trivial": "./internal/cmd/bench/trivial"} {
		for path, source := range map[string]string{b.binary(name): source, b.meter(name): "./internal/cmd/bench/meter"} {
			// As released; see .goreleaser.yml.
			cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -X main.version=0.1.0", "-o", path, source)
			cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
			if output, err := cmd.CombinedOutput(); err != nil {
				return fmt.Errorf("go build %s: %w\n%s", source, err, output)
			}
		}
		fmt.Fprintf(&overrides, "    %q = %q\n", namespace+name, filepath.Dir(b.meter(name)))
	}
	config := "provider_installation {\n  dev_overrides {\n" + overrides.String() + "  }\n  direct {}\n}\n"
	return os.WriteFile(b.cliConfig(), []byte(config), 0o600)
}

func (b *bench) cliConfig() string { return filepath.Join(b.folder, "terraformrc") }

func (b *bench) meter(name string) string {
	return filepath.Join(b.folder, name, "terraform-provider-"+name)
}

func (b *bench) binary(name string) string {
	return filepath.Join(b.folder, name, "metered", "terraform-provider-"+name)
}

// sample is what one command took.
type sample struct {
	wall     time.Duration
	peakRSS  int64         // of the largest of the provider's processes, in bytes
	cpu      time.Duration // of all of the provider's processes
	cli      time.Duration // CPU of Terraform itself
	requests requests
}

// command runs one command of the CLI and measures it.
func (b *bench) command(ctx context.Context, folder string, a *appliance, args ...string) (sample, error) {
	if err := b.clearUsage(); err != nil {
		return sample{}, err
	}
	cmd := exec.CommandContext(ctx, b.terraform, args...)
	cmd.Dir = folder
	cmd.Env = append(foreignEnv(), "TF_CLI_CONFIG_FILE="+b.cliConfig(), "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1")
	cmd.Env = append(cmd.Env, a.env()...)
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = time.Minute
	start := time.Now()
	err := cmd.Run()
	s := sample{wall: time.Since(start)}
	if err != nil {
		return s, fmt.Errorf("%s %s: %w\n%s", b.terraform, strings.Join(args, " "), err, output.String())
	}
	s.cli = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	if s.requests, err = a.takeRequests(); err != nil {
		return s, err
	}
	return s, b.addUsage(&s)
}

// foreignEnv is the environment without what would steer Terraform or the
// provider.
func foreignEnv() []string {
	var env []string
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "TF_") && !strings.HasPrefix(variable, "DOMUM_") && !strings.HasPrefix(variable, "SENHASEGURA_") {
			env = append(env, variable)
		}
	}
	return env
}

func (b *bench) usageFiles() []string {
	return []string{filepath.Join(b.folder, "domum", "usage"), filepath.Join(b.folder, "trivial", "usage")}
}

func (b *bench) clearUsage() error {
	for _, path := range b.usageFiles() {
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// addUsage adds what the meters wrote.
func (b *bench) addUsage(s *sample) error {
	for _, path := range b.usageFiles() {
		text, err := os.ReadFile(path)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		for line := range bytes.Lines(text) {
			var process struct {
				PeakRSS int64         `json:"peak_rss"`
				CPU     time.Duration `json:"cpu"`
			}
			if err := json.Unmarshal(line, &process); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			s.peakRSS = max(s.peakRSS, process.PeakRSS)
			s.cpu += process.CPU
		}
	}
	return nil
}

// firstApply applies the configuration in a folder of its own, and planAgain
// plans it once more there.
func (b *bench) firstApply(ctx context.Context, config string, parallelism int, a *appliance) (folder string, s sample, err error) {
	folder, err = os.MkdirTemp(b.folder, "state")
	if err != nil {
		return "", s, err
	}
	if err := os.WriteFile(filepath.Join(folder, "main.tf"), []byte(config), 0o600); err != nil {
		return "", s, err
	}
	s, err = b.command(ctx, folder, a, "apply", "-auto-approve", "-input=false", "-no-color", "-parallelism="+strconv.Itoa(parallelism))
	return folder, s, err
}

// planAgain plans what was applied. A plan that isn't empty is an error.
func (b *bench) planAgain(ctx context.Context, folder string, a *appliance) (sample, error) {
	return b.command(ctx, folder, a, "plan", "-detailed-exitcode", "-input=false", "-no-color")
}
