// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"crypto/tls"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/domum-iac/terraform-provider-domum/internal/simtest"
	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// A private authority and a client certificate through the provider block, as
// files and as PEM.
func TestMutualTLS(t *testing.T) {
	w := newWorld(t)
	authority := simtest.NewAuthority(t)
	cert, key := authority.Issue("127.0.0.1", time.Hour)
	sim := simulator.New(simulator.Options{Now: w.clock.Now, TokenLifetime: 1000 * time.Hour})
	w.URL = simtest.ServeTLS(t, simtest.Handler(t, sim), cert, key, func(c *tls.Config) {
		c.ClientAuth, c.ClientCAs = tls.RequireAndVerifyClientCert, authority.Pool()
	})
	own, ownKey := authority.Issue("terraform", time.Hour)
	c := w.cli()
	for name, content := range map[string][]byte{"ca.pem": authority.PEM, "cert.pem": own, "key.pem": ownKey} {
		if err := os.WriteFile(filepath.Join(c.dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w.options = []string{`ca_cert_file = "` + c.dir + `/ca.pem"`}
	c.use(anyVendors)
	c.refuse([]string{"certificate required", "client_cert_file"}, "plan")
	for _, lines := range [][]string{
		{`ca_cert_file = "DIR/ca.pem"`, `client_cert_file = "DIR/cert.pem"`, `client_key_file = "DIR/key.pem"`},
		{`ca_cert_pem = file("ca.pem")`, `client_cert_pem = file("cert.pem")`, `client_key_pem = file("key.pem")`},
	} {
		w.options = strings.Split(strings.ReplaceAll(strings.Join(lines, "\n"), "DIR", c.dir), "\n")
		c.use(anyVendors)
		c.must("plan")
	}
}
