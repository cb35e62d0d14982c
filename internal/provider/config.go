// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
)

type providerModel struct {
	URL                    types.String  `tfsdk:"url"`
	ClientID               types.String  `tfsdk:"client_id"`
	ClientSecret           types.String  `tfsdk:"client_secret"`
	AccessToken            types.String  `tfsdk:"access_token"`
	TokenPath              types.String  `tfsdk:"token_path"`
	CACertPEM              types.String  `tfsdk:"ca_cert_pem"`
	CACertFile             types.String  `tfsdk:"ca_cert_file"`
	ClientCertPEM          types.String  `tfsdk:"client_cert_pem"`
	ClientCertFile         types.String  `tfsdk:"client_cert_file"`
	ClientKeyPEM           types.String  `tfsdk:"client_key_pem"`
	ClientKeyFile          types.String  `tfsdk:"client_key_file"`
	InsecureSkipVerify     types.Bool    `tfsdk:"insecure_skip_verify"`
	RequestTimeout         types.String  `tfsdk:"request_timeout"`
	MaxRetries             types.Int64   `tfsdk:"max_retries"`
	MaxRequestsPerSecond   types.Float64 `tfsdk:"max_requests_per_second"`
	ProtectExternalDisable types.Bool    `tfsdk:"protect_external_disable"`
}

// unknowns returns the attributes whose values are not known yet.
func (m *providerModel) unknowns() []string {
	var names []string
	for _, a := range []struct {
		name  string
		value attr.Value
	}{
		{"url", m.URL},
		{"client_id", m.ClientID},
		{"client_secret", m.ClientSecret},
		{"access_token", m.AccessToken},
		{"token_path", m.TokenPath},
		{"ca_cert_pem", m.CACertPEM},
		{"ca_cert_file", m.CACertFile},
		{"client_cert_pem", m.ClientCertPEM},
		{"client_cert_file", m.ClientCertFile},
		{"client_key_pem", m.ClientKeyPEM},
		{"client_key_file", m.ClientKeyFile},
		{"insecure_skip_verify", m.InsecureSkipVerify},
		{"request_timeout", m.RequestTimeout},
		{"max_retries", m.MaxRetries},
		{"max_requests_per_second", m.MaxRequestsPerSecond},
		{"protect_external_disable", m.ProtectExternalDisable},
	} {
		if a.value.IsUnknown() {
			names = append(names, a.name)
		}
	}
	return names
}

// environment lists the variables of each attribute, the first to win first.
var environment = map[string][]string{
	"url":                      {"DOMUM_URL", "SENHASEGURA_URL"},
	"client_id":                {"DOMUM_CLIENT_ID", "SENHASEGURA_CLIENT_ID"},
	"client_secret":            {"DOMUM_CLIENT_SECRET", "SENHASEGURA_CLIENT_SECRET"},
	"access_token":             {"DOMUM_ACCESS_TOKEN"},
	"token_path":               {"DOMUM_TOKEN_PATH"},
	"ca_cert_file":             {"DOMUM_CA_CERT_FILE"},
	"client_cert_file":         {"DOMUM_CLIENT_CERT_FILE"},
	"client_key_file":          {"DOMUM_CLIENT_KEY_FILE"},
	"insecure_skip_verify":     {"DOMUM_INSECURE_SKIP_VERIFY"},
	"request_timeout":          {"DOMUM_REQUEST_TIMEOUT"},
	"max_retries":              {"DOMUM_MAX_RETRIES"},
	"max_requests_per_second":  {"DOMUM_MAX_REQUESTS_PER_SECOND"},
	"protect_external_disable": {"DOMUM_PROTECT_EXTERNAL_DISABLE"},
}

// setting is the value of a provider attribute: the configuration's, else that
// of the first environment variable that has one. Empty counts as unset.
type setting struct {
	value      string
	fromConfig bool
}

func resolve(name string, config types.String) setting {
	if value := config.ValueString(); value != "" {
		return setting{value, true}
	}
	for _, variable := range environment[name] {
		if value := os.Getenv(variable); value != "" {
			return setting{value: value}
		}
	}
	return setting{}
}

// parsed resolves an attribute that is no string. What the environment holds
// must parse.
func parsed[T any](diags *diag.Diagnostics, name string, config types.String, fallback T, parse func(string) (T, error)) T {
	s := resolve(name, config)
	if s.value == "" {
		return fallback
	}
	value, err := parse(s.value)
	if err != nil {
		origin := "the attribute " + name
		if !s.fromConfig {
			origin = "the environment variable " + environment[name][0]
		}
		diags.AddAttributeError(path.Root(name), "Invalid provider configuration",
			fmt.Sprintf("%q is not a valid value for %s.\n\nCorrect it, or leave it out for the default.", s.value, origin))
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

// pem returns the content of an attribute that holds PEM, or that names a file
// of it.
func pem(diags *diag.Diagnostics, name string, inline types.String, file setting) []byte {
	if inline.ValueString() != "" {
		if file.fromConfig {
			diags.AddAttributeError(path.Root(name+"_pem"), "Invalid provider configuration",
				fmt.Sprintf("Both %s_pem and %s_file are set.\n\nSet one of the two.", name, name))
		}
		return []byte(inline.ValueString())
	}
	if file.value == "" {
		return nil
	}
	content, err := os.ReadFile(file.value)
	if err != nil {
		reason := err
		if pathErr, ok := errors.AsType[*os.PathError](err); ok {
			reason = pathErr.Err
		}
		diags.AddAttributeError(path.Root(name+"_file"), "Invalid provider configuration",
			fmt.Sprintf("%s_file %q can't be read: %s.\n\nSet %s_file to a file in PEM form.", name, file.value, reason, name))
	}
	return content
}

func (p *domumProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	defer recoverPanic(&resp.Diagnostics, "configure the provider")
	var m providerModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if unknowns := m.unknowns(); len(unknowns) > 0 {
		if req.ClientCapabilities.DeferralAllowed {
			resp.Deferred = &provider.Deferred{Reason: provider.DeferredReasonProviderConfigUnknown}
			return
		}
		for _, name := range unknowns {
			resp.Diagnostics.AddAttributeError(path.Root(name), "Provider configuration not known yet",
				fmt.Sprintf("The value of %s depends on something that is not known until apply.\n\n"+
					"Set %s to a known value or through the environment, or apply what it depends on first with -target.", name, name))
		}
		return
	}

	diags := &resp.Diagnostics
	cfg := m.clientConfig(diags)
	protect := parsed(diags, "protect_external_disable", written(m.ProtectExternalDisable), false, strconv.ParseBool)
	if diags.HasError() {
		return
	}
	cfg.UserAgent = fmt.Sprintf("terraform-provider-domum/%s Terraform/%s", p.version, req.TerraformVersion)
	cfg.Clock = p.clock
	cfg.Log = func(ctx context.Context, message string, fields map[string]any) { tflog.Debug(ctx, message, fields) }
	if cfg.InsecureSkipVerify {
		diags.AddAttributeWarning(path.Root("insecure_skip_verify"), "TLS certificates are not verified",
			"insecure_skip_verify is true: whoever stands between Terraform and the appliance can read the credentials.\n\n"+
				"Trust the appliance's own authority with ca_cert_file or ca_cert_pem instead.")
	}
	client, err := domum.New(cfg)
	if err != nil {
		addConfigError(diags, err)
		return
	}
	shared := &configured{client: client, protectExternalDisable: protect}
	resp.ResourceData, resp.DataSourceData, resp.ListResourceData = shared, shared, shared
}

func (m *providerModel) clientConfig(diags *diag.Diagnostics) domum.Config {
	id := resolve("client_id", m.ClientID)
	secret := resolve("client_secret", m.ClientSecret)
	token := resolve("access_token", m.AccessToken)
	pairInConfig := id.fromConfig || secret.fromConfig
	if token.fromConfig && pairInConfig {
		diags.AddAttributeError(path.Root("access_token"), "Invalid provider configuration",
			"access_token is set beside client_id or client_secret, and stands instead of them.\n\nSet access_token, or client_id and client_secret.")
	}
	if pairInConfig && !token.fromConfig {
		token = setting{} // the configuration is nearer than DOMUM_ACCESS_TOKEN
	}
	return domum.Config{
		URL:                  resolve("url", m.URL).value,
		ClientID:             id.value,
		ClientSecret:         domum.NewSecret(secret.value),
		AccessToken:          domum.NewSecret(token.value),
		TokenPath:            resolve("token_path", m.TokenPath).value,
		CACert:               pem(diags, "ca_cert", m.CACertPEM, resolve("ca_cert_file", m.CACertFile)),
		ClientCert:           pem(diags, "client_cert", m.ClientCertPEM, resolve("client_cert_file", m.ClientCertFile)),
		ClientKey:            domum.NewSecret(string(pem(diags, "client_key", m.ClientKeyPEM, resolve("client_key_file", m.ClientKeyFile)))),
		InsecureSkipVerify:   parsed(diags, "insecure_skip_verify", written(m.InsecureSkipVerify), false, strconv.ParseBool),
		RequestTimeout:       parsed(diags, "request_timeout", m.RequestTimeout, domum.DefaultRequestTimeout, positiveDuration),
		MaxRetries:           parsed(diags, "max_retries", written(m.MaxRetries), domum.DefaultMaxRetries, count),
		MaxRequestsPerSecond: parsed(diags, "max_requests_per_second", written(m.MaxRequestsPerSecond), 0, positiveNumber),
	}
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
	if err == nil && !(n > 0) {
		err = errOutOfRange
	}
	return n, err
}

func count(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err == nil && n < 0 {
		err = errOutOfRange
	}
	return n, err
}
