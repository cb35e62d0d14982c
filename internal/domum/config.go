// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Defaults of a Config. The token path is the one that Segura publishes;
// other versions print /api/oauth2/token.
const (
	DefaultTokenPath      = "/iso/oauth2/token"
	DefaultRequestTimeout = 30 * time.Second
	DefaultMaxRetries     = 4
)

// Config is what a Client needs to reach an appliance. URL and either
// AccessToken or ClientID with ClientSecret are required.
type Config struct {
	URL          string // base URL; a path prefix in it is kept
	ClientID     string
	ClientSecret Secret
	AccessToken  Secret // used as it is, instead of a token call
	TokenPath    string // default DefaultTokenPath
	// AccessTokenFrom says in messages where AccessToken comes from, such as "the
	// file of access_token_file"; default "access_token".
	AccessTokenFrom string

	Profile *Profile // what the API looks like; nil = DefaultProfile

	CACert             []byte // PEM; trusted beside the system's own
	ClientCert         []byte // PEM; for mutual TLS, with ClientKey
	ClientKey          Secret // PEM
	InsecureSkipVerify bool

	RequestTimeout       time.Duration // of one attempt; default DefaultRequestTimeout
	MaxRetries           int           // after the first attempt; negative = none
	MaxRequestsPerSecond float64       // 0 = no cap
	UserAgent            string

	Clock     Clock     // default: the system's
	Transport Transport // default: the network, with the TLS settings above
	// Log receives one line a request: an allow-list of fields, never a
	// header, a query or a body. nil = no log.
	Log func(ctx context.Context, message string, fields map[string]any)
}

// ConfigError says which setting is wrong. Field is its name in the provider
// block.
type ConfigError struct {
	Field   string
	Problem string
}

// Error implements error.
func (e *ConfigError) Error() string { return e.Field + ": " + e.Problem }

func (cfg *Config) validate() (*url.URL, error) {
	base, err := parseBaseURL(cfg.URL)
	if err != nil {
		return nil, err
	}
	switch {
	case strings.ContainsFunc(cfg.AccessToken.Reveal(), func(r rune) bool { return r <= ' ' || r > '~' }):
		return nil, &ConfigError{"access_token", "holds a character that no token has: white space, a control character or one beyond ASCII"}
	case !cfg.AccessToken.IsZero():
		cfg.AccessTokenFrom = cmp.Or(cfg.AccessTokenFrom, "access_token")
	case cfg.ClientID == "":
		return nil, &ConfigError{"client_id", "is not set, and neither is access_token"}
	case cfg.ClientSecret.IsZero():
		return nil, &ConfigError{"client_secret", "is not set, and neither is access_token"}
	}
	if cfg.TokenPath == "" {
		cfg.TokenPath = DefaultTokenPath
	}
	if !strings.HasPrefix(cfg.TokenPath, "/") || strings.ContainsAny(cfg.TokenPath, "?#") {
		return nil, &ConfigError{"token_path", fmt.Sprintf("%q is not a path: it starts with a slash and has no query", cfg.TokenPath)}
	}
	if cfg.RequestTimeout == 0 {
		cfg.RequestTimeout = DefaultRequestTimeout
	}
	if cfg.RequestTimeout < 0 {
		return nil, &ConfigError{"request_timeout", "must be longer than zero"}
	}
	if cfg.MaxRequestsPerSecond < 0 {
		return nil, &ConfigError{"max_requests_per_second", "must not be negative"}
	}
	if cfg.Clock == nil {
		cfg.Clock = systemClock{}
	}
	if cfg.Log == nil {
		cfg.Log = func(context.Context, string, map[string]any) {}
	}
	return base, nil
}

func parseBaseURL(raw string) (*url.URL, error) {
	bad := func(format string, args ...any) (*url.URL, error) {
		return nil, &ConfigError{"url", fmt.Sprintf(format, args...)}
	}
	if raw == "" {
		return bad("is not set")
	}
	base, err := url.Parse(raw)
	switch {
	case err != nil:
		return bad("is not a URL") // url.Parse repeats its input, which may hold a password
	case base.User != nil || strings.Contains(raw, "@"):
		return bad("holds a user name or password; credentials go into client_id and client_secret")
	case base.Scheme != "https" && base.Scheme != "http" || base.Hostname() == "":
		return bad("%q is not a URL such as https://gw.example.com", raw)
	case !isPort(base.Port()):
		return bad("%q has the port %s; ports are numbers from 1 to 65535", raw, base.Port())
	case base.RawQuery != "" || base.Fragment != "":
		return bad("%q has a query or a fragment; only a path may follow the host", raw)
	case base.Scheme == "http" && !isLoopback(base.Hostname()):
		return bad("%q is plain http, which would send credentials in the clear; use https (http is for loopback addresses only)", raw)
	}
	base.Path = strings.TrimRight(base.Path, "/")
	base.RawPath = ""
	return base, nil
}

// isPort reports whether a port of a URL can be one; "" is that of the scheme.
func isPort(port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return port == "" || err == nil && n > 0
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}
