// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/explain"
)

// notSynchronized says what to look at when a vendor isn't there.
const notSynchronized = "Check at the identity provider that the group is assigned and pushed, and that it is pushed to an IGA provider in Segura " +
	"that synchronizes third parties to Domum: groups of a provider of internal users never become vendors, and need no link."

// awaitVendor returns the vendor with that name, and waits for it to
// synchronize, up to timeout.
func (c *configured) awaitVendor(ctx context.Context, name string, timeout time.Duration) (*domum.Vendor, error) {
	v, err := c.client.WaitForVendor(ctx, name, timeout, func(waited time.Duration) {
		tflog.Info(ctx, "waiting for a vendor to synchronize", map[string]any{"vendor_name": name, "waited": explain.Duration(waited)})
	})
	if late, ok := errors.AsType[*domum.SyncTimeoutError](err); ok {
		said := ""
		if late.Err != nil {
			said, _ = explain.Failure(late.Err)
			said = "\nThe last look failed: " + said
		}
		return nil, fmt.Errorf("%w It did not synchronize within %s. Nothing was written.%s", late.NoMatch, explain.Duration(late.Timeout), said)
	}
	return v, err
}

// addVendorError reports why a vendor can't be had.
func addVendorError(diags *diag.Diagnostics, summary string, at path.Path, err error) {
	switch {
	case domum.IsAmbiguous(err):
		diags.AddAttributeError(at, summary, err.Error()+"\n\n"+useID(at))
	case domum.IsNoMatch(err):
		diags.AddAttributeError(at, summary, err.Error()+"\n\n"+notSynchronized)
	case domum.IsNotFound(err):
		said, _ := explain.Failure(err)
		diags.AddAttributeError(at, summary, said+"\n\nNo vendor has this id. Look it up with the data source domum_vendors, or use the vendor's name.")
	default:
		addError(diags, summary, err)
	}
}

// addAccessGroupError reports why an access group can't be used.
func addAccessGroupError(diags *diag.Diagnostics, summary string, at path.Path, err error) {
	_, isDisabled := errors.AsType[*disabledGroupError](err)
	switch {
	case domum.IsAmbiguous(err):
		diags.AddAttributeError(at, summary, err.Error()+"\n\n"+useID(at))
	case domum.IsNoMatch(err):
		diags.AddAttributeError(at, summary, err.Error()+"\n\nIf it was renamed in Domum, write its new name. Otherwise correct it, or make the access group in Domum first.")
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

// disabledGroupError says that an access group can't be used.
type disabledGroupError struct{ group *domum.AccessGroup }

func (e *disabledGroupError) Error() string {
	return fmt.Sprintf("Access group %q (id %s) is disabled.", e.group.Name, e.group.ID)
}

// linkAccessGroup returns the access group that a link's configuration names, by
// its id if that is known. It must be enabled. A failure is reported.
func (c *configured) linkAccessGroup(ctx context.Context, diags *diag.Diagnostics, config *vendorLinkModel, id string) (*domum.AccessGroup, bool) {
	name := config.AccessGroupName.ValueString()
	group, err := c.client.AccessGroup(ctx, id, name)
	if err == nil && !group.Enabled {
		err = &disabledGroupError{group}
	}
	if err == nil {
		return group, true
	}
	at, object := path.Root("access_group_name"), fmt.Sprintf("%q", name)
	if name == "" {
		at, object = path.Root("access_group_id"), "id "+id
	}
	addAccessGroupError(diags, fmt.Sprintf("Cannot link %s to access group %s", vendorLabel(config), object), at, err)
	return nil, false
}
