// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// A gateway that compresses whatever it is asked for makes the ETag weak.
func TestWeakETagIsNeverSent(t *testing.T) {
	client, server, _ := setup(t)
	id := server.PushGroup("3", "Acme Ltd")
	v, err := client.GetVendor(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	start := domum.Date("2026-12-01")
	for _, etag := range []string{"", `W/` + v.ETag} {
		read := *v
		read.ETag = etag
		_, err = client.UpdateVendor(t.Context(), &read, domum.VendorPatch{StartDate: &start})
		if weak, ok := errors.AsType[*domum.WeakETagError](err); !ok || weak.ETag != etag {
			t.Errorf("%q: %v", etag, err)
		}
	}
	if n := server.Count(http.MethodPatch, ""); n != 0 {
		t.Errorf("%d writes", n)
	}
}

// A gateway that rewrites ETags in answers, and not in requests, makes every
// write a 412. That is no conflict, which a caller would try to get over.
func TestRewrittenETagIsNoConflict(t *testing.T) {
	client, server, _ := setup(t)
	id := server.PushGroup("3", "Acme Ltd")
	gateway := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		server.ServeHTTP(&suffixed{w}, r)
	}))
	t.Cleanup(gateway.Close)
	client, err := domum.New(domum.Config{URL: gateway.URL, ClientID: "domum-client", ClientSecret: domum.NewSecret("domum-secret"), Clock: client.Clock()})
	if err != nil {
		t.Fatal(err)
	}
	v, err := client.GetVendor(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	start := domum.Date("2026-12-01")
	_, err = client.UpdateVendor(t.Context(), v, domum.VendorPatch{StartDate: &start})
	rewritten, ok := errors.AsType[*domum.RewrittenETagError](err)
	if !ok || domum.IsConflict(err) || rewritten.Refusal.Status != http.StatusPreconditionFailed || rewritten.ETag != v.ETag {
		t.Errorf("%v", err)
	}

	// Where somebody else has written meanwhile, a 412 is a conflict all the same.
	server.EditVendor(id, func(v *simulator.Vendor) { v.DueDate = "2027-12-01" })
	if _, err = client.UpdateVendor(t.Context(), v, domum.VendorPatch{StartDate: &start}); !domum.IsConflict(err) {
		t.Errorf("%v", err)
	}
}

// suffixed marks ETags as Apache's mod_deflate does.
type suffixed struct{ http.ResponseWriter }

func (s *suffixed) WriteHeader(status int) {
	if etag := s.Header().Get("ETag"); etag != "" {
		s.Header().Set("ETag", strings.TrimSuffix(etag, `"`)+`-gzip"`)
	}
	s.ResponseWriter.WriteHeader(status)
}

func TestNoCompressionIsAskedFor(t *testing.T) {
	client, server, _ := setup(t)
	server.PushGroup("3", "Acme Ltd")
	if _, err := client.Vendors(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, r := range server.Requests() {
		if encoding := r.Header.Get("Accept-Encoding"); encoding != "identity" {
			t.Errorf("%s %s asks for %q", r.Method, r.Path, encoding)
		}
	}
}

// A token that is asked for twice harms nobody.
func TestTokenCallIsRetried(t *testing.T) {
	for name, fault := range map[string]simulator.Fault{
		"503":                   {Kind: "status", Status: 503},
		"the connection broke":  {Kind: "reset-before"},
		"the answer was lost":   {Kind: "reset-after"},
		"half of an answer":     {Kind: "truncate"},
		"the gateway timed out": {Kind: "status", Status: 504},
	} {
		t.Run(name, func(t *testing.T) {
			client, server, _ := setup(t)
			fault.Method, fault.Path, fault.Times = http.MethodPost, tokenPath, 2
			server.AddFault(fault)
			if _, err := client.Vendors(t.Context()); err != nil {
				t.Errorf("%v", err)
			}
		})
	}
}
