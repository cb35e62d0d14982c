// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
)

// notSynchronized says what to look at when a vendor isn't there.
const notSynchronized = "Check at the identity provider that the group is assigned and pushed, and that it is pushed through an IGA provider " +
	"that synchronizes third parties to Domum: groups of a provider of internal users never become vendors, and need no link."

// vendorBy returns the vendor with that id, or else with that name. One that
// isn't in the list read earlier may have been synchronized since.
func (c *configured) vendorBy(ctx context.Context, id, name string) (*domum.Vendor, error) {
	if id != "" {
		return c.client.ReadVendor(ctx, id)
	}
	v, err := c.vendorNamed(ctx, name)
	if !isMissing(err) {
		return v, err
	}
	vendors, err := c.client.RecheckVendors(ctx)
	if err != nil {
		return nil, err
	}
	if v, err = findVendor(vendors, name); err != nil {
		return nil, err
	}
	return c.client.Complete(ctx, v)
}

// vendorNamed returns the vendor with that name. One that isn't in the list
// read earlier is missing.
func (c *configured) vendorNamed(ctx context.Context, name string) (*domum.Vendor, error) {
	return c.client.FindVendor(ctx, name, func(vendors []domum.Vendor) (*domum.Vendor, error) { return findVendor(vendors, name) })
}

// awaitVendor returns the vendor with that name, and waits for it to
// synchronize, up to timeout.
func (c *configured) awaitVendor(ctx context.Context, name string, timeout time.Duration) (*domum.Vendor, error) {
	v, err := c.client.WaitForVendor(ctx, name, timeout,
		func(vendors []domum.Vendor) (*domum.Vendor, error) {
			v, err := findVendor(vendors, name)
			if isMissing(err) {
				return nil, nil
			}
			return v, err
		},
		func(waited time.Duration) {
			tflog.Info(ctx, "waiting for a vendor to synchronize", map[string]any{"vendor_name": name, "waited": showDuration(waited)})
		})
	if late, ok := errors.AsType[*domum.SyncTimeoutError](err); ok {
		_, missing := findVendor(late.Vendors, name)
		said := ""
		if late.Err != nil {
			said, _ = explain(late.Err)
			said = "\nThe last look failed: " + said
		}
		return nil, fmt.Errorf("%w It did not synchronize within %s. Nothing was written.%s", missing, showDuration(late.Timeout), said)
	}
	return v, err
}

func isMissing(err error) bool {
	_, ok := errors.AsType[*noMatchError](err)
	return ok
}

// showDuration is a duration without the zeros behind it: 15m, not 15m0s.
func showDuration(d time.Duration) string {
	s := d.Round(time.Second).String()
	if trimmed, ok := strings.CutSuffix(s, "m0s"); ok {
		s = trimmed + "m"
	}
	if trimmed, ok := strings.CutSuffix(s, "h0m"); ok {
		s = trimmed + "h"
	}
	return s
}

// addVendorError reports why a vendor can't be had.
func addVendorError(diags *diag.Diagnostics, summary string, at path.Path, err error) {
	switch {
	case isAmbiguous(err):
		diags.AddAttributeError(at, summary, err.Error()+"\n\n"+useID(at))
	case isMissing(err):
		diags.AddAttributeError(at, summary, err.Error()+"\n\n"+notSynchronized)
	case domum.IsNotFound(err):
		said, _ := explain(err)
		diags.AddAttributeError(at, summary, said+"\n\nNo vendor has this id. Look it up with the data source domum_vendors, or use the vendor's name.")
	default:
		addError(diags, summary, err)
	}
}

// addAccessGroupError reports why an access group can't be used.
func addAccessGroupError(diags *diag.Diagnostics, summary string, at path.Path, err error) {
	_, isDisabled := errors.AsType[*disabledGroupError](err)
	switch {
	case isAmbiguous(err):
		diags.AddAttributeError(at, summary, err.Error()+"\n\n"+useID(at))
	case isMissing(err):
		diags.AddAttributeError(at, summary, err.Error()+"\n\nCorrect it, or make the access group in Domum first.")
	case isDisabled:
		diags.AddAttributeError(at, summary, err.Error()+"\n\nEnable it in Domum, or use another access group.")
	default:
		addError(diags, summary, err)
	}
}

// useID says how to name one of several of the same name.
func useID(at path.Path) string {
	attribute := at.String()
	if attribute == "" {
		return "Use the id of the one that is meant."
	}
	return fmt.Sprintf("Set %sid, instead of %s, to the id of the one that is meant.", strings.TrimSuffix(attribute, "name"), attribute)
}

func isAmbiguous(err error) bool {
	_, ok := errors.AsType[*ambiguousError](err)
	return ok
}

// disabledGroupError says that an access group can't be used.
type disabledGroupError struct{ group *domum.AccessGroup }

func (e *disabledGroupError) Error() string {
	return fmt.Sprintf("Access group %q (id %s) is disabled.", e.group.Name, e.group.ID)
}

// accessGroup returns the access group with that id, or else with that name.
// One that isn't in the list read earlier may have been made since.
func (c *configured) accessGroup(ctx context.Context, id, name string) (*domum.AccessGroup, error) {
	groups, err := c.client.AccessGroups(ctx)
	if err != nil {
		return nil, err
	}
	group, err := pickAccessGroup(groups, id, name)
	if !isMissing(err) {
		return group, err
	}
	if groups, err = c.client.RecheckAccessGroups(ctx); err != nil {
		return nil, err
	}
	return pickAccessGroup(groups, id, name)
}

func pickAccessGroup(groups []domum.AccessGroup, id, name string) (group *domum.AccessGroup, err error) {
	if i := slices.IndexFunc(groups, func(g domum.AccessGroup) bool { return g.ID == id }); i >= 0 {
		group = &groups[i]
	} else if id != "" {
		return nil, &noMatchError{claim: fmt.Sprintf("access group has the id %q", id)}
	} else if group, err = findAccessGroup(groups, name); err != nil {
		return nil, err
	}
	return group, group.Problem
}

// linkAccessGroup returns the access group that a link's configuration names,
// which must be enabled. A failure is reported.
func (c *configured) linkAccessGroup(ctx context.Context, diags *diag.Diagnostics, config *vendorLinkModel) (*domum.AccessGroup, bool) {
	id, name := config.AccessGroupID.ValueString(), config.AccessGroupName.ValueString()
	group, err := c.accessGroup(ctx, id, name)
	if err == nil && !group.Enabled {
		err = &disabledGroupError{group}
	}
	if err == nil {
		return group, true
	}
	at, object := path.Root("access_group_name"), fmt.Sprintf("%q", name)
	if id != "" {
		at, object = path.Root("access_group_id"), "id "+id
	}
	addAccessGroupError(diags, fmt.Sprintf("Cannot link %s to access group %s", vendorLabel(config), object), at, err)
	return nil, false
}
