// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"strings"
)

// trusted returns the authorities that may sign the appliance's certificate:
// the system's own and those of CACert. nil stands for the system's alone.
func trusted(cfg *Config) (*x509.CertPool, error) {
	if len(cfg.CACert) == 0 {
		return nil, nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	blocks, problem := pemBlocks(cfg.CACert)
	found := 0
	for _, block := range blocks {
		if block.Type != "CERTIFICATE" {
			continue
		}
		found++
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, &ConfigError{"ca_cert_pem", fmt.Sprintf("certificate %d can't be read: %s", found, err)}
		}
		pool.AddCert(cert)
	}
	switch {
	case problem != "":
		return nil, &ConfigError{"ca_cert_pem", problem}
	case found == 0:
		return nil, &ConfigError{"ca_cert_pem", "holds no certificate in PEM form"}
	}
	return pool, nil
}

// clientPair returns the client certificate with its key; nil if there is none.
func clientPair(cfg *Config) (*tls.Certificate, error) {
	hasCert, hasKey := len(cfg.ClientCert) > 0, !cfg.ClientKey.IsZero()
	switch {
	case !hasCert && !hasKey:
		return nil, nil
	case !hasCert:
		return nil, &ConfigError{"client_cert_pem", "is not set, and its key is; the two go together"}
	case !hasKey:
		return nil, &ConfigError{"client_key_pem", "is not set, and its certificate is; the two go together"}
	}
	key := []byte(cfg.ClientKey.Reveal())
	certs, problem := pemBlocks(cfg.ClientCert)
	if problem == "" && !hasType(certs, "CERTIFICATE") {
		problem = "holds no certificate in PEM form"
	}
	if problem != "" {
		return nil, &ConfigError{"client_cert_pem", problem}
	}
	if keys, problem := pemBlocks(key); problem != "" {
		return nil, &ConfigError{"client_key_pem", problem}
	} else if problem := keyProblem(keys); problem != "" {
		return nil, &ConfigError{"client_key_pem", problem}
	}
	pair, err := tls.X509KeyPair(withoutMarks(cfg.ClientCert), withoutMarks(key))
	if err != nil {
		return nil, &ConfigError{"client_cert_pem", "and the client's key are no pair: " + scrub(err.Error(), cfg.ClientKey.Reveal())}
	}
	return &pair, nil
}

// byteOrderMark is what some editors put in front of a text. In front of a PEM
// block it hides the block; cat moves it into the middle of a file.
var byteOrderMark = []byte("\ufeff")

func withoutMarks(text []byte) []byte { return bytes.ReplaceAll(text, byteOrderMark, nil) }

// pemBlocks returns the PEM blocks of a text, or what is wrong with it: it is
// in another format, or has a block that can't be read. None of its content is
// repeated.
func pemBlocks(content []byte) (blocks []*pem.Block, problem string) {
	content = withoutMarks(content)
	claimed := bytes.Count(content, []byte("-----BEGIN "))
	for rest := content; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		blocks = append(blocks, block)
	}
	switch {
	case claimed == 0:
		return nil, "is not in PEM form, which begins with -----BEGIN" + otherFormat(content)
	case len(blocks) < claimed:
		return nil, fmt.Sprintf("has %d PEM blocks, of which %d can be read: each needs its BEGIN and END line at the start of a line, and nothing but base64 between them", claimed, len(blocks))
	}
	return blocks, ""
}

func hasType(blocks []*pem.Block, name string) bool {
	for _, b := range blocks {
		if b.Type == name {
			return true
		}
	}
	return false
}

// keyProblem says why the blocks are no private key that can be used.
func keyProblem(blocks []*pem.Block) string {
	for _, b := range blocks {
		switch {
		case b.Type == "ENCRYPTED PRIVATE KEY", strings.Contains(b.Headers["Proc-Type"], "ENCRYPTED"):
			return "is encrypted with a passphrase, and nobody can be asked for it: decrypt it with openssl pkey -in KEY -out PLAIN"
		case b.Type == "OPENSSH PRIVATE KEY":
			return "is a key of OpenSSH: convert a copy with ssh-keygen -p -m PKCS8 -f COPY"
		}
	}
	for _, b := range blocks {
		if strings.HasSuffix(b.Type, "PRIVATE KEY") {
			return ""
		}
	}
	return "holds no private key"
}

// otherFormat names the format of content that isn't PEM, and how it becomes
// PEM; "" if it is unknown.
func otherFormat(content []byte) string {
	if bytes.HasPrefix(content, []byte{0xff, 0xfe}) || bytes.HasPrefix(content, []byte{0xfe, 0xff}) {
		return "; it is text in UTF-16: save it as UTF-8"
	}
	var sequence asn1.RawValue
	if _, err := asn1.Unmarshal(content, &sequence); err != nil || sequence.Tag != asn1.TagSequence {
		return ""
	}
	var version int // the first element of a PKCS#12 (3) and of a key (0 or 1); a certificate has none
	if _, err := asn1.Unmarshal(sequence.Bytes, &version); err == nil && version == 3 {
		return "; it is PKCS#12 (.p12, .pfx): get certificate and key out of it with openssl pkcs12 -in FILE -nodes -out PEM"
	}
	return "; it is DER: convert it with openssl x509 -inform der (a certificate) or openssl pkey -inform der (a key)"
}
