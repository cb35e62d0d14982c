// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/simtest"
	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// configured returns the error of a client with these certificates and key.
func configured(ca, cert, key []byte) error {
	_, err := domum.New(domum.Config{
		URL: "https://gw.example.test", AccessToken: domum.NewSecret("token"),
		CACert: ca, ClientCert: cert, ClientKey: domum.NewSecret(string(key)),
	})
	return err
}

func der(block []byte) []byte {
	b, _ := pem.Decode(block)
	return b.Bytes
}

func inUTF16(text []byte) []byte {
	out := []byte{0xff, 0xfe}
	for _, unit := range utf16.Encode([]rune(string(text))) {
		out = append(out, byte(unit), byte(unit>>8))
	}
	return out
}

// A file in another format, or with a block that can't be read, is an error
// that names the attribute and the format, and repeats nothing of it.
func TestCertificatesAndKeysInOtherFormats(t *testing.T) {
	t.Parallel()
	authority := simtest.NewAuthority(t)
	cert, key := authority.Issue("terraform", time.Hour)
	_, otherKey := authority.Issue("terraform", time.Hour)
	const mark = "\ufeff"
	pkcs12 := []byte{0x30, 0x0b, 2, 1, 3, 0x30, 6, 6, 1, 1, 0xa0, 1, 0} // version 3, and what it holds
	legacy := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Headers: map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "AES-128-CBC,00"}, Bytes: []byte{1}})
	for name, test := range map[string]struct {
		ca, cert, key []byte
		field, words  string // "" is accepted
	}{
		"as they should be":            {ca: authority.PEM, cert: cert, key: key},
		"byte order marks":             {ca: []byte(mark + string(authority.PEM) + mark + string(cert)), cert: []byte(mark + string(cert)), key: []byte(mark + string(key))},
		"key and certificate as one":   {cert: append(bytes.Clone(cert), key...), key: append(bytes.Clone(key), cert...)},
		"text in front":                {ca: []byte("subject=CN = Test\n" + string(authority.PEM))},
		"authority, DER":               {ca: der(authority.PEM), field: "ca_cert_pem", words: "it is DER"},
		"authority, UTF-16":            {ca: inUTF16(authority.PEM), field: "ca_cert_pem", words: "it is text in UTF-16"},
		"authority, no certificate":    {ca: []byte("hello"), field: "ca_cert_pem", words: "is not in PEM form"},
		"authority, a key":             {ca: key, field: "ca_cert_pem", words: "holds no certificate"},
		"authority, second one cut":    {ca: append(bytes.Clone(authority.PEM), cert[:len(cert)-40]...), field: "ca_cert_pem", words: "has 2 PEM blocks, of which 1 can be read"},
		"authority, indented":          {ca: append(append(bytes.Clone(authority.PEM), ' ', ' '), cert...), field: "ca_cert_pem", words: "has 2 PEM blocks, of which 1 can be read"},
		"authority, not a certificate": {ca: append(bytes.Clone(authority.PEM), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("x")})...), field: "ca_cert_pem", words: "certificate 2 can't be read"},
		"certificate, DER":             {cert: der(cert), key: key, field: "client_cert_pem", words: "it is DER"},
		"certificate, PKCS#12":         {cert: pkcs12, key: key, field: "client_cert_pem", words: "it is PKCS#12"},
		"certificate, a key":           {cert: key, key: key, field: "client_cert_pem", words: "holds no certificate"},
		"key, PKCS#12":                 {cert: cert, key: pkcs12, field: "client_key_pem", words: "it is PKCS#12"},
		"key, DER":                     {cert: cert, key: der(key), field: "client_key_pem", words: "it is DER"},
		"key, encrypted":               {cert: cert, key: pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: []byte{1}}), field: "client_key_pem", words: "is encrypted with a passphrase"},
		"key, encrypted, older form":   {cert: cert, key: legacy, field: "client_key_pem", words: "is encrypted with a passphrase"},
		"key, OpenSSH":                 {cert: cert, key: pem.EncodeToMemory(&pem.Block{Type: "OPENSSH PRIVATE KEY", Bytes: []byte{1}}), field: "client_key_pem", words: "is a key of OpenSSH"},
		"key, a certificate":           {cert: cert, key: cert, field: "client_key_pem", words: "holds no private key"},
		"key, any bytes":               {cert: cert, key: []byte{0xe9, 0xff, 0, 1}, field: "client_key_pem", words: "is not in PEM form"},
		"no pair":                      {cert: cert, key: otherKey, field: "client_cert_pem", words: "and the client's key are no pair"},
		"no key":                       {cert: cert, field: "client_key_pem", words: "is not set"},
		"no certificate":               {key: key, field: "client_cert_pem", words: "is not set"},
	} {
		err := configured(test.ca, test.cert, test.key)
		if test.field == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		problem, ok := errors.AsType[*domum.ConfigError](err)
		if !ok || problem.Field != test.field || !strings.Contains(problem.Problem, test.words) {
			t.Errorf("%s: want %s %s, got %v", name, test.field, test.words, err)
		}
	}
}

// FuzzCertificates shows that no bytes panic, and that none of a key is
// repeated.
func FuzzCertificates(f *testing.F) {
	f.Add([]byte("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"))
	f.Add([]byte{0x30, 0x82, 0xe9, 0xff})
	f.Add([]byte("\ufeff-----BEGIN X-----"))
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, err := range []error{configured(content, nil, nil), configured(nil, content, content)} {
			if err != nil && len(content) > 40 && strings.Contains(err.Error(), string(content)) {
				t.Errorf("repeats its content: %v", err)
			}
		}
	})
}

// The first certificate of a file counts, whatever its editor put in front.
func TestByteOrderMarkHidesNoAuthority(t *testing.T) {
	t.Parallel()
	authority, other := simtest.NewAuthority(t), simtest.NewAuthority(t)
	cert, key := authority.Issue("127.0.0.1", time.Hour)
	url := simtest.ServeTLS(t, simtest.Handler(t, simulator.New(simulator.Options{})), cert, key, nil)
	for _, bundle := range []string{"\ufeff" + string(authority.PEM) + string(other.PEM), string(other.PEM) + "\ufeff" + string(authority.PEM)} {
		if err := connect(t, url, func(c *domum.Config) { c.CACert = []byte(bundle) }); err != nil {
			t.Error(err)
		}
	}
}

// A client certificate is presented to a server that names other authorities
// too: it then says that it doesn't trust this one, and not that there is none.
func TestClientCertificateOfAnotherAuthorityIsPresented(t *testing.T) {
	t.Parallel()
	authority := simtest.NewAuthority(t)
	cert, key := authority.Issue("127.0.0.1", time.Hour)
	other, _ := authority.Issue("Another authority", time.Hour) // all that counts is its name
	others := x509.NewCertPool()
	others.AppendCertsFromPEM(other)
	own, ownKey := authority.Issue("terraform", time.Hour)
	expired, expiredKey := authority.Issue("terraform", -time.Hour)
	for name, test := range map[string]struct {
		trusts    *x509.CertPool
		cert, key []byte
		alert     uint8
	}{
		"none":                 {trusts: authority.Pool(), alert: 116},
		"of another authority": {trusts: others, cert: own, key: ownKey, alert: 48},
		"expired":              {trusts: authority.Pool(), cert: expired, key: expiredKey, alert: 45},
	} {
		url := simtest.ServeTLS(t, simtest.Handler(t, simulator.New(simulator.Options{})), cert, key, func(c *tls.Config) {
			c.ClientAuth, c.ClientCAs = tls.RequireAndVerifyClientCert, test.trusts
		})
		err := connect(t, url, func(c *domum.Config) {
			c.CACert, c.ClientCert, c.ClientKey = authority.PEM, test.cert, domum.NewSecret(string(test.key))
		})
		if alert, _ := domum.TLSAlert(err); alert != test.alert {
			t.Errorf("%s: alert %d, want %d: %v", name, alert, test.alert, err)
		}
	}
}
