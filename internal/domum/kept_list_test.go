// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"context"
	"errors"
	"testing"
)

// A load that was outdated meanwhile is not the list that a caller can use, and
// that it fails says nothing of the load after it.
func TestOutdatedLoadCountsForNothing(t *testing.T) {
	t.Parallel()
	begun := make(chan chan error)
	k := &keptList[Vendor]{load: func(context.Context) ([]Vendor, error) {
		end := make(chan error)
		begun <- end
		return nil, <-end
	}}
	load := func() (end func(error)) {
		done := make(chan bool)
		go func() {
			_, _ = k.get(t.Context(), 0)
			close(done)
		}()
		result := <-begun
		return func(err error) {
			result <- err
			<-done
		}
	}
	expect := func(when string, wantThere, wantFailed bool) {
		t.Helper()
		if there, failed := k.peek(); there != wantThere || failed != wantFailed {
			t.Errorf("%s: there %t, failed %t", when, there, failed)
		}
	}
	older := load()
	expect("while it is loaded", true, false)
	k.outdate()
	expect("when it was outdated meanwhile", false, false)
	newer := load()
	newer(nil)
	expect("when the newer load ended", true, false)
	older(errors.New("late"))
	expect("when the older load failed", true, false)
	k.outdate()
	load()(errors.New("fails"))
	expect("when the last load failed", false, true)
	next := load()
	k.outdate()
	expect("when the load after it was outdated", false, false)
	next(nil)
}
