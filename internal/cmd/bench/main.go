// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

// Command bench measures what the provider costs: requests, time, memory and
// CPU of a first apply and of a plan without changes, for several numbers of
// links, sizes of the appliance and latencies. In turn with it, it measures as many
// resources of a provider without a network: what Terraform itself takes. The
// ratios are the result; seconds are the machine's.
//
// Run it from the root of the repository. The appliance is a simulator in its
// own process, on a loopback address. It prints the tables of PERFORMANCE.md.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
)

func main() {
	if strings.HasPrefix(filepath.Base(os.Args[0]), "terraform-provider-") {
		os.Exit(meter())
	}
	b := &bench{}
	flag.StringVar(&b.terraform, "terraform", "terraform", "`path` of the Terraform or OpenTofu CLI")
	links := flag.Int("n", 0, "measure only this `number` of links: 1, 100, 1000 or 3000; 0 is all")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := b.run(ctx, *links)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func (b *bench) run(ctx context.Context, links int) (err error) {
	if b.folder, err = os.MkdirTemp("", "domum-bench"); err != nil {
		return err
	}
	defer os.RemoveAll(b.folder)
	if err := b.prepare(ctx); err != nil {
		return err
	}
	numbers := []int{1, 100, 1000, manyLinks}
	if links != 0 {
		numbers = []int{links}
	}
	for _, n := range numbers {
		if err := b.measureLinks(ctx, n); err != nil {
			return err
		}
	}
	text, err := b.report(ctx)
	if err != nil {
		return err
	}
	fmt.Print(text)
	return nil
}

const (
	namespace = "domum-iac/" // of the built providers, in the CLI's own registry
	cliConfig = "terraformrc"
)

// prepare builds the providers, each behind a meter, which is this program by
// another name, and the CLI configuration that uses them.
func (b *bench) prepare(ctx context.Context) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	config := "provider_installation {\n  dev_overrides {\n"
	for name, source := range map[string]string{"domum": ".", "trivial": "./internal/cmd/bench/trivial"} {
		folder, binary := filepath.Join(b.folder, name), "terraform-provider-"+name
		// As released; see .goreleaser.yml.
		cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -X main.version=0.1.0",
			"-o", filepath.Join(folder, metered, binary), source)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if output, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("go build %s: %w\n%s", source, err, output)
		}
		if err := os.Symlink(self, filepath.Join(folder, binary)); err != nil {
			return err
		}
		config += fmt.Sprintf("    %q = %q\n", namespace+name, folder)
	}
	config += "  }\n  direct {}\n}\n"
	return os.WriteFile(filepath.Join(b.folder, cliConfig), []byte(config), 0o600)
}

const (
	metered       = "metered"            // folder of the provider that a meter stands in for
	usageVariable = "DOMUM_BENCH_METERS" // names the file for what it took
)

// meter runs the provider in whose place it stands, appends its peak RSS and CPU
// to the file, and returns its exit code. Terraform starts a provider several
// times in one command; the kernel's own account of each process is exact, and
// no process has to be watched while it runs.
func meter() int {
	folder, name := filepath.Split(os.Args[0])
	// A terminal's Ctrl-C reaches the provider as well, which knows what to do.
	signal.Notify(make(chan os.Signal, 1), os.Interrupt)
	cmd := exec.Command(filepath.Join(folder, metered, name)) //nolint:noctx // ends when Terraform ends it
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := cmd.Run()
	file, failed := os.OpenFile(os.Getenv(usageVariable), os.O_APPEND|os.O_WRONLY, 0)
	if cmd.ProcessState == nil || failed != nil {
		fmt.Fprintln(os.Stderr, "meter:", err, failed)
		return 1
	}
	defer file.Close()
	fmt.Fprintln(file, peakRSS(cmd.ProcessState), cpuTime(cmd.ProcessState))
	return cmd.ProcessState.ExitCode()
}

// cpuTime is what an ended process and those that it waited for took, in seconds.
func cpuTime(state *os.ProcessState) float64 {
	return (state.UserTime() + state.SystemTime()).Seconds()
}

// peakRSS is the largest resident set of an ended process, in bytes.
func peakRSS(state *os.ProcessState) float64 {
	account, _ := state.SysUsage().(*syscall.Rusage) // on every Unix
	if runtime.GOOS == "darwin" {
		return float64(account.Maxrss)
	}
	return float64(account.Maxrss) * 1024
}
