// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"golang.org/x/sync/errgroup"
)

// Status is a vendor's status, as its form has it (published). In a vendor
// that has a Problem it may be another word, as the appliance writes it.
type Status string

// The two statuses.
const (
	StatusEnabled  Status = "enabled"
	StatusDisabled Status = "disabled"
)

// Date is a calendar day, YYYY-MM-DD; "" is none. An appliance from 4.0 on
// keeps a time with it (published). That is left out when it is read, without a
// change of zone; the profile says what is written. In a vendor that has a
// Problem it may be any text.
type Date string

// Ref names a record by id, and says its name.
type Ref struct {
	ID   string
	Name string
}

// Vendor is a vendor as its form shows it (fields published; where they are is
// the profile's). What has no value is "" or nil here.
type Vendor struct {
	ID               string
	Name             string
	Status           Status
	AccessGroup      *Ref
	StartDate        Date
	DueDate          Date
	ContractNumber   string
	DocumentID       string
	IdentityProvider *Ref   // nil: registered by hand, or the profile has no such field
	SynchronizedAt   string // as written; "": as above

	// ETag is the version that was read by itself; "" in a row of a list.
	ETag string
	// Problem says why nobody can use the vendor: a status or a date that can't
	// be understood. nil if there is no reason. Only vendors of a list have it.
	Problem error

	partial bool   // from a list, and may lack fields
	record  string // as it was read, where a write sends it back
}

func (v Vendor) key() string { return v.ID }

// Linked reports whether the vendor has an access group.
func (v *Vendor) Linked() bool { return v.AccessGroup != nil }

// AccessGroupID returns the id of the vendor's access group, "" if it has none.
func (v *Vendor) AccessGroupID() string {
	if v.AccessGroup == nil {
		return ""
	}
	return v.AccessGroup.ID
}

// Enabled reports whether the vendor's status is enabled.
func (v *Vendor) Enabled() bool { return v.Status == StatusEnabled }

// Synced reports whether an identity provider synchronized the vendor;
// otherwise it was registered by hand.
func (v *Vendor) Synced() bool { return v.IdentityProvider != nil }

// VendorPatch is a change of a vendor. A nil field keeps its value: everything
// that isn't named here survives every write. Only DueDate may be "", which
// clears it.
type VendorPatch struct {
	AccessGroupID *string
	StartDate     *Date
	DueDate       *Date
	Status        *Status
}

// IsEmpty reports whether nothing would change.
func (p VendorPatch) IsEmpty() bool { return p == VendorPatch{} }

// matches reports whether v has every value that the patch sets.
func (p VendorPatch) matches(v *Vendor) bool {
	return (p.AccessGroupID == nil || v.AccessGroupID() == *p.AccessGroupID) &&
		(p.StartDate == nil || v.StartDate == *p.StartDate) &&
		(p.DueDate == nil || v.DueDate == *p.DueDate) &&
		(p.Status == nil || v.Status == *p.Status)
}

// GetVendor reads one vendor, as the profile says. An unknown id is an error
// for which IsNotFound is true; a vendor with a Problem is an error too.
func (c *Client) GetVendor(ctx context.Context, id string) (*Vendor, error) {
	return c.readVendor(ctx, id, func(v *Vendor) error { return v.Problem })
}

// readVendor is GetVendor; refuse says which vendors are an error.
func (c *Client) readVendor(ctx context.Context, id string, refuse func(*Vendor) error) (v *Vendor, err error) {
	read, odd := &c.codec.Vendors.Read, false
	reply, err := c.do(ctx, request{method: http.MethodGet, path: elements(read.Path, id)}, func(data []byte) (err error) {
		if v, err = c.codec.one(data, id); err == nil {
			err = refuse(v)
			odd = err != nil
		}
		return err
	})
	if e, ok := errors.AsType[*Error](err); ok && !e.Token { // the error of a token call says nothing of the vendor, and others hold it too
		e.Missing = read.Missing.describes(e)
		if odd {
			e.Finding = OddRecord
		}
	}
	if err != nil {
		return nil, err
	}
	v.ETag = reply.etag
	return v, nil
}

// Complete returns a vendor of a list as GetVendor reads it, if the list leaves
// out some of its fields, and the vendor itself otherwise. One that has a
// Problem is an error.
func (c *Client) Complete(ctx context.Context, v *Vendor) (*Vendor, error) {
	switch {
	case v.partial:
		return c.GetVendor(ctx, v.ID)
	case v.Problem != nil:
		return nil, c.unexpected(c.vendorRows.path, OddRecord, v.Problem.Error())
	}
	return v, nil
}

// completeAll is Complete for a list. A vendor with a Problem stays in it, and
// one that is gone meanwhile does not.
func (c *Client) completeAll(ctx context.Context, vendors []Vendor) ([]Vendor, error) {
	if !slices.ContainsFunc(vendors, func(v Vendor) bool { return v.partial }) {
		return vendors, nil
	}
	vendors = slices.Clone(vendors)
	workers, ctx := errgroup.WithContext(ctx)
	workers.SetLimit(pagesAtOnce) // as many as pages of a list
	for i := range vendors {
		if !vendors[i].partial {
			continue
		}
		workers.Go(func() (err error) {
			defer RecoverInto(&err)
			v, err := c.readVendor(ctx, vendors[i].ID, func(*Vendor) error { return nil })
			switch {
			case err == nil:
				vendors[i] = *v
			case IsNotFound(err):
				vendors[i].ID = ""
			default:
				return err
			}
			return nil
		})
	}
	if err := workers.Wait(); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(vendors, func(v Vendor) bool { return v.ID == "" }), nil
}

// doubtFields is for APIs that leave out empty fields. If no row has a field, the
// list may not show it at all, so rows that may have a value there are partial:
// all of them without access group and start date, linked ones without due date.
func (c *codec) doubtFields(rows []Vendor) {
	if !c.Vendors.OmitsEmpty {
		return
	}
	showsLinks := slices.ContainsFunc(rows, func(v Vendor) bool { return v.AccessGroup != nil && v.StartDate != "" })
	showsDueDates := slices.ContainsFunc(rows, func(v Vendor) bool { return v.DueDate != "" })
	for i := range rows {
		rows[i].partial = rows[i].partial || !showsLinks || !showsDueDates && rows[i].Linked()
	}
}
