# Vendors that the identity provider synchronized and nobody has linked yet.
data "domum_vendors" "unlinked" {
  synced = true
  linked = false
}

output "vendors_without_access" {
  value = data.domum_vendors.unlinked.names
}
