// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

const (
	clientID      = "domum-client"
	clientSecret  = "domum-secret"
	accessGroupID = "7" // accessGroup, in the default seed
)

// appliance is a simulated appliance that takes its time to answer.
type appliance struct {
	*simulator.Simulator
	server *http.Server
	url    string
}

// startAppliance serves an appliance with that many vendors, the first of them
// linked as the configurations say. Each request waits for latency before it
// is handled.
func startAppliance(ctx context.Context, vendors, linked int, latency time.Duration) (*appliance, error) {
	seed := simulator.DefaultSeed()
	for i := range vendors {
		v := simulator.Vendor{Name: vendorName(i), IdentityProviderID: "3", SynchronizedAt: time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)}
		if i < linked {
			v.AccessGroupID, v.StartDate, v.Status = accessGroupID, startDate, "enabled"
		}
		seed.Vendors = append(seed.Vendors, v)
	}
	a := &appliance{Simulator: simulator.New(simulator.Options{ClientID: clientID, ClientSecret: clientSecret, Seed: seed})}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	a.url = "http://" + listener.Addr().String()
	a.server = &http.Server{
		Handler:           delayed(latency, a.Simulator),
		ReadHeaderTimeout: time.Minute,
	}
	go func() { _ = a.server.Serve(listener) }() // ends with Close
	return a, nil
}

// delayed waits before each request, as long as its client does.
func delayed(latency time.Duration, next http.Handler) http.Handler {
	if latency == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		timer := time.NewTimer(latency)
		defer timer.Stop()
		select {
		case <-timer.C:
			next.ServeHTTP(w, r)
		case <-r.Context().Done():
		}
	})
}

func vendorName(i int) string { return fmt.Sprintf("Vendor %05d", i+1) }

// env is what points the provider at the appliance, if there is one.
func (a *appliance) env() []string {
	if a.Simulator == nil {
		return nil
	}
	return []string{"DOMUM_URL=" + a.url, "DOMUM_CLIENT_ID=" + clientID, "DOMUM_CLIENT_SECRET=" + clientSecret}
}

// requests counts requests by kind.
type requests struct{ token, pages, reads, groups, writes int }

func (r requests) all() int { return r.token + r.pages + r.reads + r.groups + r.writes }

func (r requests) String() string {
	return fmt.Sprintf("%d+%d+%d+%d+%d", r.token, r.pages, r.reads, r.groups, r.writes)
}

// takeRequests returns what was requested since the last call. Anything that
// failed, or is none of the five kinds, is an error: it would be a cost that
// isn't the provider's.
func (a *appliance) takeRequests() (requests, error) {
	var n requests
	if a.Simulator == nil {
		return n, nil
	}
	for _, r := range a.Requests() {
		const vendors = "/api/v2/domum/vendors"
		switch {
		case r.Status != http.StatusOK:
			return n, fmt.Errorf("%s %s was answered %d", r.Method, r.Path, r.Status)
		case r.Path == "/iso/oauth2/token":
			n.token++
		case r.Path == vendors:
			n.pages++
		case strings.HasPrefix(r.Path, "/api/v2/domum/access-groups"):
			n.groups++
		case strings.HasPrefix(r.Path, vendors) && r.Method == http.MethodPatch:
			n.writes++
		case strings.HasPrefix(r.Path, vendors):
			n.reads++
		default:
			return n, errors.New("an unexpected request: " + r.Method + " " + r.Path)
		}
	}
	a.ResetRequests()
	return n, nil
}
