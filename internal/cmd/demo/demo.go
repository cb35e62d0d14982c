// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

// Command demo shows the main job end to end, on a simulated appliance: an
// identity provider pushes groups over SCIM, they arrive as vendors without an
// access group, and Terraform links them, finds drift, repairs it and disables
// them again. It checks every step and exits with 1 on any surprise.
//
// Run it from the root of the repository: it builds the provider, and reads
// examples/demo. All that it makes is in one temporary folder, which it removes.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/domum-iac/terraform-provider-domum/internal/cleanenv"
	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

const (
	examples     = "examples/demo"
	clientID     = "terraform"
	clientSecret = "terraform-secret"
)

// demo is one walk through the steps. All files are in dir.
type demo struct {
	terraform, dir string
	simulator      *simulator.Simulator
	server         *httptest.Server // of the simulator
	appliance      client
}

type step struct {
	title string
	do    []action
}

type action func(context.Context) error

// steps are checked against what the appliance holds. Initech Services stays
// without a link, and Plant Maintenance, a group of internal users, is never a
// vendor.
func (d *demo) steps() []step {
	const initech = "3, Initech Services, disabled, -, -, Okta"
	arrived := d.expect("1, Acme Ltd, disabled, -, -, Okta", "2, Globex Automation, disabled, -, -, Okta", initech)
	linked := d.expect("1, Acme Ltd, enabled, Vendors - OT, 2026-12-01, Okta", "2, Globex Automation, enabled, Vendors - IT, 2026-12-01, Okta", initech)
	changed := d.expect("1, Acme Ltd, enabled, Vendors - IT, 2026-12-01, Okta", "2, Globex Automation, enabled, Vendors - IT, 2026-12-01, Okta", initech)
	destroyed := d.expect("1, Acme Ltd, disabled, Vendors - OT, 2026-12-01, Okta", "2, Globex Automation, disabled, Vendors - IT, 2026-12-01, Okta", initech)
	return []step{
		{"Build the provider", []action{d.build}},
		{"Start a simulated appliance", []action{d.start}},
		{"The identity provider pushes users and groups over SCIM", []action{d.push}},
		{"They arrived as vendors: disabled, no access group", []action{arrived}},
		{"terraform init", []action{d.run(0, "has been successfully initialized", "init")}},
		{"Plan: two vendors are to be linked", []action{d.run(2, "Plan: 2 to add, 0 to change, 0 to destroy.", "plan", "-detailed-exitcode", "-out=link.plan")}},
		{"Apply: they are linked and enabled", []action{d.run(0, "Resources: 2 added, 0 changed, 0 destroyed.", "apply", "link.plan"), linked}},
		{"A second plan is empty", []action{d.run(0, "No changes.", "plan", "-detailed-exitcode")}},
		{"An administrator changes a vendor by hand; the plan shows it", []action{
			d.changeByHand, changed,
			d.run(2, "Plan: 0 to add, 1 to change, 0 to destroy.", "plan", "-detailed-exitcode", "-out=repair.plan"),
		}},
		{"Apply: it is as configured again", []action{d.run(0, "Resources: 0 added, 1 changed, 0 destroyed.", "apply", "repair.plan"), linked}},
		{"Destroy: vendors are disabled, never deleted", []action{d.run(0, "Resources: 2 destroyed.", "destroy", "-auto-approve"), destroyed}},
	}
}

func main() {
	terraform := flag.String("terraform", "terraform", "`path` of the Terraform or OpenTofu CLI")
	keep := flag.Bool("keep", false, "keep the simulated appliance up at the end, until Ctrl-C, and say how to use it")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, *terraform, *keep)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "\ndemo: FAILED:", err)
		os.Exit(1)
	}
}

// run walks through all steps and cleans up, whatever happens.
func run(ctx context.Context, terraform string, keep bool) (err error) {
	began := time.Now()
	d := &demo{terraform: terraform}
	if d.dir, err = os.MkdirTemp("", "domum-demo-"); err != nil {
		return err
	}
	defer os.RemoveAll(d.dir)
	if d.simulator, err = newSimulator(); err != nil {
		return err
	}
	d.server = httptest.NewUnstartedServer(d.simulator)
	defer d.server.Close()

	steps := d.steps()
	for i, s := range steps {
		printHeadline(fmt.Sprintf("%d/%d  %s", i+1, len(steps), s.title))
		for _, act := range s.do {
			if err := act(ctx); ctx.Err() != nil {
				return errors.New("interrupted")
			} else if err != nil {
				d.printRequests()
				return fmt.Errorf("step %d, %s: %w", i+1, s.title, err)
			}
		}
	}
	printHeadline("demo: passed")
	fmt.Printf("3 vendors pushed, 2 linked, 1 change by hand found and undone, 2 disabled again; %d steps in %s\n",
		len(steps), time.Since(began).Round(time.Second))
	if keep {
		d.printUsage()
		<-ctx.Done()
	}
	return nil
}

// path is one in the demo's folder.
func (d *demo) path(name string) string { return filepath.Join(d.dir, name) }

// build builds the provider, and writes a CLI configuration with which init
// finds that provider and nothing else.
func (d *demo) build(ctx context.Context) error {
	provider := "/domum-iac/domum/0.1.0/" + runtime.GOOS + "_" + runtime.GOARCH + "/terraform-provider-domum_v0.1.0"
	binary, alias := d.path("mirror/registry.terraform.io"+provider), d.path("mirror/registry.opentofu.org"+provider)
	printCommand("go", "build", ".")
	cmd := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-ldflags=-X main.version=0.1.0", "-o", binary, ".")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	config := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", d.path("mirror"))
	mainTF, err := os.ReadFile(examples + "/main.tf")
	return errors.Join(err, os.MkdirAll(filepath.Dir(alias), 0o755), os.Link(binary, alias),
		os.WriteFile(d.path("terraform.rc"), []byte(config), 0o644),
		os.Mkdir(d.path("configuration"), 0o755), os.WriteFile(d.path("configuration/main.tf"), mainTF, 0o644))
}

// run runs one command of the CLI and shows its output. An exit code other than
// wantExit, or an output without wantText, is an error.
func (d *demo) run(wantExit int, wantText, command string, options ...string) action {
	return func(ctx context.Context) error {
		printCommand(filepath.Base(d.terraform), append([]string{command}, options...)...)
		args := []string{command, "-input=false"}
		if !terminal() {
			args = append(args, "-no-color")
		}
		var out bytes.Buffer
		cmd := exec.CommandContext(ctx, d.terraform, append(args, options...)...)
		cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
		cmd.WaitDelay = 30 * time.Second
		cmd.Dir, cmd.Stdout, cmd.Stderr = d.path("configuration"), &out, &out
		cmd.Env = append(cleanenv.Environ(), "DOMUM_URL="+d.server.URL, "DOMUM_CLIENT_ID="+clientID, "DOMUM_CLIENT_SECRET="+clientSecret,
			"TF_CLI_CONFIG_FILE="+d.path("terraform.rc"), "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1")
		err := cmd.Run()
		fmt.Println(readable(out.String()))
		switch code := cmd.ProcessState.ExitCode(); {
		case code < 0: // it did not start, or was stopped
			return err
		case code != wantExit:
			return fmt.Errorf("%s exited with %d instead of %d", command, code, wantExit)
		case !strings.Contains(withoutColor(out.String()), wantText):
			return fmt.Errorf("%s did not say %q", command, wantText)
		}
		return nil
	}
}
