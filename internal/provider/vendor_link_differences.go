// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"strings"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
)

// difference is one attribute in which a vendor isn't as a link says.
type difference struct{ attribute, vendor, link string }

// differences compares a vendor with a link.
func (want link) differences(v *domum.Vendor) []difference {
	p := want.patch(v)
	var found []difference
	if p.AccessGroupID != nil {
		found = append(found, difference{"access group", showGroup(v), showRef(want.accessGroupID, want.accessGroupName)})
	}
	if p.StartDate != nil {
		found = append(found, difference{"start_date", showDate(v.StartDate), showDate(*p.StartDate)})
	}
	if p.DueDate != nil {
		found = append(found, difference{"due_date", showDate(v.DueDate), showDate(*p.DueDate)})
	}
	if p.Status != nil {
		found = append(found, difference{"enabled", fmt.Sprint(v.Enabled()), fmt.Sprint(want.enabled)})
	}
	return found
}

// overwrites shows what would be written over a vendor's link.
func overwrites(found []difference) string {
	lines := make([]string, len(found))
	for i, d := range found {
		lines[i] = fmt.Sprintf("  %s: %s → %s", d.attribute, d.vendor, d.link)
	}
	return strings.Join(lines, "\n")
}

// drifted shows what changed between the plan and now.
func drifted(found []difference) string {
	lines := make([]string, len(found))
	for i, d := range found {
		lines[i] = fmt.Sprintf("  %s: the plan saw %s, now it is %s", d.attribute, d.link, d.vendor)
	}
	return strings.Join(lines, "\n")
}

func showGroup(v *domum.Vendor) string {
	if v.AccessGroup == nil {
		return "none"
	}
	return showRef(v.AccessGroup.ID, v.AccessGroup.Name)
}

func showRef(id, name string) string {
	switch {
	case id == "":
		return "none"
	case name == "":
		return "id " + id
	}
	return fmt.Sprintf("%q (id %s)", name, id)
}

func showDate(d domum.Date) string {
	if d == "" {
		return "none"
	}
	return string(d)
}

// showLink says what a vendor is linked to.
func showLink(v *domum.Vendor) string {
	parts := []string{"access group " + showGroup(v), "start date " + showDate(v.StartDate)}
	if v.DueDate != "" {
		parts = append(parts, "due date "+showDate(v.DueDate))
	}
	return strings.Join(append(parts, "status "+string(v.Status)), ", ")
}
