// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/simtest"
	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

var seedFlag = flag.Uint64("list.seed", 0, "seed of TestNoAnswerIsOlderThanTheLastWrite; 0 = another each time")

// modelVendor is what has to be true of every answer about a vendor. Each
// change of a vendor, by whomever, moves its start date forward by days: the
// start date is its version.
type modelVendor struct {
	id      string
	name    string
	written atomic.Int64 // the version of the client's last finished write
	removed atomic.Bool  // set before it is
}

func (m *modelVendor) finished(version int64) {
	for {
		before := m.written.Load()
		if version <= before || m.written.CompareAndSwap(before, version) {
			return
		}
	}
}

var dayZero = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func day(version int64) string { return dayZero.AddDate(0, 0, int(version)).Format(time.DateOnly) }

func versionOf(start string) int64 {
	if start == "" {
		return 0
	}
	at, err := time.Parse(time.DateOnly, start)
	if err != nil {
		panic(err)
	}
	return int64(at.Sub(dayZero) / (24 * time.Hour))
}

// model is a client and the appliance, and what is known of the vendors that
// were there at the start.
type model struct {
	t       *testing.T
	client  *domum.Client
	server  *simtest.Server
	vendors []*modelVendor
	hot     int  // how many of them, at the front, change
	calm    bool // nothing fails, so every answer has to come
	shifts  bool // page 2 may look as if a record of page 1 were removed
	unasked bool // nobody asks for the list itself

	mu     sync.Mutex // one out-of-band change at a time
	pushed int
}

// check holds an answer about one vendor against the model. floor is what was
// written before the question.
func (m *model) check(operation string, want *modelVendor, got *domum.Vendor, err error, floor int64) {
	switch {
	case domum.IsNotFound(err):
		if !want.removed.Load() {
			m.t.Errorf("%s: vendor %s is there, and was not found", operation, want.id)
		}
	case err != nil:
		if m.calm {
			m.t.Errorf("%s: %v", operation, err)
		}
	case got.ID != want.id:
		m.t.Errorf("%s: vendor %s for vendor %s", operation, got.ID, want.id)
	case versionOf(string(got.StartDate)) < floor:
		m.t.Errorf("%s: vendor %s is of version %d; version %d was written before", operation, want.id, versionOf(string(got.StartDate)), floor)
	}
}

func (m *model) read(ctx context.Context, v *modelVendor) {
	floor := v.written.Load()
	got, err := m.client.ReadVendor(ctx, v.id)
	if ctx.Err() == nil {
		m.check("ReadVendor", v, got, err, floor)
	}
}

func (m *model) find(v *modelVendor) {
	floor := v.written.Load()
	got, err := m.client.FindVendor(context.Background(), v.name)
	if domum.IsNoMatch(err) && v.removed.Load() {
		return
	}
	m.check("FindVendor", v, got, err, floor)
}

// get demands more than no old data: a GET shows what others changed, too.
func (m *model) get(v *modelVendor) {
	floor := v.written.Load()
	if now, ok := m.server.Vendor(v.id); ok {
		floor = versionOf(now.StartDate)
	}
	got, err := m.client.GetVendor(context.Background(), v.id)
	m.check("GetVendor", v, got, err, floor)
}

func (m *model) patch(v *modelVendor) {
	got, err := m.client.GetVendor(context.Background(), v.id)
	if err != nil {
		return
	}
	version := versionOf(string(got.StartDate)) + 1
	start := domum.Date(day(version))
	if _, err := m.client.UpdateVendor(context.Background(), got, domum.VendorPatch{StartDate: &start}); err == nil {
		v.finished(version)
	}
}

// list checks a list against all vendors: each has to be in it, and, if the
// list promises so, as it was last written.
func (m *model) list(operation string, fresh bool, ask func(context.Context) ([]domum.Vendor, error)) {
	floors := make([]int64, len(m.vendors))
	for i, v := range m.vendors {
		if fresh {
			floors[i] = v.written.Load()
		}
	}
	got, err := ask(context.Background())
	if err != nil {
		return // removals move the pages, so a list may not be had
	}
	byID := make(map[string]*domum.Vendor, len(got))
	for i := range got {
		byID[got[i].ID] = &got[i]
	}
	for i, v := range m.vendors {
		switch listed := byID[v.id]; {
		case listed != nil:
			m.check(operation, v, listed, nil, floors[i])
		case !v.removed.Load():
			m.t.Errorf("%s: vendor %s is there, and not in the list", operation, v.id)
		}
	}
}

// change changes the appliance out of band.
func (m *model) change(random *rand.Rand, v *modelVendor) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch random.IntN(20) {
	case 0:
		if m.shifts {
			return // one record removed and one pushed between two pages: no client can see that
		}
		m.pushed++
		m.server.PushGroup("3", fmt.Sprintf("Late %d", m.pushed))
	case 1:
		victim := m.vendors[len(m.vendors)-1-random.IntN(5)]
		victim.removed.Store(true)
		m.server.RemoveVendor(victim.id)
	default:
		m.server.EditVendor(v.id, func(v *simulator.Vendor) { v.StartDate = day(versionOf(v.StartDate) + 1) })
	}
}

func (m *model) step(random *rand.Rand) {
	hot := m.vendors[random.IntN(m.hot)]
	anyone := hot
	if random.IntN(3) == 0 {
		anyone = m.vendors[random.IntN(len(m.vendors))]
	}
	switch n := random.IntN(100); {
	case n < 40:
		m.read(context.Background(), anyone)
	case n < 45:
		ctx, cancel := context.WithCancel(context.Background())
		go cancel()
		m.read(ctx, anyone)
	case n < 50:
		m.get(anyone)
	case n < 55:
		m.find(anyone)
	case n < 70 && m.unasked:
		m.read(context.Background(), anyone)
	case n < 65:
		m.list("Vendors", true, m.client.Vendors)
	case n < 70:
		m.list("Directory", false, m.client.Directory)
	case n < 85:
		m.patch(hot)
	default:
		m.change(random, hot)
	}
}

// However reads, writes, changes by others and failures interleave, no answer
// of ReadVendor, FindVendor or Vendors is older than the last finished write of this
// client, and no vendor that is there counts as gone.
func TestNoAnswerIsOlderThanTheLastWrite(t *testing.T) {
	for name, test := range map[string]struct {
		vendors, workers, steps int
		unasked                 bool
		faults                  []simulator.Fault
	}{
		"one page":  {vendors: 30, workers: 8, steps: 150},
		"two pages": {vendors: 210, workers: 8, steps: 60},
		"a list for reads alone": {vendors: 5000, workers: 8, steps: 40, unasked: true, faults: []simulator.Fault{
			{Path: vendorsPath, Kind: "slow", Delay: 2 * time.Millisecond, Rate: 0.5},
		}},
		"slow lists": {vendors: 30, workers: 8, steps: 150, faults: []simulator.Fault{
			{Path: vendorsPath, Kind: "slow", Delay: 2 * time.Millisecond, Rate: 0.5},
		}},
		"failures": {vendors: 210, workers: 8, steps: 60, faults: []simulator.Fault{
			{Path: vendorsPath, Kind: "slow", Delay: 2 * time.Millisecond, Rate: 0.3},
			{Path: vendorsPath, Kind: "status", Status: 403, Rate: 0.05},
			{Path: vendorsPath, Kind: "shift-page", Rate: 0.1},
			{Method: "PATCH", Kind: "reset-after", Rate: 0.2},
			{Path: vendorPath, Kind: "status", Status: 503, Rate: 0.05},
			{Path: vendorPath, Kind: "truncate", Rate: 0.05},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			seed := *seedFlag
			if seed == 0 {
				seed = rand.Uint64()
			}
			client, server, _ := setup(t, func(_ *domum.Config, o *simulator.Options) { o.RandomSeed = int64(seed) })
			m := &model{t: t, client: client, server: server, hot: 4, calm: len(test.faults) == 0, unasked: test.unasked}
			m.shifts = slices.ContainsFunc(test.faults, func(f simulator.Fault) bool { return f.Kind == simulator.FaultShiftPage })
			for i, id := range pushMany(server, test.vendors) {
				m.vendors = append(m.vendors, &modelVendor{id: id, name: fmt.Sprintf("Vendor %d", i)})
			}
			for _, f := range test.faults {
				server.AddFault(f)
			}
			atOnce(test.workers, func(i int) {
				random := rand.New(rand.NewPCG(seed, uint64(i)))
				for range test.steps {
					m.step(random)
				}
			})
			if t.Failed() {
				t.Logf("the seed was %d: -args -list.seed=%d", seed, seed)
			}
			var writes int64
			for _, v := range m.vendors {
				writes += v.written.Load()
			}
			if lists := server.Count("GET", vendorsPath); lists == 0 || writes == 0 {
				t.Errorf("nothing was tried: %d list requests, writes up to version %d", lists, writes)
			}
		})
	}
}
