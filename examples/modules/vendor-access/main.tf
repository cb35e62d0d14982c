resource "domum_vendor_link" "vendor" {
  for_each = var.vendors

  vendor_name       = each.key
  access_group_name = each.value.access_group
  start_date        = each.value.start_date
  due_date          = each.value.due_date
  enabled           = each.value.enabled
}

data "domum_vendors" "unlinked" {
  synced = true
  linked = false
}

# A module of its own, because a check can't be switched off.
module "overlap" {
  count  = var.check_overlapping_users ? 1 : 0
  source = "./overlap"

  providers = {
    domum = domum.scim
  }
}
