// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// life is an appliance, a configuration and a state through time.
type life struct {
	appliance *standIn
	config    map[string]*linkBlock
	protect   bool
	serial    int   // of state
	kept      *plan // from terraform plan -out
	names     [3]string
	ids       [3]string // of the vendors, "" while they aren't there
	known     map[string][]string
	abandoned map[string]bool
	edits     int // by others

	mu        sync.Mutex
	state     map[string]*instance
	violation string // the first rule that was broken
	trace     func(format string, args ...any)
}

func newLife(s *script, trace func(string, ...any)) *life {
	sim := simulator.New(simulator.Options{TokenLifetime: 1000 * time.Hour})
	l := &life{
		appliance: &standIn{Simulator: sim, handler: sim, turn: make(chan struct{}, 1), status: map[string]*write{}},
		config:    map[string]*linkBlock{},
		protect:   s.protect,
		names:     vendorNames,
		known:     map[string][]string{},
		abandoned: map[string]bool{},
		state:     map[string]*instance{},
		trace:     trace,
	}
	for i, there := range s.there {
		if there == absent {
			continue
		}
		if l.push(i); there == pushed {
			continue
		}
		l.appliance.edit(l.ids[i], func(v *simulator.Vendor) {
			v.AccessGroupID, v.StartDate, v.ContractNumber = groupOT, starts[0], "C-1"
			if there == linked {
				v.Status = "enabled"
			}
		})
	}
	return l
}

// violated notes the first rule that is broken.
func (l *life) violated(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.violation == "" {
		l.violation = fmt.Sprintf(format, args...)
	}
}

// recovering makes a panic a violation.
func (l *life) recovering(do func()) {
	defer func() {
		if p := recover(); p != nil {
			buf := make([]byte, 8<<10)
			l.trace("%v\n%s", p, buf[:runtime.Stack(buf, false)])
			l.violated("panic: %v", p)
		}
	}()
	do()
}

var counted = struct {
	lives, steps atomic.Int64
	mu           sync.Mutex
	situations   map[string]int
}{situations: map[string]int{}}

// situations are what lives have to come to: a rule that is never put to the
// test proves nothing.
var situations = []string{
	"a create succeeds", "a create fails", "an update succeeds", "an update fails", "a destroy succeeds", "a destroy fails",
	"a plan is refused", "a stale update is refused", "a disabled vendor is enabled",
	"a vendor is linked at one address and destroyed at another", "one of two links of a vendor is destroyed", "both links of a vendor are destroyed",
	"a write is unconfirmed", "a late write arrives", "Terraform is interrupted",
}

// saw counts a situation.
func saw(situation string) {
	counted.mu.Lock()
	defer counted.mu.Unlock()
	counted.situations[situation]++
}

// live lives a script to its end, or to the first violation, which it returns.
func (s *script) live(t *testing.T, trace func(string, ...any)) string {
	counted.lives.Add(1)
	var l *life
	ended := make(chan string, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil { // everything waits for something, and nothing happens
				trace("%s", stuck())
				ended <- fmt.Sprint("it hangs: ", p)
			}
		}()
		synctest.Test(t, func(*testing.T) {
			l = newLife(s, trace)
			l.recovering(func() { l.run(s.steps) })
			time.Sleep(time.Hour) //nolint:forbidigo // no time in a bubble of synctest; whatever goes on in the background ends by then
		})
		ended <- l.violation
	}()
	select {
	case violation := <-ended:
		return violation
	case <-time.After(hangs):
		trace("%s", stuck())
		return "it hangs"
	}
}

// hangs is the time, of ours, that no life takes.
const hangs = time.Minute

// stuck returns goroutines of lives that are in the provider's code.
func stuck() string {
	dump := make([]byte, 1<<20)
	dump = dump[:runtime.Stack(dump, true)]
	var found []string
	for g := range strings.SplitSeq(string(dump), "\n\n") {
		header, frames, _ := strings.Cut(g, "\n")
		if strings.Contains(header, "synctest bubble") && (strings.Contains(frames, "(*vendorLinkResource)") || strings.Contains(frames, "internal/domum.")) && len(found) < 5 {
			found = append(found, g)
		}
	}
	return strings.Join(found, "\n\n")
}

func (l *life) run(steps []step) {
	for i, s := range steps {
		counted.steps.Add(1)
		l.trace("%d. %s", i+1, s)
		s.do(l)
		if l.violation != "" {
			return
		}
	}
}

// TestLives lives random lives: LIVES of them, drawn by LIVES_SEED. Without it
// the lives are the same in each run; make lives draws others.
func TestLives(t *testing.T) {
	lives, seed := setting64("LIVES", 2000), setting64("LIVES_SEED", 1)
	set := func(name string, value int64) {
		if err := flag.Set(name, strconv.FormatInt(value, 10)); err != nil {
			t.Fatal(err)
		}
	}
	set("rapid.checks", (lives+workers-1)/workers)
	set("rapid.nofailfile", 1)
	t.Setenv("TF_LOG_SDK", "OFF") // as the provider's main does
	linkSchema()
	gc := debug.SetGCPercent(400)
	t.Cleanup(func() {
		debug.SetGCPercent(gc)
		t.Logf("lives: %d, steps: %d, seed: %d", counted.lives.Load(), counted.steps.Load(), seed)
		for _, situation := range situations {
			n := counted.situations[situation]
			t.Logf("%7d times %s", n, situation)
			if n == 0 && lives >= 2000 && !t.Failed() {
				t.Errorf("in no life %s", situation)
			}
		}
	})
	var seeding sync.Mutex // rapid takes its seed from a flag, before it checks anything
	for worker := range workers {
		t.Run(fmt.Sprint(worker), func(t *testing.T) {
			t.Parallel()
			seeding.Lock()
			set("rapid.seed", seed+int64(worker)<<40)
			seeded := sync.OnceFunc(seeding.Unlock)
			rapid.Check(t, func(rt *rapid.T) {
				seeded()
				s := scripts(12).Draw(rt, "life")
				if violation := s.live(t, func(string, ...any) {}); violation != "" {
					s.live(t, rt.Logf)
					rt.Fatal(violation)
				}
			})
		})
	}
}

const workers = 2

func setting64(name string, otherwise int64) int64 {
	if text := os.Getenv(name); text != "" {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n
		}
	}
	return otherwise
}
