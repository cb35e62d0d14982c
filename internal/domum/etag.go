// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// WeakETagError is an ETag that If-Match never matches (RFC 9110). The
// appliance sends strong ones (published); a gateway that compresses makes them
// weak.
type WeakETagError struct {
	Operation string // that was answered with it
	ETag      string // "" if there was none
}

// Error implements error.
func (e *WeakETagError) Error() string {
	if e.ETag == "" {
		return e.Operation + " was answered without an ETag header, without which a write could undo somebody else's. Nothing was written."
	}
	return e.Operation + " was answered with the weak ETag " + e.ETag + ", which no write can refer to. Nothing was written."
}

func isStrong(etag string) bool { return etag != "" && !strings.HasPrefix(etag, "W/") }

// RewrittenETagError is a write that the appliance refused with a 412, although
// the vendor still has the ETag that the write named: the appliance itself knows
// it by another one, which a gateway has rewritten. It is
// no conflict, and another attempt ends the same way.
type RewrittenETagError struct {
	Refusal *Error
	ETag    string
}

// Error implements error.
func (e *RewrittenETagError) Error() string {
	return fmt.Sprintf("%s, although the vendor still has the ETag %s", e.Refusal, e.ETag)
}

// conflictOf returns the error of a refused write of a vendor. A 412 that can't
// be about a change, because the vendor still has the ETag that was read, is a
// *RewrittenETagError.
func (c *Client) conflictOf(ctx context.Context, read *Vendor, err error) error {
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Status != http.StatusPreconditionFailed {
		return err
	}
	now, getErr := c.GetVendor(ctx, read.ID)
	if getErr != nil || now.ETag != read.ETag {
		return err
	}
	return &RewrittenETagError{Refusal: e, ETag: clean(read.ETag, maxWord)}
}
