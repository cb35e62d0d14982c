terraform {
  required_providers {
    domum = {
      source  = "domum-iac/domum"
      version = "~> 0.1"
    }
  }
}

# The appliance and its authorization come from the environment:
# DOMUM_URL, DOMUM_CLIENT_ID and DOMUM_CLIENT_SECRET.
provider "domum" {
  request_timeout          = "45s"
  protect_external_disable = true
}
