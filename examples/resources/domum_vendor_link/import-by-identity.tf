import {
  to = domum_vendor_link.acme
  identity = {
    vendor_id = "42"
  }
}
