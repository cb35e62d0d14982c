// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"net/http"
	"time"
)

// The statuses of a vendor.
const (
	statusEnabled  = "enabled"
	statusDisabled = "disabled"
)

// vendor is a vendor and the number of the change that made it what it is.
type vendor struct {
	Vendor
	version int
}

type dataJSON[T any] struct {
	Data T `json:"data"`
}

type vendorJSON struct {
	ID               string   `json:"id"`
	Name             string   `json:"name"`
	Status           string   `json:"status"`
	AccessGroup      *refJSON `json:"access_group"`
	StartDate        *string  `json:"start_date"`
	DueDate          *string  `json:"due_date"`
	ContractNumber   *string  `json:"contract_number"`
	DocumentID       *string  `json:"document_id"`
	IdentityProvider *refJSON `json:"identity_provider"`
	SynchronizedAt   *string  `json:"synchronized_at"`
}

type refJSON struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// listVendors answers GET /api/v2/domum/vendors.
func (s *Simulator) listVendors(req *request) *answer {
	q := s.parseList(req, "vendor.name", "vendor.status", "access_group.id", "identity_provider.id")
	q.oneOf("vendor.status", statusEnabled, statusDisabled)
	q.notEmpty("access_group.id")
	q.notEmpty("identity_provider.id")
	var found []*vendor
	for _, v := range s.vendors.all() {
		if q.passesText("vendor.name", v.Name) &&
			q.passesExact("vendor.status", v.Status) &&
			q.passesExact("access_group.id", v.AccessGroupID) &&
			q.passesExact("identity_provider.id", v.IdentityProviderID) {
			found = append(found, v)
		}
	}
	return pageAnswer(req, q, found, s.vendorJSON)
}

// getVendor answers GET /api/v2/domum/vendors/{id}.
func (s *Simulator) getVendor(req *request) *answer {
	if unknown := unknownParameters(req.query); len(unknown) > 0 {
		return req.invalid(unknown...)
	}
	v, ok := s.vendors.records[req.id]
	if !ok {
		return vendorNotFound(req)
	}
	return s.vendorAnswer(v)
}

// patchVendor answers PATCH /api/v2/domum/vendors/{id}.
func (s *Simulator) patchVendor(req *request) *answer {
	if unknown := unknownParameters(req.query); len(unknown) > 0 {
		return req.invalid(unknown...)
	}
	v, ok := s.vendors.records[req.id]
	if !ok {
		return vendorNotFound(req)
	}
	if !req.matches(s.vendorAnswer(v).header.Get("ETag")) {
		return req.v2Error(http.StatusPreconditionFailed, "The vendor has changed since it was read")
	}
	changed, failure := s.mergeVendor(req, v.Vendor)
	if failure != nil {
		return failure
	}
	v.Vendor = changed
	v.version++
	return s.vendorAnswer(v)
}

func vendorNotFound(req *request) *answer {
	return req.v2Error(http.StatusNotFound, "The vendor was not found")
}

func (s *Simulator) vendorAnswer(v *vendor) *answer {
	return resourceAnswer(dataJSON[vendorJSON]{s.vendorJSON(v)}, v.version)
}

func (s *Simulator) vendorJSON(v *vendor) vendorJSON {
	out := vendorJSON{
		ID:             v.ID,
		Name:           v.Name,
		Status:         v.Status,
		StartDate:      s.date(v.StartDate),
		DueDate:        s.date(v.DueDate),
		ContractNumber: orNull(v.ContractNumber),
		DocumentID:     orNull(v.DocumentID),
	}
	if g, ok := s.accessGroups.records[v.AccessGroupID]; ok {
		out.AccessGroup = &refJSON{g.ID, g.Name}
	}
	if p, ok := s.providers[v.IdentityProviderID]; ok {
		out.IdentityProvider = &refJSON{p.ID, p.Name}
	}
	if !v.SynchronizedAt.IsZero() {
		out.SynchronizedAt = orNull(v.SynchronizedAt.UTC().Format(time.RFC3339))
	}
	return out
}

// date is a date as this appliance writes it.
func (s *Simulator) date(d string) *string {
	if d == "" {
		return nil
	}
	return orNull(d + s.opts.DateSuffix)
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
