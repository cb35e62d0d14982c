// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package settings

import (
	"errors"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/explain"
)

// Block is a provider block.
type Block struct {
	URL                    types.String  `tfsdk:"url"`
	ClientID               types.String  `tfsdk:"client_id"`
	ClientSecret           types.String  `tfsdk:"client_secret"`
	ClientSecretFile       types.String  `tfsdk:"client_secret_file"`
	AccessToken            types.String  `tfsdk:"access_token"`
	AccessTokenFile        types.String  `tfsdk:"access_token_file"`
	TokenPath              types.String  `tfsdk:"token_path"`
	APIProfileFile         types.String  `tfsdk:"api_profile_file"`
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

// Protect returns the value of protect_external_disable.
func (b *Block) Protect(diags *diag.Diagnostics) bool {
	return parsed(diags, "protect_external_disable", written(b.ProtectExternalDisable), false, strconv.ParseBool)
}

// NewClient returns a client as the block and the environment describe it. change
// may set what is no setting. Without a client there are errors in diags, at the
// attributes that they are about.
func (b *Block) NewClient(diags *diag.Diagnostics, change func(*domum.Config)) *domum.Client {
	cfg := b.config(diags)
	if diags.HasError() {
		return nil
	}
	change(&cfg)
	if cfg.InsecureSkipVerify {
		diags.AddAttributeWarning(path.Root("insecure_skip_verify"), "TLS certificates are not verified",
			"insecure_skip_verify is true: whoever stands between Terraform and the appliance can read the credentials.\n\n"+
				"Trust the appliance's own authority with ca_cert_file or ca_cert_pem instead.")
	}
	client, err := domum.New(cfg)
	if err != nil {
		b.addConfigError(diags, err)
	}
	return client
}

func (b *Block) config(diags *diag.Diagnostics) domum.Config {
	id, secret, token := b.credentials(diags)
	return domum.Config{
		URL:                  resolve(diags, "url", b.URL).value,
		ClientID:             id,
		ClientSecret:         domum.NewSecret(secret),
		AccessToken:          domum.NewSecret(token),
		TokenPath:            resolve(diags, "token_path", b.TokenPath).value,
		Profile:              b.apiProfile(diags),
		CACert:               []byte(resolveOrFile(diags, "ca_cert_pem", b.CACertPEM, "ca_cert_file", b.CACertFile).value),
		ClientCert:           []byte(resolveOrFile(diags, "client_cert_pem", b.ClientCertPEM, "client_cert_file", b.ClientCertFile).value),
		ClientKey:            domum.NewSecret(resolveOrFile(diags, "client_key_pem", b.ClientKeyPEM, "client_key_file", b.ClientKeyFile).value),
		InsecureSkipVerify:   parsed(diags, "insecure_skip_verify", written(b.InsecureSkipVerify), false, strconv.ParseBool),
		RequestTimeout:       parsed(diags, "request_timeout", b.RequestTimeout, domum.DefaultRequestTimeout, positiveDuration),
		MaxRetries:           parsed(diags, "max_retries", written(b.MaxRetries), domum.DefaultMaxRetries, count),
		MaxRequestsPerSecond: parsed(diags, "max_requests_per_second", written(b.MaxRequestsPerSecond), 0, positiveNumber),
	}
}

// credentials returns the pair or the token. What the configuration sets
// stands instead of all that the environment has, and that isn't looked at.
func (b *Block) credentials(diags *diag.Diagnostics) (id, secret, token string) {
	pairInConfig := !b.ClientID.IsNull() || !b.ClientSecret.IsNull() || !b.ClientSecretFile.IsNull()
	tokenInConfig := !b.AccessToken.IsNull() || !b.AccessTokenFile.IsNull()
	if tokenInConfig && pairInConfig {
		name := "access_token"
		if b.AccessToken.IsNull() {
			name = "access_token_file"
		}
		diags.AddError(invalidConfiguration, name+" is set beside client_id or client_secret, and stands instead of them.\n\n"+
			"Set "+name+", or client_id and client_secret.")
	}
	if tokenInConfig || !pairInConfig {
		token = resolveOrFile(diags, "access_token", b.AccessToken, "access_token_file", b.AccessTokenFile).value
	}
	if pairInConfig || !tokenInConfig {
		id = resolve(diags, "client_id", b.ClientID).value
		secret = resolveOrFile(diags, "client_secret", b.ClientSecret, "client_secret_file", b.ClientSecretFile).value
	}
	return id, secret, token
}

// apiProfile returns the profile of the file that is set, nil if none is.
func (b *Block) apiProfile(diags *diag.Diagnostics) *domum.Profile {
	file := resolve(diags, "api_profile_file", b.APIProfileFile).value
	if file == "" {
		return nil
	}
	profile, err := domum.ReadProfileFile(file)
	if err != nil {
		b.addConfigError(diags, err)
	}
	return profile
}

// addConfigError reports a setting that the client refused.
func (b *Block) addConfigError(diags *diag.Diagnostics, err error) {
	e, ok := errors.AsType[*domum.ConfigError](err)
	if !ok {
		diags.AddError("Cannot configure the provider", explain.Text(err))
		return
	}
	field := e.Field
	if name, isPEM := strings.CutSuffix(field, "_pem"); isPEM && !b.inline(field) {
		field = name + "_file" // what was set, or goes with what was set
	}
	remedy := "Set " + field + " in the provider block"
	if variables := environment[field]; variables != nil {
		remedy += " or through " + strings.Join(variables, " or ")
	}
	addSettingError(diags, field, field+" "+explain.Sentence(e.Problem)+"\n\n"+remedy+".")
}

// inline reports whether the configuration holds the attribute's PEM itself. Of
// a pair, the half that isn't set is spoken of as the other half is set.
func (b *Block) inline(field string) bool {
	switch field {
	case "ca_cert_pem":
		return !b.CACertPEM.IsNull()
	case "client_cert_pem":
		return !b.ClientCertPEM.IsNull() || isUnset("client_cert_file", b.ClientCertFile) && !b.ClientKeyPEM.IsNull()
	default:
		return !b.ClientKeyPEM.IsNull() || isUnset("client_key_file", b.ClientKeyFile) && !b.ClientCertPEM.IsNull()
	}
}

func isUnset(name string, config types.String) bool {
	return resolve(&diag.Diagnostics{}, name, config).value == ""
}
