// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"text/tabwriter"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// start starts the simulator, whose first line names its URL.
func (d *demo) start(ctx context.Context) error {
	printCommand("domum-simulator", "-seed", examples+"/appliance.json")
	log, err := os.Create(d.path("simulator.log"))
	if err != nil {
		return err
	}
	defer log.Close()
	// With -keep it outlives the demo.
	d.simulator = exec.CommandContext(context.WithoutCancel(ctx), d.path("domum-simulator"), "-listen", "127.0.0.1:0",
		"-seed", examples+"/appliance.json", "-client-id", clientID, "-client-secret", clientSecret)
	d.simulator.Stderr = log
	stdout, err := d.simulator.StdoutPipe()
	if err := errors.Join(err, d.simulator.Start()); err != nil {
		return err
	}
	d.stop = func() {
		_ = d.simulator.Process.Kill() // it holds nothing that is missed
		_ = d.simulator.Wait()
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	url, found := strings.CutPrefix(strings.TrimSpace(line), "domum-simulator: listening on ")
	if !found {
		return errors.Join(fmt.Errorf("the simulator printed %q instead of its URL", line), err)
	}
	fmt.Println("listening on", url)
	d.appliance = newClient(ctx, url, clientID, clientSecret, "application/json")
	return nil
}

// client speaks the wire contract with types of its own: it shares no code with
// the provider or the simulator.
type client struct {
	*http.Client
	url, mediaType string
}

func newClient(ctx context.Context, url, id, secret, mediaType string) client {
	config := clientcredentials.Config{ClientID: id, ClientSecret: secret, TokenURL: url + "/iso/oauth2/token", AuthStyle: oauth2.AuthStyleInParams}
	return client{config.Client(ctx), url, mediaType}
}

// call sends in and decodes the answer into out. Both can be nil.
func (c client) call(ctx context.Context, method, path string, in, out any) error {
	var body bytes.Buffer
	if in != nil {
		_ = json.NewEncoder(&body).Encode(in) // of maps and texts, which never fails
	}
	req, err := http.NewRequestWithContext(ctx, method, c.url+path, &body)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", c.mediaType)
	resp, err := c.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode/100 != 2 {
		err = fmt.Errorf("%s %s: %s: %s", method, path, resp.Status, bytes.TrimSpace(answer))
	}
	if err != nil || out == nil {
		return err
	}
	return json.Unmarshal(answer, out)
}

// expect shows all vendors, which have to be those wanted.
func (d *demo) expect(want ...string) action {
	return func(ctx context.Context) error {
		printCommand("GET", "/api/v2/domum/vendors")
		type reference struct{ Name string }
		var page struct {
			Data []struct {
				ID, Name, Status string
				AccessGroup      reference `json:"access_group"`
				StartDate        string    `json:"start_date"`
				IdentityProvider reference `json:"identity_provider"`
			}
		}
		if err := d.appliance.call(ctx, http.MethodGet, "/api/v2/domum/vendors", nil, &page); err != nil {
			return err
		}
		table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "ID\tVENDOR\tSTATUS\tACCESS GROUP\tSTART DATE\tIDENTITY PROVIDER")
		var got []string
		for _, v := range page.Data {
			row := []string{v.ID, v.Name, v.Status, cmp.Or(v.AccessGroup.Name, "-"), cmp.Or(v.StartDate, "-"), v.IdentityProvider.Name}
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
	return d.appliance.call(ctx, http.MethodPatch, path, json.RawMessage(body), nil)
}

// pushed is what one identity provider pushes, as okta-push.json holds it. The
// members of a group name users by externalId, because the id of a user is only
// known once the appliance has answered its push.
type pushed struct {
	IdentityProvider string `json:"identity_provider"`
	ClientID         string `json:"client_id"`
	ClientSecret     string `json:"client_secret"`
	Users            []map[string]any
	Groups           []map[string]any
}

// push does what Okta does: each user, each group without members, then its members.
func (d *demo) push(ctx context.Context) error {
	var pushes []pushed
	text, err := os.ReadFile(examples + "/okta-push.json")
	if err := errors.Join(err, json.Unmarshal(text, &pushes)); err != nil {
		return err
	}
	for _, p := range pushes {
		fmt.Println(p.IdentityProvider)
		if err := newClient(ctx, d.appliance.url, p.ClientID, p.ClientSecret, "application/scim+json").push(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

func (c client) push(ctx context.Context, p pushed) error {
	const users, groups = "/iso/scim/v2/Users", "/iso/scim/v2/Groups"
	ids := make(map[any]string)
	var created struct{ ID string }
	for _, user := range p.Users {
		if err := c.call(ctx, http.MethodPost, users, user, &created); err != nil {
			return err
		}
		ids[user["externalId"]] = created.ID
		fmt.Printf("  POST  %-25s %v\n", users, user["userName"])
	}
	for _, group := range p.Groups {
		members, _ := group["members"].([]any)
		for _, m := range members {
			member, _ := m.(map[string]any)
			member["value"] = ids[member["value"]]
		}
		group["members"] = []any{}
		if err := c.call(ctx, http.MethodPost, groups, group, &created); err != nil {
			return err
		}
		fmt.Printf("  POST  %-25s %s\n", groups, group["displayName"])
		path := groups + "/" + created.ID
		err := c.call(ctx, http.MethodPatch, path, map[string]any{
			"schemas":    []string{"urn:ietf:params:scim:api:messages:2.0:PatchOp"},
			"Operations": []map[string]any{{"op": "add", "path": "members", "value": members}},
		}, nil)
		if err != nil {
			return err
		}
		fmt.Printf("  PATCH %-25s %d member(s)\n", path, len(members))
	}
	return nil
}
