// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"strings"
)

// required declares both providers, so that one text serves every kind.
const required = `terraform {
  required_providers {
    domum   = { source = "` + namespace + `domum" }
    trivial = { source = "` + namespace + `trivial" }
  }
}

`

// What every link says.
const (
	accessGroup = "Vendors - OT"
	startDate   = "2026-12-01"
)

// mapOfLinks and listOfLinks are the data of links, as a configuration holds them.
func mapOfLinks(links int) string {
	var b strings.Builder
	b.WriteString("locals {\n  links = {\n")
	for i := range links {
		fmt.Fprintf(&b, "    %q = { start_date = %q }\n", vendorName(i), startDate)
	}
	b.WriteString("  }\n}\n\n")
	return b.String()
}

func listOfLinks(links int) string {
	var b strings.Builder
	b.WriteString("locals {\n  links = [\n")
	for i := range links {
		fmt.Fprintf(&b, "    { name = %q, start_date = %q },\n", vendorName(i), startDate)
	}
	b.WriteString("  ]\n}\n\n")
	return b.String()
}

// resource is a block of that kind for each of forEach.
func resource(kind, forEach, start string) string {
	if kind == kindData {
		return fmt.Sprintf("resource %q \"this\" {\n  for_each = %s\n  input    = [each.key, %q, %s]\n}\n", kind, forEach, accessGroup, start)
	}
	return fmt.Sprintf("resource %q \"this\" {\n  for_each          = %s\n  vendor_name       = each.key\n  access_group_name = %q\n  start_date        = %s\n}\n",
		kind, forEach, accessGroup, start)
}

// configuration is that many resources of a kind, from a map.
func configuration(kind string, links int) string {
	text := mapOfLinks(links) + resource(kind, "local.links", "each.value.start_date")
	if kind == kindData {
		return text // built into the CLI
	}
	return required + text
}
