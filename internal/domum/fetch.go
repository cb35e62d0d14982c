// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"context"
	"net/http"
	"net/url"
)

// Fetch returns the JSON that a GET for a path below the base URL is answered
// with; the path's elements are not escaped. It is for tools that look at what an
// appliance says; what it means is for the methods that read one kind of record.
// Its errors are theirs.
func (c *Client) Fetch(ctx context.Context, path []string, query url.Values) (body []byte, err error) {
	_, err = c.do(ctx, request{method: http.MethodGet, path: path, query: query}, func(data []byte) error {
		body = data
		return nil
	})
	return body, err
}
