// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// Seed is what an appliance holds at the start. An empty ID means the next free number.
type Seed struct {
	AccessGroups      []AccessGroup      `json:"access_groups"`
	IdentityProviders []IdentityProvider `json:"identity_providers"`
	Vendors           []Vendor           `json:"vendors"`
}

// AccessGroup is an access group as the control methods see it.
type AccessGroup struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Enabled     bool   `json:"enabled"`
	Description string `json:"description"`
}

// IdentityProvider is an IGA provider. Its client id and secret obtain tokens for its own part of SCIM only.
type IdentityProvider struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
	// ThirdParty says that the provider synchronizes third parties to Domum: its groups appear as vendors.
	ThirdParty bool `json:"third_party"`
}

// Vendor is a vendor as the control methods see it. An empty string stands for null, dates are plain (2026-12-01), and an
// empty Status means disabled.
type Vendor struct {
	ID                 string    `json:"id"`
	Name               string    `json:"name"`
	Status             string    `json:"status"`
	AccessGroupID      string    `json:"access_group_id"`
	StartDate          string    `json:"start_date"`
	DueDate            string    `json:"due_date"`
	ContractNumber     string    `json:"contract_number"`
	DocumentID         string    `json:"document_id"`
	IdentityProviderID string    `json:"identity_provider_id"`
	SynchronizedAt     time.Time `json:"synchronized_at"`
}

// DefaultSeed returns the appliance that most tests start from: the access groups "Vendors - OT" (7), "Vendors - IT" (8)
// and "Legacy" (9, disabled), the identity providers "Okta" (3, third parties) and "Okta Workforce" (4, internal users),
// and no vendors.
func DefaultSeed() *Seed {
	return &Seed{
		AccessGroups: []AccessGroup{
			{ID: "7", Name: "Vendors - OT", Enabled: true},
			{ID: "8", Name: "Vendors - IT", Enabled: true},
			{ID: "9", Name: "Legacy"},
		},
		IdentityProviders: []IdentityProvider{
			{ID: "3", Name: "Okta", ClientID: "okta-scim", ClientSecret: "okta-scim-secret", ThirdParty: true},
			{ID: "4", Name: "Okta Workforce", ClientID: "okta-internal", ClientSecret: "okta-internal-secret"},
		},
	}
}

// ReadSeed reads a seed in JSON. A field that it doesn't know, a record that appears twice and a reference to one that
// isn't there are errors.
func ReadSeed(text []byte) (*Seed, error) {
	var seed Seed
	if err := decodeStrict(bytes.NewReader(text), &seed); err != nil {
		return nil, fmt.Errorf("read seed: %w", err)
	}
	if err := seed.check(); err != nil {
		return nil, fmt.Errorf("read seed: %w", err)
	}
	return &seed, nil
}

// decodeStrict reads exactly one JSON value, without fields that v doesn't have.
func decodeStrict(r io.Reader, v any) error {
	dec := json.NewDecoder(r)
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one JSON value")
	}
	return nil
}

// check returns an error if the seed contradicts itself.
func (s *Seed) check() error {
	groups, providers, vendors := make(map[string]bool), make(map[string]bool), make(map[string]bool)
	for _, g := range s.AccessGroups {
		if err := addOnce(groups, "access group", g.ID, g.Name); err != nil {
			return err
		}
	}
	for _, p := range s.IdentityProviders {
		if p.ID == "" {
			return fmt.Errorf("identity provider %q has no id", p.Name)
		}
		if err := addOnce(providers, "identity provider", p.ID, p.Name); err != nil {
			return err
		}
	}
	for _, v := range s.Vendors {
		if err := addOnce(vendors, "vendor", v.ID, v.Name); err != nil {
			return err
		}
		switch {
		case v.AccessGroupID != "" && !groups[v.AccessGroupID]:
			return fmt.Errorf("vendor %q: no access group has the id %q", v.Name, v.AccessGroupID)
		case v.IdentityProviderID != "" && !providers[v.IdentityProviderID]:
			return fmt.Errorf("vendor %q: no identity provider has the id %q", v.Name, v.IdentityProviderID)
		}
		if err := v.check(); err != nil {
			return fmt.Errorf("vendor %q: %w", v.Name, err)
		}
	}
	return nil
}

func addOnce(seen map[string]bool, kind, id, name string) error {
	if name == "" {
		return fmt.Errorf("%s %q has no name", kind, id)
	}
	if id != "" && seen[id] {
		return fmt.Errorf("two %ss have the id %q", kind, id)
	}
	seen[id] = true
	return nil
}

// check returns an error if no appliance could hold v.
func (v *Vendor) check() error {
	switch {
	case v.Status != "" && v.Status != statusEnabled && v.Status != statusDisabled:
		return fmt.Errorf("status %q is neither enabled nor disabled", v.Status)
	case v.StartDate != "" && !validDate(v.StartDate):
		return fmt.Errorf("start_date %q is not a date", v.StartDate)
	case v.DueDate != "" && !validDate(v.DueDate):
		return fmt.Errorf("due_date %q is not a date", v.DueDate)
	}
	return nil
}

// load fills an empty simulator.
func (s *Simulator) load(seed *Seed) {
	if err := seed.check(); err != nil {
		panic("simulator: " + err.Error())
	}
	// Records with an id first, so that none of the others takes it.
	for _, numbered := range []bool{true, false} {
		for _, g := range seed.AccessGroups {
			if (g.ID != "") == numbered {
				s.addAccessGroup(g)
			}
		}
	}
	for _, p := range seed.IdentityProviders {
		s.providers[p.ID] = p
	}
	for _, numbered := range []bool{true, false} {
		for _, v := range seed.Vendors {
			if (v.ID != "") == numbered {
				s.addVendor(v)
			}
		}
	}
}
