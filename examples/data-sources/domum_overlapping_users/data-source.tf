# The credentials of the IGA provider, as Segura shows them on its details page.
variable "scim_client_id" {
  type = string
}

variable "scim_client_secret" {
  type      = string
  sensitive = true
}

provider "domum" {
  alias         = "scim"
  client_id     = var.scim_client_id
  client_secret = var.scim_client_secret
}

data "domum_overlapping_users" "all" {
  provider = domum.scim
}

# Warns in each plan and apply for as long as there is such a user.
check "one_vendor_for_each_user" {
  assert {
    condition = length(data.domum_overlapping_users.all.users) == 0
    error_message = "Users in the groups of several vendors: ${join("; ", [
      for user in data.domum_overlapping_users.all.users :
      "${coalesce(user.user_name, user.id)} (${join(", ", user.vendors)})"
    ])}."
  }
}
