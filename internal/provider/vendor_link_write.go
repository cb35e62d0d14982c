// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/explain"
)

// write makes v what want says, with one request or none. An accepted change
// whose answer can't be read, nor looked up, is a warning. One that the
// appliance accepted without doing it is an *otherValuesError, beside what the
// vendor is now.
func (r *vendorLinkResource) write(ctx context.Context, diags *diag.Diagnostics, v *domum.Vendor, want link) (*domum.Vendor, error) {
	patch := want.patch(v)
	if patch.IsEmpty() {
		return v, nil
	}
	written, err := r.provider.client.UpdateVendor(ctx, v, patch)
	if e, ok := errors.AsType[*domum.UnconfirmedError](err); ok && e.Accepted {
		warnUnconfirmed(diags, v, unconfirmed(e))
		return v, nil
	}
	if err != nil {
		return nil, err
	}
	if found := want.differences(written); len(found) > 0 {
		return written, &otherValuesError{found}
	}
	return written, nil
}

// partial says what became of a change of two calls of which only the first was
// done.
func partial(e *domum.PartialError) (summary, detail string) {
	said, remedy := explain.Failure(e.Err)
	return fmt.Sprintf("Vendor %q was updated only in part", e.Now.Name),
		said + fmt.Sprintf("\nThe change takes two calls, and the first one was done. Vendor %s now has %s.\n\n", e.Now.ID, showLink(e.Now)) +
			remedy + " The next plan shows what is missing."
}

// otherValuesError is a write that the appliance accepted without doing it.
type otherValuesError struct{ found []difference }

func (e *otherValuesError) Error() string {
	return "The appliance accepted the change, and answered with other values (answered → sent):\n" + overwrites(e.found)
}

// Remedy says what to do next.
func (e *otherValuesError) Remedy() string {
	return "Plan again to see what the appliance has, and report the difference if it persists."
}

// unconfirmed says why the end of a write isn't known.
func unconfirmed(e *domum.UnconfirmedError) string {
	said, _ := explain.Failure(e.Err)
	if e.Changed {
		return said + "\nAn earlier attempt may have been carried out before the vendor changed again."
	}
	if e.Unchanged {
		return said + "\nThe vendor was read afterwards, and is unchanged so far: the update may still arrive."
	}
	return said + "\nThe vendor could not be read afterwards either."
}

// warnUnconfirmed warns of a write whose end isn't known. State then holds what
// was planned, and the next plan compares it with what is there.
func warnUnconfirmed(diags *diag.Diagnostics, v *domum.Vendor, why string) {
	diags.AddWarning(fmt.Sprintf("Could not confirm the update of vendor %q", v.Name),
		why+" State holds what was planned: an error here would make the next apply disable the vendor.\n\n"+
			"Plan again: the plan shows what is missing, if anything is, and applying completes it.")
}
