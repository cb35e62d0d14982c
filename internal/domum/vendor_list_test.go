// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

func TestReadsAtOnceShareOneList(t *testing.T) {
	client, server, _ := setup(t)
	ids := pushMany(server, 1000)
	atOnce(50, func(i int) {
		if v, err := client.ReadVendor(context.WithoutCancel(t.Context()), ids[i*20]); err != nil || v.ID != ids[i*20] {
			t.Errorf("%+v, %v", v, err)
		}
	})
	checkReads(t, server, 10, 6) // page 1 said how many there are
}

// One failure doesn't keep reads from a list that was loaded since.
func TestListThatIsThereAfterAFailureServesReads(t *testing.T) {
	client, server, _ := setup(t)
	ids := pushMany(server, 1000)
	readVendors(t, client, ids[:100])
	server.AddFault(simulator.Fault{Path: vendorsPath, Kind: "status", Status: 403, Times: 1})
	if _, err := client.ReloadVendors(t.Context()); !domum.IsForbidden(err) {
		t.Fatal(err)
	}
	if _, err := client.ReloadVendors(t.Context()); err != nil {
		t.Fatal(err)
	}
	server.ResetRequests()
	readVendors(t, client, ids)
	if n := server.Count("", ""); n > 0 {
		t.Errorf("%d requests beside a list", n)
	}
}

// A list that was there, and can't be read again, is not asked for by reads.
func TestReadsDoNotAskForAListThatCannotBeReadAgain(t *testing.T) {
	client, server, _ := setup(t)
	ids := pushMany(server, 100)
	if _, err := client.Vendors(t.Context()); err != nil {
		t.Fatal(err)
	}
	server.AddFault(simulator.Fault{Path: vendorsPath, Kind: "status", Status: 403})
	if _, err := client.ReloadVendors(t.Context()); !domum.IsForbidden(err) {
		t.Fatal(err)
	}
	server.ResetRequests()
	readVendors(t, client, ids)
	checkReads(t, server, 100, 0)
}

// A list that a data source has read serves the links as well.
func TestListThatIsThereServesReads(t *testing.T) {
	client, server, _ := setup(t)
	ids := pushMany(server, 5000)
	if _, err := client.Vendors(t.Context()); err != nil {
		t.Fatal(err)
	}
	readVendors(t, client, ids[:20])
	checkReads(t, server, 0, 25)
}

// Page 1 says how many pages there are: the list is read when that many
// vendors were.
func TestReadsUseTheListWhenItHasFewerPages(t *testing.T) {
	client, server, _ := setup(t)
	ids := pushMany(server, 5000)
	for _, step := range []struct{ read, vendors, pages int }{{10, 10, 0}, {11, 11, 1}, {25, 25, 1}, {26, 25, 26}, {60, 25, 26}} {
		readVendors(t, client, ids[server.Count("GET", vendorPath):step.read])
		checkReads(t, server, step.vendors, step.pages)
	}
}

// Each vendor that was written is read alone from then on; the list serves the
// others still.
func TestListServesWhatWasNotWritten(t *testing.T) {
	client, server, _ := setup(t)
	ids := pushMany(server, 100)
	if _, err := client.Vendors(t.Context()); err != nil {
		t.Fatal(err)
	}
	setStart(t, client, ids[0], "2030-01-01")
	server.ResetRequests()
	readVendors(t, client, ids)
	checkReads(t, server, 1, 0)
}

// waiting is a context that tells when somebody begins to wait for its end.
type waiting struct {
	context.Context
	begun func()
}

func (w waiting) Done() <-chan struct{} {
	w.begun()
	return w.Context.Done()
}

// All get a list that is too old for them at the same moment; one of them
// loads it again for all.
func TestListsAtOnceAfterAWriteShareOneLoad(t *testing.T) {
	client, server, _ := setup(t)
	ids := pushMany(server, 250)
	held, release := holdPage2(server)
	defer release()
	var early sync.WaitGroup
	early.Go(func() {
		if _, err := client.Directory(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	<-held
	setStart(t, client, ids[0], "2030-01-01")
	const readers = 50
	var arrived sync.WaitGroup
	arrived.Add(readers)
	go func() {
		arrived.Wait()
		release()
	}()
	atOnce(readers, func(int) {
		ctx := waiting{context.Background(), sync.OnceFunc(arrived.Done)}
		if vendors, err := client.Vendors(ctx); err != nil || vendors[0].StartDate != "2030-01-01" {
			t.Errorf("%d vendors, %v", len(vendors), err)
		}
	})
	early.Wait()
	if n := server.Count("GET", vendorsPath); n != 4 {
		t.Errorf("%d requests for two pages, read twice", n)
	}
}

// A list that began to load before a write is older than the write, also
// where it arrives later.
func TestLoadInFlightBringsNothingOldBack(t *testing.T) {
	client, server, _ := setup(t)
	ids := pushMany(server, 250)
	held, release := holdPage2(server)
	defer release()
	loaded := make(chan []domum.Vendor)
	go func() {
		vendors, _ := client.Directory(context.WithoutCancel(t.Context()))
		loaded <- vendors
	}()
	<-held
	setStart(t, client, ids[0], "2030-01-01")
	release()
	if vendors := <-loaded; len(vendors) != 250 || vendors[0].StartDate != "" {
		t.Fatalf("the load was not in flight: %d vendors", len(vendors))
	}
	for i, id := range ids {
		if v, err := client.ReadVendor(t.Context(), id); err != nil || i == 0 && v.StartDate != "2030-01-01" {
			t.Fatalf("%+v, %v", v, err)
		}
	}
	// That many reads are answered from the list, this one excepted.
	if v, err := client.ReadVendor(t.Context(), ids[0]); err != nil || v.StartDate != "2030-01-01" {
		t.Errorf("%+v, %v", v, err)
	}
	if vendors, err := client.Vendors(t.Context()); err != nil || vendors[0].StartDate != "2030-01-01" {
		t.Errorf("%d vendors, %v", len(vendors), err)
	}
}

func TestLoadOutlivesTheOneWhoBeganIt(t *testing.T) {
	client, server, _ := setup(t)
	pushMany(server, 250)
	held, release := holdPage2(server)
	defer release()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		_, err := client.Vendors(ctx)
		ended <- err
	}()
	<-held
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	release()
	if vendors, err := client.Vendors(t.Context()); err != nil || len(vendors) != 250 {
		t.Errorf("%d vendors, %v", len(vendors), err)
	}
	if n := server.Count("GET", vendorsPath); n != 2 {
		t.Errorf("%d requests for two pages", n)
	}
}

// An authorization may read vendors and not list them; a list may be in
// motion all the time. Reads ask once for the first page, and once for the
// rest.
func TestReadsAskOnceForAListThatFails(t *testing.T) {
	for name, test := range map[string]struct {
		fault  simulator.Fault
		atMost int // requests
	}{
		"refused":              {simulator.Fault{Kind: "status", Status: 403}, 1},
		"refused after page 1": {simulator.Fault{Kind: "status", Status: 403, Skip: 1}, 2},
		"never fit":            {simulator.Fault{Kind: "shift-page"}, 1 + 3*3},
		"with an empty vendor": {simulator.Fault{Kind: "status", Status: 200, Body: `{"data":[{"id":"1"}],"pagination":{"total_items":1,"total_pages":1}}`}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			client, server, _ := setup(t)
			ids := pushMany(server, 500)
			test.fault.Path = vendorsPath
			server.AddFault(test.fault)
			readVendors(t, client, ids)
			if n := server.Count("GET", vendorsPath); n == 0 || n > test.atMost {
				t.Errorf("asked for the list %d times in 500 reads, want at most %d", n, test.atMost)
			}
			// Who needs the list gets it, or its error.
			if name != "never fit" {
				if vendors, err := client.Vendors(t.Context()); err == nil {
					t.Errorf("%d vendors", len(vendors))
				}
			}
			server.ClearFaults()
			if vendors, err := client.Vendors(t.Context()); err != nil || len(vendors) != 500 {
				t.Errorf("afterwards: %d vendors, %v", len(vendors), err)
			}
		})
	}
}

func TestListThatChangesMeanwhileIsReadAgain(t *testing.T) {
	client, server, _ := setup(t)
	ids := pushMany(server, 401)
	held, release := holdPage2(server)
	defer release()
	go func() {
		<-held
		server.RemoveVendor(ids[0])
		release()
	}()
	vendors, err := client.Vendors(t.Context())
	if err != nil || len(vendors) != 400 || vendors[0].ID != ids[1] {
		t.Errorf("%d vendors, %v", len(vendors), err)
	}
}

// A page that disagrees with the first ends the attempt; nobody waits for the
// pages behind it.
func TestListThatChangesMeanwhileIsGivenUpAtOnce(t *testing.T) {
	client, server, _ := setup(t)
	pushMany(server, 1000)
	server.AddFault(simulator.Fault{Path: vendorsPath, Kind: "shift-page"})
	server.OnRequest(func(r *http.Request) {
		if page := r.URL.Query().Get("page"); page > "2" {
			<-r.Context().Done()
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if vendors, err := client.Vendors(ctx); err == nil || !strings.Contains(err.Error(), "the list is incomplete, or changed while it was read") {
		t.Errorf("%d vendors, %v", len(vendors), err)
	}
}

// What a page claims of the others is no reason to ask or to reserve without
// bound.
func TestClaimsOfAPageAreBounded(t *testing.T) {
	const vendor = `{"id":"1","name":"Acme Ltd","status":"disabled"}`
	for name, page := range map[string]string{
		"records past all memory": `{"data":[` + vendor + `],"pagination":{"total_items":20000000000}}`,
		"nothing, with a record":  `{"data":[` + vendor + `],"pagination":{"total_items":0}}`,
		"the same record twice":   `{"data":[` + vendor + `,` + vendor + `],"pagination":{"total_items":2}}`,
	} {
		t.Run(name, func(t *testing.T) {
			client, server, _ := setup(t)
			server.AddFault(simulator.Fault{Path: vendorsPath, Kind: "status", Status: 200, Body: page})
			if vendors, err := client.Vendors(t.Context()); err == nil || !strings.Contains(err.Error(), "the list is incomplete, or changed while it was read") {
				t.Errorf("%d vendors, %v", len(vendors), err)
			}
			if n := server.Count("GET", vendorsPath); n != 3 {
				t.Errorf("%d requests, want one an attempt", n)
			}
		})
	}
}

// While a write is under way, the list may be older than what it has done
// already.
func TestReadDuringAWriteAsksForTheVendor(t *testing.T) {
	client, server, _ := setup(t)
	ids := pushMany(server, 20)
	if _, err := client.Vendors(t.Context()); err != nil {
		t.Fatal(err)
	}
	server.OnRequest(func(r *http.Request) {
		if r.Method != http.MethodPatch {
			return
		}
		before := server.Count("GET", vendorPath)
		if _, err := client.ReadVendor(context.WithoutCancel(t.Context()), ids[0]); err != nil {
			t.Error(err)
		}
		if n := server.Count("GET", vendorPath) - before; n != 1 {
			t.Errorf("%d requests for the vendor", n)
		}
	})
	setStart(t, client, ids[0], "2030-01-01")
}

// A list that was outdated while it was loaded is not kept.
func TestListThatIsOutdatedWhileItIsLoadedIsNotKept(t *testing.T) {
	client, server, _ := setup(t)
	ids := pushMany(server, 250)
	held, release := holdPage2(server)
	defer release()
	early := make(chan error)
	go func() {
		_, err := client.Directory(context.WithoutCancel(t.Context()))
		early <- err
	}()
	<-held
	server.EditVendor(ids[0], func(v *simulator.Vendor) { v.StartDate = "2030-01-01" })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := client.ReloadVendors(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	release()
	if err := <-early; err != nil {
		t.Error(err)
	}
	if vendors, err := client.Directory(t.Context()); err != nil || vendors[0].StartDate != "2030-01-01" {
		t.Errorf("%d vendors, %v", len(vendors), err)
	}
}

// The later of two loads is kept, whichever is finished first.
func TestLaterLoadIsKept(t *testing.T) {
	client, server, _ := setup(t)
	ids := pushMany(server, 250)
	arrived, open := make(chan struct{}), make(chan struct{})
	var held atomic.Bool
	server.OnRequest(func(r *http.Request) {
		if r.URL.Query().Get("page") == "2" && held.CompareAndSwap(false, true) {
			close(arrived)
			<-open
		}
	})
	early := make(chan error)
	go func() {
		_, err := client.Directory(context.WithoutCancel(t.Context()))
		early <- err
	}()
	<-arrived
	setStart(t, client, ids[0], "2030-01-01")
	if _, err := client.Vendors(t.Context()); err != nil {
		t.Error(err)
	}
	close(open)
	if err := <-early; err != nil {
		t.Error(err)
	}
	server.ResetRequests()
	if _, err := client.Vendors(t.Context()); err != nil || server.Count("", "") > 0 {
		t.Errorf("%d requests, %v", server.Count("", ""), err)
	}
}
