// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/simtest"
)

// pushMany pushes n groups, and returns the ids of their vendors.
func pushMany(server *simtest.Server, n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = server.PushGroup("3", fmt.Sprintf("Vendor %d", i))
	}
	return ids
}

// readVendors reads vendors one after the other.
func readVendors(t *testing.T, client *domum.Client, ids []string) {
	t.Helper()
	for _, id := range ids {
		if v, err := client.ReadVendor(t.Context(), id); err != nil || v.ID != id {
			t.Fatalf("%+v, %v", v, err)
		}
	}
}

// checkReads checks how many vendors and pages were asked for.
func checkReads(t *testing.T, server *simtest.Server, vendors, pages int) {
	t.Helper()
	if v, p := server.Count("GET", vendorPath), server.Count("GET", vendorsPath); v != vendors || p != pages {
		t.Errorf("%d vendors and %d pages read, want %d and %d", v, p, vendors, pages)
	}
}

// atOnce runs f n times at once.
func atOnce(n int, f func(i int)) {
	var workers sync.WaitGroup
	for i := range n {
		workers.Go(func() { f(i) })
	}
	workers.Wait()
}

// setStart writes a start date, and returns when the write is finished.
func setStart(t *testing.T, client *domum.Client, id string, start domum.Date) {
	t.Helper()
	v, err := client.GetVendor(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.UpdateVendor(t.Context(), v, domum.VendorPatch{StartDate: &start}); err != nil {
		t.Fatal(err)
	}
}

// holdPage2 keeps requests for the second page of the list waiting until
// release is called. The first page is answered by then: what changes in
// between is not in it. held is closed when the first of them waits.
func holdPage2(server *simtest.Server) (held <-chan struct{}, release func()) {
	arrived, open := make(chan struct{}), make(chan struct{})
	var once sync.Once
	server.OnRequest(func(r *http.Request) {
		if r.URL.Path == vendorsPath && r.URL.Query().Get("page") == "2" {
			once.Do(func() { close(arrived) })
			<-open
		}
	})
	return arrived, sync.OnceFunc(func() { close(open) })
}
