// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

//go:build soak && unix

package provider

import (
	"net/http"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

const (
	soakRounds = 20
	soakLinks  = 300
	soakRate   = 0.1 // of all requests go wrong
)

const linkSoak = `
resource "domum_vendor_link" "many" {
  for_each          = toset([for i in range(300) : "Vendor ${i}"])
  vendor_name       = each.key
  access_group_name = "Vendors - OT"
  start_date        = "2026-12-01"
}
`

// soakFaults are those that pass: the appliance is busy, or the connection
// breaks.
func soakFaults() []simulator.Fault {
	var faults []simulator.Fault
	for _, path := range []string{"/api/v2/domum/*", "/api/v2/domum/*/*"} {
		for _, status := range []int{429, 500, 502, 503, 504} {
			faults = append(faults, simulator.Fault{Path: path, Kind: simulator.FaultStatus, Status: status})
		}
		for _, kind := range []simulator.FaultKind{simulator.FaultResetBefore, simulator.FaultResetAfter, simulator.FaultTruncate} {
			faults = append(faults, simulator.Fault{Path: path, Kind: kind})
		}
	}
	for i := range faults {
		faults[i].Rate = soakRate / float64(len(faults)/2)
	}
	return append(faults, simulator.Fault{Path: "/iso/oauth2/token", Kind: simulator.FaultStatus, Status: 429, Rate: soakRate})
}

// persist runs a command until it succeeds: where every 10th request fails, so
// does every now and then all that is made of one.
func (c *cli) persist(args ...string) string {
	c.t.Helper()
	for range 5 {
		output, ok := c.run(args...)
		if ok {
			return output
		}
		c.t.Logf("terraform %s failed, and is repeated:\n%s", args[0], output)
	}
	c.t.Fatalf("terraform %s failed 5 times", args[0])
	return ""
}

// Rounds of apply, plan and destroy on an appliance that is never well. A seed
// of an earlier run is SOAK_SEED.
func TestSoak(t *testing.T) {
	seed, err := strconv.ParseInt(os.Getenv("SOAK_SEED"), 10, 64)
	if err != nil {
		seed = time.Now().UnixNano()
	}
	t.Logf("SOAK_SEED=%d", seed)
	w := newWorld(t, func(o *simulator.Options) { o.RandomSeed, o.RateWindow = seed, 10*time.Second })
	for i := range soakLinks {
		w.push("Vendor " + strconv.Itoa(i))
	}
	for _, fault := range soakFaults() {
		w.AddFault(fault)
	}
	c := w.cli()
	c.use(linkSoak)
	for round := range soakRounds {
		begun := time.Now()
		w.ResetRequests()
		c.persist("apply", "-auto-approve")
		if remote, state := w.committed(), c.inState(); remote != soakLinks || state != soakLinks {
			t.Fatalf("round %d: %d are linked, %d in state", round, remote, state)
		}
		c.expect(c.persist("plan"), "No changes.")
		if remote := w.committed(); remote != soakLinks {
			t.Fatalf("round %d: %d are linked after a plan", round, remote)
		}
		writes, requests := w.Count(http.MethodPatch, ""), len(w.Requests())
		c.persist("destroy", "-auto-approve")
		w.ResetRequests()
		if remote, state := w.committed(), c.inState(); remote != 0 || state != 0 {
			t.Fatalf("round %d: %d are linked and %d in state after a destroy", round, remote, state)
		}
		t.Logf("round %d: %s, %d requests, %d writes for %d links", round, time.Since(begun).Round(time.Second), requests, writes, soakLinks)
	}
}
