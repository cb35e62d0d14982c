// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"context"
	"net/http"
	"net/url"
)

// Answer is what a server answered, as it came.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Fetch sends a GET for a path below the base URL, whose elements are not
// escaped, and returns the answer whatever its status. A header that it is given
// takes the place of the usual one. It is for tools that look at what an
// appliance says; what it means is for the methods that read one kind of record.
func (c *Client) Fetch(ctx context.Context, path []string, query url.Values, header http.Header) (*Answer, error) {
	r := request{method: http.MethodGet, path: path, query: query, header: header}
	resp, _, err := c.send(ctx, r, &call{}) //nolint:bodyclose // the transport has read and closed it
	if err != nil {
		return nil, err
	}
	return &Answer{Status: resp.StatusCode, Header: resp.Header, Body: bodyOf(resp)}, nil
}
