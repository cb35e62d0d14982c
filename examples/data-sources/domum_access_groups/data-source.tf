data "domum_access_groups" "enabled" {
  enabled = true
}

output "access_groups" {
  value = data.domum_access_groups.enabled.names
}
