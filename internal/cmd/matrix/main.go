// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

// Command matrix runs the provider's tests and the demo with each Terraform or
// OpenTofu CLI that it is given, and prints a table of what it saw; with -write
// it stands between the marks in a page as well. Where anything fails, there is
// no table.
//
// Run it from the root of the repository.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

func main() {
	page := flag.String("write", "", "the `file` whose table is written; the table is printed anyway")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, *page, flag.Args())
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "matrix:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, page string, paths []string) error {
	clis, err := inspect(ctx, paths)
	if err != nil {
		return err
	}
	var rows []row
	var failures error
	for _, c := range clis {
		var got results
		failures = errors.Join(failures,
			step("acceptance tests with "+c.String(), func() (err error) { got, err = test(ctx, c); return err }),
			step("demo with "+c.String(), func() error { return demo(ctx, c) }))
		rows = append(rows, row{c, got.features})
	}
	if failures != nil {
		return failures
	}
	table, err := markdown(rows)
	if err != nil {
		return err
	}
	fmt.Print("\n", table)
	if page == "" {
		return nil
	}
	text, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	written, err := replace(string(text), table)
	if err != nil {
		return fmt.Errorf("%s: %w", page, err)
	}
	return os.WriteFile(page, []byte(written), 0o644)
}

// step prints the time that something took, as .ci/run does.
func step(title string, do func() error) error {
	start := time.Now()
	fmt.Printf("\n=== %s\n", title)
	if err := do(); err != nil {
		return fmt.Errorf("%s: %w", title, err)
	}
	fmt.Printf("=== %s: %.0fs\n", title, time.Since(start).Seconds())
	return nil
}

// test runs the provider's tests, as make test does.
func test(ctx context.Context, c cli) (results, error) {
	cmd := exec.CommandContext(ctx, "go", "test", "-json", "-race", "-shuffle=on", "-timeout=30m", "./internal/provider/...")
	cmd.Env = append(os.Environ(), "TF_ACC_TERRAFORM_PATH="+c.path)
	cmd.Stderr = os.Stderr
	events, err := cmd.StdoutPipe()
	if err != nil {
		return results{}, err
	}
	if err := cmd.Start(); err != nil {
		return results{}, err
	}
	got, err := read(events, os.Stdout)
	err = errors.Join(err, cmd.Wait())
	fmt.Printf("%d passed, %d failed, %d skipped\n", got.passed, got.failed, got.skipped)
	if err != nil {
		return got, err
	}
	return got, got.untested()
}

func demo(ctx context.Context, c cli) error {
	cmd := exec.CommandContext(ctx, "go", "run", "./internal/cmd/demo", "-terraform", c.path)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd.Run()
}

// replace puts a table between the marks of a page.
func replace(page, table string) (string, error) {
	const begin, end = "<!-- matrix -->\n", "<!-- /matrix -->\n"
	before, rest, begun := strings.Cut(page, begin)
	_, after, ended := strings.Cut(rest, end)
	if !begun || !ended {
		return "", fmt.Errorf("no lines %q and %q", strings.TrimSpace(begin), strings.TrimSpace(end))
	}
	return before + begin + "\n" + table + "\n" + end + after, nil
}
