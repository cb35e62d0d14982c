# Vendors that the identity provider synchronized and nobody has linked yet.
data "domum_vendors" "unlinked" {
  synced = true
  linked = false
}

output "vendors_without_access" {
  value = setsubtract(data.domum_vendors.unlinked.names, keys(local.access_groups))
}

# Write down who gets access. Don't use the list above for for_each: the next
# plan finds all its vendors linked, so the list is empty, and all the links are
# destroyed.
locals {
  access_groups = {
    "Acme Ltd" = "Vendors - OT"
  }
}

resource "domum_vendor_link" "vendor" {
  for_each = local.access_groups

  vendor_name       = each.key
  access_group_name = each.value
  start_date        = "2026-12-01"
}
