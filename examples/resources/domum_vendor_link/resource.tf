# The vendor is the group that the identity provider pushes.
resource "domum_vendor_link" "acme" {
  vendor_name       = "Acme Ltd"
  access_group_name = "Vendors - OT"
  start_date        = "2026-12-01"
}

# Many vendors, each with an access group of its own, and an end.
locals {
  vendors = {
    "Globex"  = "Vendors - IT"
    "Initech" = "Vendors - OT"
  }
}

resource "domum_vendor_link" "supplier" {
  for_each = local.vendors

  vendor_name       = each.key
  access_group_name = each.value
  start_date        = "2026-12-01"
  due_date          = "2027-11-30"
}
