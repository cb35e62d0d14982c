// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"crypto/rand"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// a2aHolder marks the tokens of the A2A authorization among those of the identity providers.
const a2aHolder = ""

var (
	errTokenScheme  = errors.New("a bearer token is required")
	errTokenUnknown = errors.New("the access token is not valid")
	errTokenExpired = errors.New("the access token has expired")
)

// token is an access token that was issued.
type token struct {
	holder  string // id of the identity provider, or a2aHolder
	expires time.Time
}

// tokenJSON is the answer to a token call.
type tokenJSON struct {
	TokenType   string `json:"token_type"`
	ExpiresIn   int    `json:"expires_in"` // seconds
	AccessToken string `json:"access_token"`
}

// issueToken answers POST /iso/oauth2/token.
func (s *Simulator) issueToken(req *request) *answer {
	form, err := tokenForm(req)
	if err != nil {
		return tokenError("invalid_request", err.Error())
	}
	if grant := form.Get("grant_type"); grant != "client_credentials" {
		return tokenError("unsupported_grant_type", "The grant type is not supported")
	}
	holder, ok := s.authenticate(clientCredentials(req, form))
	if !ok {
		return v1Error(http.StatusUnauthorized, 1, "Client authentication failed")
	}
	value := rand.Text()
	s.tokens[value] = token{holder, req.now.Add(s.opts.TokenLifetime)}
	return jsonAnswer(http.StatusOK, contentJSON, tokenJSON{"Bearer", int(s.opts.TokenLifetime / time.Second), value})
}

func tokenForm(req *request) (url.Values, error) {
	mediaType, _, err := mime.ParseMediaType(req.header.Get("Content-Type"))
	if err != nil || mediaType != "application/x-www-form-urlencoded" {
		return nil, errors.New("the body must be form-encoded")
	}
	form, err := url.ParseQuery(string(req.body))
	if err != nil {
		return nil, errors.New("the form is malformed")
	}
	return form, nil
}

// clientCredentials returns the credentials of a token call, from HTTP Basic or else from the form.
func clientCredentials(req *request, form url.Values) (id, secret string) {
	basic := http.Request{Header: req.header}
	id, secret, ok := basic.BasicAuth()
	if !ok {
		return form.Get("client_id"), form.Get("client_secret")
	}
	// RFC 6749, section 2.3.1: both are form-encoded before they become a Basic header.
	id, idErr := url.QueryUnescape(id)
	secret, secretErr := url.QueryUnescape(secret)
	if idErr != nil || secretErr != nil {
		return "", ""
	}
	return id, secret
}

// authenticate returns the holder of client credentials.
func (s *Simulator) authenticate(id, secret string) (holder string, ok bool) {
	if id == s.opts.ClientID && secret == s.opts.ClientSecret {
		return a2aHolder, true
	}
	for _, p := range s.providers {
		if p.ClientID != "" && p.ClientID == id && p.ClientSecret == secret {
			return p.ID, true
		}
	}
	return "", false
}

// authorize returns the holder of the request's bearer token.
func (s *Simulator) authorize(req *request) (holder string, err error) {
	scheme, value, _ := strings.Cut(req.header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return "", errTokenScheme
	}
	issued, ok := s.tokens[value]
	if !ok {
		return "", errTokenUnknown
	}
	if !req.now.Before(issued.expires) {
		return "", errTokenExpired
	}
	return issued.holder, nil
}

// tokenError is the flat shape of a refused token call.
func tokenError(code, message string) *answer {
	return jsonAnswer(http.StatusBadRequest, contentJSON, struct {
		Error   string `json:"error"`
		Message string `json:"message"`
	}{code, message})
}

// credentialsSent returns the credentials of a token call however malformed it is otherwise.
func credentialsSent(req *request) (id, secret string) {
	form, err := tokenForm(req)
	if err != nil {
		form = nil
	}
	return clientCredentials(req, form)
}
