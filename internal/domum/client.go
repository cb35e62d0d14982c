// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

// Package domum is a client of the API of Domum Remote Access, the
// vendor-access product of the Segura (senhasegura) platform.
//
// Segura publishes the token call, the conventions of its API v2, the SCIM
// endpoints and the fields of the vendor form, but no reference of Domum's
// vendor endpoints: their paths and JSON names are what a Profile says. The
// default one, profile.yaml, is this project's assumption. openapi.yaml
// describes the same API for readers, with the published operations, and a test
// holds the two together.
package domum

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/hashicorp/go-retryablehttp"
	"github.com/tidwall/gjson"
)

// Client talks to one appliance with one authorization. It is safe for
// concurrent use; its workers share one token, one connection pool, one rate
// limit and one list of vendors.
type Client struct {
	cfg    Config
	base   *url.URL
	http   *retryablehttp.Client
	tokens *tokens
	pace   *pacer

	codec      *codec
	vendorRows source[Vendor]

	vendors      vendorList
	accessGroups keptList[AccessGroup]
	poll         poll
}

// New returns a Client. It sends nothing; a wrong setting is a *ConfigError.
func New(cfg Config) (*Client, error) {
	base, err := cfg.validate()
	if err != nil {
		return nil, err
	}
	pool, err := newTransport(&cfg, base)
	if err != nil {
		return nil, err
	}
	pace := newPacer(&cfg)
	plain := buffered(cfg.RequestTimeout, withHeaders(cfg.UserAgent, pool))
	source := newTokens(&cfg, base, logged(&cfg, plain), pace)
	c := &Client{
		cfg:    cfg,
		base:   base,
		http:   newRetryClient(&cfg, logged(&cfg, authorized(source, pace, plain)), pace),
		tokens: source,
		pace:   pace,
	}
	profile := cfg.Profile
	if profile == nil {
		profile = defaultProfile()
	}
	c.codec = &codec{profile}
	c.vendorRows = newSource("vendors.list", profile.Vendors.List, c.codec.vendorRow)
	groupRows := newSource("access_groups.list", profile.AccessGroups.List, c.codec.groupRow)
	c.vendors.load = func(ctx context.Context) ([]Vendor, error) {
		vendors, err := list(ctx, c, c.vendorRows)
		c.codec.doubtFields(vendors)
		return vendors, err
	}
	c.accessGroups.load = func(ctx context.Context) ([]AccessGroup, error) { return list(ctx, c, groupRows) }
	return c, nil
}

func newRetryClient(cfg *Config, transport http.RoundTripper, pace *pacer) *retryablehttp.Client {
	return &retryablehttp.Client{
		HTTPClient:   &http.Client{Transport: transport, CheckRedirect: noRedirects},
		RetryMax:     cfg.MaxRetries,
		CheckRetry:   pace.checkRetry,
		PrepareRetry: pace.prepareRetry,
		// prepareRetry waits, on the injected clock.
		Backoff:      func(time.Duration, time.Duration, int, *http.Response) time.Duration { return 0 },
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}
}

// Clock returns the time that the client lives by.
func (c *Client) Clock() Clock { return c.cfg.Clock }

// URL returns the appliance's base URL.
func (c *Client) URL() string { return c.base.String() }

// request is one call of the contract.
type request struct {
	method  string
	path    []string // elements below the base URL, not escaped
	query   url.Values
	ifMatch string
	accept  string // "" is JSON
	body    []byte // JSON; nil is none
}

// answer is a 2xx response.
type answer struct {
	etag   string
	again  bool   // the last attempt may have been lost, and is worth another one
	effect effect // the greatest that an attempt without an answer may have had
}

// do sends a request and gives the JSON of a 2xx answer to decode; what has no
// body is empty. Any other answer is an *Error, none at all a *ConnectionError
// or the context's error. So is an answer that says it failed, whatever its
// status.
func (c *Client) do(ctx context.Context, r request, decode func(data []byte) error) (answer, error) {
	record := &call{}
	resp, operation, err := c.send(ctx, r, record) //nolint:bodyclose // the transport has read and closed it
	got := answer{effect: record.effect, again: record.again}
	if err != nil {
		return got, err
	}
	data := bodyOf(resp)
	secrets := []string{c.cfg.ClientSecret.Reveal(), c.tokens.peek()}
	if resp.StatusCode < 200 || resp.StatusCode > 299 || saysFailed(data) {
		e := decodeError(operation, resp, secrets...)
		e.Attempts, e.RetryAfter = record.attempts, serverWait(resp, c.cfg.Clock.Now())
		e.SCIM, e.TokenFrom = r.accept == acceptSCIM, c.tokens.from
		return got, e
	}
	got.etag = resp.Header.Get("ETag")
	err = errNotJSON
	if len(data) == 0 || gjson.ValidBytes(data) {
		err = decode(data)
	}
	if err != nil {
		e := contractError(operation, record, err, secrets...)
		e.SCIM = r.accept == acceptSCIM
		return got, e
	}
	return got, nil
}

var errNotJSON = errors.New("it is not JSON")

// into decodes JSON into out.
func into(out any) func([]byte) error {
	return func(data []byte) error { return json.Unmarshal(data, out) }
}

// send sends a request and returns the answer, whatever its status, and what
// the request was.
func (c *Client) send(ctx context.Context, r request, record *call) (resp *http.Response, operation string, err error) {
	if _, err := c.tokens.get(ctx); err != nil { // first: the token call has its own turn
		return nil, "", err
	}
	if err := c.pace.admit(ctx); err != nil {
		return nil, "", err
	}
	record.write = r.method != http.MethodGet
	record.unguarded = record.write && r.ifMatch == ""
	req, err := c.newRequest(withCall(ctx, record), r)
	if err != nil {
		return nil, "", err
	}
	operation = r.method + " " + req.URL.Path
	resp, err = c.http.Do(req)
	if err != nil {
		return nil, "", requestError(ctx, operation, record, err)
	}
	return resp, operation, nil
}

// contractError is the error for a 2xx answer that can't be read: a web page, or
// JSON that isn't the contract's.
func contractError(operation string, record *call, problem error, secrets ...string) *Error {
	e := decodeError(operation, record.last, secrets...)
	e.Attempts = record.attempts
	if _, leftOut := errors.AsType[leftOutError](problem); leftOut {
		e.Finding = FieldLeftOut
	}
	if e.Shape != ShapeHTML && e.Shape != ShapeCompressed {
		e.Shape, e.Code, e.Details = ShapeUnknown, "", nil
		e.Message = "the answer is not as expected: " + clean(scrub(problem.Error(), secrets...), maxText)
	}
	return e
}

// unexpected is the error for an answer that the contract doesn't know.
func (c *Client) unexpected(path []string, finding Finding, problem string) *Error {
	return &Error{Operation: c.operation(http.MethodGet, path), Status: http.StatusOK, Shape: ShapeUnknown, Message: problem, Finding: finding}
}

func (c *Client) operation(method string, path []string) string {
	return method + " /" + strings.TrimPrefix(c.base.JoinPath(strings.Join(escape(path), "/")).Path, "/")
}

func (c *Client) newRequest(ctx context.Context, r request) (*retryablehttp.Request, error) {
	target := c.base.JoinPath(strings.Join(escape(r.path), "/"))
	target.RawQuery = r.query.Encode()
	var reader io.Reader
	if r.body != nil {
		reader = bytes.NewReader(r.body)
	}
	req, err := retryablehttp.NewRequestWithContext(ctx, r.method, target.String(), reader)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", cmp.Or(r.accept, "application/json"))
	if r.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if r.ifMatch != "" {
		req.Header.Set("If-Match", r.ifMatch)
	}
	return req, nil
}

// escape makes each element one path segment. An id of dots must not walk up
// the path.
func escape(elements []string) []string {
	escaped := make([]string, len(elements))
	for i, e := range elements {
		escaped[i] = url.PathEscape(e)
		if strings.Trim(e, ".") == "" {
			escaped[i] = strings.ReplaceAll(e, ".", "%2E")
		}
	}
	return escaped
}

// requestError strips the query that the HTTP library puts into its errors.
func requestError(ctx context.Context, operation string, record *call, err error) error {
	// The token call, repeated after a 401, speaks for itself.
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	if e, ok := errors.AsType[*ConnectionError](err); ok {
		return e
	}
	if outer, ok := errors.AsType[*url.Error](err); ok {
		err = outer.Err
	}
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	return &ConnectionError{Operation: operation, Attempts: record.attempts, Err: err}
}
