// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// transcript is all that leaves a provider: what it answers Terraform, which
// prints or saves it, and what it logs.
type transcript struct {
	tfprotov6.ProviderServer
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer, for the log.
func (s *transcript) Write(line []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(line)
}

// take returns what was written since the last call.
func (s *transcript) take() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.text.Reset()
	return s.text.String()
}

func (s *transcript) logging(ctx context.Context) context.Context {
	return tflogtest.RootLogger(ctx, s)
}

// keep keeps an answer: its diagnostics, and values as they are saved.
func (s *transcript) keep(diagnostics []*tfprotov6.Diagnostic, private []byte, values ...*tfprotov6.DynamicValue) {
	for _, d := range diagnostics {
		_, _ = fmt.Fprintf(s, "%s\n%s\n%s\n", d.Severity, d.Summary, d.Detail)
	}
	_, _ = s.Write(private)
	for _, v := range values {
		if v != nil {
			_, _ = s.Write(append(v.MsgPack, v.JSON...))
		}
	}
}

func identity(data *tfprotov6.ResourceIdentityData) *tfprotov6.DynamicValue {
	if data == nil {
		return nil
	}
	return data.IdentityData
}

func (s *transcript) ConfigureProvider(ctx context.Context, req *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	resp, err := s.ProviderServer.ConfigureProvider(s.logging(ctx), req)
	s.keep(resp.Diagnostics, nil)
	return resp, err
}

func (s *transcript) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	resp, err := s.ProviderServer.PlanResourceChange(s.logging(ctx), req)
	s.keep(resp.Diagnostics, resp.PlannedPrivate, resp.PlannedState, identity(resp.PlannedIdentity))
	return resp, err
}

func (s *transcript) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	resp, err := s.ProviderServer.ApplyResourceChange(s.logging(ctx), req)
	s.keep(resp.Diagnostics, resp.Private, resp.NewState, identity(resp.NewIdentity))
	return resp, err
}

func (s *transcript) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	resp, err := s.ProviderServer.ReadResource(s.logging(ctx), req)
	s.keep(resp.Diagnostics, resp.Private, resp.NewState, identity(resp.NewIdentity))
	return resp, err
}

func (s *transcript) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	resp, err := s.ProviderServer.ReadDataSource(s.logging(ctx), req)
	s.keep(resp.Diagnostics, nil, resp.State)
	return resp, err
}

func (s *transcript) ImportResourceState(ctx context.Context, req *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	resp, err := s.ProviderServer.ImportResourceState(s.logging(ctx), req)
	s.keep(resp.Diagnostics, nil)
	for _, r := range resp.ImportedResources {
		s.keep(nil, r.Private, r.State, identity(r.Identity))
	}
	return resp, err
}

// everyCall makes each kind of call of a new provider once, and returns what
// errors said. What the calls leave is looked through for secrets.
func (s *secured) everyCall(when string, settings map[string]any) (said string) {
	s.t.Helper()
	kept := &transcript{}
	s.around = func(server tfprotov6.ProviderServer) tfprotov6.ProviderServer {
		kept.ProviderServer = server
		return kept
	}
	attributes := map[string]any{
		"url": s.url, "client_secret": s.secret, "ca_cert_pem": string(s.authority),
		"client_cert_pem": string(s.cert), "client_key_pem": string(s.key), "max_retries": 0, "request_timeout": "300ms",
	}
	maps.Copy(attributes, settings)
	p := s.protocol(attributes)
	id := s.sim.Vendors()[0].ID
	private, said := p.attempt(adoption)
	_, readSaid := p.readLink(id, private)
	said += readSaid + p.importLink("name:Acme Ltd")
	for _, name := range []string{"domum_vendors", "domum_access_groups"} {
		said += p.readData(name, nil)
	}
	said += p.destroy(id, private)
	text := kept.take()
	if found := s.leaks(text); len(found) > 0 {
		s.t.Errorf("%s: %q in\n%s", when, found, text)
	}
	if !strings.Contains(text, "Domum request") || !strings.Contains(text, "domum_access_groups") && !strings.Contains(text, "Acme Ltd") {
		s.t.Errorf("%s: this is not all that leaves the provider:\n%s", when, text)
	}
	return said
}

func TestSecretsSurviveEveryFault(t *testing.T) {
	kinds := []simulator.Fault{
		{Kind: simulator.FaultStatus, Status: 401},
		{Kind: simulator.FaultStatus, Status: 500},
		{Kind: simulator.FaultResetBefore},
		{Kind: simulator.FaultResetAfter},
		{Kind: simulator.FaultTruncate},
		{Kind: simulator.FaultSlow, Delay: time.Minute},
		{Kind: simulator.FaultEndless},
		{Kind: simulator.FaultHTML},
		{Kind: simulator.FaultRedirect, Body: "https://elsewhere.example/?from=domum"},
		{Kind: simulator.FaultContentType},
		{Kind: simulator.FaultLockdown},
		{Kind: simulator.FaultV1},
		{Kind: simulator.FaultGateway},
		{Kind: simulator.FaultRepeatPage},
		{Kind: simulator.FaultEmptyPage},
		{Kind: simulator.FaultShiftPage},
		{Kind: simulator.FaultEchoSecret},
	}
	for name, at := range map[string]simulator.Fault{
		"token": {Path: "/iso/oauth2/token"}, "read": {Method: http.MethodGet}, "write": {Method: http.MethodPatch},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSecured(t, &echo{})
			failed := 0
			for _, fault := range kinds {
				fault.Method, fault.Path = at.Method, at.Path
				s.sim.ClearFaults()
				for _, v := range s.sim.Vendors() {
					s.sim.RemoveVendor(v.ID)
				}
				s.sim.PushGroup(okta, "Acme Ltd")
				s.sim.AddFault(fault)
				if s.everyCall(string(fault.Kind), nil) != "" {
					failed++
				}
			}
			if failed < 8 { // some kinds do no harm, to a write least of all
				t.Errorf("%d of %d faults made a call fail", failed, len(kinds))
			}
			if n := len(s.values); n < 4 && name != "token" {
				t.Errorf("%d secrets are looked for: %q", n, s.values)
			}
		})
	}
}

// An appliance that repeats what it was sent, in its error.
func TestSecretsAreNotEchoed(t *testing.T) {
	e := &echo{}
	s := newSecured(t, e)
	s.sim.PushGroup(okta, "Acme Ltd")
	const given = "given-acc3ss-token/0123456789"
	s.add(given, "the given access token")
	for _, test := range []struct {
		path     string
		settings map[string]any
	}{
		{"/iso/oauth2/token", nil},
		{"/api/v2/domum/vendors", nil},
		{"/api/v2/domum/vendors", map[string]any{"access_token": given, "client_id": nil, "client_secret": nil}},
	} {
		for _, form := range []string{
			`{"message":"%s is not welcome"}`, `{"error":"invalid_client","error_description":"%s"}`, `{"error":{"code":"x","message":"%s"}}`,
			`<title>%s</title>`, `{"unknown":"%s"}`, `%s`,
		} {
			e.set(test.path, form)
			if said := s.everyCall(test.path+" with "+form, test.settings); !strings.Contains(said, "[redacted]") {
				t.Errorf("%s, %s:\n%s", test.path, form, said)
			}
		}
	}
}
