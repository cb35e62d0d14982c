// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

func TestReadSeed(t *testing.T) {
	t.Parallel()
	seed, err := simulator.ReadSeed([]byte(`{
		"access_groups": [{"id": "1", "name": "OT", "enabled": true, "description": "Plant"}, {"name": "IT"}],
		"identity_providers": [{"id": "3", "name": "Okta", "client_id": "id", "client_secret": "secret", "third_party": true}],
		"vendors": [{"name": "Globex"}, {
			"id": "1", "name": "Acme Ltd", "status": "enabled", "access_group_id": "1", "start_date": "2026-12-01",
			"due_date": "2027-11-30", "contract_number": "C-1", "document_id": "D-1", "identity_provider_id": "3",
			"synchronized_at": "2026-11-20T10:00:00Z"
		}]
	}`))
	if err != nil {
		t.Fatal(err)
	}
	acme := simulator.Vendor{
		ID: "1", Name: "Acme Ltd", Status: "enabled", AccessGroupID: "1", StartDate: "2026-12-01", DueDate: "2027-11-30",
		ContractNumber: "C-1", DocumentID: "D-1", IdentityProviderID: "3",
		SynchronizedAt: time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC),
	}
	want := &simulator.Seed{
		AccessGroups:      []simulator.AccessGroup{{ID: "1", Name: "OT", Enabled: true, Description: "Plant"}, {Name: "IT"}},
		IdentityProviders: []simulator.IdentityProvider{{ID: "3", Name: "Okta", ClientID: "id", ClientSecret: "secret", ThirdParty: true}},
		Vendors:           []simulator.Vendor{{Name: "Globex"}, acme},
	}
	if diff := cmp.Diff(want, seed); diff != "" {
		t.Error(diff)
	}

	// A number that the seed gives to one record isn't given to another.
	s := start(t, simulator.Options{Seed: seed})
	want.Vendors = []simulator.Vendor{acme, {ID: "2", Name: "Globex", Status: "disabled"}}
	if diff := cmp.Diff(want.Vendors, s.Vendors()); diff != "" {
		t.Error(diff)
	}
	groups := decode[page](t, s.want(200, call{method: "GET", path: accessGroupsPath, token: s.a2a()}))
	if diff := cmp.Diff([]string{"1", "2"}, groups.ids()); diff != "" {
		t.Error(diff)
	}
	s.want(200, call{method: "GET", path: groupsPath, token: s.login("id", "secret")})
}

func TestReadSeedErrors(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		``:                          "EOF",
		`{} {}`:                     "more than one JSON value",
		`{"vendor":[]}`:             `unknown field "vendor"`,
		`{"vendors":[{"nam":"x"}]}`: `unknown field "nam"`,
		`{"vendors":[{"id":"1"}]}`:  `vendor "1" has no name`,
		`{"vendors":[{"id":"1","name":"a"},{"id":"1","name":"b"}]}`:       `two vendors have the id "1"`,
		`{"access_groups":[{"id":"1","name":"a"},{"id":"1","name":"b"}]}`: `two access groups have the id "1"`,
		`{"identity_providers":[{"name":"a"}]}`:                           `identity provider "a" has no id`,
		`{"identity_providers":[{"id":"1"}]}`:                             `identity provider "1" has no name`,
		`{"vendors":[{"name":"a","access_group_id":"1"}]}`:                `no access group has the id "1"`,
		`{"vendors":[{"name":"a","identity_provider_id":"1"}]}`:           `no identity provider has the id "1"`,
		`{"vendors":[{"name":"a","status":"Enabled"}]}`:                   `status "Enabled"`,
		`{"vendors":[{"name":"a","start_date":"2026-2-1"}]}`:              `start_date "2026-2-1"`,
		`{"vendors":[{"name":"a","due_date":"x"}]}`:                       `due_date "x"`,
	} {
		if _, err := simulator.ReadSeed([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", text, err, want)
		}
	}
}
