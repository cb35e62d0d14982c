// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// How long the list is, is asked beside the last of the single reads, so that
// the next read need not wait for that first.
func TestPagesAreCountedWhileVendorsAreRead(t *testing.T) {
	client, server, _ := setup(t)
	ids := pushMany(server, 10)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	counted := make(chan struct{})
	server.OnRequest(func(r *http.Request) {
		switch {
		case r.URL.Path == vendorsPath:
			close(counted)
		case strings.HasPrefix(r.URL.Path, vendorsPath):
			select {
			case <-counted:
			case <-ctx.Done():
			}
		}
	})
	atOnce(len(ids), func(i int) {
		if _, err := client.ReadVendor(ctx, ids[i]); err != nil {
			t.Error(err)
		}
	})
}

// The list is loaded beside the reads that pay for it, a page a read, and
// behind the first page, which said how long it is.
func TestEachReadPaysForAPage(t *testing.T) {
	client, server, _ := setup(t)
	ids := pushMany(server, 5000)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	asked := make(chan struct{}, 100)
	server.OnRequest(func(r *http.Request) {
		if r.URL.Path == vendorsPath {
			asked <- struct{}{}
		}
	})
	for i, id := range ids[:30] {
		if v, err := client.ReadVendor(ctx, id); err != nil || v.ID != id {
			t.Fatalf("%+v, %v", v, err)
		}
		if n := i + 1; n < 10 || n > 25 {
			continue
		}
		select {
		case <-asked:
		case <-ctx.Done():
			t.Fatalf("no page was asked for beside read %d", i+1)
		}
	}
	checkReads(t, server, 25, 25)
}

// Who waits for the list does not wait for reads to pay for it.
func TestListThatIsWantedIsLoadedAtOnce(t *testing.T) {
	client, server, _ := setup(t)
	ids := pushMany(server, 5000)
	readVendors(t, client, ids[:12])
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if vendors, err := client.Vendors(ctx); err != nil || len(vendors) != 5000 {
		t.Errorf("%d vendors, %v", len(vendors), err)
	}
	if n := server.Count("GET", vendorsPath); n != 25 {
		t.Errorf("%d pages read, want 25", n)
	}
}

// Where the list was wanted and can't be had, reads don't load it unpaid.
func TestReadsAfterAListThatFailedPayForNothing(t *testing.T) {
	client, server, _ := setup(t)
	ids := pushMany(server, 5000)
	server.AddFault(simulator.Fault{Path: vendorsPath, Kind: "status", Status: 403, Times: 1})
	if _, err := client.Vendors(t.Context()); !domum.IsForbidden(err) {
		t.Fatal(err)
	}
	readVendors(t, client, ids[:25])
	checkReads(t, server, 25, 2)
}
