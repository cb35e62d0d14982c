import {
  to = domum_vendor_link.acme
  id = "42"
}
