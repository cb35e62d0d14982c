terraform {
  required_version = ">= 1.7"

  required_providers {
    domum = {
      source                = "registry.terraform.io/domum-iac/domum"
      configuration_aliases = [domum.scim]
    }
  }
}
