// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/domum-iac/terraform-provider-domum/internal/simtest"
	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

const anyVendors = `data "domum_vendors" "all" {}`

// block is a configuration with these lines in the provider block.
func block(lines ...string) string {
	return requiredProviders + "provider \"domum\" {\n" + strings.Join(lines, "\n") + "\n}\n" + anyVendors
}

func TestSchemaIsValid(t *testing.T) {
	t.Parallel()
	server := providerserver.NewProtocol6(New("test")())()
	resp, err := server.GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range resp.Diagnostics {
		t.Errorf("%s: %s", d.Summary, d.Detail)
	}
}

func TestProviderConfigurationIsChecked(t *testing.T) {
	w := newWorld(t)
	c := w.cli()
	url, id, secret := fmt.Sprintf("url = %q", w.URL), `client_id = "`+testClientID+`"`, `client_secret = "`+testClientSecret+`"`
	for name, test := range map[string]struct {
		config string
		words  []string
	}{
		"no url":           {block(id, secret), []string{"url is not set", "Set url in the provider block or through DOMUM_URL or SENHASEGURA_URL"}},
		"empty url":        {block(`url = ""`, id, secret), []string{"url is an empty string", "leave it out to use the environment variable DOMUM_URL"}},
		"empty secret":     {block(url, id, `client_secret = " "`), []string{"client_secret is an empty string"}},
		"secret file":      {block(url, id, `client_secret_file = "nowhere"`), []string{`client_secret_file "nowhere" can't be read`}},
		"secret twice":     {block(url, id, secret, `client_secret_file = "nowhere"`), []string{"Both client_secret and client_secret_file are set"}},
		"bad token":        {block(url, `access_token = "two words"`), []string{"access_token holds a character that no token has"}},
		"no scheme":        {block(`url = "gw.example.com"`, id, secret), []string{"is not a URL such as https://gw.example.com"}},
		"http":             {block(`url = "http://gw.example.com"`, id, secret), []string{"plain http", "use https"}},
		"password in url":  {block(`url = "https://admin:hunter2@gw.example.com"`, id, secret), []string{"holds a user name or password"}},
		"query in url":     {block(`url = "https://gw.example.com/?a=b"`, id, secret), []string{"has a query or a fragment"}},
		"no credentials":   {block(url), []string{"client_id is not set, and neither is access_token", "DOMUM_CLIENT_ID or SENHASEGURA_CLIENT_ID"}},
		"no secret":        {block(url, id), []string{"client_secret is not set", "DOMUM_CLIENT_SECRET"}},
		"both":             {block(url, id, secret, `access_token = "x"`), []string{"access_token is set beside client_id or client_secret"}},
		"timeout":          {block(url, id, secret, `request_timeout = "soon"`), []string{`"soon" is not a valid value for the attribute request_timeout. It must be`, "such as 30s"}},
		"negative timeout": {block(url, id, secret, `request_timeout = "-5s"`), []string{`"-5s" is not a valid value`}},
		"retries":          {block(url, id, secret, `max_retries = -1`), []string{"max_retries", "It must be a whole number from 0 to 100"}},
		"rate":             {block(url, id, secret, `max_requests_per_second = 0`), []string{"max_requests_per_second", "It must be a number of at least 0.01"}},
		"half a retry":     {block(url, id, secret, `max_retries = 1.5`), []string{`"1.5" is not a valid value for the attribute max_retries. It must be a whole number`}},
		"token path":       {block(url, id, secret, `token_path = "oauth"`), []string{"token_path", "is not a path"}},
		"ca file":          {block(url, id, secret, `ca_cert_file = "nowhere.pem"`), []string{`ca_cert_file "nowhere.pem" can't be read: no such file or directory`}},
		"ca pem":           {block(url, id, secret, `ca_cert_pem = "x"`), []string{"ca_cert_pem is not in PEM form"}},
		"ca twice":         {block(url, id, secret, `ca_cert_pem = "x"`, `ca_cert_file = "y"`), []string{"Both ca_cert_pem and ca_cert_file are set"}},
		"half a pair":      {block(url, id, secret, `client_cert_pem = "x"`), []string{"client_key_pem is not set, and its certificate is", "Set client_key_pem"}},
		"no pair":          {block(url, id, secret, `client_cert_pem = "x"`, `client_key_pem = "y"`), []string{"client_cert_pem is not in PEM form"}},
	} {
		c.write(test.config)
		output, ok := c.run("plan")
		if ok {
			t.Errorf("%s: accepted", name)
		}
		c.expect(output, test.words...)
		if strings.Contains(output, testClientSecret) {
			t.Errorf("%s: the secret is in the output:\n%s", name, output)
		}
	}
	if n := len(w.Requests()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

func TestUnknownProviderConfiguration(t *testing.T) {
	w := newWorld(t)
	c := w.cli()
	c.write(requiredProviders + `
resource "terraform_data" "url" { input = "` + w.URL + `" }
provider "domum" {
  url           = terraform_data.url.output
  client_id     = "domum-client"
  client_secret = "domum-secret"
}
` + linkAcme)
	c.refuse([]string{"The value of url depends on something that is not known until apply", "-target"}, "plan")
}

// The provider runs in a process of its own: the environment is a process's.
func TestEnvironment(t *testing.T) {
	w := newLaxWorld(t, func(o *simulator.Options) { o.PathPrefix = "/segura" })
	c := w.cli()
	empty := requiredProviders + "provider \"domum\" {}\n" + anyVendors
	secretFile, tokenFile := filepath.Join(t.TempDir(), "secret"), filepath.Join(t.TempDir(), "token")
	for file, content := range map[string]string{secretFile: "\ufeff" + testClientSecret + "\r\n", tokenFile: "expired\n"} {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, test := range map[string]struct {
		env    []string
		config string
		says   string // "" = it works
	}{
		"white space":       {[]string{"DOMUM_URL= " + w.URL + "\r\n", "DOMUM_CLIENT_ID=" + testClientID + "\n", "DOMUM_CLIENT_SECRET=" + testClientSecret + "\n"}, empty, ""},
		"secret in a file":  {[]string{"DOMUM_URL=" + w.URL, "DOMUM_CLIENT_ID=" + testClientID, "DOMUM_CLIENT_SECRET_FILE=" + secretFile}, empty, ""},
		"token in a file":   {[]string{"DOMUM_URL=" + w.URL, "DOMUM_ACCESS_TOKEN_FILE=" + tokenFile}, empty, "The token is not accepted: the one in the file of DOMUM_ACCESS_TOKEN_FILE has expired"},
		"own names":         {[]string{"DOMUM_URL=" + w.URL, "DOMUM_CLIENT_ID=" + testClientID, "DOMUM_CLIENT_SECRET=" + testClientSecret}, empty, ""},
		"segura's names":    {[]string{"SENHASEGURA_URL=" + w.URL + "/", "SENHASEGURA_CLIENT_ID=" + testClientID, "SENHASEGURA_CLIENT_SECRET=" + testClientSecret}, empty, ""},
		"own names first":   {[]string{"DOMUM_URL=" + w.URL, "SENHASEGURA_URL=http://gw.example.com", "DOMUM_CLIENT_ID=" + testClientID, "DOMUM_CLIENT_SECRET=" + testClientSecret}, empty, ""},
		"empty is unset":    {[]string{"DOMUM_URL=", "SENHASEGURA_URL=" + w.URL, "DOMUM_CLIENT_ID=" + testClientID, "DOMUM_CLIENT_SECRET=" + testClientSecret}, empty, ""},
		"config wins":       {[]string{"DOMUM_URL=http://gw.example.com", "DOMUM_CLIENT_ID=x", "DOMUM_CLIENT_SECRET=y", "DOMUM_ACCESS_TOKEN=z"}, requiredProviders + w.hcl(anyVendors), ""},
		"token path":        {[]string{"DOMUM_URL=" + w.URL, "DOMUM_CLIENT_ID=" + testClientID, "DOMUM_CLIENT_SECRET=" + testClientSecret, "DOMUM_TOKEN_PATH=/nowhere"}, empty, "token_path"},
		"a wrong number":    {[]string{"DOMUM_URL=" + w.URL, "DOMUM_CLIENT_ID=a", "DOMUM_CLIENT_SECRET=b", "DOMUM_MAX_RETRIES=many"}, empty, `"many" is not a valid value for the environment variable DOMUM_MAX_RETRIES`},
		"not verified":      {[]string{"DOMUM_URL=" + w.URL, "DOMUM_CLIENT_ID=" + testClientID, "DOMUM_CLIENT_SECRET=" + testClientSecret, "DOMUM_INSECURE_SKIP_VERIFY=1"}, empty, ""},
		"token is no token": {[]string{"DOMUM_URL=" + w.URL, "DOMUM_ACCESS_TOKEN=expired"}, empty, "The token is not accepted: the one in DOMUM_ACCESS_TOKEN has expired"},
	} {
		c.ownProcess(test.env...)
		c.write(test.config)
		output, ok := c.run("plan")
		if ok != (test.says == "") {
			t.Errorf("%s: works: %t\n%s", name, ok, output)
		}
		c.expect(output, test.says)
		if name == "not verified" {
			c.expect(output, "TLS certificates are not verified")
		}
	}
}

func TestUserAgent(t *testing.T) {
	w := newWorld(t)
	c := w.cli()
	c.use(anyVendors)
	c.must("plan")
	for _, r := range w.Requests() {
		if agent := r.Header.Get("User-Agent"); !strings.HasPrefix(agent, "terraform-provider-domum/test Terraform/") {
			t.Errorf("%s %s: User-Agent %q", r.Method, r.Path, agent)
		}
	}
}

// Each way in which an appliance can't be used gives one diagnostic with the
// operation, the server's words and a remedy.
func TestBadAppliance(t *testing.T) {
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<html><title>Sign in</title></html>"))
	}))
	t.Cleanup(page.Close)
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(secure.Close)
	w := newLaxWorld(t)
	c := w.cli()
	login := func(url, id, secret string) string {
		return block(fmt.Sprintf("url = %q\n client_id = %q\n client_secret = %q\n max_retries = 1", url, id, secret))
	}
	for name, test := range map[string]struct {
		config string
		fault  *simulator.Fault
		words  []string
	}{
		"wrong secret":      {login(w.URL, testClientID, "wr0ng-s3cret"), nil, []string{"POST /iso/oauth2/token was answered with HTTP 401", "Check client_id and client_secret"}},
		"wrong path":        {login(w.URL+"/nowhere", testClientID, testClientSecret), nil, []string{"HTTP 404", "Check the url attribute and token_path"}},
		"nobody there":      {login("http://"+simtest.ClosedPort(t), testClientID, testClientSecret), nil, []string{"POST /iso/oauth2/token received no response", "connection refused", "It was sent 2 times", "Nothing listens at this address"}},
		"unknown host":      {login("https://gw.invalid", testClientID, testClientSecret), nil, []string{"received no response", "name resolution"}},
		"unknown authority": {login(secure.URL, testClientID, testClientSecret), nil, []string{"certificate signed by unknown authority", "set ca_cert_file or ca_cert_pem"}},
		"web page":          {login(page.URL, testClientID, testClientSecret), nil, []string{"an HTML page titled \"Sign in\" instead of JSON", "url attribute"}},
		"no permission":     {login(w.URL, testClientID, testClientSecret), &simulator.Fault{Kind: "status", Status: 403}, []string{"GET /api/v2/domum/vendors was answered with HTTP 403", "Request id: ", "read and write permission"}},
		"lockdown":          {login(w.URL, testClientID, testClientSecret), &simulator.Fault{Kind: "lockdown"}, []string{"HTTP 503", "locked down"}},
		"later a web page":  {login(w.URL, testClientID, testClientSecret), &simulator.Fault{Kind: "html"}, []string{"an HTML page", "login page"}},
		"redirect":          {login(w.URL, testClientID, testClientSecret), &simulator.Fault{Kind: "redirect", Body: "https://elsewhere.example/login"}, []string{"redirect to https://elsewhere.example/login, which is not followed"}},
		"always busy":       {login(w.URL, testClientID, testClientSecret), &simulator.Fault{Kind: "status", Status: 502}, []string{"HTTP 502", "It was sent 2 times", "A gateway in front of the appliance received no response"}},
		"rate limit":        {login(w.URL, testClientID, testClientSecret), &simulator.Fault{Kind: "status", Status: 429, Header: http.Header{"Retry-After": {"86400"}}}, []string{"HTTP 429", "asks to wait 24h", "max_requests_per_second"}},
	} {
		w.ClearFaults()
		if test.fault != nil {
			test.fault.Path = "/api/v2/domum/vendors"
			w.AddFault(*test.fault)
		}
		c.write(test.config)
		output, ok := c.run("plan")
		if ok {
			t.Errorf("%s: works", name)
		}
		c.expect(output, append(test.words, "Cannot list vendors")...)
		if n := strings.Count(output, "Error: "); n != 1 {
			t.Errorf("%s: %d diagnostics:\n%s", name, n, output)
		}
		if strings.Contains(output, "wr0ng-s3cret") || strings.Contains(output, testClientSecret) {
			t.Errorf("%s: a secret is in the output:\n%s", name, output)
		}
	}
}
