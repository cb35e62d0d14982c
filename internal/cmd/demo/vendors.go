// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
)

type vendor struct {
	ID               string     `json:"id"`
	Name             string     `json:"name"`
	Status           string     `json:"status"`
	AccessGroup      *reference `json:"access_group"`
	StartDate        *string    `json:"start_date"`
	IdentityProvider *reference `json:"identity_provider"`
}

type reference struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func (r *reference) name() string {
	if r == nil {
		return ""
	}
	return r.Name
}

// link is what the demo watches of a vendor. Empty is null.
type link struct{ status, accessGroup, startDate string }

func (v vendor) link() link {
	l := link{status: v.Status, accessGroup: v.AccessGroup.name()}
	if v.StartDate != nil {
		l.startDate = *v.StartDate
	}
	return l
}

func (l link) String() string {
	return fmt.Sprintf("%s, access group %s, start date %s", l.status, cmp.Or(l.accessGroup, "-"), cmp.Or(l.startDate, "-"))
}

// expectVendors shows all vendors. Any difference from want is an error.
func (d *demo) expectVendors(ctx context.Context, want map[string]link) error {
	const path = "/api/v2/domum/vendors"
	printCommand("GET", path)
	var page struct {
		Data []vendor `json:"data"`
	}
	if _, err := d.admin.get(ctx, path, &page); err != nil {
		return err
	}
	printVendors(page.Data)
	have := make(map[string]link, len(page.Data))
	for _, v := range page.Data {
		have[v.Name] = v.link()
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if have[name] != want[name] {
			return fmt.Errorf("vendor %q is %v instead of %v", name, have[name], want[name])
		}
	}
	if len(page.Data) != len(want) {
		return fmt.Errorf("%d vendors instead of %d", len(page.Data), len(want))
	}
	return nil
}

// changeByHand gives a vendor another access group, as its form would.
func (d *demo) changeByHand(ctx context.Context, vendorName, accessGroup string) error {
	vendorID, err := d.find(ctx, "/api/v2/domum/vendors", vendorName)
	if err != nil {
		return err
	}
	accessGroupID, err := d.find(ctx, "/api/v2/domum/access-groups", accessGroup)
	if err != nil {
		return err
	}
	path := "/api/v2/domum/vendors/" + url.PathEscape(vendorID)
	etag, err := d.admin.get(ctx, path, nil)
	if err != nil {
		return err
	}
	printCommand("PATCH", path, fmt.Sprintf(`{"access_group": {"id": %q}}`, accessGroupID))
	change := map[string]any{"access_group": map[string]string{"id": accessGroupID}}
	_, err = d.admin.send(ctx, http.MethodPatch, path, http.Header{"If-Match": {etag}}, change, nil)
	return err
}

// find returns the id of the record with that name in the list at path.
func (d *demo) find(ctx context.Context, path, name string) (string, error) {
	var page struct {
		Data []reference `json:"data"`
	}
	if _, err := d.admin.get(ctx, path, &page); err != nil {
		return "", err
	}
	for _, record := range page.Data {
		if record.Name == name {
			return record.ID, nil
		}
	}
	return "", fmt.Errorf("%s holds nothing called %q", path, name)
}
