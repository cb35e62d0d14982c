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
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/domum-iac/terraform-provider-domum/internal/cleanenv"
	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

const (
	// How often each subject is applied, and planned after each apply: plans take
	// seconds, so what else the machine does shows in their ratios.
	runs, plans = 3, 3
	// manyLinks are so many that Terraform's own part takes minutes: its state
	// grows with each link, and is written after each. They are planned once a run.
	manyLinks   = 3000
	manyVendors = 10_000 // of a large appliance

	clientID     = "domum-client"
	clientSecret = "domum-secret"

	// What a user does with a configuration.
	planning, applying = 0, 1

	// The kinds of resources: the provider's, and two floors that need no network.
	kindLink    = "domum_vendor_link"
	kindTrivial = "trivial_link"
	kindData    = "terraform_data"
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
	samples        [2][]sample // by operation
}

// sample is what one command took: seconds, CPU of all of the provider's
// processes, the same with Terraform, and bytes of the largest of them.
type sample struct {
	wall, cpu, all, rss float64
	requests            requests
}

// measureLinks goes through all subjects of one number of links before it
// repeats them: what else the machine does then falls on all alike.
func (b *bench) measureLinks(ctx context.Context, links int) error {
	subjects := []*subject{{kind: kindTrivial, links: links}, {kind: kindData, links: links}}
	for _, vendors := range []int{manyVendors, max(links, 1000)} {
		for _, latency := range []time.Duration{50 * time.Millisecond, 0} {
			subjects = append(subjects, &subject{kind: kindLink, links: links, vendors: vendors, latency: latency})
		}
	}
	b.subjects = append(b.subjects, subjects...)
	for run := range runs {
		for _, s := range subjects {
			fmt.Fprintf(os.Stderr, "run %d: %d %s, %d vendors, %s a request\n", run+1, s.links, s.kind, s.vendors, s.latency)
			if err := b.measure(ctx, s); err != nil {
				return err
			}
		}
	}
	return nil
}

// measure applies a subject's configuration, and plans it again.
func (b *bench) measure(ctx context.Context, s *subject) error {
	folder, err := os.MkdirTemp(b.folder, "state")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "main.tf"), []byte(configuration(s.kind, s.links)), 0o600); err != nil {
		return err
	}
	seed := simulator.DefaultSeed()
	for i := range s.vendors {
		seed.Vendors = append(seed.Vendors, simulator.Vendor{Name: vendorName(i), IdentityProviderID: "3", SynchronizedAt: time.Unix(1_795_000_000, 0)})
	}
	sim := simulator.New(simulator.Options{ClientID: clientID, ClientSecret: clientSecret, Seed: seed})
	server := httptest.NewServer(delayed(s.latency, sim))
	defer server.Close()
	command := func(operation int, args ...string) error {
		sim.ResetRequests()
		taken, err := b.command(ctx, folder, server.URL, args...)
		if err == nil {
			taken.requests, err = count(sim.Requests())
		}
		s.samples[operation] = append(s.samples[operation], taken)
		return err
	}
	err = command(applying, "apply", "-auto-approve")
	for i := 0; err == nil && (i == 0 || i < plans && s.links < manyLinks); i++ {
		err = command(planning, "plan", "-detailed-exitcode") // fails unless it is empty
	}
	return err
}

// command runs one command of the CLI and measures it.
func (b *bench) command(ctx context.Context, folder, url string, args ...string) (s sample, err error) {
	usage := filepath.Join(b.folder, "usage")
	if err := os.WriteFile(usage, nil, 0o600); err != nil {
		return s, err
	}
	cmd := exec.CommandContext(ctx, b.terraform, append(args, "-input=false", "-no-color")...)
	cmd.Dir = folder
	cmd.Env = append(cleanenv.Environ(), "TF_CLI_CONFIG_FILE="+filepath.Join(b.folder, cliConfig), "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1",
		"DOMUM_URL="+url, "DOMUM_CLIENT_ID="+clientID, "DOMUM_CLIENT_SECRET="+clientSecret, usageVariable+"="+usage)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = time.Minute
	began := time.Now()
	output, err := cmd.CombinedOutput()
	s.wall = time.Since(began).Seconds()
	if err != nil {
		return s, fmt.Errorf("%s %s: %w\n%s", b.terraform, strings.Join(args, " "), err, output)
	}
	s.all = cpuTime(cmd.ProcessState)
	text, err := os.ReadFile(usage)
	for line := range strings.Lines(string(text)) {
		var rss, cpu float64
		_, failed := fmt.Sscan(line, &rss, &cpu)
		s.rss, s.cpu, err = max(s.rss, rss), s.cpu+cpu, errors.Join(err, failed)
	}
	return s, err
}

// requests counts those for a token, pages of the list of vendors, single
// vendors, access groups, and writes.
type requests [5]int

func (r requests) all() int { return r[0] + r[1] + r[2] + r[3] + r[4] }

func (r requests) String() string {
	return strings.ReplaceAll(strings.Trim(fmt.Sprint([5]int(r)), "[]"), " ", "+")
}

var kinds = regexp.MustCompile(`(^POST /iso/oauth2/token$)|(^GET /api/v2/domum/vendors$)|(^GET /api/v2/domum/vendors/)|(^GET /api/v2/domum/access-groups)|(^PATCH /api/v2/domum/vendors/)`)

// count refuses anything that failed, or is none of the five kinds: it would be
// a cost that isn't the provider's.
func count(all []simulator.Request) (n requests, err error) {
	for _, r := range all {
		match := kinds.FindStringSubmatch(r.Method + " " + r.Path)
		if match == nil || r.Status != http.StatusOK {
			return n, fmt.Errorf("%s %s was answered %d", r.Method, r.Path, r.Status)
		}
		n[slices.Index(match[1:], match[0])]++
	}
	return n, nil
}

func vendorName(i int) string { return fmt.Sprintf("Vendor %05d", i+1) }

// configuration is that many resources of a kind, from a map.
func configuration(kind string, links int) string {
	var t strings.Builder
	if kind != kindData { // built into the CLI
		fmt.Fprintf(&t, "terraform {\n  required_providers {\n    domum   = { source = %q }\n    trivial = { source = %q }\n  }\n}\n", namespace+"domum", namespace+"trivial")
	}
	t.WriteString("locals {\n  links = {\n")
	for i := range links {
		fmt.Fprintf(&t, "    %q = { start_date = \"2026-12-01\" }\n", vendorName(i))
	}
	arguments := "vendor_name = each.key\n  access_group_name = \"Vendors - OT\"\n  start_date = each.value.start_date"
	if kind == kindData {
		arguments = "input = [each.key, \"Vendors - OT\", each.value.start_date]"
	}
	fmt.Fprintf(&t, "  }\n}\nresource %q \"this\" {\n  for_each = local.links\n  %s\n}\n", kind, arguments)
	return t.String()
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
