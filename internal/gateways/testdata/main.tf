# The main job: 20 links, whose access group and dates change in place.
terraform {
  required_providers {
    domum = {
      source = "domum-iac/domum"
    }
  }
}

variable "start_date" {
  type    = string
  default = "2026-12-01"
}

resource "domum_vendor_link" "many" {
  for_each          = { for i in range(20) : format("Vendor %02d", i + 1) => i }
  vendor_name       = each.key
  access_group_name = "Vendors - OT"
  start_date        = var.start_date
}
