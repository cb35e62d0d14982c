output "ids" {
  description = "The id of each vendor, by name."
  value       = { for name, link in domum_vendor_link.vendor : name => link.id }
}

output "unlinked" {
  description = "Vendors that an identity provider synchronized, and that have no link: neither here nor elsewhere."
  value = [
    for name in data.domum_vendors.unlinked.names : name
    if !contains([for own in keys(var.vendors) : lower(own)], lower(name))
  ]
}
