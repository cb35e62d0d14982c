// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package process

import (
	"context"
	"testing"
	"time"
)

func TestAwait(t *testing.T) {
	now, never := func() {}, func() { select {} }
	stopped, stop := context.WithCancel(t.Context())
	stop()
	for name, test := range map[string]struct {
		ctx      context.Context
		grace    func()
		finished bool // the work is, at once
		want     bool
	}{
		"work that is done":                      {t.Context(), never, true, true},
		"stopped, and the work ends in the time": {stopped, never, true, true},
		"stopped, and the work takes longer":     {stopped, now, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			released := make(chan struct{})
			if test.finished {
				close(released)
			}
			result, ok := Await(test.ctx, test.grace, func() int {
				<-released
				return 1
			})
			if ok != test.want || ok && result != 1 {
				t.Errorf("%d, %t", result, ok)
			}
			if !test.finished {
				close(released)
			}
			Finish(time.Minute)
		})
	}
}

func TestFinishWaitsForWhatGoesOn(t *testing.T) {
	stopped, stop := context.WithCancel(t.Context())
	stop()
	released, done := make(chan struct{}), false
	Await(stopped, func() {}, func() bool {
		<-released
		done = true
		return true
	})
	Finish(time.Millisecond)
	close(released)
	Finish(time.Minute)
	if !done {
		t.Error("it returned before the work was done")
	}
}
