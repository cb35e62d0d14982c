// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package settings

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/domum-iac/terraform-provider-domum/internal/explain"
)

const invalidConfiguration = "Invalid provider configuration"

// environment lists the variables of each attribute, the first to win first.
var environment = map[string][]string{
	"url":                      {"DOMUM_URL", "SENHASEGURA_URL"},
	"client_id":                {"DOMUM_CLIENT_ID", "SENHASEGURA_CLIENT_ID"},
	"client_secret":            {"DOMUM_CLIENT_SECRET", "SENHASEGURA_CLIENT_SECRET"},
	"client_secret_file":       {"DOMUM_CLIENT_SECRET_FILE"},
	"access_token":             {"DOMUM_ACCESS_TOKEN"},
	"access_token_file":        {"DOMUM_ACCESS_TOKEN_FILE"},
	"token_path":               {"DOMUM_TOKEN_PATH"},
	"api_profile_file":         {"DOMUM_API_PROFILE_FILE"},
	"ca_cert_file":             {"DOMUM_CA_CERT_FILE"},
	"client_cert_file":         {"DOMUM_CLIENT_CERT_FILE"},
	"client_key_file":          {"DOMUM_CLIENT_KEY_FILE"},
	"insecure_skip_verify":     {"DOMUM_INSECURE_SKIP_VERIFY"},
	"request_timeout":          {"DOMUM_REQUEST_TIMEOUT"},
	"max_retries":              {"DOMUM_MAX_RETRIES"},
	"max_requests_per_second":  {"DOMUM_MAX_REQUESTS_PER_SECOND"},
	"protect_external_disable": {"DOMUM_PROTECT_EXTERNAL_DISABLE"},
}

// setting is the value of a provider attribute, without white space around it.
// An empty one counts as unset.
type setting struct {
	value string
	rank  int // of where it comes from, the lowest first: the configuration, then the variables in their order
}

const fromConfig = 0

// unset is the setting that nothing gives.
var unset = setting{rank: math.MaxInt}

// resolve returns the configuration's value of an attribute, else that of the
// first environment variable that has one. An empty string in the
// configuration is an error: it must not fall back to the environment's
// appliance or credentials. So is a value that can't be sent.
func resolve(diags *diag.Diagnostics, name string, config types.String) setting {
	if !config.IsNull() {
		value := strings.TrimSpace(config.ValueString())
		if value == "" {
			remedy := "Set it to a value, or leave it out"
			if variables := environment[name]; variables != nil {
				remedy += " to use the environment variable " + strings.Join(variables, " or ")
			}
			addSettingError(diags, name, name+" is an empty string.\n\n"+remedy+".")
		}
		return setting{checked(diags, name, name, value), fromConfig}
	}
	for i, variable := range environment[name] {
		if value := strings.TrimSpace(os.Getenv(variable)); value != "" {
			return setting{checked(diags, name, "the environment variable "+variable, value), fromConfig + 1 + i}
		}
	}
	return unset
}

// resolveOrFile is resolve for an attribute whose value may also stand in a
// file, which another attribute names. The value comes first where both have
// the same rank.
func resolveOrFile(diags *diag.Diagnostics, name string, config types.String, fileName string, fileConfig types.String) setting {
	inline, file := resolve(diags, name, config), resolve(diags, fileName, fileConfig)
	switch {
	case inline.rank == fromConfig && file.rank == fromConfig:
		addSettingError(diags, fileName, fmt.Sprintf("Both %s and %s are set.\n\nSet one of the two.", name, fileName))
		return inline
	case inline.rank <= file.rank:
		return inline
	}
	content := readFile(diags, fileName, file.value)
	if !strings.HasSuffix(name, "_pem") { // which may turn out to be binary
		content = sendable(diags, fileName, "the file of "+fileName, strings.TrimSpace(strings.TrimPrefix(content, "\ufeff")))
	}
	return setting{content, file.rank}
}

// readFile returns what a file holds.
func readFile(diags *diag.Diagnostics, name, file string) string {
	content, err := os.ReadFile(file)
	switch {
	case err != nil:
		reason := err
		if pathErr, ok := errors.AsType[*os.PathError](err); ok {
			reason = pathErr.Err
		}
		addSettingError(diags, name, fmt.Sprintf("%s %q can't be read: %s.\n\nSet %s to a file that this process can read.", name, file, reason, name))
	case len(bytes.TrimSpace(content)) == 0:
		addSettingError(diags, name, fmt.Sprintf("%s %q is empty.\n\nSet %s to a file that holds the value.", name, file, name))
	}
	return string(content)
}

// checked is sendable, but for PEM and the names of files, which may hold
// anything.
func checked(diags *diag.Diagnostics, name, origin, value string) string {
	if strings.HasSuffix(name, "_pem") || strings.HasSuffix(name, "_file") {
		return value
	}
	return sendable(diags, name, origin, value)
}

// sendable returns a value that goes into a request, or "" and an error if it
// holds what can't be sent or seen, such as a line break in its middle.
func sendable(diags *diag.Diagnostics, name, origin, value string) string {
	problem := ""
	for _, r := range value {
		switch {
		case !unicode.IsPrint(r):
			problem = fmt.Sprintf("a character that can't be seen (%U)", r)
		case strings.HasPrefix(name, "access_token") && (r == ' ' || r > unicode.MaxASCII):
			problem = fmt.Sprintf("a character that no token has (%U)", r)
		}
	}
	if !utf8.ValidString(value) {
		problem = "bytes that are no text in UTF-8"
	}
	if problem == "" {
		return value
	}
	addSettingError(diags, name, explain.Sentence(origin+" holds "+problem)+"\n\nSet "+name+" to the value alone, without line breaks or other characters that can't be seen.")
	return ""
}

// addSettingError reports a wrong setting at its attribute, unless Terraform
// would show a secret with the line.
func addSettingError(diags *diag.Diagnostics, name, detail string) {
	switch name {
	case "client_secret", "access_token", "client_key_pem":
		diags.AddError(invalidConfiguration, detail)
	default:
		diags.AddAttributeError(path.Root(name), invalidConfiguration, detail)
	}
}

// parsed resolves an attribute that is no string. What the environment holds
// must parse.
func parsed[T any](diags *diag.Diagnostics, name string, config types.String, fallback T, parse func(string) (T, error)) T {
	s := resolve(diags, name, config)
	if s.value == "" {
		return fallback
	}
	value, err := parse(s.value)
	if err != nil {
		origin := "the attribute " + name
		if s.rank != fromConfig {
			origin = "the environment variable " + environment[name][0]
		}
		addSettingError(diags, name, fmt.Sprintf("%q is not a valid value for %s.\n\nCorrect it, or leave it out for the default.", s.value, origin))
	}
	return value
}

// written returns a value of another type as the configuration wrote it.
func written(value attr.Value) types.String {
	if value.IsNull() {
		return types.StringNull()
	}
	return types.StringValue(value.String())
}

var errOutOfRange = errors.New("out of range")

func positiveDuration(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if err == nil && d <= 0 {
		err = errOutOfRange
	}
	return d, err
}

func positiveNumber(s string) (float64, error) {
	n, err := strconv.ParseFloat(s, 64)
	if err == nil && !(n >= minRequestsPerSecond) {
		err = errOutOfRange
	}
	return n, err
}

func count(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err == nil && (n < 0 || n > maxRetries) {
		err = errOutOfRange
	}
	return n, err
}
