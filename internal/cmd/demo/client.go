// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// client speaks the wire contract with types of its own: a witness that shares
// no code with the provider or the simulator.
type client struct {
	base      string
	token     string
	mediaType string
	http      *http.Client
}

// newClient fetches a token with the credentials. Bodies are sent as mediaType.
func newClient(ctx context.Context, base, id, secret, mediaType string) (*client, error) {
	c := &client{
		base:      base,
		mediaType: mediaType,
		http:      &http.Client{Transport: &http.Transport{}, Timeout: 10 * time.Second},
	}
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {id}, "client_secret": {secret}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/iso/oauth2/token", strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	var answer struct {
		AccessToken string `json:"access_token"`
	}
	_, err = c.do(req, &answer)
	c.token = answer.AccessToken
	return c, err
}

// get decodes the answer into out, unless that is nil, and returns its ETag.
func (c *client) get(ctx context.Context, path string, out any) (etag string, err error) {
	header, err := c.send(ctx, http.MethodGet, path, nil, nil, out)
	return header.Get("ETag"), err
}

// send sends in as JSON and decodes the answer into out; either can be nil.
func (c *client) send(ctx context.Context, method, path string, header http.Header, in, out any) (http.Header, error) {
	var body io.Reader
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
	if err != nil {
		return nil, err
	}
	maps.Copy(req.Header, header)
	req.Header.Set("Authorization", "Bearer "+c.token)
	if in != nil {
		req.Header.Set("Content-Type", c.mediaType)
	}
	return c.do(req, out)
}

func (c *client) do(req *http.Request, out any) (http.Header, error) {
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode/100 != 2 {
		return nil, fmt.Errorf("%s %s: %s: %s", req.Method, req.URL.Path, resp.Status, bytes.TrimSpace(body))
	}
	if out != nil {
		err = json.Unmarshal(body, out)
	}
	return resp.Header, err
}
