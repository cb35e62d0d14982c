// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"crypto/tls"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/domum-iac/terraform-provider-domum/internal/simtest"
	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// secured is an appliance behind mutual TLS whose secrets are canaries.
type secured struct {
	*world
	*canaries
	sim       *simulator.Simulator
	url       string
	secret    string
	authority []byte // PEM, like cert and key
	cert, key []byte
}

// echo answers with what the request held that is secret.
type echo struct {
	mu   sync.Mutex
	form string // of the body, with %s; "" = don't
	path string
}

func (e *echo) set(path, form string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.path, e.form = path, form
}

func (e *echo) around(next http.Handler, secrets *canaries) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, token, bearer := strings.Cut(r.Header.Get("Authorization"), " ")
		if bearer {
			secrets.add(token, "an access token")
		}
		e.mu.Lock()
		form := e.form
		if e.path != r.URL.Path {
			form = ""
		}
		e.mu.Unlock()
		if form == "" {
			next.ServeHTTP(w, r)
			return
		}
		if !bearer {
			token = r.FormValue("client_secret")
		}
		w.WriteHeader(http.StatusForbidden)
		_, _ = fmt.Fprintf(w, form, token)
	})
}

func newSecured(t *testing.T, e *echo) *secured {
	t.Helper()
	s := &secured{world: newWorld(t), canaries: &canaries{}, secret: "c4n&ry/s+e%cret-0123456789"}
	s.add(s.secret, "the client secret")
	s.sim = simulator.New(simulator.Options{ClientSecret: s.secret})

	authority := simtest.NewAuthority(t)
	cert, key := authority.Issue("127.0.0.1", time.Hour)
	s.authority = authority.PEM
	s.cert, s.key = authority.Issue("terraform", time.Hour)
	lines := strings.Split(strings.TrimSpace(string(s.key)), "\n")
	for _, line := range lines[2 : len(lines)-1] { // the first is the same in every key of that kind
		s.add(line, "the private key")
	}
	s.url = simtest.ServeTLS(t, e.around(simtest.Handler(t, s.sim), s.canaries), cert, key, func(c *tls.Config) {
		c.ClientAuth, c.ClientCAs = tls.RequireAndVerifyClientCert, authority.Pool()
	})
	return s
}

// securedCLI is a CLI against a secured appliance. The built provider gets the
// secrets through the environment, and logs all it can.
type securedCLI struct {
	*cli
	*secured
	env  []string
	logs string
}

func (s *secured) cli() *securedCLI {
	s.t.Helper()
	c := &securedCLI{cli: s.world.cli(), secured: s, logs: s.t.TempDir()}
	files := s.t.TempDir()
	for name, content := range map[string][]byte{"ca.pem": s.authority, "cert.pem": s.cert, "key.pem": s.key} {
		if err := os.WriteFile(filepath.Join(files, name), content, 0o600); err != nil {
			s.t.Fatal(err)
		}
	}
	c.env = []string{
		"DOMUM_URL=" + s.url, "DOMUM_CLIENT_ID=" + testClientID, "DOMUM_CLIENT_SECRET=" + s.secret,
		"DOMUM_CA_CERT_FILE=" + filepath.Join(files, "ca.pem"),
		"DOMUM_CLIENT_CERT_FILE=" + filepath.Join(files, "cert.pem"), "DOMUM_CLIENT_KEY_FILE=" + filepath.Join(files, "key.pem"),
		"DOMUM_MAX_RETRIES=0",
		"TF_LOG=TRACE", "TF_LOG_PATH=" + filepath.Join(c.logs, "trace.log"), "TF_LOG_SDK_PROTO_DATA_DIR=" + c.logs,
	}
	c.ownProcess(c.env...)
	c.write(requiredProviders + "provider \"domum\" {}\n" + linkAcme)
	return c
}

// scan looks through all that was written and printed, and clears the logs.
func (s *securedCLI) scan(when, output string) {
	s.cli.t.Helper()
	for _, found := range slices.Concat(s.leaks(output), s.holders(s.cli.t, s.dir), s.holders(s.cli.t, s.logs)) {
		s.cli.t.Errorf("%s: %s", when, found)
	}
	logs, err := filepath.Glob(filepath.Join(s.logs, "*"))
	if err != nil || len(logs) == 0 {
		s.cli.t.Errorf("%s: no logs: %v", when, err)
	}
	for _, log := range logs {
		if err := os.Remove(log); err != nil {
			s.cli.t.Fatal(err)
		}
	}
}

func TestSecretsAreWrittenNowhere(t *testing.T) {
	s := newSecured(t, &echo{}).cli()
	s.sim.PushGroup(okta, "Acme Ltd")
	output := s.must("plan", "-out=saved.tfplan")
	output += s.must("show", "-json", "saved.tfplan")
	output += s.must("apply", "saved.tfplan")
	output += s.must("show", "-json")
	output += s.must("plan")
	output += s.must("destroy", "-auto-approve")

	if n := len(s.values); n < 4 {
		t.Errorf("%d secrets are looked for: %q", n, s.values)
	}
	log, err := os.ReadFile(filepath.Join(s.logs, "trace.log"))
	if err != nil || !strings.Contains(string(log), "Domum request") || !strings.Contains(string(log), "[TRACE]") {
		t.Errorf("the log is not the one to look through: %v, %d bytes", err, len(log))
	}
	if dumps, _ := filepath.Glob(filepath.Join(s.logs, "*ConfigureProvider*")); len(dumps) == 0 {
		t.Error("TF_LOG_SDK_PROTO_DATA_DIR is empty")
	}
	s.scan("when all goes well", output)
}

// A fault on each path, and an appliance that repeats what it was sent, through
// the CLI: what is printed, logged and saved. Which faults there are is
// TestSecretsSurviveEveryFault.
func TestFaultsPutNoSecretIntoFiles(t *testing.T) {
	e := &echo{}
	s := newSecured(t, e).cli()
	s.sim.PushGroup(okta, "Acme Ltd")
	for _, test := range []struct {
		path, form string
		fault      simulator.Fault
	}{
		{path: "/iso/oauth2/token", form: `{"error":"invalid_client","error_description":"%s"}`},
		{path: "/api/v2/domum/vendors", form: `<title>%s</title>`},
		{path: "write", fault: simulator.Fault{Method: http.MethodPatch, Kind: simulator.FaultResetBefore}},
	} {
		e.set(test.path, test.form)
		s.sim.ClearFaults()
		if test.fault.Kind != "" {
			s.sim.AddFault(test.fault)
		}
		output, _ := s.run("apply", "-auto-approve")
		if strings.Contains(output, "Error: ") != (test.form != "") || strings.Contains(output, "[redacted]") != (test.form != "") {
			t.Errorf("%s:\n%s", test.path, output)
		}
		s.scan(test.path, output)
	}
}

// What Terraform itself writes of a secret that the configuration holds, and
// SECURITY.md therefore warns of: the saved plan, and the raw protocol data.
func TestSecretInTheConfiguration(t *testing.T) {
	s := newSecured(t, &echo{}).cli()
	s.sim.PushGroup(okta, "Acme Ltd")
	secret := s.secret
	s.ownProcess(append(s.env, "DOMUM_CLIENT_SECRET=", "TF_VAR_secret="+secret)...)
	for name, test := range map[string]struct{ config, inPlan string }{
		"written out": {fmt.Sprintf("provider \"domum\" {\n  client_secret = %q\n}\n", secret), "tfconfig/m-/main.tf"},
		"a variable":  {"variable \"secret\" {\n  sensitive = true\n}\n\nprovider \"domum\" {\n  client_secret = var.secret\n}\n", "tfplan"},
	} {
		s.write(requiredProviders + test.config + linkAcme)
		output := s.must("plan", "-out=saved.tfplan")
		if found := s.leaks(output); len(found) > 0 {
			t.Errorf("%s: the output holds %q", name, found)
		}
		plan, data := strings.Join(s.holders(t, s.dir), "\n"), strings.Join(s.holders(t, s.logs), "\n")
		if !strings.Contains(plan, "saved.tfplan/"+test.inPlan) {
			t.Errorf("%s: the plan doesn't hold it: %s", name, plan)
		}
		if !strings.Contains(data, "ConfigureProvider_Request_Config") || strings.Contains(data, "trace.log") {
			t.Errorf("%s: found in %s", name, data)
		}
		if len(s.leaks(s.must("show", "-json", "saved.tfplan"))) == 0 {
			t.Errorf("%s: the plan's JSON doesn't hold it", name)
		}
	}
	s.must("apply", "saved.tfplan")
	if state, err := os.ReadFile(filepath.Join(s.dir, "terraform.tfstate")); err != nil || len(s.leaks(string(state))) > 0 {
		t.Errorf("the state: %v, %q", err, s.leaks(string(state)))
	}
}
