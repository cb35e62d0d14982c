// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

func TestTokenIsRenewedBeforeItEnds(t *testing.T) {
	client, server, clock := setup(t)
	id := server.PushGroup("3", "Acme Ltd")
	for range 10 {
		if _, err := client.GetVendor(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		clock.Leap(15 * time.Minute)
	}
	if n := server.Count("POST", tokenPath); n != 3 {
		t.Errorf("%d token calls in 135 minutes", n)
	}
	for _, r := range server.Requests() {
		if r.Status == http.StatusUnauthorized {
			t.Errorf("%s %s was refused", r.Method, r.Path)
		}
	}
}

func TestRevokedTokenIsRenewedOnceForAll(t *testing.T) {
	client, server, _ := setup(t)
	id := server.PushGroup("3", "Acme Ltd")
	if _, err := client.GetVendor(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	server.RevokeTokens()
	var workers sync.WaitGroup
	for range 20 {
		workers.Go(func() {
			if _, err := client.GetVendor(context.WithoutCancel(t.Context()), id); err != nil {
				t.Error(err)
			}
		})
	}
	workers.Wait()
	if n := server.Count("POST", tokenPath); n != 2 {
		t.Errorf("%d token calls, want 2", n)
	}
}

func TestRefusedTokenIsTriedTwice(t *testing.T) {
	client, server, _ := setup(t)
	id := server.PushGroup("3", "Acme Ltd")
	server.AddFault(simulator.Fault{Method: "GET", Path: vendorPath, Kind: "status", Status: 401})
	if _, err := client.GetVendor(t.Context(), id); !domum.IsUnauthenticated(err) {
		t.Errorf("%v", err)
	}
	if gets, posts := server.Count("GET", vendorPath), server.Count("POST", tokenPath); gets != 2 || posts != 2 {
		t.Errorf("%d requests, %d token calls; want 2 and 2", gets, posts)
	}
}

func TestGivenAccessTokenIsUsedAsItIs(t *testing.T) {
	client, server, _ := setup(t, func(c *domum.Config, _ *simulator.Options) {
		c.AccessToken, c.ClientID, c.ClientSecret = domum.NewSecret("expired-token"), "", domum.Secret{}
	})
	_, err := client.GetVendor(t.Context(), "1")
	if !domum.IsUnauthenticated(err) || strings.Contains(err.Error(), "expired-token") {
		t.Errorf("%v", err)
	}
	if n := server.Count("POST", tokenPath); n != 0 {
		t.Errorf("%d token calls", n)
	}
}

func TestTokenEndpointThatRepeatsTheSecret(t *testing.T) {
	client, server, _ := setup(t)
	server.AddFault(simulator.Fault{Path: tokenPath, Kind: "echo-secret"})
	_, err := client.GetVendor(t.Context(), "1")
	if !domum.IsUnauthenticated(err) || strings.Contains(err.Error(), "domum-secret") || !strings.Contains(err.Error(), "[redacted]") {
		t.Errorf("%v", err)
	}
}
