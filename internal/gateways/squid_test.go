// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

//go:build gateways && unix

package gateways

import (
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/domum-iac/terraform-provider-domum/internal/simtest"
)

// squidPassword is the one of testdata/squid/passwords. It takes escapes in a URL.
const squidPassword = "not for eyes / 100%"

// squidPasswords: a proxy that wants a password and lets nobody elsewhere.
func squidPasswords(j *job) {
	authority := simtest.NewAuthority(j.T)
	cert, key := authority.Issue("appliance.test", time.Hour)
	appliance, err := url.Parse(simtest.ServeTLS(j.T, simtest.Handler(j.T, j.sim), cert, key, nil))
	if err != nil {
		j.Fatal(err)
	}
	j.set("DOMUM_CA_CERT_FILE", write(j.T, j.folder, "authority.pem", authority.PEM))

	address := freeAddress(j.T)
	values := map[string]string{"Listen": address, "Helper": squidHelper(j)}
	values["Passwords"] = fill(j.T, j.folder, "squid/passwords", nil)
	values["Hosts"] = fill(j.T, j.folder, "squid/hosts", nil)
	start(j.T, address, "squid", "-N", "-f", fill(j.T, j.folder, "squid/squid.conf", values))

	proxy := func(password string) {
		j.set("HTTPS_PROXY", (&url.URL{Scheme: "http", Host: address, User: url.UserPassword("terraform", password)}).String())
	}
	host := func(name string) { j.set("DOMUM_URL", "https://"+net.JoinHostPort(name, appliance.Port())) }

	host("appliance.test")
	log := filepath.Join(j.folder, "trace")
	j.set("TF_LOG", "TRACE")
	j.set("TF_LOG_PATH", log)
	const wrong = "wrong-" + squidPassword
	proxy(wrong)
	j.refuse("407", "proxy", address)
	proxy(squidPassword)
	host("forbidden.test")
	j.refuse("403", "proxy", address)
	host("appliance.test")
	j.mainJob()

	output := j.output.String() + j.read(log)
	if !strings.Contains(output, "[TRACE]") {
		j.Error("Terraform wrote no trace")
	}
	for _, text := range []string{squidPassword, url.PathEscape(squidPassword), url.QueryEscape(squidPassword), url.UserPassword("", squidPassword).String()[1:]} {
		if strings.Contains(output, text) {
			j.Errorf("the output or the trace shows the proxy's password, as %q", text)
		}
	}
}

// squidHelper returns the program that looks up squid's passwords. Where it is
// depends on the distribution.
func squidHelper(j *job) string {
	j.Helper()
	for _, folder := range []string{"/usr/lib/squid", "/usr/lib64/squid", "/usr/libexec/squid", "/usr/local/libexec/squid", "/opt/homebrew/opt/squid/libexec"} {
		path := filepath.Join(folder, "basic_ncsa_auth")
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	j.Fatal("squid's basic_ncsa_auth is not where it is looked for")
	return ""
}
