// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
)

// What one identity provider pushes, as okta-push.json holds it. Users go out
// as they stand; the members of a group name users by externalId, because the
// id of a user is only known once the appliance has answered its push.
type pushed struct {
	IdentityProvider string           `json:"identity_provider"`
	Users            []map[string]any `json:"Users"`
	Groups           []scimGroup      `json:"Groups"`
}

type scimGroup struct {
	Schemas     []string `json:"schemas"`
	DisplayName string   `json:"displayName"`
	ExternalID  string   `json:"externalId"`
	Members     []member `json:"members"`
}

type member struct {
	Value string `json:"value"`
}

type identityProvider struct {
	Name         string `json:"name"`
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
}

// pushAll pushes what okta-push.json in folder holds, each part with the
// credentials that appliance.json gives its identity provider.
func pushAll(ctx context.Context, base, folder string) error {
	var pushes []pushed
	if err := readJSON(filepath.Join(folder, "okta-push.json"), &pushes); err != nil {
		return err
	}
	var seed struct {
		IdentityProviders []identityProvider `json:"identity_providers"`
	}
	if err := readJSON(filepath.Join(folder, "appliance.json"), &seed); err != nil {
		return err
	}
	providers := make(map[string]identityProvider)
	for _, p := range seed.IdentityProviders {
		providers[p.Name] = p
	}
	for _, p := range pushes {
		fmt.Println(p.IdentityProvider)
		if err := p.push(ctx, base, providers[p.IdentityProvider]); err != nil {
			return fmt.Errorf("push of %s: %w", p.IdentityProvider, err)
		}
	}
	return nil
}

// push does what Okta does: each user, each group without members, then its members.
func (p pushed) push(ctx context.Context, base string, credentials identityProvider) error {
	c, err := newClient(ctx, base, credentials.ClientID, credentials.ClientSecret, "application/scim+json")
	if err != nil {
		return err
	}
	create := func(path string, in any) (string, error) {
		var created struct {
			ID string `json:"id"`
		}
		_, err := c.send(ctx, http.MethodPost, "/iso/scim/v2"+path, nil, in, &created)
		return created.ID, err
	}

	userIDs := make(map[any]string)
	for _, user := range p.Users {
		id, err := create("/Users", user)
		if err != nil {
			return err
		}
		userIDs[user["externalId"]] = id
		fmt.Printf("  POST  /iso/scim/v2/Users        %v\n", user["userName"])
	}
	for _, group := range p.Groups {
		var members []member
		for _, m := range group.Members {
			members = append(members, member{userIDs[m.Value]})
		}
		group.Members = []member{}
		id, err := create("/Groups", group)
		if err != nil {
			return err
		}
		fmt.Printf("  POST  /iso/scim/v2/Groups       %s\n", group.DisplayName)
		path := "/iso/scim/v2/Groups/" + url.PathEscape(id)
		_, err = c.send(ctx, http.MethodPatch, path, nil, map[string]any{
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

func readJSON(path string, v any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, v); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
