# Write the links that exist as configuration, and import them:
#   terraform query -generate-config-out=links.tf
#   terraform apply
list "domum_vendor_link" "linked" {
  provider         = domum
  include_resource = true
  limit            = 1000

  config {
    synced = true
  }
}
