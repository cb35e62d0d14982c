data "domum_vendor" "acme" {
  name          = "Acme Ltd"
  wait_for_sync = true

  timeouts = {
    read = "10m"
  }
}

output "acme_has_access" {
  value = data.domum_vendor.acme.linked && data.domum_vendor.acme.enabled
}
