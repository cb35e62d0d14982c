// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

//go:build gateways && unix

package gateways

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/domum-iac/terraform-provider-domum/internal/simtest"
	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// behind is how long a write takes to the second node.
const behind = 3 * time.Second

// haproxyNodes: all reads come from a node that is some seconds behind.
func haproxyNodes(j *job) {
	second := newFollower(j)
	first := httptest.NewServer(second.follow(simtest.Handler(j.T, j.sim)))
	j.Cleanup(first.Close)
	follower := httptest.NewServer(second)
	j.Cleanup(follower.Close)

	address := freeAddress(j.T)
	config := fill(j.T, j.folder, "haproxy/haproxy.cfg", map[string]string{
		"Listen": address, "First": first.Listener.Addr().String(), "Second": follower.Listener.Addr().String(),
	})
	start(j.T, address, "haproxy", "-db", "-f", config)
	j.set("DOMUM_URL", "http://"+address)

	j.before = second.wait
	j.edit = func(id string, change func(*simulator.Vendor)) {
		j.sim.EditVendor(id, change)
		second.later(func() { second.EditVendor(id, change) })
	}
	j.mainJob()

	// What was just linked is destroyed, and the second node doesn't know of
	// the links yet. The first run may be refused; no link may be lost.
	j.tf("apply", "-auto-approve")
	j.before = func() {}
	if _, code := j.tf("destroy", "-auto-approve"); code != 0 {
		second.wait()
		j.tf("destroy", "-auto-approve")
	}
	j.gone()
}

// follower is a node that carries out what the first node did, a while after
// it. It was made alike, so that it gives the same ids and ETags.
type follower struct {
	*simulator.Simulator
	job     *job
	checked http.Handler
	token   string

	mu      sync.Mutex
	pending []change // oldest first
}

type change struct {
	due time.Time
	do  func()
}

func newFollower(j *job) *follower {
	j.Helper()
	f := &follower{Simulator: simulator.New(simulator.Options{Seed: seed()}), job: j}
	f.checked = simtest.Handler(j.T, f.Simulator)
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {"domum-client"}, "client_secret": {"domum-secret"}}
	req := httptest.NewRequestWithContext(j.ctx, http.MethodPost, "/iso/oauth2/token", strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer := httptest.NewRecorder()
	f.Simulator.ServeHTTP(answer, req)
	var token struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.Unmarshal(answer.Body.Bytes(), &token); err != nil || token.AccessToken == "" {
		j.Fatalf("no token: %d %s", answer.Code, answer.Body)
	}
	f.token = token.AccessToken
	return f
}

// ServeHTTP answers with what the first node had a while ago. Whom the first
// node gave a token is known here, too.
func (f *follower) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.catchUp()
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+f.token)
	f.checked.ServeHTTP(w, r)
}

// follow returns first, whose writes are carried out here later.
func (f *follower) follow(first http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPatch {
			first.ServeHTTP(w, r)
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			panic(http.ErrAbortHandler) // the client went away amid its body
		}
		again := r.Clone(f.job.ctx)
		r.Body, again.Body = io.NopCloser(bytes.NewReader(body)), io.NopCloser(bytes.NewReader(body))
		first.ServeHTTP(w, r)
		again.Header.Set("Authorization", "Bearer "+f.token)
		f.later(func() { f.Simulator.ServeHTTP(httptest.NewRecorder(), again) })
	})
}

func (f *follower) later(do func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.pending = append(f.pending, change{time.Now().Add(behind), do})
}

// catchUp carries out what is due, and returns how much isn't yet.
func (f *follower) catchUp() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	for len(f.pending) > 0 && !time.Now().Before(f.pending[0].due) {
		f.pending[0].do()
		f.pending = f.pending[1:]
	}
	return len(f.pending)
}

// wait waits until this node has all that the first one has.
func (f *follower) wait() {
	eventually(f.job.T, "the second node follows", func() bool { return f.catchUp() == 0 })
}
