// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"time"
)

// UpdateVendor changes the named fields of a vendor that GetVendor has read, by
// the calls that the profile describes. A vendor that has changed since is an
// error for which IsConflict is true, and nothing was written. The end of ctx
// keeps an attempt from being made, and doesn't interrupt one that is under way.
//
// Where the answer leaves open what happened, because it got lost or can't be
// read, the vendor is read again. An *UnconfirmedError says that this failed
// too, or that the write may still arrive. A *PartialError says that the first
// of two calls was done, and the second failed, or ended like that.
//
// Where the status has calls of its own, one that would repeat what is so already
// isn't made.
func (c *Client) UpdateVendor(ctx context.Context, read *Vendor, patch VendorPatch) (*Vendor, error) {
	c.vendors.markWritten(read.ID)
	defer c.vendors.markWritten(read.ID)
	group, err := c.groupToWrite(ctx, patch.AccessGroupID)
	if err != nil {
		return nil, err
	}
	now := read
	for i, part := range c.codec.parts(read, patch) {
		if i > 0 && !part.hasBody && part.matches(now) {
			break
		}
		next, err := c.change(ctx, now, part, group)
		if err != nil && i > 0 {
			err = &PartialError{Err: err, Now: now}
		}
		if err != nil {
			return nil, err
		}
		if now = next; !part.matches(now) {
			break // nothing is built on what the appliance did otherwise
		}
	}
	return now, nil
}

// change is one call that changes a vendor, and what it changes.
type change struct {
	*CallProfile
	VendorPatch
	hasBody bool
}

// parts returns the calls that make a change. A vendor is enabled last, and
// disabled first: its users never have access that nobody wanted.
func (c *codec) parts(read *Vendor, patch VendorPatch) []change {
	p := &c.Vendors
	if p.Enable == nil {
		return []change{{&p.Write.CallProfile, patch, true}}
	}
	status := patch.Status
	patch.Status = nil
	var parts []change
	if !patch.IsEmpty() {
		parts = append(parts, change{&p.Write.CallProfile, patch, true})
	}
	switch {
	case status == nil || *status == read.Status:
	case *status == StatusEnabled:
		parts = append(parts, change{p.Enable, VendorPatch{Status: status}, false})
	default:
		parts = append([]change{{p.Disable, VendorPatch{Status: status}, false}}, parts...)
	}
	return parts
}

// change makes one call. Without ETags the vendor is read again just before it,
// and a call that may have got lost is made again only if the vendor is still
// as it was: another one could undo what somebody else has written meanwhile.
func (c *Client) change(ctx context.Context, read *Vendor, part change, group string) (*Vendor, error) {
	if c.codec.Vendors.Write.Guard == GuardETag {
		if !isStrong(read.ETag) {
			return nil, &WeakETagError{Operation: c.operation(http.MethodGet, elements(c.codec.Vendors.Read.Path, read.ID)), ETag: clean(read.ETag, maxWord)}
		}
		now, _, err := c.sendChange(ctx, read, part, group)
		return now, c.conflictOf(ctx, read, err)
	}
	for attempt := 1; ; attempt++ {
		before, err := c.GetVendor(ctx, read.ID)
		switch {
		case err != nil:
			return nil, err
		case attempt > 1 && part.matches(before):
			return before, nil
		case !sameVendor(before, read):
			e := c.unexpected(elements(c.codec.Vendors.Read.Path, read.ID), "", "the vendor has changed since it was read")
			e.Changed = true
			return nil, e
		}
		now, again, err := c.sendChange(ctx, before, part, group)
		if !again || attempt > c.cfg.MaxRetries {
			return now, err
		}
		var asked time.Duration
		if e, ok := errors.AsType[*Error](err); ok {
			asked = e.RetryAfter
		}
		if asked > maxServerWait || c.cfg.Clock.Sleep(ctx, asked+jitter(min(backoffCap, backoffBase<<min(attempt-1, 10)))) != nil {
			return now, err
		}
	}
}

// sendChange sends a change of the vendor before, and looks up what the answer
// leaves open. again says that it may be sent again: its answer got lost, and
// the vendor is as it was.
func (c *Client) sendChange(ctx context.Context, before *Vendor, part change, group string) (now *Vendor, again bool, err error) {
	req := request{method: part.Method, path: elements(part.Path, before.ID)}
	if part.hasBody {
		if req.body, err = c.codec.body(before, part.VendorPatch, group); err != nil {
			return nil, false, err
		}
	}
	guarded := c.codec.Vendors.Write.Guard == GuardETag
	if guarded {
		req.ifMatch = before.ETag
	}
	reply, err := c.do(ctx, req, func(data []byte) error {
		// An answer needn't hold the vendor: then it is read.
		if v, err := c.codec.one(data, before.ID); err == nil && v.Problem == nil {
			now = v
		}
		return nil
	})
	if err == nil && now != nil && guarded && reply.etag != "" {
		now.ETag = reply.etag
		return now, false, nil
	}
	e, _ := errors.AsType[*Error](err)
	accepted := err == nil || e != nil && e.Status < http.StatusMultipleChoices && !e.refused()
	mayBeGone := e != nil && c.codec.Vendors.Read.Missing.describes(e) // only a read says so for certain
	if !accepted && !mayBeGone && reply.effect == noEffect {
		return nil, false, err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lookupTimeout)
	defer cancel()
	now, getErr := c.GetVendor(ctx, before.ID)
	switch {
	case IsNotFound(getErr) && mayBeGone:
		return nil, false, getErr
	case mayBeGone && reply.effect == noEffect:
		if getErr == nil {
			e.Finding = GoneForWrites
		}
		return nil, false, err
	case getErr != nil:
		return nil, false, &UnconfirmedError{Err: cmp.Or(err, getErr), Accepted: accepted}
	}
	unchanged := sameVendor(now, before) && (!guarded || now.ETag == before.ETag)
	// A vendor that was so before the write, and has not been written since, says
	// nothing of the write.
	if err == nil || part.matches(now) && (accepted || !unchanged || !part.matches(before)) {
		return now, false, nil
	}
	if reply.effect == lateEffect && IsConflict(err) { // an attempt without an answer may have been carried out before somebody changed it
		return nil, false, &UnconfirmedError{Err: err, Changed: true}
	}
	again = reply.again && unchanged
	if reply.effect == lateEffect && unchanged && !IsRefused(err) {
		err = &UnconfirmedError{Err: err, Unchanged: true}
	}
	return nil, again, err
}

// lookupTimeout is how long it may take to find out what became of a write.
const lookupTimeout = 30 * time.Second

// sameVendor reports whether nothing that is managed here differs.
func sameVendor(a, b *Vendor) bool {
	return a.Name == b.Name && a.Status == b.Status && a.AccessGroupID() == b.AccessGroupID() && a.StartDate == b.StartDate && a.DueDate == b.DueDate
}

// UnconfirmedError is a write of which it isn't known whether it had its
// effect, or will have it.
type UnconfirmedError struct {
	Err       error
	Accepted  bool // the server answered with a 2xx that can't be read, and the vendor could not be read again
	Changed   bool // somebody has changed the vendor since, perhaps after the write
	Unchanged bool // the vendor was read again, and is still as it was before: the write may yet arrive
}

// Error implements error.
func (e *UnconfirmedError) Error() string { return e.Err.Error() }

// Unwrap implements the errors package's convention.
func (e *UnconfirmedError) Unwrap() error { return e.Err }

// PartialError is a change of two calls of which only the first is known to be
// done.
type PartialError struct {
	Err error   // of the second call; it may be an *UnconfirmedError
	Now *Vendor // what the appliance has now
}

// Error implements error.
func (e *PartialError) Error() string { return e.Err.Error() }

// Unwrap implements the errors package's convention.
func (e *PartialError) Unwrap() error { return e.Err }
