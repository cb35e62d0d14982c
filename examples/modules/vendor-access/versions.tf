terraform {
  required_version = ">= 1.7"

  required_providers {
    domum = {
      source                = "domum-iac/domum"
      configuration_aliases = [domum.scim]
    }
  }
}
