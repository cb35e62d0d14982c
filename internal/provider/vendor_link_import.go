// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/domum-iac/terraform-provider-domum/internal/explain"
)

const importNamePrefix = "name:"

var errImportID = errors.New("an import id is a vendor's id, such as 42, or its name behind \"name:\", such as \"name:Acme Ltd\"")

// parseImportID splits an import id into a vendor's id or name.
func parseImportID(raw string) (id, name string, err error) {
	if name, ok := strings.CutPrefix(raw, importNamePrefix); ok {
		if strings.TrimSpace(name) == "" {
			return "", "", errImportID
		}
		return "", name, nil
	}
	if raw == "" || strings.ContainsFunc(raw, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == '/' }) {
		return "", "", errImportID
	}
	return raw, "", nil
}

// ImportState reads a link by the vendor's id, by "name:" and its name, or by
// identity.
func (r *vendorLinkResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	defer recoverPanic(&resp.Diagnostics, "import a vendor link")
	raw := req.ID
	if raw == "" && req.Identity != nil && !req.Identity.Raw.IsNull() {
		var identity vendorLinkIdentity
		resp.Diagnostics.Append(req.Identity.Get(ctx, &identity)...)
		raw = identity.VendorID.ValueString()
	}
	if resp.Diagnostics.HasError() {
		return
	}
	summary := fmt.Sprintf("Cannot import %q", raw)
	id, name, err := parseImportID(raw)
	if err != nil {
		resp.Diagnostics.AddError(summary, explain.Sentence("Invalid import ID: "+err.Error())+"\n\nCorrect the ID.")
		return
	}
	ctx, cancel := context.WithTimeout(ctx, otherTimeout)
	defer cancel()
	v, err := r.provider.client.LookUpVendor(ctx, id, name)
	if err != nil {
		addVendorError(&resp.Diagnostics, summary, path.Empty(), err)
		return
	}
	if !v.Linked() {
		resp.Diagnostics.AddError(summary+": nothing to import",
			fmt.Sprintf("Vendor %s, %q, has no access group: nobody has linked it.\n\nRemove the import and apply; that links it.", v.ID, v.Name))
		return
	}
	var m vendorLinkModel
	m.setDefaults()
	m.fromAPI(v)
	save(ctx, &resp.Diagnostics, &m, newMark(), &resp.State, resp.Identity, resp.Private)
}
