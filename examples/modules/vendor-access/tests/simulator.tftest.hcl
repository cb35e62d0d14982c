# Against the simulator, which holds what tests/appliance.json says; DOMUM_URL
# is its address. The credentials are the simulator's own: no other appliance
# takes them, so nothing but a simulator is ever written to. The vendors that one
# run has disabled are enabled by the next one.
provider "domum" {
  client_id                = "domum-client"
  client_secret            = "domum-secret"
  protect_external_disable = false
}

provider "domum" {
  alias         = "scim"
  client_id     = "okta-scim"
  client_secret = "okta-scim-secret"
}

variables {
  check_overlapping_users = true

  vendors = {
    "Acme Ltd"          = { access_group = "Vendors - OT", start_date = "2026-12-01" }
    "globex automation" = { access_group = "Vendors - IT", start_date = "2026-12-01", due_date = "2027-11-30" }
  }
}

run "two_of_three_are_linked" {
  assert {
    condition     = output.ids == { "Acme Ltd" = "41", "globex automation" = "42" }
    error_message = "the ids are ${jsonencode(output.ids)}"
  }

  assert {
    condition     = alltrue([for link in values(domum_vendor_link.vendor) : link.enabled])
    error_message = "a vendor is not enabled"
  }

  assert {
    condition     = output.unlinked == ["Initech Services"]
    error_message = "unlinked are ${jsonencode(output.unlinked)}"
  }
}

run "changes_are_made_in_place" {
  variables {
    vendors = {
      "Acme Ltd"          = { access_group = "Vendors - IT", start_date = "2026-12-01" }
      "globex automation" = { access_group = "Vendors - IT", start_date = "2026-12-01", due_date = "", enabled = false }
    }
  }

  assert {
    condition     = output.ids == { "Acme Ltd" = "41", "globex automation" = "42" }
    error_message = "the ids are ${jsonencode(output.ids)}"
  }

  assert {
    condition     = domum_vendor_link.vendor["Acme Ltd"].access_group_id == "8"
    error_message = "the access group is ${domum_vendor_link.vendor["Acme Ltd"].access_group_id}"
  }

  assert {
    condition = (
      domum_vendor_link.vendor["globex automation"].due_date == "" &&
      !domum_vendor_link.vendor["globex automation"].enabled
    )
    error_message = "the link is ${jsonencode(domum_vendor_link.vendor["globex automation"])}"
  }
}

run "a_vendor_to_link_is_not_unlinked" {
  command = plan

  variables {
    vendors = {
      "Initech Services" = { access_group = "Vendors - IT", start_date = "2026-12-01" }
    }
  }

  assert {
    condition     = output.unlinked == []
    error_message = "unlinked are ${jsonencode(output.unlinked)}"
  }
}
