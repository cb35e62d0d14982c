// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/simtest"
	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// world is an appliance and the provider that a test points at it.
type world struct {
	*simtest.Server
	t       *testing.T
	clock   domum.Clock
	options []string                                                // further lines of the provider block
	around  func(tfprotov6.ProviderServer) tfprotov6.ProviderServer // what calls of the provider go through; nil = nothing
}

const (
	testClientID     = "domum-client"
	testClientSecret = "domum-secret"
	okta             = "3" // the identity provider of third parties in the default seed
	workforce        = "4" // the one of internal users
	groupOT          = "7"
	groupIT          = "8"
)

func newWorld(t *testing.T, change ...func(*simulator.Options)) *world {
	t.Helper()
	return startWorld(t, nil, change)
}

// newLaxWorld is a world in which the provider may be pointed at a wrong path.
func newLaxWorld(t *testing.T, change ...func(*simulator.Options)) *world {
	t.Helper()
	return startWorld(t, []simtest.Option{simtest.AllowUnknown()}, change)
}

func startWorld(t *testing.T, options []simtest.Option, change []func(*simulator.Options)) *world {
	t.Helper()
	t.Parallel()
	clock := simtest.NewFastClock()
	opts := simulator.Options{Now: clock.Now, TokenLifetime: 1000 * time.Hour}
	for _, c := range change {
		c(&opts)
	}
	return &world{Server: simtest.Start(t, opts, options...), t: t, clock: clock}
}

// push makes the identity provider push a group, and returns the vendor's id.
func (w *world) push(name string) string { return w.PushGroup(okta, name) }

// linked registers a vendor that is linked to group, with that status.
func (w *world) linked(name, group, status string) string {
	return w.AddVendor(simulator.Vendor{
		Name: name, Status: status, AccessGroupID: group, StartDate: "2026-11-01",
		ContractNumber: "C-1", IdentityProviderID: okta, SynchronizedAt: w.clock.Now(),
	})
}

func (w *world) vendor(id string) simulator.Vendor {
	w.t.Helper()
	v, ok := w.Vendor(id)
	if !ok {
		w.t.Fatalf("the appliance has no vendor %s", id)
	}
	return v
}

// hcl puts the provider block in front of a configuration.
func (w *world) hcl(body string) string {
	return fmt.Sprintf("provider \"domum\" {\n  url = %q\n  client_id = %q\n  client_secret = %q\n  %s\n}\n\n%s",
		w.URL, testClientID, testClientSecret, strings.Join(w.options, "\n  "), body)
}

func (w *world) factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"domum": func() (tfprotov6.ProviderServer, error) { return w.server(), nil },
	}
}

func (w *world) server() tfprotov6.ProviderServer {
	server := newServer(&domumProvider{version: "test", clock: w.clock})
	if w.around != nil {
		return w.around(server)
	}
	return server
}

// test runs steps through the terraform binary. Each Config gets the provider
// block.
func (w *world) test(steps ...resource.TestStep) {
	w.t.Helper()
	for i := range steps {
		if steps[i].Config != "" {
			steps[i].Config = w.hcl(steps[i].Config)
		}
	}
	resource.Test(w.t, resource.TestCase{IsUnitTest: true, ProtoV6ProviderFactories: w.factories(), Steps: steps})
}

// listCalls returns how often the list of vendors was asked for: narrowed to a
// name, and otherwise.
func (w *world) listCalls() (filtered, pages int) {
	for _, r := range w.Requests() {
		switch {
		case r.Path != "/api/v2/domum/vendors":
		case strings.Contains(r.Query, "vendor.name="):
			filtered++
		default:
			pages++
		}
	}
	return filtered, pages
}

// patches returns the bodies of the PATCH requests so far, in order.
func (w *world) patches() []map[string]any {
	w.t.Helper()
	var bodies []map[string]any
	for _, r := range w.Requests() {
		if r.Method != http.MethodPatch {
			continue
		}
		if r.Header.Get("If-Match") == "" {
			w.t.Errorf("PATCH %s without If-Match", r.Path)
		}
		var body map[string]any
		if err := json.Unmarshal(r.Body, &body); err != nil {
			w.t.Fatal(err)
		}
		bodies = append(bodies, body)
	}
	return bodies
}

// expectPatches compares what was written so far with want, each a JSON text.
func (w *world) expectPatches(want ...string) {
	w.t.Helper()
	got := w.patches()
	texts := make([]string, len(got))
	for i, body := range got {
		text, _ := json.Marshal(body)
		texts[i] = string(text)
	}
	if strings.Join(texts, "\n") != strings.Join(want, "\n") {
		w.t.Errorf("written:\n%s\nwant:\n%s", strings.Join(texts, "\n"), strings.Join(want, "\n"))
	}
}
