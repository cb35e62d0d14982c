// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
)

// A port that can't be one is an error of url, before anything is sent.
func TestPortOfTheURLIsChecked(t *testing.T) {
	t.Parallel()
	for port, right := range map[string]bool{
		"": true, ":": true, ":1": true, ":443": true, ":65535": true,
		":0": false, ":65536": false, ":99999": false, ":99999999999999999999": false,
	} {
		_, err := domum.New(domum.Config{URL: "https://gw.example.test" + port + "/segura", AccessToken: domum.NewSecret("token")})
		if right != (err == nil) {
			t.Errorf("%q: %v", port, err)
		}
		if e, ok := errors.AsType[*domum.ConfigError](err); !right && (!ok || e.Field != "url" || !strings.Contains(e.Problem, "ports are numbers from 1 to 65535")) {
			t.Errorf("%q: %v", port, err)
		}
	}
}

// Where there is no access group at all, the one that is missing is not to blame.
func TestEmptyListOfAccessGroupsIsSaid(t *testing.T) {
	client, _ := serve(t, map[string]string{"GET /api/v2/domum/access-groups": "200\n\n" + pageJSON()})
	for _, test := range [][2]string{{"7", ""}, {"", "Vendors - OT"}} {
		_, err := client.AccessGroup(t.Context(), test[0], test[1])
		if !domum.IsNoMatch(err) || !strings.Contains(err.Error(), "The appliance shows no access group at all: check that the url attribute names the right appliance, and that the authorization may read access groups.") {
			t.Error(err)
		}
	}
}
