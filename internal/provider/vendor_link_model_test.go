// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
)

func TestFromAPI(t *testing.T) {
	t.Parallel()
	text := types.StringValue
	v := &domum.Vendor{
		ID: "42", Name: "Acme Ltd", Status: domum.StatusEnabled, AccessGroup: &domum.Ref{ID: "7", Name: "Vendors - OT"},
		StartDate: "2026-12-01",
	}
	for name, test := range map[string]struct {
		before, want vendorLinkModel
		change       func(*domum.Vendor)
	}{
		"from nothing": {
			want: vendorLinkModel{
				ID: text("42"), VendorID: text("42"), VendorName: text("Acme Ltd"), AccessGroupID: text("7"), AccessGroupName: text("Vendors - OT"),
				StartDate: text("2026-12-01"), Enabled: types.BoolValue(true),
			},
		},
		"the user's spelling": {
			before: vendorLinkModel{VendorName: text("ACME ltd"), AccessGroupID: text("7"), AccessGroupName: text("vendors - ot"), DueDate: text("")},
			want: vendorLinkModel{
				ID: text("42"), VendorID: text("42"), VendorName: text("ACME ltd"), AccessGroupID: text("7"), AccessGroupName: text("vendors - ot"),
				StartDate: text("2026-12-01"), DueDate: text(""), Enabled: types.BoolValue(true),
			},
		},
		"other things under other names": {
			before: vendorLinkModel{VendorName: text("Globex"), AccessGroupID: text("8"), AccessGroupName: text("vendors - ot"), DueDate: text("2027-01-01")},
			want: vendorLinkModel{
				ID: text("42"), VendorID: text("42"), VendorName: text("Acme Ltd"), AccessGroupID: text("7"), AccessGroupName: text("Vendors - OT"),
				StartDate: text("2026-12-01"), Enabled: types.BoolValue(true),
			},
		},
		"unlinked": {
			before: vendorLinkModel{VendorName: text("Acme Ltd"), AccessGroupID: text("7"), AccessGroupName: text("Vendors - OT"), StartDate: text("2026-12-01")},
			change: func(v *domum.Vendor) {
				v.AccessGroup, v.StartDate, v.DueDate, v.Status = nil, "", "2028-01-01", domum.StatusDisabled
			},
			want: vendorLinkModel{
				ID: text("42"), VendorID: text("42"), VendorName: text("Acme Ltd"), DueDate: text("2028-01-01"), Enabled: types.BoolValue(false),
			},
		},
	} {
		remote := *v
		if test.change != nil {
			test.change(&remote)
		}
		got := test.before
		got.fromAPI(&remote)
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestPatchHoldsWhatDiffers(t *testing.T) {
	t.Parallel()
	day, none, other := domum.Date("2027-01-01"), domum.Date(""), domum.Date("2026-12-02")
	first := domum.Date("2026-12-01")
	same, another := "7", "8"
	enabled, disabled := domum.StatusEnabled, domum.StatusDisabled
	linked := domum.Vendor{Status: enabled, AccessGroup: &domum.Ref{ID: "7"}, StartDate: first, DueDate: day}
	for _, test := range []struct {
		want   link
		vendor domum.Vendor
		patch  domum.VendorPatch
	}{
		{link{accessGroupID: "7", startDate: first, enabled: true}, linked, domum.VendorPatch{}},
		{link{accessGroupID: "7", startDate: first, dueDate: &day, enabled: true}, linked, domum.VendorPatch{}},
		{link{accessGroupID: "7", startDate: first, dueDate: &none, enabled: true}, linked, domum.VendorPatch{DueDate: &none}},
		{link{accessGroupID: "8", startDate: other, enabled: false}, linked, domum.VendorPatch{AccessGroupID: &another, StartDate: &other, Status: &disabled}},
		{
			link{accessGroupID: "7", startDate: first, dueDate: &day, enabled: true},
			domum.Vendor{Status: disabled},
			domum.VendorPatch{AccessGroupID: &same, StartDate: &first, DueDate: &day, Status: &enabled},
		},
	} {
		if diff := cmp.Diff(test.patch, test.want.patch(&test.vendor)); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", test.want, diff)
		}
	}
}

func TestLabel(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Acme Ltd": "acme_ltd", "株式会社": "vendor_", "3M": "vendor_3m", "  A--B  ": "a_b",
	} {
		if got := label(name); got != want {
			t.Errorf("label(%q) = %q, want %q", name, got, want)
		}
	}
}
