// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"crypto/rand"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
)

// privateMark is the only key of a link's private state. Its value tells the
// link from another one of the same vendor, and moves with the link when its
// address changes.
const privateMark = "link"

type privateReader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

type privateWriter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// linkMark returns the mark of a link, a new one if state holds none.
func linkMark(ctx context.Context, diags *diag.Diagnostics, private privateReader) string {
	mark, problems := private.GetKey(ctx, privateMark)
	diags.Append(problems...)
	if mark == nil {
		return newMark()
	}
	return string(mark)
}

func newMark() string { return strconv.Quote(rand.Text()) } // private state holds JSON

// save writes a link into state, with its identity and its mark.
func save(ctx context.Context, diags *diag.Diagnostics, m *vendorLinkModel, mark string, state *tfsdk.State, identity *tfsdk.ResourceIdentity, private privateWriter) {
	diags.Append(state.Set(ctx, m)...)
	diags.Append(identity.Set(ctx, vendorLinkIdentity{VendorID: m.ID})...)
	diags.Append(private.SetKey(ctx, privateMark, []byte(mark))...)
}
