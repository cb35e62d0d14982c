// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
)

// admit decides, by what stands there, whether a new link may be written over
// a vendor; both the plan and the apply ask it. want is nil while the plan
// doesn't know all of it; adopt counts as true while it isn't known.
func (r *vendorLinkResource) admit(diags *diag.Diagnostics, v *domum.Vendor, want *link, adopt bool) {
	switch {
	case !v.Linked():
	case v.Enabled() && !adopt:
		diags.AddError(fmt.Sprintf("Cannot link vendor %q: it is linked already", v.Name), r.linkedAlready(v))
	case v.Enabled():
		if want == nil {
			return
		}
		if found := want.differences(v); len(found) > 0 {
			diags.AddWarning(fmt.Sprintf("Adopting vendor %q overwrites its link", v.Name),
				fmt.Sprintf("Vendor %s is linked and enabled. With adopt_existing = true, applying changes\n%s\n\n"+
					"If the remote values are the right ones, write them into the configuration before you apply.", v.ID, overwrites(found)))
		}
	case r.protectExternalDisable && !adopt:
		diags.AddError(fmt.Sprintf("Cannot link vendor %q: it is disabled", v.Name),
			fmt.Sprintf("Vendor %s has a link (%s). Somebody may have disabled it for a reason, and protect_external_disable is set. Nothing was written.\n\n"+
				"Ask who disabled it; to take it over all the same, set adopt_existing = true.", v.ID, showLink(v)))
	case want != nil && want.accessGroupID != v.AccessGroup.ID:
		diags.AddWarning(fmt.Sprintf("Vendor %q had another access group", v.Name),
			fmt.Sprintf("Vendor %s is disabled and has a link (%s). Applying changes\n%s\n\n"+
				"If the remote values are the right ones, write them into the configuration before you apply.", v.ID, showLink(v), overwrites(want.differences(v))))
	}
}

// linkedAlready says what to do about a vendor that is linked and enabled.
func (r *vendorLinkResource) linkedAlready(v *domum.Vendor) string {
	text := fmt.Sprintf("Vendor %s is linked (%s). Nothing was written.\n\n", v.ID, showLink(v))
	if r.claims.refreshes(v.ID) > 0 {
		return text + "The state of this configuration has that link. If it only moved to another address, use a moved block instead, which keeps the vendor's access. " +
			"If this block is to be replaced because it is tainted, run terraform untaint for it instead. If two blocks name the vendor, keep one."
	}
	return text + fmt.Sprintf("To manage that link here, import it, with the address of this block after \"to\":\n\n"+
		"import {\n  to = domum_vendor_link.%s\n  id = %q\n}\n\n"+
		"If the link has only moved to another address in this configuration, use a moved block instead, which keeps the vendor's access. "+
		"To take over a link that nobody manages, set adopt_existing = true.", label(v.Name), v.ID)
}

func addLinkedTwice(diags *diag.Diagnostics, summary, vendorID string) {
	diags.AddError(summary+": it is linked twice",
		fmt.Sprintf("Another domum_vendor_link of this configuration has just linked vendor %s. Nothing was written.\n\nKeep one of the two blocks.", vendorID))
}

var notInLabel = regexp.MustCompile(`[^a-z0-9]+`)

// label makes a block label of a vendor's name.
func label(name string) string {
	l := strings.Trim(notInLabel.ReplaceAllString(strings.ToLower(name), "_"), "_")
	if l == "" || l[0] >= '0' && l[0] <= '9' {
		return "vendor_" + l
	}
	return l
}
