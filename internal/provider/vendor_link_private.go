// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
)

// Keys of the resource's private state, whose values are JSON.
const (
	// privateEnabled holds the status that Terraform last wrote. It tells a
	// vendor that the configuration disabled from one that somebody else did;
	// what was only imported counts as the latter.
	privateEnabled = "enabled"
	// privateMark tells a link from another one of the same vendor. It moves
	// with the link when its address changes.
	privateMark = "link"
	// privateUnsure holds the ETag that a vendor had before a write of which
	// nothing is known. While the vendor has it, the write had no effect, and
	// may yet have it; null once that is over.
	privateUnsure = "unsure"
	// privateShared goes with the plan of a destruction: another block of the
	// configuration links the same vendor.
	privateShared = "shared"
)

type privateReader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

type privateWriter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// linkMark returns the mark of a link, a new one if it has none.
func linkMark(ctx context.Context, diags *diag.Diagnostics, private privateReader) string {
	mark, problems := private.GetKey(ctx, privateMark)
	diags.Append(problems...)
	if mark == nil {
		return newMark()
	}
	return string(mark)
}

func newMark() string { return strconv.Quote(rand.Text()) }

// disabledHere reports whether nobody but Terraform disabled the vendor: it
// wrote that status, or its write of another one had no effect.
func disabledHere(ctx context.Context, diags *diag.Diagnostics, private privateReader) bool {
	written, problems := private.GetKey(ctx, privateEnabled)
	diags.Append(problems...)
	return string(written) == "false" || unsureSince(ctx, diags, private) != ""
}

// unsureSince returns the ETag that the vendor had before a write of which
// nothing is known; "" if there is no such write.
func unsureSince(ctx context.Context, diags *diag.Diagnostics, private privateReader) (etag string) {
	value, problems := private.GetKey(ctx, privateUnsure)
	diags.Append(problems...)
	_ = json.Unmarshal(value, &etag) // what is no text means none
	return etag
}

// setUnsure keeps the ETag of a vendor before such a write; "" is none.
func setUnsure(ctx context.Context, diags *diag.Diagnostics, private privateWriter, etag string) {
	value := []byte("null")
	if etag != "" {
		value, _ = json.Marshal(etag) // a string always can be
	}
	diags.Append(private.SetKey(ctx, privateUnsure, value)...)
}

// save writes a link to state as it is, with its identity and its mark.
func save(ctx context.Context, diags *diag.Diagnostics, m *vendorLinkModel, mark string, state *tfsdk.State, identity *tfsdk.ResourceIdentity, private privateWriter) {
	diags.Append(state.Set(ctx, m)...)
	diags.Append(identity.Set(ctx, vendorLinkIdentity{VendorID: m.ID})...)
	diags.Append(private.SetKey(ctx, privateMark, []byte(mark))...)
}

// saveWritten is save after a write, and keeps the status that was written.
func saveWritten(ctx context.Context, diags *diag.Diagnostics, m *vendorLinkModel, mark string, state *tfsdk.State, identity *tfsdk.ResourceIdentity, private privateWriter) {
	save(ctx, diags, m, mark, state, identity, private)
	diags.Append(private.SetKey(ctx, privateEnabled, []byte(strconv.FormatBool(m.Enabled.ValueBool())))...)
}
