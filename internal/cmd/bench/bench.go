// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/domum-iac/terraform-provider-domum/internal/cleanenv"
	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

const (
	// How often each subject is applied, and planned after each apply.
	runs, plans = 3, 3
	// manyLinks are so many that Terraform's own part takes minutes: its state
	// grows with each link, and is written after each. They are applied and planned
	// once.
	manyLinks   = 3000
	manyVendors = 10_000 // of a large appliance

	clientID     = "domum-client"
	clientSecret = "domum-secret"

	// What a user does with a configuration.
	planning, applying = 0, 1

	// The kinds of resources: the provider's, and the floor, which needs no network.
	kindLink    = "domum_vendor_link"
	kindTrivial = "trivial_link"
)

// bench is one run of this command, and what it found.
type bench struct {
	terraform string
	folder    string // of all files
	subjects  []*subject
}

// subject is a number of resources of one kind, and what they took. Links have
// an appliance of some size, some way off.
type subject struct {
	kind           string
	links, vendors int
	latency        time.Duration
	folder         string
	appliance      *simulator.Simulator
	server         *httptest.Server
	samples        [2][]sample // by operation
}

// sample is what one command took.
type sample [4]float64

const (
	wall     = iota // seconds
	cpu             // seconds, of all of the provider's processes
	peak            // MB, of the largest of them
	requests        // of the provider
)

// measureLinks applies each subject of one number of links, and then plans them
// in turn: what else the machine does falls on all alike.
func (b *bench) measureLinks(ctx context.Context, links int) error {
	subjects := []*subject{{kind: kindTrivial, links: links}}
	for _, vendors := range []int{manyVendors, max(links, 1000)} {
		for _, latency := range []time.Duration{50 * time.Millisecond, 0} {
			subjects = append(subjects, &subject{kind: kindLink, links: links, vendors: vendors, latency: latency})
		}
	}
	b.subjects = append(b.subjects, subjects...)
	commands := [][]string{applying: {"apply", "-auto-approve"}, planning: {"plan", "-detailed-exitcode"}} // fails unless it is empty
	turns, operations := runs, append([]int{applying}, slices.Repeat([]int{planning}, plans)...)
	if links == manyLinks {
		turns, operations = 1, operations[:2]
	}
	for turn := range turns {
		for _, s := range subjects {
			if err := b.start(s); err != nil {
				return err
			}
			defer s.server.Close()
		}
		for _, operation := range operations {
			for _, s := range subjects {
				fmt.Fprintf(os.Stderr, "run %d, %s: %d %s, %d vendors, %s a request\n", turn+1, commands[operation][0], s.links, s.kind, s.vendors, s.latency)
				if err := b.command(ctx, s, operation, commands[operation]...); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// start makes a subject's folder, and its appliance.
func (b *bench) start(s *subject) (err error) {
	if s.folder, err = os.MkdirTemp(b.folder, "state"); err != nil {
		return err
	}
	seed := simulator.DefaultSeed()
	for i := range s.vendors {
		seed.Vendors = append(seed.Vendors, simulator.Vendor{Name: vendorName(i), IdentityProviderID: "3", SynchronizedAt: time.Unix(1_795_000_000, 0)})
	}
	s.appliance = simulator.New(simulator.Options{ClientID: clientID, ClientSecret: clientSecret, Seed: seed})
	s.server = httptest.NewServer(delayed(s.latency, s.appliance))
	return os.WriteFile(filepath.Join(s.folder, "main.tf"), []byte(configuration(s.kind, s.links)), 0o600)
}

// command runs one command of the CLI and measures it.
func (b *bench) command(ctx context.Context, s *subject, operation int, args ...string) error {
	usage := filepath.Join(b.folder, "usage")
	if err := os.WriteFile(usage, nil, 0o600); err != nil {
		return err
	}
	s.appliance.ResetRequests()
	cmd := exec.CommandContext(ctx, b.terraform, append(args, "-input=false", "-no-color")...)
	cmd.Dir = s.folder
	cmd.Env = append(cleanenv.Environ(), "TF_CLI_CONFIG_FILE="+filepath.Join(b.folder, cliConfig), "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1",
		"DOMUM_URL="+s.server.URL, "DOMUM_CLIENT_ID="+clientID, "DOMUM_CLIENT_SECRET="+clientSecret, usageVariable+"="+usage)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = time.Minute
	began := time.Now()
	output, err := cmd.CombinedOutput()
	taken := sample{wall: time.Since(began).Seconds()}
	if err != nil {
		return fmt.Errorf("%s %s: %w\n%s", b.terraform, strings.Join(args, " "), err, output)
	}
	text, err := os.ReadFile(usage)
	for line := range strings.Lines(string(text)) {
		var bytes, seconds float64
		_, failed := fmt.Sscan(line, &bytes, &seconds)
		taken[peak], taken[cpu], err = max(taken[peak], bytes/1e6), taken[cpu]+seconds, errors.Join(err, failed)
	}
	for _, r := range s.appliance.Requests() {
		taken[requests]++
		if r.Status != http.StatusOK {
			err = errors.Join(err, fmt.Errorf("%s %s was answered %d", r.Method, r.Path, r.Status))
		}
	}
	s.samples[operation] = append(s.samples[operation], taken)
	return err
}

func vendorName(i int) string { return fmt.Sprintf("Vendor %05d", i+1) }

// configuration is that many resources of a kind, from a map.
func configuration(kind string, links int) string {
	var vendors strings.Builder
	for i := range links {
		fmt.Fprintf(&vendors, "    %q = { start_date = \"2026-12-01\" }\n", vendorName(i))
	}
	return fmt.Sprintf(`
terraform {
  required_providers {
    domum   = { source = %q }
    trivial = { source = %q }
  }
}
locals {
  links = {
%s  }
}
resource %q "this" {
  for_each          = local.links
  vendor_name       = each.key
  access_group_name = "Vendors - OT"
  start_date        = each.value.start_date
}
`, namespace+"domum", namespace+"trivial", vendors.String(), kind)
}

// delayed waits before each request, as long as its client does.
func delayed(latency time.Duration, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-time.After(latency):
			next.ServeHTTP(w, r)
		case <-r.Context().Done():
		}
	})
}
