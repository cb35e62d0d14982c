// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/domum-iac/terraform-provider-domum/internal/cleanenv"
)

// address is the source that configurations name. Each CLI puts its own
// registry before it.
const address = "domum-iac/domum"

var registries = []string{"registry.terraform.io", "registry.opentofu.org"}

const requiredProviders = "terraform {\n  required_providers {\n    domum = {\n      source = \"" + address + "\"\n    }\n  }\n}\n\n"

// cli is a folder in which a test runs the terraform binary against the
// provider in this process: for what plugin-testing doesn't show, such as
// warnings and saved plans.
type cli struct {
	*world
	terraform string // path of the binary
	dir       string
	env       []string
}

// terraformPath returns the CLI that make chose, else the one in PATH.
func terraformPath(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("TF_ACC_TERRAFORM_PATH"); path != "" {
		return path
	}
	path, err := exec.LookPath("terraform")
	if err != nil {
		t.Fatal("no terraform in PATH: set TF_ACC_TERRAFORM_PATH, or use make test")
	}
	return path
}

// builtProvider builds the provider as users get it, once for all tests, and
// returns the path of a CLI configuration that uses it.
func builtProvider(t *testing.T) string {
	t.Helper()
	config, err := buildProvider()
	if err != nil {
		t.Fatal(err)
	}
	return config
}

var buildProvider = sync.OnceValues(func() (string, error) {
	binary := filepath.Join(buildDir, "terraform-provider-domum")
	if output, err := exec.Command("go", "build", "-buildvcs=false", "-o", binary, "../..").CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, output)
	}
	config := filepath.Join(buildDir, "terraformrc")
	content := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    %q = %q\n  }\n  direct {}\n}\n", address, buildDir)
	return config, os.WriteFile(config, []byte(content), 0o600)
})

func (w *world) cli() *cli {
	w.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	configs, closed := make(chan *plugin.ReattachConfig), make(chan struct{})
	go func() {
		_ = tf6server.Serve(address, w.server, tf6server.WithDebug(ctx, configs, closed),
			tf6server.WithGoPluginLogger(hclog.NewNullLogger()), tf6server.WithLoggingSink(w.t))
	}()
	w.t.Cleanup(func() {
		cancel()
		<-closed
	})
	config := <-configs
	reattach, err := json.Marshal(map[string]any{address: map[string]any{
		"Protocol": config.Protocol, "ProtocolVersion": config.ProtocolVersion, "Pid": config.Pid, "Test": true,
		"Addr": map[string]string{"Network": config.Addr.Network(), "String": config.Addr.String()},
	}})
	if err != nil {
		w.t.Fatal(err)
	}
	c := &cli{world: w, terraform: terraformPath(w.t), dir: w.t.TempDir(), env: append(cleanenv.Environ(),
		"TF_REATTACH_PROVIDERS="+string(reattach), "TF_CLI_CONFIG_FILE="+os.DevNull, "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1")}
	c.write(requiredProviders)
	c.must("init")
	return c
}

// ownProcess makes the commands that follow start the built provider, with
// these environment variables.
func (c *cli) ownProcess(variables ...string) {
	c.t.Helper()
	c.env = append(cleanenv.Environ(), "TF_CLI_CONFIG_FILE="+builtProvider(c.t), "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1")
	c.env = append(c.env, variables...)
}

func (c *cli) write(config string) {
	c.t.Helper()
	if err := os.WriteFile(filepath.Join(c.dir, "main.tf"), []byte(config), 0o600); err != nil {
		c.t.Fatal(err)
	}
}

// use makes a configuration, behind the provider block, the folder's.
func (c *cli) use(body string) { c.write(requiredProviders + c.hcl(body)) }

// run returns what a command prints, joined to one line a paragraph, so that
// a test can look for a sentence however the terminal would break it.
func (c *cli) run(args ...string) (output string, ok bool) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, c.terraform, append(args, "-no-color")...)
	cmd.Dir, cmd.Env = c.dir, c.env
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	if _, failed := errors.AsType[*exec.ExitError](err); err != nil && !failed {
		c.t.Fatal(err)
	}
	return unwrap(out.String()), err == nil
}

func unwrap(output string) string {
	var text strings.Builder
	for line := range strings.Lines(output) {
		line = strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(line), "│╷╵"))
		if line == "" {
			text.WriteString("\n")
			continue
		}
		text.WriteString(line + " ")
	}
	return text.String()
}

// must runs a command that has to succeed.
func (c *cli) must(args ...string) string {
	c.t.Helper()
	output, ok := c.run(args...)
	if !ok {
		c.t.Fatalf("terraform %s failed:\n%s", strings.Join(args, " "), output)
	}
	return output
}

// refuse runs a command that has to fail, and to say all the words.
func (c *cli) refuse(words []string, args ...string) {
	c.t.Helper()
	output, ok := c.run(args...)
	if ok {
		c.t.Fatalf("terraform %s succeeded:\n%s", strings.Join(args, " "), output)
	}
	c.expect(output, words...)
}

func (c *cli) expect(output string, words ...string) {
	c.t.Helper()
	for _, w := range words {
		if !strings.Contains(output, w) {
			c.t.Errorf("the output doesn't say %q:\n%s", w, output)
		}
	}
}

func (c *cli) apply() string { c.t.Helper(); return c.must("apply", "-auto-approve") }

// expectNoChanges plans, and fails unless the plan is empty.
func (c *cli) expectNoChanges() {
	c.t.Helper()
	c.expect(c.must("plan"), "No changes.")
}
