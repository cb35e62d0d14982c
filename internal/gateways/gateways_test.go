// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

//go:build gateways && unix

package gateways

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// limit is how long all may take.
const limit = 4 * time.Minute

var (
	terraform        = flag.String("terraform", "", "`path` of the Terraform or OpenTofu CLI")
	toxiproxy        = flag.String("toxiproxy", "", "`path` of toxiproxy")
	toxiproxyVersion = flag.String("toxiproxy-version", "", "`version` of toxiproxy, which doesn't know it")
	prism            = flag.String("prism", "", "`path` of Prism; without it Prism is left out")
	writeTo          = flag.String("write", "", "write the page to this `file`, instead of comparing GATEWAYS.md")
)

// A program that stands between the provider and an appliance takes nothing
// from it: no link is lost or tainted, and the plan after each change is empty.
func TestGateways(t *testing.T) {
	ctx, stop := signal.NotifyContext(t.Context(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("all together took more than %s", limit))
	defer cancel()

	versions := installed(t)
	b := build(ctx, t)
	var seen []row
	complete := *prism != ""
	try := func(component, tried string, do func(*job)) {
		if ctx.Err() != nil {
			return
		}
		var j *job
		begun := time.Now()
		t.Run(component+": "+tried, func(t *testing.T) {
			j = newJob(ctx, t, b)
			do(j)
		})
		if j == nil { // not asked for with -run
			complete = false
			return
		}
		seen = append(seen, row{
			Component: component, Version: versions[component], Tried: tried,
			Lost: len(j.lost), Tainted: len(j.tainted), PlanEmpty: !j.notEmpty, Took: time.Since(begun),
		})
	}
	try("Terraform", "nothing in between", func(j *job) {
		j.set("DOMUM_URL", "http://"+j.local)
		j.mainJob()
	})
	try("nginx", "TLS of a private authority, a path before the appliance's", nginxPath)
	try("nginx", "mutual TLS", nginxMutualTLS)
	try("nginx", "HTTP/2, connections ended after 25 requests", nginxHTTP2)
	try("nginx", "compression", nginxGzip)
	try("nginx", "pages for people in place of 502 and 503, on the token call too", nginxErrorPages)
	try("nginx", "429 above 30 requests a second", nginxLimit)
	try("nginx", "504 for writes that arrive after the command has ended", nginxTimeout)
	try("haproxy", fmt.Sprintf("two nodes, reads from one that is %s behind", behind), haproxyNodes)
	try("squid", "a proxy with a password, a wrong one (407), a forbidden host (403)", squidPasswords)
	for _, x := range toxics(t) {
		try("toxiproxy", x.String(), x.through)
	}
	if *prism != "" {
		try("Prism", "each request and answer held against openapi.yaml", validated)
	} else {
		t.Log("Prism is left out, and GATEWAYS.md is not compared: they need node and npm.")
	}
	t.Logf("\n%s", table(seen))
	if err := context.Cause(ctx); err != nil {
		t.Error(err)
	}
	if !complete && *writeTo != "" {
		t.Error("the page is written where everything ran, with Prism")
	}
	if t.Failed() || !complete {
		return
	}
	if err := publish(cmp.Or(*writeTo, "../../GATEWAYS.md"), seen, *writeTo != ""); err != nil {
		t.Error(err)
	}
}

// installed returns the versions of the programs.
func installed(t *testing.T) map[string]string {
	t.Helper()
	commands := map[string][]string{"Terraform": {*terraform, "version"}, "nginx": {"nginx", "-v"}, "haproxy": {"haproxy", "-v"}, "squid": {"squid", "-v"}}
	if *prism != "" {
		commands["Prism"] = []string{*prism, "--version"}
	}
	versions := map[string]string{"toxiproxy": strings.TrimPrefix(*toxiproxyVersion, "v")}
	for name, command := range commands {
		output, err := exec.CommandContext(t.Context(), command[0], command[1:]...).CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", strings.Join(command, " "), err, output)
		}
		versions[name] = regexp.MustCompile(`\d+(\.\d+)+`).FindString(string(output))
	}
	return versions
}

// build builds the provider and the doctor as users get them.
func build(ctx context.Context, t *testing.T) *built {
	t.Helper()
	folder := t.TempDir()
	b := &built{doctor: filepath.Join(folder, "domum-doctor")}
	for path, source := range map[string]string{filepath.Join(folder, "terraform-provider-domum"): "../..", b.doctor: "../cmd/domum-doctor"} {
		if output, err := commandIn(ctx, "go", "build", "-buildvcs=false", "-o", path, source).CombinedOutput(); err != nil {
			t.Fatalf("go build %s: %v\n%s", source, err, output)
		}
	}
	config := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"domum-iac/domum\" = %q\n  }\n}\n", folder)
	b.cliConfig = write(t, folder, "terraformrc", []byte(config))
	return b
}
