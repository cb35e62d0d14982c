// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"encoding/base64"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

func TestToken(t *testing.T) {
	t.Parallel()
	const (
		wrapped = `{"response":{"status":401,"message":"Client authentication failed","error":true,"error_code":1},` +
			`"exception":{"code":1,"message":"1: Client authentication failed","detail":null}}`
		badGrant = `{"error":"unsupported_grant_type","message":"The grant type is not supported"}`
	)
	basic := func(userinfo string) map[string]string {
		return map[string]string{"Authorization": "Basic " + base64.StdEncoding.EncodeToString([]byte(userinfo))}
	}
	tests := map[string]struct {
		call   call
		status int
		body   string // "" is a token
	}{
		"form":                {call{body: grant("domum-client", "domum-secret")}, 200, ""},
		"other path":          {call{path: "/api/oauth2/token", body: grant("domum-client", "domum-secret")}, 200, ""},
		"identity provider":   {call{body: grant("okta-scim", "okta-scim-secret")}, 200, ""},
		"basic":               {call{body: "grant_type=client_credentials", header: basic("domum-client:domum-secret")}, 200, ""},
		"basic encoded":       {call{body: "grant_type=client_credentials", header: basic("domum%2Dclient:domum%2Dsecret")}, 200, ""},
		"basic malformed":     {call{body: "grant_type=client_credentials", header: basic("%zz:domum-secret")}, 401, wrapped},
		"basic wrong":         {call{body: "grant_type=client_credentials", header: basic("domum-client:no")}, 401, wrapped},
		"wrong secret":        {call{body: grant("domum-client", "okta-scim-secret")}, 401, wrapped},
		"unknown client":      {call{body: grant("nobody", "domum-secret")}, 401, wrapped},
		"no credentials":      {call{body: "grant_type=client_credentials"}, 401, wrapped},
		"bad grant":           {call{body: "grant_type=password&client_id=domum-client&client_secret=domum-secret"}, 400, badGrant},
		"no grant":            {call{body: "client_id=domum-client&client_secret=domum-secret"}, 400, badGrant},
		"in the query":        {call{path: tokenPath + "?" + grant("domum-client", "domum-secret")}, 400, `{"error":"invalid_request","message":"the body must be form-encoded"}`},
		"malformed form":      {call{body: "a=%zz"}, 400, `{"error":"invalid_request","message":"the form is malformed"}`},
		"JSON":                {call{body: "{}", header: map[string]string{"Content-Type": "application/json"}}, 400, `{"error":"invalid_request","message":"the body must be form-encoded"}`},
		"secret of no client": {call{body: grant("", "")}, 401, wrapped},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, simulator.Options{})
			test.call.method = "POST"
			if test.call.path == "" {
				test.call.path = tokenPath
			}
			r := s.want(test.status, test.call)
			if test.body != "" {
				if diff := cmp.Diff(test.body, r.body); diff != "" {
					t.Error(diff)
				}
				return
			}
			got := decode[map[string]any](t, r)
			token, _ := got["access_token"].(string)
			if token == "" {
				t.Fatalf("no token in %s", r.body)
			}
			want := map[string]any{"token_type": "Bearer", "expires_in": 3600.0, "access_token": token}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTokenMethod(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	r := s.want(http.StatusMethodNotAllowed, call{method: "GET", path: tokenPath})
	if got := r.header.Get("Allow"); got != "POST" {
		t.Errorf("Allow is %q", got)
	}
}

func TestTokenOptions(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{ClientID: "id", ClientSecret: "secret", TokenLifetime: 90 * time.Second})
	r := s.want(http.StatusOK, call{method: "POST", path: tokenPath, body: grant("id", "secret")})
	if got := decode[map[string]any](t, r)["expires_in"]; got != 90.0 {
		t.Errorf("expires_in is %v", got)
	}
	s.want(http.StatusUnauthorized, call{method: "POST", path: tokenPath, body: grant("domum-client", "domum-secret")})
}

// TestAuthorization: a token opens its own part of the API, while it lasts.
func TestAuthorization(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	a2a, okta := s.a2a(), s.okta()
	const gateway = `{"message":"no Route matched with those values"}`

	for _, path := range []string{vendorsPath, accessGroupsPath + "/7", usersPath, groupsPath} {
		own, other := a2a, okta
		if path == usersPath || path == groupsPath {
			own, other = okta, a2a
		}
		s.want(200, call{method: "GET", path: path, token: own})
		s.want(403, call{method: "GET", path: path, token: other})
		s.want(401, call{method: "GET", path: path, token: "x" + own})
		s.want(401, call{method: "GET", path: path, header: map[string]string{"Authorization": "Basic " + own}})
		if r := s.want(401, call{method: "GET", path: path}); r.body != gateway || r.header.Get("X-Request-Id") != "" {
			t.Errorf("%s: without a token: %s", path, r.body)
		}
	}

	s.clock.advance(time.Hour - time.Second)
	s.want(200, call{method: "GET", path: vendorsPath, token: a2a})
	s.clock.advance(time.Second)
	r := s.want(401, call{method: "GET", path: vendorsPath, token: a2a})
	if got := decode[v2Error](t, r); got.Error.Code != "unauthorized" || got.RequestID != r.header.Get("X-Request-Id") {
		t.Errorf("an expired token: %s", r.body)
	}
	r = s.want(401, call{method: "GET", path: groupsPath, token: okta})
	want := `{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"401","detail":"the access token has expired"}`
	if r.body != want || r.header.Get("Content-Type") != "application/scim+json" {
		t.Errorf("an expired token: %s", r.body)
	}

	a2a = s.a2a()
	s.want(200, call{method: "GET", path: vendorsPath, token: a2a})
	s.RevokeTokens()
	s.want(401, call{method: "GET", path: vendorsPath, token: a2a})
}
