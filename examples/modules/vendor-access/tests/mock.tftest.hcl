# Without an appliance or a simulator: what the module itself decides.
mock_provider "domum" {
  mock_data "domum_vendors" {
    defaults = {
      names = ["Acme Ltd", "Globex Automation", "Initech Services"]
    }
  }
}

mock_provider "domum" {
  alias = "scim"
}

variables {
  vendors = {
    "acme ltd" = { access_group = "Vendors - OT", start_date = "2026-12-01" }
  }
}

run "defaults" {
  command = plan

  assert {
    condition     = domum_vendor_link.vendor["acme ltd"].enabled
    error_message = "a vendor is not enabled unless its entry says so"
  }

  assert {
    condition     = output.unlinked == ["Globex Automation", "Initech Services"]
    error_message = "unlinked are ${jsonencode(output.unlinked)}"
  }
}

run "no_vendors" {
  variables {
    vendors = {}
  }

  assert {
    condition     = output.ids == {}
    error_message = "the ids are ${jsonencode(output.ids)}"
  }
}

run "one_vendor_in_two_cases" {
  command = plan

  variables {
    vendors = {
      "Acme Ltd" = { access_group = "Vendors - OT", start_date = "2026-12-01" }
      "ACME LTD" = { access_group = "Vendors - IT", start_date = "2026-12-01" }
    }
  }

  expect_failures = [var.vendors]
}

run "a_start_date_that_is_no_day" {
  command = plan

  variables {
    vendors = {
      "Acme Ltd" = { access_group = "Vendors - OT", start_date = "2026-02-30" }
    }
  }

  expect_failures = [var.vendors]
}

run "a_due_date_that_is_no_day" {
  command = plan

  variables {
    vendors = {
      "Acme Ltd" = { access_group = "Vendors - OT", start_date = "2026-12-01", due_date = "soon" }
    }
  }

  expect_failures = [var.vendors]
}

run "a_due_date_before_the_start" {
  command = plan

  variables {
    vendors = {
      "Acme Ltd" = { access_group = "Vendors - OT", start_date = "2026-12-01", due_date = "2026-11-30" }
    }
  }

  expect_failures = [var.vendors]
}

run "no_due_date" {
  command = plan

  variables {
    vendors = {
      "Acme Ltd" = { access_group = "Vendors - OT", start_date = "2026-12-01", due_date = "" }
    }
  }

  assert {
    condition     = domum_vendor_link.vendor["Acme Ltd"].due_date == ""
    error_message = "an empty due_date was not passed on"
  }
}

run "a_user_of_two_vendors" {
  command = plan

  module {
    source = "./overlap"
  }

  override_data {
    target = data.domum_overlapping_users.all
    values = {
      users = [{ id = "1", user_name = "engineer@acme.example", vendors = ["Acme Ltd", "Globex Automation"] }]
    }
  }

  expect_failures = [check.one_vendor_for_each_user]
}
