// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/tidwall/gjson"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// newSimulator returns the appliance, which does not listen yet.
func newSimulator() (*simulator.Simulator, error) {
	text, err := os.ReadFile(examples + "/appliance.json")
	if err != nil {
		return nil, err
	}
	seed, err := simulator.ReadSeed(text)
	if err != nil {
		return nil, err
	}
	return simulator.New(simulator.Options{ClientID: clientID, ClientSecret: clientSecret, Seed: seed}), nil
}

// start makes the appliance listen.
func (d *demo) start(ctx context.Context) error {
	d.server.Start()
	d.appliance = d.login(ctx, clientID, clientSecret, "application/json")
	fmt.Println("It holds what "+examples+"/appliance.json says, and listens on", d.server.URL)
	return nil
}

// client speaks the wire contract on its own: it shares no code with the
// provider.
type client struct {
	*http.Client
	url, mediaType string
}

func (d *demo) login(ctx context.Context, id, secret, mediaType string) client {
	config := clientcredentials.Config{ClientID: id, ClientSecret: secret, TokenURL: d.server.URL + "/iso/oauth2/token", AuthStyle: oauth2.AuthStyleInParams}
	return client{config.Client(ctx), d.server.URL, mediaType}
}

// call sends a body, which may be empty, and returns the answer.
func (c client) call(ctx context.Context, method, path, body string) (gjson.Result, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.url+path, strings.NewReader(body))
	if err != nil {
		return gjson.Result{}, err
	}
	req.Header.Set("Content-Type", c.mediaType)
	resp, err := c.Do(req)
	if err != nil {
		return gjson.Result{}, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if resp.StatusCode/100 != 2 {
		err = errors.Join(err, fmt.Errorf("%s %s: %s: %s", method, path, resp.Status, strings.TrimSpace(string(answer))))
	}
	return gjson.ParseBytes(answer), err
}

// expect shows all vendors, which have to be those wanted.
func (d *demo) expect(want ...string) action {
	return func(ctx context.Context) error {
		printCommand("GET", "/api/v2/domum/vendors")
		page, err := d.appliance.call(ctx, http.MethodGet, "/api/v2/domum/vendors", "")
		if err != nil {
			return err
		}
		table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "ID\tVENDOR\tSTATUS\tACCESS GROUP\tSTART DATE\tIDENTITY PROVIDER")
		var got []string
		for _, vendor := range page.Get("data").Array() {
			var row []string
			for _, field := range []string{"id", "name", "status", "access_group.name", "start_date", "identity_provider.name"} {
				row = append(row, cmp.Or(vendor.Get(field).String(), "-"))
			}
			fmt.Fprintln(table, strings.Join(row, "\t"))
			got = append(got, strings.Join(row, ", "))
		}
		_ = table.Flush()
		if !slices.Equal(got, want) {
			return fmt.Errorf("the appliance does not hold\n  %s", strings.Join(want, "\n  "))
		}
		return nil
	}
}

// changeByHand gives Acme Ltd another access group, as its form would.
func (d *demo) changeByHand(ctx context.Context) error {
	const path, body = "/api/v2/domum/vendors/1", `{"access_group": {"id": "8"}}`
	printCommand(http.MethodPatch, path, body)
	_, err := d.appliance.call(ctx, http.MethodPatch, path, body)
	return err
}

// push sends what okta-push.json says that identity providers send. There, an
// external id in braces stands for the id that the appliance gives the user or
// the group with it.
func (d *demo) push(ctx context.Context) error {
	pushes, err := os.ReadFile(examples + "/okta-push.json")
	if err != nil {
		return err
	}
	var ids []string // pairs: what stands for an id, and the id
	for _, p := range gjson.ParseBytes(pushes).Array() {
		fmt.Println(p.Get("identity_provider"))
		provider := d.login(ctx, p.Get("client_id").Str, p.Get("client_secret").Str, "application/scim+json")
		for _, request := range p.Get("requests").Array() {
			method, path, body := request.Get("method").Str, request.Get("path").Str, request.Get("body")
			fmt.Printf("  %-5s %-34s %s\n", method, path, cmp.Or(body.Get("userName").Str, body.Get("displayName").Str,
				"members: "+body.Get("Operations.0.value.#").Raw))
			known := strings.NewReplacer(ids...)
			answer, err := provider.call(ctx, method, known.Replace(path), known.Replace(body.Raw))
			if err != nil {
				return err
			}
			if method == http.MethodPost {
				ids = append(ids, "{"+body.Get("externalId").Str+"}", answer.Get("id").Str)
			}
		}
	}
	return nil
}
