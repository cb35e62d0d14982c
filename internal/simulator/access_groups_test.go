// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

func TestGetAccessGroup(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	r := s.want(200, call{method: "GET", path: accessGroupsPath + "/7", token: s.a2a()})
	want := `{"data":{"id":"7","name":"Vendors - OT","enabled":true,"description":""}}`
	if diff := cmp.Diff(want, r.body); diff != "" {
		t.Error(diff)
	}
}

func TestListAccessGroups(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	token := s.a2a()
	for query, want := range map[string]string{
		"":                               "7 8 9",
		"?access_group.enabled=true":     "7 8",
		"?access_group.enabled=false":    "9",
		"?access_group.name=vendors":     "7 8",
		"?access_group.name=VENDORS+-+I": "8",
		"?page=2&page_size=2":            "9",
	} {
		t.Run(query, func(t *testing.T) {
			s := s.in(t)
			r := s.want(200, call{method: "GET", path: accessGroupsPath + query, token: token})
			if ids := strings.Join(decode[page](t, r).ids(), " "); ids != want {
				t.Errorf("got %s, want %s", ids, want)
			}
		})
	}
}
