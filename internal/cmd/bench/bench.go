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

// The floors: kinds of resources that need no network.
const (
	floorTrivial = "trivial_link"
	floorData    = "terraform_data"
)

var floors = []string{floorTrivial, floorData}

// bench is one run of this command, and what it found.
type bench struct {
	options
	folder string

	scenarios []*scenario
	floor     map[floorKey]*cost
	starts    map[string]*start
	advice    []advice
}

type floorKey struct {
	kind  string
	links int
}

// cost is what first apply and plan of one configuration took, once a run.
type cost struct{ apply, plan []sample }

// scenario is a number of links at an appliance of some size, some way off.
type scenario struct {
	links, vendors int
	latency        time.Duration
	cost
}

// plannedScenarios returns what is worth its time: all sizes and latencies up
// to 1,000 links, and the dearest for 3,000.
func (o options) plannedScenarios() []*scenario {
	numbers, sizes := []int{1, 100, 1000}, []int{1000, 10_000}
	if o.quick {
		numbers, sizes = []int{1, 100}, []int{1000}
	}
	var all []*scenario
	for _, links := range numbers {
		for _, vendors := range sizes {
			for _, latency := range []time.Duration{0, 50 * time.Millisecond} {
				all = append(all, &scenario{links: links, vendors: vendors, latency: latency})
			}
		}
	}
	if !o.quick {
		all = append(all, &scenario{links: 3000, vendors: 10_000, latency: 50 * time.Millisecond})
	}
	if o.links != 0 {
		all = slices.DeleteFunc(all, func(s *scenario) bool { return s.links != o.links })
	}
	return all
}

// measureScenarios goes through all scenarios of one number of links, and
// their floors, before it repeats them: what else the machine does then falls
// on all alike.
func (b *bench) measureScenarios(ctx context.Context) error {
	b.scenarios = b.plannedScenarios()
	b.floor = map[floorKey]*cost{}
	if b.quick {
		b.runs = 1
	}
	var numbers []int
	for _, s := range b.scenarios {
		numbers = append(numbers, s.links)
	}
	for _, links := range slices.Compact(numbers) {
		for range b.runs {
			if err := b.measureLinks(ctx, links); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *bench) measureLinks(ctx context.Context, links int) error {
	for _, kind := range floors {
		key := floorKey{kind, links}
		if b.floor[key] == nil {
			b.floor[key] = &cost{}
		}
		fmt.Fprintf(os.Stderr, "%d %s\n", links, kind)
		if err := b.floor[key].measure(ctx, b, configuration(kind, links), nil); err != nil {
			return err
		}
	}
	for _, s := range b.scenarios {
		if s.links != links {
			continue
		}
		fmt.Fprintf(os.Stderr, "%d links of %d vendors, %s a request\n", s.links, s.vendors, s.latency)
		if err := s.measure(ctx, b); err != nil {
			return err
		}
	}
	return nil
}

func (s *scenario) measure(ctx context.Context, b *bench) error {
	a, err := startAppliance(ctx, s.vendors, s.latency)
	if err != nil {
		return err
	}
	defer a.server.Close()
	return s.cost.measure(ctx, b, configuration("domum_vendor_link", s.links), a)
}

// measure applies a configuration and plans it again; a is nil for a floor.
func (c *cost) measure(ctx context.Context, b *bench, config string, a *appliance) error {
	var env []string
	if a != nil {
		env = a.env()
	}
	folder, apply, err := b.firstApply(ctx, config, defaultParallelism, env)
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	if a != nil {
		if apply.requests, err = a.takeRequests(); err != nil {
			return err
		}
	}
	plan, err := b.planAgain(ctx, folder, env)
	if err != nil {
		return err
	}
	if a != nil {
		if plan.requests, err = a.takeRequests(); err != nil {
			return err
		}
	}
	c.apply, c.plan = append(c.apply, apply), append(c.plan, plan)
	return nil
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

func peakRSS(s sample) int64 { return s.peakRSS }
