# What a plan of vendor links must not do. Used with opa or conftest:
#   opa eval --fail-defined -d policy.rego -i tfplan.json 'data.main.deny[_]'
#   conftest test -p policy.rego tfplan.json
package main

import rego.v1

max_destroys := 3

links := [change | some change in input.resource_changes; change.type == "domum_vendor_link"]

# A due_date that is known only after apply counts as none.
deny contains message if {
	some link in links
	link.change.after != null
	object.get(link.change.after, "due_date", null) in {null, ""}
	message := sprintf("%s has no due_date", [link.address])
}

deny contains message if {
	some link in links
	link.change.before != null
	link.change.before.enabled == false
	link.change.after.enabled == true
	message := sprintf("%s goes from disabled to enabled", [link.address])
}

deny contains message if {
	destroyed := [link.address | some link in links; "delete" in link.change.actions]
	count(destroyed) > max_destroys
	message := sprintf("%d links are destroyed, and %d are allowed: %s", [count(destroyed), max_destroys, concat(", ", destroyed)])
}
