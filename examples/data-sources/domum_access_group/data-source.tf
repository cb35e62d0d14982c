data "domum_access_group" "ot" {
  name = "Vendors - OT"
}

resource "domum_vendor_link" "acme" {
  vendor_name     = "Acme Ltd"
  access_group_id = data.domum_access_group.ot.id
  start_date      = "2026-12-01"
}
