// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
	"unicode"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
	"golang.org/x/sync/singleflight"
)

// A token is renewed this long before it ends, or when nine tenths of a
// shorter life are over.
const renewEarly = time.Minute

// tokens keeps the one bearer token of a Client.
type tokens struct {
	clock Clock
	fetch func(context.Context) (value string, life time.Duration, err error) // nil: value is all there is
	from  string                                                              // where that value comes from

	group singleflight.Group
	mu    sync.Mutex
	value string
	renew time.Time // zero: when the server refuses it
}

// newTokens returns the source of the configured credentials' token. The token
// call (published) is POST TokenPath with grant_type=client_credentials and
// the credentials in the form body.
func newTokens(cfg *Config, base *url.URL, transport http.RoundTripper, pace *pacer) *tokens {
	if !cfg.AccessToken.IsZero() {
		return &tokens{clock: cfg.Clock, value: cfg.AccessToken.Reveal(), from: cfg.AccessTokenFrom}
	}
	// Two clients stand around the retry loop, and both would follow redirects.
	client := newRetryClient(cfg, transport, pace).StandardClient()
	client.CheckRedirect = noRedirects
	operation := http.MethodPost + " /" + strings.TrimPrefix(base.JoinPath(cfg.TokenPath).Path, "/")
	oauth := clientcredentials.Config{
		ClientID:     cfg.ClientID,
		ClientSecret: cfg.ClientSecret.Reveal(),
		TokenURL:     base.JoinPath(cfg.TokenPath).String(),
		AuthStyle:    oauth2.AuthStyleInParams,
	}
	fetch := func(ctx context.Context) (string, time.Duration, error) {
		if err := pace.admit(ctx); err != nil {
			return "", 0, err
		}
		record := &call{}
		ctx = withCall(context.WithValue(ctx, oauth2.HTTPClient, client), record)
		token, err := oauth.Token(ctx)
		if err == nil && strings.ContainsFunc(token.AccessToken, notInToken) {
			err = errUnusableToken
		}
		if err != nil {
			return "", 0, tokenError(cfg, operation, record, err)
		}
		if token.Expiry.IsZero() {
			return token.AccessToken, 0, nil
		}
		return token.AccessToken, time.Until(token.Expiry), nil
	}
	return &tokens{clock: cfg.Clock, fetch: fetch}
}

var errUnusableToken = errors.New("it holds no access token that can be used")

// tokenError turns what the OAuth library says into this package's errors. The
// library's own text is the raw body, so it is never passed on.
func tokenError(cfg *Config, operation string, record *call, err error) error {
	secret := cfg.ClientSecret.Reveal()
	if refused, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		// The library read the body; the buffered one still has it.
		e := decodeError(operation, refused.Response, secret)
		e.Attempts, e.Token, e.RetryAfter = record.attempts, true, serverWait(refused.Response, cfg.Clock.Now())
		return e
	}
	if outer, ok := errors.AsType[*url.Error](err); ok {
		return &ConnectionError{Operation: operation, Attempts: record.attempts, Err: outer.Err}
	}
	var e *Error
	if saysFailed(bodyOf(record.last)) { // under a 2xx, which API v1 may do
		e = decodeError(operation, record.last, secret)
		e.Attempts = record.attempts
	} else {
		e = contractError(operation, record, errUnusableToken, secret)
	}
	e.Token = true
	return e
}

// notInToken reports a character that a bearer token can't have (RFC 6750): the
// header that takes it there could not be sent, or would be another one.
func notInToken(r rune) bool { return r <= ' ' || r >= unicode.MaxASCII }

// get returns a token that is good for a while. However many workers ask, one
// call fetches it; it goes on when the worker that began it is cancelled.
func (t *tokens) get(ctx context.Context) (string, error) {
	if value, ok := t.current(); ok {
		return value, nil
	}
	result := t.group.DoChan("", func() (_ any, err error) {
		defer RecoverInto(&err)
		if value, ok := t.current(); ok {
			return value, nil
		}
		value, life, err := t.fetch(context.WithoutCancel(ctx))
		if err != nil {
			return "", err
		}
		t.mu.Lock()
		defer t.mu.Unlock()
		t.value, t.renew = value, time.Time{}
		if life > 0 {
			t.renew = t.clock.Now().Add(life - min(renewEarly, life/10))
		}
		return value, nil
	})
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case r := <-result:
		value, _ := r.Val.(string)
		return value, r.Err
	}
}

func (t *tokens) current() (string, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	good := t.value != "" && (t.renew.IsZero() || t.clock.Now().Before(t.renew))
	return t.value, good
}

// peek returns the token in use, good or not, to keep it out of texts.
func (t *tokens) peek() string {
	value, _ := t.current()
	return value
}

// drop forgets a token that the server refused, unless another worker has
// already replaced it. It reports whether a new one can be had.
func (t *tokens) drop(value string) bool {
	if t.fetch == nil {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.value == value {
		t.value = ""
	}
	return true
}

// authorized adds the bearer token below any logger. A 401 renews the token
// and sends the request once more, when pace admits it.
func authorized(source *tokens, pace *pacer, next http.RoundTripper) http.RoundTripper {
	send := func(req *http.Request) (*http.Response, string, error) {
		token, err := source.get(req.Context())
		if err != nil {
			return nil, "", err
		}
		req = req.Clone(req.Context())
		if req.GetBody != nil {
			if req.Body, err = req.GetBody(); err != nil {
				return nil, "", err
			}
		}
		req.Header.Set("Authorization", "Bearer "+token)
		resp, err := next.RoundTrip(req)
		return resp, token, err
	}
	return roundTripper(func(req *http.Request) (*http.Response, error) {
		resp, token, err := send(req)
		if err == nil && resp.StatusCode == http.StatusUnauthorized && source.drop(token) {
			if err = pace.admit(req.Context()); err != nil {
				return nil, err
			}
			resp, _, err = send(req)
		}
		return resp, err
	})
}
