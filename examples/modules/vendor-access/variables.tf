variable "vendors" {
  description = "The access of each vendor, by the name of the group that the identity provider pushes."
  type = map(object({
    access_group = string               # by name
    start_date   = string               # YYYY-MM-DD
    due_date     = optional(string)     # YYYY-MM-DD; left out: not managed; "": none
    enabled      = optional(bool, true) # false takes the access away and keeps the link
  }))
  nullable = false

  validation {
    condition     = length(distinct([for name in keys(var.vendors) : lower(name)])) == length(var.vendors)
    error_message = "Two vendors differ in case only. Domum's names are found in any case, so both would mean the same vendor: keep one."
  }

  validation {
    condition = alltrue([
      for access in values(var.vendors) : can(formatdate("YYYY", "${access.start_date}T00:00:00Z"))
    ])
    error_message = "Each start_date must be a day of the calendar, such as 2026-12-01."
  }

  validation {
    condition = alltrue([
      for access in values(var.vendors) : try(timecmp("${access.due_date}T00:00:00Z", "${access.start_date}T00:00:00Z") >= 0, false)
      if access.due_date != null && access.due_date != ""
    ])
    error_message = "Each due_date must be a day of the calendar, such as 2027-11-30, and not before the vendor's start_date."
  }
}

variable "check_overlapping_users" {
  description = "Whether to warn of users who are in the groups of several vendors. The provider configuration domum.scim must then have the credentials of the IGA provider."
  type        = bool
  default     = false
  nullable    = false
}
