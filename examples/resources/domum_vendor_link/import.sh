# By the vendor's id
terraform import domum_vendor_link.acme 42

# By the vendor's name
terraform import domum_vendor_link.acme "name:Acme Ltd"
