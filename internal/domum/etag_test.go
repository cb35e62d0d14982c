// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum_test

import (
	"errors"
	"net/http"
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

func TestNoCompressionIsAskedFor(t *testing.T) {
	client, server, _ := setup(t)
	server.PushGroup("3", "Acme Ltd")
	if _, err := client.Vendors(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, r := range server.Requests() {
		if encoding := r.Header.Get("Accept-Encoding"); encoding != "" && encoding != "identity" {
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
