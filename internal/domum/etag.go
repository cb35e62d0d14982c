// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import "strings"

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
