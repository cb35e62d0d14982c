// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/simtest"
	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// connect makes a client of url and asks it for the vendors.
func connect(t *testing.T, url string, change func(*domum.Config)) error {
	t.Helper()
	cfg := domum.Config{
		URL: url, ClientID: "domum-client", ClientSecret: domum.NewSecret("domum-secret"), MaxRetries: 4,
		Clock: domum.NewStillClock(time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)),
	}
	if change != nil {
		change(&cfg)
	}
	client, err := domum.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.Vendors(t.Context())
	return err
}

func TestTLS(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	authority, stranger := simtest.NewAuthority(t), simtest.NewAuthority(t)
	good := func() ([]byte, []byte) { return authority.Issue("127.0.0.1", day) }
	expired := func() ([]byte, []byte) { return authority.Issue("127.0.0.1", -time.Hour) }
	elsewhere := func() ([]byte, []byte) { return authority.Issue("gw.example.test", day) }
	trusting := func(c *domum.Config) { c.CACert = authority.PEM }
	blind := func(c *domum.Config) { c.InsecureSkipVerify = true }
	presenting := func(from *simtest.Authority) func(*domum.Config) {
		return func(c *domum.Config) {
			cert, key := from.Issue("terraform", day)
			c.CACert, c.ClientCert, c.ClientKey = authority.PEM, cert, domum.NewSecret(string(key))
		}
	}
	mutual := func(c *tls.Config) { c.ClientAuth, c.ClientCAs = tls.RequireAndVerifyClientCert, authority.Pool() }
	is := func(target any) func(error) bool {
		return func(err error) bool { return errors.As(err, target) }
	}
	for name, test := range map[string]struct {
		cert   func() (cert, key []byte)
		server func(*tls.Config)
		client func(*domum.Config)
		fails  func(error) bool // nil: it works
	}{
		"private authority":                  {good, nil, trusting, nil},
		"authority that is not trusted":      {good, nil, nil, is(new(x509.UnknownAuthorityError))},
		"another authority is trusted":       {good, nil, func(c *domum.Config) { c.CACert = stranger.PEM }, is(new(x509.UnknownAuthorityError))},
		"expired":                            {expired, nil, trusting, is(new(x509.CertificateInvalidError))},
		"certificate for another host":       {elsewhere, nil, trusting, is(new(x509.HostnameError))},
		"not verified":                       {good, nil, blind, nil},
		"not verified, expired":              {expired, nil, blind, nil},
		"not verified, another host":         {elsewhere, nil, blind, nil},
		"client certificate":                 {good, mutual, presenting(authority), nil},
		"no client certificate":              {good, mutual, trusting, domum.IsTLSRefused},
		"client certificate of another kind": {good, mutual, presenting(stranger), domum.IsTLSRefused},
		"client certificate, older TLS": {good, func(c *tls.Config) {
			mutual(c)
			c.MaxVersion = tls.VersionTLS12
		}, presenting(authority), nil},
		"no client certificate, older TLS": {good, func(c *tls.Config) {
			mutual(c)
			c.MaxVersion = tls.VersionTLS12
		}, trusting, domum.IsTLSRefused},
		"TLS too old": {good, func(c *tls.Config) { c.MaxVersion = tls.VersionTLS11 }, trusting, domum.IsTLSRefused},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim := simulator.New(simulator.Options{})
			cert, key := test.cert()
			url := simtest.ServeTLS(t, simtest.Handler(t, sim), cert, key, test.server)
			err := connect(t, url, test.client)
			if test.fails == nil {
				if err != nil {
					t.Error(err)
				}
				return
			}
			failure, ok := errors.AsType[*domum.ConnectionError](err)
			if !ok || !test.fails(err) || failure.Attempts != 1 {
				t.Errorf("%#v: %v", failure, err)
			}
			err = connect(t, url, func(c *domum.Config) {
				c.AccessToken = domum.NewSecret("token")
				if test.client != nil {
					test.client(c)
				}
			})
			if failure, ok := errors.AsType[*domum.ConnectionError](err); !ok || !test.fails(err) || failure.Attempts != 1 {
				t.Errorf("with an access token: %#v: %v", failure, err)
			}
			if n := len(sim.Requests()); n != 0 {
				t.Errorf("%d requests arrived", n)
			}
		})
	}
}

func TestPlainHTTPBehindHTTPS(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	err := connect(t, strings.Replace(server.URL, "http:", "https:", 1), nil)
	if failure, ok := errors.AsType[*domum.ConnectionError](err); !ok || !domum.IsNotTLS(err) || failure.Attempts != 1 {
		t.Errorf("%v", err)
	}
}

// recorder is a host that nothing may be sent to.
type recorder struct {
	mu   sync.Mutex
	seen []string
}

func (r *recorder) ServeHTTP(_ http.ResponseWriter, req *http.Request) {
	content, _ := io.ReadAll(req.Body)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen = append(r.seen, req.Method+" "+req.URL.String()+" "+req.Header.Get("Authorization")+" "+string(content))
}

// A redirect would take the bearer token, or with 307 and 308 the secret in
// the body, to wherever it points.
func TestRedirectsAreNotFollowed(t *testing.T) {
	for _, path := range []string{tokenPath, vendorsPath} {
		for _, status := range []int{301, 302, 303, 307, 308} {
			t.Run(path+" "+http.StatusText(status), func(t *testing.T) {
				client, server, _ := setup(t)
				other := &recorder{}
				host := httptest.NewServer(other)
				t.Cleanup(host.Close)
				server.AddFault(simulator.Fault{Path: path, Kind: "redirect", Status: status, Body: host.URL + "/login?from=domum"})
				_, err := client.Vendors(t.Context())
				e, ok := errors.AsType[*domum.Error](err)
				if !ok || e.Status != status || !strings.Contains(e.Message, "redirect to "+host.URL+"/login, which is not followed") || e.Attempts != 1 {
					t.Errorf("%#v: %v", e, err)
				}
				if len(other.seen) != 0 {
					t.Errorf("the other host got %q", other.seen)
				}
			})
		}
	}
}

// connectProxy is a proxy that knows one way: to target, whatever is asked.
type connectProxy struct {
	t      *testing.T
	target string

	mu   sync.Mutex
	seen []string // method, host, credentials, sender
}

func (p *connectProxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.seen = append(p.seen, r.Method+" "+r.Host+" "+r.Header.Get("Proxy-Authorization")+" "+r.UserAgent())
	p.mu.Unlock()
	upstream, err := (&net.Dialer{}).DialContext(r.Context(), "tcp", p.target)
	if err != nil {
		p.t.Error(err)
		return
	}
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		p.t.Error(err)
		return
	}
	_, _ = io.WriteString(conn, "HTTP/1.1 200 Connection established\r\n\r\n")
	var both sync.WaitGroup
	for _, way := range [][2]net.Conn{{upstream, conn}, {conn, upstream}} {
		both.Go(func() {
			_, _ = io.Copy(way[0], way[1])
			_ = way[0].Close()
		})
	}
	both.Wait()
}

// The environment is the process's, so this test is alone.
func TestProxyOfTheEnvironment(t *testing.T) {
	authority := simtest.NewAuthority(t)
	cert, key := authority.Issue("gw.example.test", time.Hour)
	sim := simulator.New(simulator.Options{})
	target := strings.TrimPrefix(simtest.ServeTLS(t, simtest.Handler(t, sim), cert, key, nil), "https://")
	_, port, _ := net.SplitHostPort(target)
	trusting := func(c *domum.Config) { c.CACert, c.MaxRetries, c.UserAgent = authority.PEM, 1, "tester/1" }
	proxy := &connectProxy{t: t, target: target}
	listener := httptest.NewServer(proxy)
	t.Cleanup(listener.Close)
	t.Cleanup(listener.CloseClientConnections)
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "https_proxy", "NO_PROXY", "no_proxy", "REQUEST_METHOD"} {
		t.Setenv(name, "")
	}

	t.Setenv("HTTPS_PROXY", strings.Replace(listener.URL, "://", "://jane:hunter2@", 1))
	if err := connect(t, "https://gw.example.test:"+port, trusting); err != nil {
		t.Fatal(err)
	}
	if len(proxy.seen) != 1 || !strings.HasPrefix(proxy.seen[0], "CONNECT gw.example.test:"+port+" Basic ") || !strings.HasSuffix(proxy.seen[0], " tester/1") {
		t.Errorf("the proxy saw %q", proxy.seen)
	}
	for _, r := range sim.Requests() {
		if r.Header.Get("Proxy-Authorization") != "" {
			t.Errorf("%s %s carries the proxy's password", r.Method, r.Path)
		}
	}

	// What the appliance is reached by is its own certificate's name still.
	if err := connect(t, "https://other.example.test:"+port, trusting); !errors.As(err, new(x509.HostnameError)) {
		t.Errorf("%v", err)
	}

	t.Setenv("NO_PROXY", ".example.test")
	before := len(proxy.seen)
	if err := connect(t, "https://gw.example.test:"+port, trusting); !errors.As(err, new(*net.DNSError)) || len(proxy.seen) != before {
		t.Errorf("NO_PROXY: %v, and the proxy saw %q", err, proxy.seen[before:])
	}

	t.Setenv("NO_PROXY", "")
	t.Setenv("HTTPS_PROXY", "http://jane:hunter2@"+simtest.ClosedPort(t))
	err := connect(t, "https://gw.example.test:"+port, trusting)
	failure, ok := errors.AsType[*domum.ConnectionError](err)
	if !ok || !proxyFailed(err) || failure.Attempts != 2 || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("a proxy that isn't there: %#v: %v", failure, err)
	}
}

func proxyFailed(err error) bool {
	e, ok := errors.AsType[*domum.ProxyError](err)
	return ok && e.Status == 0
}

// A proxy that can't be read is an error, and no direct connection; its
// password is not repeated.
func TestProxyThatCannotBeRead(t *testing.T) {
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "https_proxy", "NO_PROXY", "no_proxy", "REQUEST_METHOD"} {
		t.Setenv(name, "")
	}
	for proxy, bad := range map[string]bool{
		"http://jane:hunter2%ZZ@proxy.example.test:3128": true,
		"http://jane:hunter2/x@proxy.example.test:3128":  true,
		"http://jane:hunter2#x@proxy.example.test:3128":  true,
		"jane:hunter2%@proxy.example.test":               true,
		"ftp://jane:hunter2@proxy.example.test":          true,
		"http://proxy example.test":                      true,
		"http://jane:hunter2%25@proxy.example.test:3128": false,
		"socks5://proxy.example.test":                    false,
		"proxy.example.test:3128":                        false,
		"":                                               false,
	} {
		for exempt, matters := range map[string]bool{"": true, "other.example.test": true, ".example.test": false, "*": false} {
			t.Setenv("HTTPS_PROXY", proxy)
			t.Setenv("NO_PROXY", exempt)
			_, err := domum.New(domum.Config{URL: "https://gw.example.test", AccessToken: domum.NewSecret("token")})
			unusable, ok := errors.AsType[*domum.EnvironmentError](err)
			if ok != (bad && matters) || !ok && err != nil {
				t.Errorf("HTTPS_PROXY=%s NO_PROXY=%s: %v", proxy, exempt, err)
			}
			if ok && (unusable.Variable != "HTTPS_PROXY" || strings.Contains(err.Error(), "hunter2")) {
				t.Errorf("HTTPS_PROXY=%s: %v", proxy, err)
			}
		}
	}
}
