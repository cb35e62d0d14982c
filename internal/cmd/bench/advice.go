// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

const (
	adviceLinks   = 1000
	adviceLatency = 50 * time.Millisecond
)

// advice is a way to write or run the same configuration, and what it took.
type advice struct {
	group, way string
	samples    []sample
}

// The groups of advice.
const (
	adviceForEach     = "for_each"
	adviceParallelism = "parallelism"
)

// forms are ways to say the same for_each. The trivial provider shows them: it
// is Terraform itself whose time they take.
var forms = []struct {
	way  string
	text string
}{
	{"`for_each = local.links`, a map", mapOfLinks(adviceLinks) + resource(kindTrivial, "local.links", "each.value.start_date")},
	{"`for_each = { for l in local.links : l.name => l }`", listOfLinks(adviceLinks) + resource(kindTrivial, "{ for l in local.links : l.name => l }", "each.value.start_date")},
	{"`for_each = toset([for l in local.links : l.name])`", listOfLinks(adviceLinks) + resource(kindTrivial, "toset([for l in local.links : l.name])", `"`+startDate+`"`)},
}

// measureAdvice measures what a user can choose.
func (b *bench) measureAdvice(ctx context.Context) error {
	for _, form := range forms {
		b.advice = append(b.advice, advice{group: adviceForEach, way: form.way})
	}
	numbers := []int{5, 10, 30}
	for _, n := range numbers {
		b.advice = append(b.advice, advice{group: adviceParallelism, way: fmt.Sprintf("`-parallelism=%d`", n)})
	}
	for range b.runs {
		for i, form := range forms {
			fmt.Fprintln(os.Stderr, form.way)
			s, err := b.firstPlan(ctx, required+form.text)
			if err != nil {
				return err
			}
			b.advice[i].samples = append(b.advice[i].samples, s)
		}
		for i, n := range numbers {
			fmt.Fprintln(os.Stderr, "parallelism", n)
			s, err := b.applyWith(ctx, n)
			if err != nil {
				return err
			}
			a := &b.advice[len(forms)+i]
			a.samples = append(a.samples, s)
		}
	}
	return nil
}

func (b *bench) firstPlan(ctx context.Context, config string) (sample, error) {
	folder, err := os.MkdirTemp(b.folder, "form")
	if err != nil {
		return sample{}, err
	}
	defer os.RemoveAll(folder)
	if err := os.WriteFile(filepath.Join(folder, "main.tf"), []byte(config), 0o600); err != nil {
		return sample{}, err
	}
	return b.command(ctx, folder, &appliance{}, "plan", "-input=false", "-no-color")
}

func (b *bench) applyWith(ctx context.Context, parallelism int) (sample, error) {
	a, err := startAppliance(ctx, adviceLinks, 0, adviceLatency)
	if err != nil {
		return sample{}, err
	}
	defer a.server.Close()
	_, s, err := b.firstApply(ctx, configuration(kindLink, adviceLinks), parallelism, a)
	return s, err
}
