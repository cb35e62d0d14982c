// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"context"
	"errors"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A write that is under way when its caller is interrupted goes on for 30 s,
// however long request_timeout is; a read ends at once.
func TestInterruptedWriteGoesOnForHalfAMinute(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		write   bool
		timeout time.Duration
		lasts   time.Duration
		is      error
		says    string
	}{
		"a long write":  {write: true, timeout: 2 * time.Minute, lasts: 40 * time.Second, is: os.ErrDeadlineExceeded, says: "within 30s after the interrupt"},
		"a short write": {write: true, timeout: 20 * time.Second, lasts: 20 * time.Second, is: os.ErrDeadlineExceeded, says: "within 20s"},
		"a read":        {timeout: 2 * time.Minute, lasts: 10 * time.Second, is: context.Canceled},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				silent := roundTripper(func(req *http.Request) (*http.Response, error) {
					<-req.Context().Done()
					return nil, req.Context().Err()
				})
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				time.AfterFunc(10*time.Second, cancel)
				req, err := http.NewRequestWithContext(withCall(ctx, &call{write: test.write}), http.MethodPut, "https://gw.example.test", nil)
				if err != nil {
					t.Fatal(err)
				}
				start := time.Now()
				_, err = buffered(test.timeout, silent).RoundTrip(req)
				if lasted := time.Since(start); lasted != test.lasts || !errors.Is(err, test.is) || !strings.Contains(err.Error(), test.says) {
					t.Errorf("%s: %v", lasted, err)
				}
				if _, had := verdict(nil, err); test.write && had != lateEffect {
					t.Errorf("effect %d: what became of it must be looked up", had)
				}
			})
		})
	}
}
