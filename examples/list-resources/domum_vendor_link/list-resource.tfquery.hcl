# Write the links that exist as configuration, and import them:
#   terraform query -generate-config-out=links.tf
#   terraform apply
# limit cuts the list off without a warning, after 100 links if it is left out.
list "domum_vendor_link" "linked" {
  provider         = domum
  include_resource = true
  limit            = 1000

  config {
    synced = true
  }
}
