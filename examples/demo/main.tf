terraform {
  required_version = ">= 1.5"

  required_providers {
    domum = {
      source  = "domum-iac/domum"
      version = "~> 0.1"
    }
  }
}

# The address and the credentials come from the environment: DOMUM_URL,
# DOMUM_CLIENT_ID and DOMUM_CLIENT_SECRET.
provider "domum" {}

# Which vendor gets which access group: the one place to change.
locals {
  access_groups = {
    "Acme Ltd"          = "Vendors - OT"
    "Globex Automation" = "Vendors - IT"
  }
}

resource "domum_vendor_link" "vendor" {
  for_each = local.access_groups

  vendor_name       = each.key
  access_group_name = each.value
  start_date        = "2026-12-01"
}

# Every vendor that an identity provider pushed, linked or not.
data "domum_vendors" "pushed" {
  synced = true
}

output "vendors_without_a_link" {
  value = setsubtract(data.domum_vendors.pushed.names, keys(local.access_groups))
}
