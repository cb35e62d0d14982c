// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"
)

const (
	examples     = "examples/demo"
	version      = "0.1.0"
	clientID     = "terraform"
	clientSecret = "terraform-secret"
)

// demo is one walk through the steps. All files are in dir.
type demo struct {
	dir       string
	cli       cli
	simulator *process
	url       string
	admin     *client
}

type step struct {
	title string
	do    func(context.Context) error
}

// run walks through all steps and cleans up, whatever happens.
func run(ctx context.Context, cliPath string, keep bool) (err error) {
	start := time.Now()
	if _, err := os.Stat(examples); err != nil {
		return fmt.Errorf("run it from the root of the repository: %w", err)
	}
	dir, err := os.MkdirTemp("", "domum-demo-")
	if err != nil {
		return err
	}
	d := &demo{dir: dir, cli: cli{path: cliPath, dir: filepath.Join(dir, "configuration")}}
	defer func() {
		if err == nil && keep {
			d.printUsage()
			return
		}
		err = errors.Join(err, d.cleanUp())
	}()

	steps := d.steps()
	for i, s := range steps {
		printHeadline(fmt.Sprintf("%d/%d  %s", i+1, len(steps), s.title))
		if err := s.do(ctx); err != nil {
			if ctx.Err() != nil {
				return errors.New("interrupted")
			}
			d.printSimulatorLog()
			return fmt.Errorf("step %d, %s: %w", i+1, s.title, err)
		}
	}
	printHeadline("demo: passed")
	fmt.Printf("3 vendors pushed, 2 linked, 1 change by hand found and undone, 2 disabled again; %d steps in %s\n",
		len(steps), time.Since(start).Round(time.Second))
	return nil
}

func (d *demo) steps() []step {
	return []step{
		{"Build the provider and the simulated appliance", d.build},
		{"Start the appliance", d.startAppliance},
		{"The identity provider pushes users and groups over SCIM", d.push},
		{"They arrived as vendors: disabled, no access group", d.showArrived},
		{"terraform init", d.init},
		{"Plan: two vendors are to be linked", d.plan},
		{"Apply: they are linked and enabled", d.apply},
		{"A second plan is empty", d.planAgain},
		{"An administrator changes a vendor by hand; the plan shows it", d.drift},
		{"Apply: it is as configured again", d.repair},
		{"Destroy: vendors are disabled, never deleted", d.destroy},
	}
}

func (d *demo) build(ctx context.Context) error {
	provider := filepath.Join("domum-iac", "domum", version, runtime.GOOS+"_"+runtime.GOARCH, "terraform-provider-domum_v"+version)
	binary := filepath.Join(d.dir, "mirror", "registry.terraform.io", provider)
	for output, pkg := range map[string]string{binary: ".", d.simulatorPath(): "./internal/cmd/domum-simulator"} {
		printCommand("go", "build", pkg)
		cmd := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-ldflags=-X main.version="+version, "-o", output, pkg)
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("go build %s: %w\n%s", pkg, err, out)
		}
	}

	// OpenTofu looks for it under its own registry's name.
	alias := filepath.Join(d.dir, "mirror", "registry.opentofu.org", provider)
	if err := errors.Join(os.MkdirAll(filepath.Dir(alias), 0o755), os.Link(binary, alias)); err != nil {
		return err
	}

	// A CLI configuration of its own, so that init finds the build above and nothing else.
	rc := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", filepath.Join(d.dir, "mirror"))
	if err := os.WriteFile(d.rcPath(), []byte(rc), 0o644); err != nil {
		return err
	}
	return os.MkdirAll(d.cli.dir, 0o755)
}

func (d *demo) startAppliance(ctx context.Context) error {
	printCommand("domum-simulator", "-seed", examples+"/appliance.json")
	p, url, err := startSimulator(ctx, d.simulatorPath(), d.logPath(),
		"-listen", "127.0.0.1:0", "-seed", examples+"/appliance.json", "-client-id", clientID, "-client-secret", clientSecret)
	if err != nil {
		return err
	}
	d.simulator, d.url = p, url
	d.cli.env = []string{
		"DOMUM_URL=" + url, "DOMUM_CLIENT_ID=" + clientID, "DOMUM_CLIENT_SECRET=" + clientSecret,
		"TF_CLI_CONFIG_FILE=" + d.rcPath(), "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1",
	}
	fmt.Println("listening on", url)
	d.admin, err = newClient(ctx, url, clientID, clientSecret, "application/json")
	return err
}

func (d *demo) push(ctx context.Context) error {
	return pushAll(ctx, d.url, examples)
}

func (d *demo) init(ctx context.Context) error {
	if err := os.CopyFS(d.cli.dir, configuration{os.DirFS(examples)}); err != nil {
		return err
	}
	return d.cli.run(ctx, 0, "has been successfully initialized", "init")
}

// configuration is a folder's *.tf files.
type configuration struct{ fs.FS }

func (c configuration) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(c.FS, name)
	var kept []fs.DirEntry
	for _, entry := range entries {
		if filepath.Ext(entry.Name()) == ".tf" {
			kept = append(kept, entry)
		}
	}
	return kept, err
}

func (d *demo) simulatorPath() string { return filepath.Join(d.dir, "domum-simulator") }
func (d *demo) logPath() string       { return filepath.Join(d.dir, "simulator.log") }
func (d *demo) rcPath() string        { return filepath.Join(d.dir, "terraform.rc") }

func (d *demo) printSimulatorLog() {
	if log, err := os.ReadFile(d.logPath()); err == nil {
		fmt.Printf("\nThe appliance's log:\n%s\n", lastLines(string(log), 15))
	}
}

func (d *demo) printUsage() {
	fmt.Printf(`
The appliance stays up. To work with it:

  cd %s
  export TF_CLI_CONFIG_FILE=%s
  export DOMUM_URL=%s DOMUM_CLIENT_ID=%s DOMUM_CLIENT_SECRET=%s
  %s plan

To stop it and remove all that the demo made:

  kill %d && rm -r %s
`, d.cli.dir, d.rcPath(), d.url, clientID, clientSecret, d.cli.path, d.simulator.pid(), d.dir)
}

func (d *demo) cleanUp() error {
	var err error
	if d.simulator != nil {
		err = d.simulator.stop()
	}
	return errors.Join(err, os.RemoveAll(d.dir))
}
