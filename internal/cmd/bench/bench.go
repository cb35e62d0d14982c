// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"time"
)

// defaultParallelism is Terraform's own.
const defaultParallelism = 10

// manyLinks are so many that Terraform's own part takes minutes: its state
// grows with each link, and is written after each.
const manyLinks = 3000

// morePlans is how often the plans of fewer links are measured beside the
// runs: they take seconds, so what else the machine does shows in their ratios.
const morePlans = 4

// The kinds of resources: the provider's, and two floors that need no network.
const (
	kindLink    = "domum_vendor_link"
	kindTrivial = "trivial_link"
	kindData    = "terraform_data"
)

// bench is one run of this command, and what it found.
type bench struct {
	options
	folder string

	subjects []*subject
	starts   map[string]*start
	advice   []advice
}

// subject is a number of resources of one kind, and what they took. Links have
// an appliance of some size, some way off.
type subject struct {
	kind    string
	links   int
	vendors int
	latency time.Duration

	applies, plans []sample
	state          string // folder of the last apply
}

// plannedSubjects returns all subjects, those of one number of links together.
func (o options) plannedSubjects() []*subject {
	numbers, large := []int{1, 100, 1000, manyLinks}, 10_000
	if o.quick {
		numbers, large = []int{1, 100}, 2000
	}
	var all []*subject
	for _, links := range numbers {
		if o.links != 0 && links != o.links {
			continue
		}
		all = append(all, &subject{kind: kindTrivial, links: links}, &subject{kind: kindData, links: links})
		for _, vendors := range []int{large, max(links, 1000)} {
			for _, latency := range []time.Duration{50 * time.Millisecond, 0} {
				all = append(all, &subject{kind: kindLink, links: links, vendors: vendors, latency: latency})
			}
		}
	}
	return all
}

// first returns the first subject of a kind and number.
func (b *bench) first(kind string, links int) *subject {
	for _, s := range b.subjects {
		if s.kind == kind && s.links == links {
			return s
		}
	}
	return nil
}

// measureSubjects goes through all subjects of one number of links before it
// repeats them: what else the machine does then falls on all alike.
func (b *bench) measureSubjects(ctx context.Context) error {
	b.subjects = b.plannedSubjects()
	for rest := b.subjects; len(rest) > 0; {
		links := rest[0].links
		end := slices.IndexFunc(rest, func(s *subject) bool { return s.links != links })
		if end < 0 {
			end = len(rest)
		}
		for run := range b.planRuns(links) {
			for _, s := range rest[:end] {
				if err := b.measure(ctx, s, run); err != nil {
					return err
				}
			}
		}
		rest = rest[end:]
	}
	return nil
}

// planRuns returns how often plans of that many links are measured.
func (o options) planRuns(links int) int {
	if links < manyLinks && !o.quick {
		return o.runs + morePlans
	}
	return o.runs
}

// measure applies a subject's configuration, unless it was applied often
// enough, and plans it again.
func (b *bench) measure(ctx context.Context, s *subject, run int) error {
	fmt.Fprintf(os.Stderr, "run %d: %d %s, %d vendors, %s a request\n", run+1, s.links, s.kind, s.vendors, s.latency)
	applies := run < b.runs
	a := &appliance{} // none
	if s.kind == kindLink {
		linked := s.links
		if applies {
			linked = 0
		}
		var err error
		if a, err = startAppliance(ctx, s.vendors, linked, s.latency); err != nil {
			return err
		}
		defer a.server.Close()
	}
	if applies {
		folder, apply, err := b.firstApply(ctx, configuration(s.kind, s.links), defaultParallelism, a)
		if err != nil {
			return err
		}
		s.state, s.applies = folder, append(s.applies, apply)
	}
	plan, err := b.planAgain(ctx, s.state, a)
	s.plans = append(s.plans, plan)
	return err
}

// median returns the median of one property of samples; of an even number the
// greater of the two in the middle.
func median[T cmp.Ordered](samples []sample, property func(sample) T) T {
	values := make([]T, len(samples))
	for i, s := range samples {
		values[i] = property(s)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

func wall(s sample) time.Duration { return s.wall }

func cpu(s sample) time.Duration { return s.cpu }

func cli(s sample) time.Duration { return s.cli }

func peakRSS(s sample) int64 { return s.peakRSS }
