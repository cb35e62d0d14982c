// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package settings

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
)

// fileAttributes are the attributes that name a file.
func fileAttributes(t *testing.T) (names []string) {
	t.Helper()
	for name := range Schema().Attributes {
		if strings.HasSuffix(name, "_file") {
			names = append(names, name)
		}
	}
	if len(names) < 6 {
		t.Fatalf("only %q", names)
	}
	return names
}

// refusesFile checks that no attribute takes a file, and that the message names
// what has it: the attribute, or the environment variable.
func refusesFile(t *testing.T, file, problem string) {
	t.Helper()
	for _, name := range fileAttributes(t) {
		noEnvironment(t)
		block := func(more ...string) *Block {
			attributes := map[string]string{"url": "https://gw.example.test"}
			switch name {
			case "access_token_file":
			case "client_secret_file":
				attributes["client_id"] = "id"
			default:
				attributes["access_token"] = "token"
			}
			for _, file := range more {
				attributes[name] = file
			}
			return providerBlock(t, attributes)
		}
		said := errorsOf(block(file))
		if !strings.Contains(said, name+` "`+file+`" `+problem) || !strings.Contains(said, "Set "+name+" to a ") {
			t.Errorf("%s = %q: %s", name, file, said)
		}
		variable := environment[name][0]
		t.Setenv(variable, file)
		said = errorsOf(block())
		if !strings.Contains(said, name+` "`+file+`", from the environment variable `+variable+", "+problem) || !strings.Contains(said, "Set "+variable+" to a ") {
			t.Errorf("%s=%s: %s", variable, file, said)
		}
	}
}

func TestOnlyRegularFilesOfSensibleSizeAreRead(t *testing.T) {
	folder := t.TempDir()
	large := filepath.Join(folder, "large")
	if err := os.WriteFile(large, make([]byte, 1<<20+1), 0o600); err != nil {
		t.Fatal(err)
	}
	refusesFile(t, folder, "is a folder")
	refusesFile(t, large, "is larger than 1 MiB")
	refusesFile(t, filepath.Join(folder, "none"), "can't be read: ")
	refusesFile(t, inFile(t, " \n"), "is empty")
}

// A file that holds no right profile is set already: what to correct is the file.
func TestErrorsOfAProfileSayToCorrectTheFile(t *testing.T) {
	noEnvironment(t)
	wrong := inFile(t, strings.Replace(string(domum.DefaultProfile), "guard: etag", "guard: none", 1))
	attributes := func() map[string]string {
		return map[string]string{"url": "https://gw.example.test", "access_token": "token"}
	}
	inConfig := attributes()
	inConfig["api_profile_file"] = wrong
	said := errorsOf(providerBlock(t, inConfig))
	t.Setenv("DOMUM_API_PROFILE_FILE", wrong)
	for _, text := range []string{said, errorsOf(providerBlock(t, attributes()))} {
		if !strings.Contains(text, "value, line 27: the value of vendors.write.guard does not fit") || !strings.Contains(text, "Correct each line of the file that is named above.") || strings.Contains(text, "Set api_profile_file") {
			t.Error(text)
		}
	}
	right := inFile(t, string(domum.DefaultProfile))
	t.Setenv("DOMUM_API_PROFILE_FILE", right)
	if text := errorsOf(providerBlock(t, attributes())); text != "" {
		t.Error(text)
	}
}

// What the client refuses is corrected where it is set.
func TestRemedyNamesWhereASettingIsSet(t *testing.T) {
	token := map[string]string{"access_token": "token"}
	for name, test := range map[string]struct {
		attributes map[string]string
		env        map[string]string
		remedy     string
	}{
		"nowhere":     {remedy: "Set url in the provider block or through DOMUM_URL or SENHASEGURA_URL."},
		"block":       {attributes: map[string]string{"url": "gw.example.test"}, env: map[string]string{"DOMUM_URL": "https://gw.example.test"}, remedy: "Correct url in the provider block."},
		"environment": {env: map[string]string{"SENHASEGURA_URL": "http://gw.example.test"}, remedy: "Correct the environment variable SENHASEGURA_URL, or set url in the provider block."},
		"token path":  {attributes: map[string]string{"url": "https://gw.example.test"}, env: map[string]string{"DOMUM_TOKEN_PATH": "token"}, remedy: "Correct the environment variable DOMUM_TOKEN_PATH"},
		"bad secret":  {attributes: map[string]string{"url": "https://gw.example.test", "client_id": "id"}, env: map[string]string{"DOMUM_CLIENT_SECRET": "a\nb"}, remedy: "Set DOMUM_CLIENT_SECRET to the value alone"},
	} {
		noEnvironment(t)
		for variable, value := range test.env {
			t.Setenv(variable, value)
		}
		attributes := map[string]string{}
		for key, value := range test.attributes {
			attributes[key] = value
		}
		if attributes["client_id"] == "" {
			attributes["access_token"] = token["access_token"]
		}
		if said := errorsOf(providerBlock(t, attributes)); !strings.Contains(said, test.remedy) {
			t.Errorf("%s: want %q, got %s", name, test.remedy, said)
		}
	}
}
