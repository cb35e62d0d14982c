// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package settings

import (
	"encoding/pem"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/simtest"
)

// providerBlock is a provider block with these attributes.
func providerBlock(t *testing.T, attributes map[string]string) *Block {
	t.Helper()
	m := &Block{}
	fields := reflect.ValueOf(m).Elem()
	for i := range fields.NumField() {
		_, isText := fields.Field(i).Interface().(types.String)
		name := fields.Type().Field(i).Tag.Get("tfsdk")
		if value, set := attributes[name]; set && isText {
			fields.Field(i).Set(reflect.ValueOf(types.StringValue(value)))
			delete(attributes, name)
		}
	}
	if len(attributes) > 0 {
		t.Fatalf("there are no attributes %v", attributes)
	}
	return m
}

// noEnvironment unsets all variables that the provider block reads.
func noEnvironment(t *testing.T) {
	t.Helper()
	for _, variables := range environment {
		for _, name := range variables {
			t.Setenv(name, "")
		}
	}
}

// inFile returns the name of a file with that content.
func inFile(t *testing.T, content string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "value")
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// errorsOf returns the texts of the errors that a provider block gives: of its
// settings, or of the client that is made of them.
func errorsOf(m *Block) string {
	var diags diag.Diagnostics
	m.NewClient(&diags, func(*domum.Config) {})
	var text strings.Builder
	for _, d := range diags.Errors() {
		text.WriteString(d.Detail() + "\n")
	}
	return text.String()
}

// An empty string of the configuration must not fall back to the environment,
// whose appliance or credentials may be others.
func TestEmptyStringIsAnErrorInEachAttribute(t *testing.T) {
	noEnvironment(t)
	fields := reflect.TypeFor[Block]()
	for i := range fields.NumField() {
		if fields.Field(i).Type != reflect.TypeFor[types.String]() {
			continue
		}
		name := fields.Field(i).Tag.Get("tfsdk")
		for _, variable := range environment[name] {
			t.Setenv(variable, "https://environment.example.test")
		}
		for _, empty := range []string{"", " \n"} {
			said := errorsOf(providerBlock(t, map[string]string{name: empty}))
			if !strings.Contains(said, name+" is an empty string.") || !strings.Contains(said, "leave it out") {
				t.Errorf("%s = %q: %s", name, empty, said)
			}
		}
	}
}

// White space around a value is cut off, wherever it comes from.
func TestWhiteSpaceAroundValuesIsCutOff(t *testing.T) {
	const around = " \t%s \r\n\u00a0"
	space := func(value string) string { return strings.Replace(around, "%s", value, 1) }
	want := func(cfg domum.Config) bool {
		return cfg.URL == "https://gw.example.test" && cfg.ClientID == "id" && cfg.ClientSecret.Reveal() == "s3cret with spaces" &&
			cfg.TokenPath == "/token" && cfg.RequestTimeout == 7*time.Second
	}
	values := map[string]string{"url": "https://gw.example.test", "client_id": "id", "client_secret": "s3cret with spaces", "token_path": "/token", "request_timeout": "7s"}
	for name, from := range map[string]func() *Block{
		"the configuration": func() *Block {
			attributes := map[string]string{}
			for name, value := range values {
				attributes[name] = space(value)
			}
			return providerBlock(t, attributes)
		},
		"the environment": func() *Block {
			for name, value := range values {
				t.Setenv(environment[name][0], space(value))
			}
			return &Block{}
		},
		"a file": func() *Block {
			attributes := map[string]string{}
			for name, value := range values {
				attributes[name] = value
			}
			delete(attributes, "client_secret")
			attributes["client_secret_file"] = inFile(t, "\ufeff"+space(values["client_secret"]))
			return providerBlock(t, attributes)
		},
	} {
		noEnvironment(t)
		var diags diag.Diagnostics
		if cfg := from().config(&diags); diags.HasError() || !want(cfg) {
			t.Errorf("%s: %+v %v", name, cfg, diags)
		}
	}
}

// What can't be sent is an error before anything is, names where the value comes
// from, and never repeats it.
func TestValuesThatCannotBeSent(t *testing.T) {
	url := func(more ...string) map[string]string {
		attributes := map[string]string{"url": "https://gw.example.test"}
		for i := 0; i < len(more); i += 2 {
			attributes[more[i]] = more[i+1]
		}
		return attributes
	}
	for name, test := range map[string]struct {
		attributes map[string]string
		env        map[string]string
		words      string
	}{
		"line break in a secret":      {attributes: url("client_id", "id", "client_secret", "hunter2\nhunter2"), words: "client_secret holds a character that can't be seen (U+000A)"},
		"control character in an id":  {attributes: url("client_id", "id", "client_secret", "s3cret", "client_id", "a\x00b"), words: "client_id holds a character that can't be seen (U+0000)"},
		"zero-width space in the url": {attributes: url("url", "https://gw.\u200bexample.test", "client_id", "id", "client_secret", "s3cret"), words: "url holds a character that can't be seen (U+200B)"},
		"tab in the token path":       {attributes: url("client_id", "id", "client_secret", "s3cret", "token_path", "/a\tb"), words: "token_path holds a character"},
		"space in a token":            {attributes: url(), env: map[string]string{"DOMUM_ACCESS_TOKEN": "hunter2 hunter2"}, words: "the environment variable DOMUM_ACCESS_TOKEN holds a character that no token has (U+0020)"},
		"umlaut in a token":           {attributes: url(), env: map[string]string{"DOMUM_ACCESS_TOKEN": "hunter2ü"}, words: "DOMUM_ACCESS_TOKEN holds a character that no token has (U+00FC)"},
		"two lines in a token file":   {attributes: url(), env: map[string]string{"DOMUM_ACCESS_TOKEN_FILE": inFile(t, "hunter2\nhunter2\n")}, words: "the file of DOMUM_ACCESS_TOKEN_FILE holds a character"},
		"a secret in Latin-1":         {attributes: url("client_id", "id"), env: map[string]string{"DOMUM_CLIENT_SECRET": "hunter2\xe9"}, words: "DOMUM_CLIENT_SECRET holds bytes that are no text in UTF-8"},
		"a secret file in UTF-16":     {attributes: url("client_id", "id", "client_secret_file", inFile(t, "\xff\xfeh\x00u\x00")), words: "the file of client_secret_file holds bytes that are no text in UTF-8"},
	} {
		noEnvironment(t)
		for variable, value := range test.env {
			t.Setenv(variable, value)
		}
		said := errorsOf(providerBlock(t, test.attributes))
		if !strings.Contains(said, test.words) || strings.Contains(said, "hunter2") || !strings.Contains(said, " the value alone") {
			t.Errorf("%s: want %q, got %s", name, test.words, said)
		}
	}
}

// What the configuration sets stands instead of all that the environment has.
func TestCredentialsOfTheConfigurationComeFirst(t *testing.T) {
	noEnvironment(t)
	for variable, value := range map[string]string{
		"DOMUM_CLIENT_ID": "env-id", "DOMUM_CLIENT_SECRET": "env-secret", "DOMUM_CLIENT_SECRET_FILE": "/nowhere",
		"DOMUM_ACCESS_TOKEN": "env-token", "DOMUM_ACCESS_TOKEN_FILE": "/nowhere",
	} {
		t.Setenv(variable, value)
	}
	secretFile, tokenFile := inFile(t, "file-secret\n"), inFile(t, "file-token\n")
	for name, test := range map[string]struct {
		attributes              map[string]string
		id, secret, token, from string
	}{
		"the pair":                       {map[string]string{"client_id": "id", "client_secret": "secret"}, "id", "secret", "", ""},
		"the pair, its secret in a file": {map[string]string{"client_id": "id", "client_secret_file": secretFile}, "id", "file-secret", "", ""},
		"the id alone":                   {map[string]string{"client_id": "id"}, "id", "env-secret", "", ""},
		"a token":                        {map[string]string{"access_token": "token"}, "", "", "token", "access_token"},
		"a token in a file":              {map[string]string{"access_token_file": tokenFile}, "", "", "file-token", "the file of access_token_file"},
		"nothing":                        {nil, "env-id", "env-secret", "env-token", "DOMUM_ACCESS_TOKEN"},
	} {
		var diags diag.Diagnostics
		id, secret, token := providerBlock(t, test.attributes).credentials(&diags)
		if diags.HasError() || id != test.id || secret != test.secret || token.value != test.token || token.from != test.from {
			t.Errorf("%s: %q %q %+v %v", name, id, secret, token, diags)
		}
	}
	// Of the environment, DOMUM_ comes before what Segura's own tools use.
	noEnvironment(t)
	t.Setenv("DOMUM_CLIENT_ID", "env-id")
	t.Setenv("DOMUM_CLIENT_SECRET_FILE", secretFile)
	t.Setenv("SENHASEGURA_CLIENT_ID", "segura-id")
	t.Setenv("SENHASEGURA_CLIENT_SECRET", "segura-secret")
	var diags diag.Diagnostics
	if id, secret, _ := new(Block).credentials(&diags); diags.HasError() || id != "env-id" || secret != "file-secret" {
		t.Errorf("%q %q %v", id, secret, diags)
	}
	said := errorsOf(providerBlock(t, map[string]string{"access_token_file": tokenFile, "client_id": "id"}))
	if !strings.Contains(said, "access_token_file is set beside client_id") {
		t.Error(said)
	}
}

// A certificate or key that can't be used is spoken of by the attribute that was
// set, and its format is named. Nothing of a key is repeated.
func TestCertificatesAreSpokenOfByTheirAttribute(t *testing.T) {
	authority := simtest.NewAuthority(t)
	cert, key := authority.Issue("terraform", time.Hour)
	der, _ := pem.Decode(key)
	pkcs12 := "\x30\x0b\x02\x01\x03\x30\x06\x06\x01\x01\xa0\x01\x00"
	encrypted := string(pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: []byte("hunter2")}))
	for name, test := range map[string]struct {
		attributes map[string]string
		env        map[string]string
		words      []string
	}{
		"authority":               {attributes: map[string]string{"ca_cert_pem": "x"}, words: []string{"ca_cert_pem is not in PEM form"}},
		"authority's file":        {attributes: map[string]string{"ca_cert_file": inFile(t, "x")}, words: []string{"ca_cert_file is not in PEM form", "Correct the file", "or set ca_cert_file to another one"}},
		"authority's file, env":   {env: map[string]string{"DOMUM_CA_CERT_FILE": inFile(t, "x")}, words: []string{"ca_cert_file is not in PEM form", "or set DOMUM_CA_CERT_FILE to another one"}},
		"key, PKCS#12":            {attributes: map[string]string{"client_cert_pem": string(cert), "client_key_file": inFile(t, pkcs12)}, words: []string{"client_key_file is not in PEM form", "it is PKCS#12"}},
		"key, DER":                {attributes: map[string]string{"client_cert_file": inFile(t, string(cert)), "client_key_file": inFile(t, string(der.Bytes))}, words: []string{"client_key_file is not in PEM form", "it is DER"}},
		"key, encrypted":          {attributes: map[string]string{"client_cert_file": inFile(t, string(cert)), "client_key_pem": encrypted}, words: []string{"client_key_pem is encrypted"}},
		"key, encrypted, env":     {attributes: map[string]string{"client_cert_pem": string(cert)}, env: map[string]string{"DOMUM_CLIENT_KEY_FILE": inFile(t, encrypted)}, words: []string{"client_key_file is encrypted"}},
		"certificate alone":       {attributes: map[string]string{"client_cert_file": inFile(t, string(cert))}, words: []string{"client_key_file is not set"}},
		"certificate alone, PEM":  {attributes: map[string]string{"client_cert_pem": string(cert)}, words: []string{"client_key_pem is not set"}},
		"key alone, PEM":          {attributes: map[string]string{"client_key_pem": string(key)}, words: []string{"client_cert_pem is not set"}},
		"certificate's file, key": {attributes: map[string]string{"client_cert_file": inFile(t, string(key)), "client_key_pem": string(key)}, words: []string{"client_cert_file holds no certificate"}},
	} {
		noEnvironment(t)
		for variable, value := range test.env {
			t.Setenv(variable, value)
		}
		attributes := map[string]string{"url": "https://gw.example.test", "access_token": "token"}
		for name, value := range test.attributes {
			attributes[name] = value
		}
		said := errorsOf(providerBlock(t, attributes))
		for _, words := range test.words {
			if !strings.Contains(said, words) {
				t.Errorf("%s: %q is missing in %s", name, words, said)
			}
		}
		if strings.Contains(said, "hunter2") || strings.Contains(said, string(der.Bytes)) {
			t.Errorf("%s: the key is repeated: %s", name, said)
		}
	}
}

// The environment variables that the documentation names are those that are
// read.
func TestDocumentedVariables(t *testing.T) {
	t.Parallel()
	documented := map[string][]string{}
	for name, attribute := range Schema().Attributes {
		for _, match := range regexp.MustCompile("`((?:DOMUM|SENHASEGURA)_[A-Z_]+)`").FindAllStringSubmatch(attribute.GetMarkdownDescription(), -1) {
			documented[name] = append(documented[name], match[1])
		}
	}
	if !reflect.DeepEqual(documented, environment) {
		t.Errorf("documented: %q\nread: %q", documented, environment)
	}
}
