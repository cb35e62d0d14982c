// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package settings

import (
	"fmt"
	"math"
	"os"
	"strings"
	"unicode"
	"unicode/utf8"

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
	rank  int    // of where it comes from, the lowest first: the configuration, then the variables in their order
	from  string // the attribute or the variable that has it
}

const fromConfig = 0

// unset is the setting that nothing gives.
var unset = setting{rank: math.MaxInt}

// origin says where a setting comes from.
func (s setting) origin() string {
	if s.rank == fromConfig {
		return "the attribute " + s.from
	}
	return "the environment variable " + s.from
}

// via is what to add to the name of the attribute: nothing where that is set itself.
func (s setting) via() string {
	if s.rank == fromConfig {
		return ""
	}
	return ", from " + s.origin() + ","
}

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
		return checked(diags, name, setting{value, fromConfig, name})
	}
	for i, variable := range environment[name] {
		if value := strings.TrimSpace(os.Getenv(variable)); value != "" {
			return checked(diags, name, setting{value, fromConfig + 1 + i, variable})
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
	content := string(readFile(diags, fileName, file))
	if !strings.HasSuffix(name, "_pem") { // which may turn out to be binary
		content = strings.TrimSpace(strings.TrimPrefix(content, "\ufeff"))
		content = sendable(diags, fileName, content, "the file of "+file.from, "Write into that file")
	}
	return setting{content, file.rank, "the file of " + file.from}
}

// checked is sendable, but for PEM and the names of files, which may hold
// anything.
func checked(diags *diag.Diagnostics, name string, s setting) setting {
	if strings.HasSuffix(name, "_pem") || strings.HasSuffix(name, "_file") {
		return s
	}
	origin := s.from
	if s.rank != fromConfig {
		origin = s.origin()
	}
	s.value = sendable(diags, name, s.value, origin, "Set "+s.from+" to")
	return s
}

// sendable returns a value that goes into a request, or "" and an error if it
// holds what can't be sent or seen, such as a line break in its middle. remedy
// begins what to do.
func sendable(diags *diag.Diagnostics, name, value, origin, remedy string) string {
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
	addSettingError(diags, name, explain.Sentence(origin+" holds "+problem)+"\n\n"+remedy+" the value alone, without line breaks or other characters that can't be seen.")
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
