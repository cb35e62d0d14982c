// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

var vendorsPath = []string{"api", "v2", "domum", "vendors"}

// Status is a vendor's status, as its form has it (published; the wire's words
// are assumed).
type Status string

// The two statuses.
const (
	StatusEnabled  Status = "enabled"
	StatusDisabled Status = "disabled"
)

// UnmarshalJSON implements json.Unmarshaler. A word that is neither status is
// an error: nobody may guess whether a vendor has access.
func (s *Status) UnmarshalJSON(data []byte) error {
	var word string
	if err := json.Unmarshal(data, &word); err != nil {
		return err
	}
	switch status := Status(word); status {
	case StatusEnabled, StatusDisabled:
		*s = status
		return nil
	}
	return fmt.Errorf("status %q is neither %q nor %q", clean(word, maxWord), StatusEnabled, StatusDisabled)
}

// Date is a calendar day, YYYY-MM-DD; "" is none. An appliance from 4.0 on
// keeps a time with it (published): the day counts as written, and no zone
// shifts it.
type Date string

// UnmarshalJSON implements json.Unmarshaler.
func (d *Date) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return err
	}
	if text == "" { // and null
		*d = ""
		return nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339, time.DateTime, "2006-01-02T15:04:05"} {
		if _, err := time.Parse(layout, text); err == nil {
			*d = Date(text[:len(time.DateOnly)])
			return nil
		}
	}
	return fmt.Errorf("%q is not a date", clean(text, maxWord))
}

// Ref names a record by id, and says its name.
type Ref struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Vendor is a vendor as its form shows it (fields published, JSON names
// assumed). What is null or absent on the wire is "" or nil here.
type Vendor struct {
	ID               string `json:"id"`
	Name             string `json:"name"`
	Status           Status `json:"status"`
	AccessGroup      *Ref   `json:"access_group"`
	StartDate        Date   `json:"start_date"`
	DueDate          Date   `json:"due_date"`
	ContractNumber   string `json:"contract_number"`
	DocumentID       string `json:"document_id"`
	IdentityProvider *Ref   `json:"identity_provider"` // nil: registered by hand
	SynchronizedAt   string `json:"synchronized_at"`   // as written; "": registered by hand

	// ETag is the version that was read; "" in a vendor from a list.
	ETag string `json:"-"`
}

func (v Vendor) key() string { return v.ID }

// Linked reports whether somebody has given the vendor an access group.
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

// check finds an answer that is JSON, but no vendor.
func (v *Vendor) check() error {
	if v.ID == "" || v.Name == "" || v.Status == "" {
		return errors.New("the answer holds a vendor without id, name or status")
	}
	return nil
}

// VendorPatch is a change of a vendor. A nil field keeps its value: everything
// that isn't named here survives every write.
type VendorPatch struct {
	AccessGroupID *string
	StartDate     *Date
	DueDate       *Date // "" clears it
	Status        *Status
}

// IsEmpty reports whether nothing would change.
func (p VendorPatch) IsEmpty() bool { return p == VendorPatch{} }

// MarshalJSON implements json.Marshaler.
func (p VendorPatch) MarshalJSON() ([]byte, error) {
	fields := map[string]any{}
	if p.AccessGroupID != nil {
		fields["access_group"] = map[string]string{"id": *p.AccessGroupID}
	}
	if p.StartDate != nil {
		fields["start_date"] = *p.StartDate
	}
	if p.DueDate != nil {
		fields["due_date"] = nil
		if *p.DueDate != "" {
			fields["due_date"] = *p.DueDate
		}
	}
	if p.Status != nil {
		fields["status"] = *p.Status
	}
	return json.Marshal(fields)
}

// holds reports whether v is what the patch makes of a vendor.
func (p VendorPatch) holds(v *Vendor) bool {
	return (p.AccessGroupID == nil || v.AccessGroupID() == *p.AccessGroupID) &&
		(p.StartDate == nil || v.StartDate == *p.StartDate) &&
		(p.DueDate == nil || v.DueDate == *p.DueDate) &&
		(p.Status == nil || v.Status == *p.Status)
}

// record is the answer about one vendor (assumed).
type record struct {
	Data *Vendor `json:"data"`
}

// vendor returns the vendor with that id, or what is wrong with the answer.
func (r record) vendor(id, etag string) (*Vendor, error) {
	switch v := r.Data; {
	case v == nil || v.check() != nil:
		return nil, errors.New("the answer holds no vendor")
	case v.ID != id:
		return nil, fmt.Errorf("the answer is about vendor %s", clean(v.ID, maxWord))
	default:
		v.ETag = etag
		return v, nil
	}
}

// GetVendor reads one vendor: GET /api/v2/domum/vendors/{id} (assumed). An
// unknown id is an error for which IsNotFound is true.
func (c *Client) GetVendor(ctx context.Context, id string) (*Vendor, error) {
	var got record
	reply, err := c.do(ctx, request{method: http.MethodGet, path: vendorPath(id)}, &got)
	if err != nil {
		return nil, err
	}
	v, err := got.vendor(id, reply.etag)
	if err != nil {
		return nil, c.unexpected(http.MethodGet, vendorPath(id), err.Error())
	}
	return v, nil
}

// UpdateVendor changes the named fields of a vendor that GetVendor has read:
// PATCH /api/v2/domum/vendors/{id} with If-Match (assumed). A vendor that has
// changed since is an error for which IsConflict is true, and nothing was
// written. The end of ctx keeps an attempt from being made, and doesn't
// interrupt one that is under way.
//
// Where the answer leaves open what happened, because it got lost or can't be
// read, the vendor is read again. An *UnconfirmedError says that this failed
// too, or that the write may still arrive.
func (c *Client) UpdateVendor(ctx context.Context, read *Vendor, patch VendorPatch) (*Vendor, error) {
	id, etag := read.ID, read.ETag
	if !isStrong(etag) {
		return nil, &WeakETagError{Operation: c.operation(http.MethodGet, vendorPath(id)), ETag: clean(etag, maxWord)}
	}
	c.vendors.evict(id)
	defer c.vendors.evict(id)
	var got record
	reply, err := c.do(ctx, request{method: http.MethodPatch, path: vendorPath(id), ifMatch: etag, body: patch}, &got)
	if err == nil {
		v, problem := got.vendor(id, reply.etag)
		if problem == nil {
			return v, nil
		}
		err = c.unexpected(http.MethodPatch, vendorPath(id), problem.Error())
	}
	e, answered := errors.AsType[*Error](err)
	accepted := answered && e.Status < http.StatusMultipleChoices
	if !accepted && reply.effect == noEffect {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lookupTimeout)
	defer cancel()
	now, getErr := c.GetVendor(ctx, id)
	switch {
	case getErr != nil:
		return nil, &UnconfirmedError{Err: err, Accepted: accepted}
	case patch.holds(now):
		return now, nil
	case reply.effect == lateEffect && now.ETag == etag && !IsRefused(err):
		return nil, &UnconfirmedError{Err: err, Unchanged: true}
	}
	return nil, err
}

// lookupTimeout is how long it may take to find out what became of a write.
const lookupTimeout = 30 * time.Second

// UnconfirmedError is a write of which it isn't known whether it had its
// effect, or will have it.
type UnconfirmedError struct {
	Err       error
	Accepted  bool // the server answered with a 2xx that can't be read, and the vendor could not be read again
	Unchanged bool // the vendor was read again, and is still as it was before: the write may yet arrive
}

// Error implements error.
func (e *UnconfirmedError) Error() string { return e.Err.Error() }

// Unwrap implements the errors package's convention.
func (e *UnconfirmedError) Unwrap() error { return e.Err }

func vendorPath(id string) []string {
	return append(vendorsPath[:len(vendorsPath):len(vendorsPath)], id)
}
