// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum_test

import (
	"strings"
	"testing"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
)

const (
	composed   = "Caf\u00e9 M\u00fcller"
	decomposed = "Cafe\u0301 Mu\u0308ller"
)

// A name is the same one in every encoding of its characters and in any case.
func TestSpellingsOfAName(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{composed, decomposed, true},
		{decomposed, "CAF\u00c9 m\u00fcller", true},
		{"Stra\u00dfe", "STRASSE", true},
		{"Acme", "ACME", true},
		{"Acme", "Acm", false},
		{composed, "Cafe Muller", false},
	} {
		if got := domum.SameName(test.a, test.b); got != test.want || domum.SameName(test.b, test.a) != got {
			t.Errorf("domum.SameName(%+q, %+q) = %t", test.a, test.b, got)
		}
	}
	vendors := []domum.Vendor{{ID: "1", Name: decomposed}, {ID: "2", Name: "CAF\u00c9 M\u00fcller"}}
	if v, err := domum.MatchVendor(vendors, decomposed); err != nil || v.ID != "1" {
		t.Errorf("%+v, %v", v, err)
	}
	for _, name := range []string{composed, "caf\u00e9 m\u00fcller"} { // Terraform can't write the other form
		if _, err := domum.MatchVendor(vendors, name); !domum.IsAmbiguous(err) {
			t.Errorf("%+q: %v", name, err)
		}
	}
	if v, err := domum.MatchVendor(vendors[:1], composed); err != nil || v.ID != "1" {
		t.Errorf("%+v, %v", v, err)
	}
}

func TestMatchVendor(t *testing.T) {
	t.Parallel()
	vendors := []domum.Vendor{
		{ID: "1", Name: "Acme"},
		{ID: "2", Name: "ACME"},
		{ID: "3", Name: "Globex", IdentityProvider: &domum.Ref{ID: "3", Name: "Okta"}},
		{ID: "4", Name: "Straße"},
		{ID: "5", Name: "Twin"},
		{ID: "6", Name: "Twin"},
	}
	for _, test := range []struct{ name, id, err string }{
		{name: "Acme", id: "1"},
		{name: "ACME", id: "2"},
		{name: "globex", id: "3"},
		{name: "STRAßE", id: "4"},
		{name: "acme", err: "2 vendors are called \"acme\":\n  id 1, \"Acme\", registered by hand\n  id 2, \"ACME\", registered by hand"},
		{name: "Twin", err: "2 vendors are called \"Twin\":\n  id 5, \"Twin\", registered by hand\n  id 6, \"Twin\", registered by hand"},
		{name: " globx", err: `No vendor is called " globx". The nearest names: "Globex", "Acme", "ACME". The name that was looked for begins or ends with white space.`},
	} {
		v, err := domum.MatchVendor(vendors, test.name)
		switch {
		case err != nil && err.Error() != test.err:
			t.Errorf("%q: %v, want %s", test.name, err, test.err)
		case err == nil && v.ID != test.id:
			t.Errorf("%q: vendor %s, want %s%s", test.name, v.ID, test.id, test.err)
		}
	}
	// That there is none at all has another cause. A list that could not be read
	// (nil) is not known to be empty.
	if _, err := domum.MatchVendor([]domum.Vendor{}, "Acme"); !strings.Contains(err.Error(), "The appliance shows no vendor at all: check that the url attribute names the right appliance, and that the authorization may read vendors.") {
		t.Error(err)
	}
	if _, err := domum.MatchVendor(nil, "Acme"); err.Error() != `No vendor is called "Acme".` {
		t.Error(err)
	}
}
