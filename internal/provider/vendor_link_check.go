// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
)

// newLink is what a block wants of a vendor that it doesn't manage yet.
type newLink struct {
	link    *link // nil while the plan doesn't know all of it
	enabled types.Bool
	adopt   bool // true also while the plan doesn't know it
}

// checkNewLink decides by the vendor's current state whether a new link may be
// written over it. The plan asks, and the apply asks again.
func (r *vendorLinkResource) checkNewLink(diags *diag.Diagnostics, v *domum.Vendor, want newLink) {
	linksInState, _, disabledByRun := r.provider.run.linksOf(v.ID)
	mayEnable := want.enabled.IsUnknown() || want.enabled.ValueBool()
	switch {
	case !v.Linked():
	case v.Enabled() && !want.adopt:
		diags.AddError(fmt.Sprintf("Cannot link vendor %q: it is linked already", v.Name), linkedAlready(v))
	case v.Enabled():
		if want.link != nil {
			warnOverwrites(diags, v, *want.link)
		}
		if mayEnable && linksInState > 0 {
			warnInterrupted(diags, v, "State has a link of vendor %s already. If this run destroys that link first, the vendor is disabled for a moment.")
		}
	case mayEnable && disabledByRun:
		warnInterrupted(diags, v, "This run has destroyed another link of vendor %s, which disabled the vendor, and enables it again.")
	case mayEnable:
		r.checkEnabling(diags, v, want.enabled, want.link)
	case want.link != nil:
		warnOverwrites(diags, v, *want.link)
	}
}

// checkEnabling decides whether a vendor that is disabled and has a link may be
// enabled: with a warning, and not at all under protect_external_disable. enabled
// is true, or not known yet; want is nil while the plan doesn't know all of it.
func (r *vendorLinkResource) checkEnabling(diags *diag.Diagnostics, v *domum.Vendor, enabled types.Bool, want *link) {
	detail := fmt.Sprintf("Vendor %s is disabled and has a link (%s).", v.ID, showLink(v))
	if r.provider.protectExternalDisable && !enabled.IsUnknown() {
		diags.AddAttributeError(path.Root("enabled"), fmt.Sprintf("Cannot enable vendor %q: it is disabled", v.Name),
			detail+" Somebody may have disabled it for a reason, and protect_external_disable is set. Nothing was written.\n\n"+
				"Ask who disabled it. While it has to stay disabled, set enabled = false. "+
				"When its users may have access again, enable the vendor in Domum, or apply once with protect_external_disable = false. "+
				"If nobody needs this link any more, remove its block and apply.")
		return
	}
	detail += " Applying gives its users access back."
	if want != nil {
		if found := want.differences(v); len(found) > 1 { // more than the status
			detail += " It changes\n" + overwrites(found)
		}
	}
	diags.AddAttributeWarning(path.Root("enabled"), fmt.Sprintf("Vendor %q is disabled and will be enabled", v.Name),
		detail+"\n\nSomebody may have disabled it for a reason. If it has to stay disabled, set enabled = false before you apply.")
}

// warnOverwrites shows what a new link changes of a vendor's link.
func warnOverwrites(diags *diag.Diagnostics, v *domum.Vendor, want link) {
	found := want.differences(v)
	if len(found) == 0 {
		return
	}
	diags.AddWarning(fmt.Sprintf("The link of vendor %q will be overwritten", v.Name),
		fmt.Sprintf("Vendor %s has a link (%s). Applying changes\n%s\n\n"+
			"If the values in Domum are the right ones, write them into the configuration before you apply.", v.ID, showLink(v), overwrites(found)))
}

func warnInterrupted(diags *diag.Diagnostics, v *domum.Vendor, why string) {
	diags.AddWarning(fmt.Sprintf("Access of vendor %q is interrupted", v.Name), fmt.Sprintf(why, v.ID)+"\n\n"+
		"If the link only moved to another address, use a moved block. If the plan replaces it because of -replace, replace_triggered_by or a taint, "+
		"leave those out or run terraform untaint: access group, dates and status change in place.")
}

// linkedAlready says what to do about a vendor that is linked and enabled.
func linkedAlready(v *domum.Vendor) string {
	return fmt.Sprintf("Vendor %s is linked (%s). Nothing was written.\n\n"+
		"If state does not have that link, import it, with the address of this block after \"to\":\n\n"+
		"import {\n  to = domum_vendor_link.%s\n  id = %q\n}\n\n"+
		"To overwrite a link that nobody manages instead, set adopt_existing = true.\n\n"+
		"If state has that link already:\n"+
		"  - a block or a for_each key was renamed: use a moved block, it keeps the vendor's access;\n"+
		"  - an element of count was removed: use for_each, count moves all elements behind it;\n"+
		"  - the plan replaces this block, which would disable the vendor: leave out -replace or\n    replace_triggered_by, or run terraform untaint;\n"+
		"  - two blocks name the vendor: keep one.", v.ID, showLink(v), label(v.Name), v.ID)
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

// vendorLabel names the vendor as the configuration does.
func vendorLabel(m *vendorLinkModel) string {
	if m.VendorID.IsNull() {
		return fmt.Sprintf("vendor %q", m.VendorName.ValueString())
	}
	return "vendor " + m.VendorID.ValueString()
}
