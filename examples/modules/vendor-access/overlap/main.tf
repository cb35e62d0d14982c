terraform {
  required_version = ">= 1.7"

  required_providers {
    domum = {
      source = "domum-iac/domum"
    }
  }
}

# A check only warns: it never keeps a plan from being made or applied.
check "one_vendor_for_each_user" {
  data "domum_overlapping_users" "all" {}

  assert {
    condition = length(data.domum_overlapping_users.all.users) == 0
    error_message = "Users in the groups of several vendors have the access of the one that was synchronized last: ${join("; ", [
      for user in data.domum_overlapping_users.all.users :
      "${coalesce(user.user_name, user.id)} (${join(", ", user.vendors)})"
    ])}."
  }
}
