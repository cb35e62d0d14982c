// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package settings

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/explain"
)

// Block is a provider block.
type Block struct {
	URL                    types.String `tfsdk:"url"`
	ClientID               types.String `tfsdk:"client_id"`
	ClientSecret           types.String `tfsdk:"client_secret"`
	ClientSecretFile       types.String `tfsdk:"client_secret_file"`
	AccessToken            types.String `tfsdk:"access_token"`
	AccessTokenFile        types.String `tfsdk:"access_token_file"`
	TokenPath              types.String `tfsdk:"token_path"`
	APIProfileFile         types.String `tfsdk:"api_profile_file"`
	CACertPEM              types.String `tfsdk:"ca_cert_pem"`
	CACertFile             types.String `tfsdk:"ca_cert_file"`
	ClientCertPEM          types.String `tfsdk:"client_cert_pem"`
	ClientCertFile         types.String `tfsdk:"client_cert_file"`
	ClientKeyPEM           types.String `tfsdk:"client_key_pem"`
	ClientKeyFile          types.String `tfsdk:"client_key_file"`
	InsecureSkipVerify     types.Bool   `tfsdk:"insecure_skip_verify"`
	RequestTimeout         types.String `tfsdk:"request_timeout"`
	MaxRetries             types.Number `tfsdk:"max_retries"`
	MaxRequestsPerSecond   types.Number `tfsdk:"max_requests_per_second"`
	ProtectExternalDisable types.Bool   `tfsdk:"protect_external_disable"`
}

// Protect returns the value of protect_external_disable.
func (b *Block) Protect(diags *diag.Diagnostics) bool {
	return parsed(diags, "protect_external_disable", b.ProtectExternalDisable, false, yesOrNo)
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
		AccessToken:          domum.NewSecret(token.value),
		AccessTokenFrom:      token.from,
		TokenPath:            resolve(diags, "token_path", b.TokenPath).value,
		Profile:              b.apiProfile(diags),
		CACert:               []byte(resolveOrFile(diags, "ca_cert_pem", b.CACertPEM, "ca_cert_file", b.CACertFile).value),
		ClientCert:           []byte(resolveOrFile(diags, "client_cert_pem", b.ClientCertPEM, "client_cert_file", b.ClientCertFile).value),
		ClientKey:            domum.NewSecret(resolveOrFile(diags, "client_key_pem", b.ClientKeyPEM, "client_key_file", b.ClientKeyFile).value),
		InsecureSkipVerify:   parsed(diags, "insecure_skip_verify", b.InsecureSkipVerify, false, yesOrNo),
		RequestTimeout:       parsed(diags, "request_timeout", b.RequestTimeout, domum.DefaultRequestTimeout, duration),
		MaxRetries:           parsed(diags, "max_retries", b.MaxRetries, domum.DefaultMaxRetries, retries),
		MaxRequestsPerSecond: parsed(diags, "max_requests_per_second", b.MaxRequestsPerSecond, 0, perTime),
	}
}

// credentials returns the pair or the token. What the configuration sets
// stands instead of all that the environment has, and that isn't looked at.
func (b *Block) credentials(diags *diag.Diagnostics) (id, secret string, token setting) {
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
		token = resolveOrFile(diags, "access_token", b.AccessToken, "access_token_file", b.AccessTokenFile)
	}
	if pairInConfig || !tokenInConfig {
		id = resolve(diags, "client_id", b.ClientID).value
		secret = resolveOrFile(diags, "client_secret", b.ClientSecret, "client_secret_file", b.ClientSecretFile).value
	}
	return id, secret, token
}

// apiProfile returns the profile of the file that is set, nil if none is.
func (b *Block) apiProfile(diags *diag.Diagnostics) *domum.Profile {
	const name = "api_profile_file"
	file := resolve(diags, name, b.APIProfileFile)
	if file.value == "" {
		return nil
	}
	content := readFile(diags, name, file)
	if content == nil {
		return nil
	}
	profile, err := domum.ParseProfile(filepath.Base(file.value), content)
	if err != nil {
		addSettingError(diags, name, fmt.Sprintf("%s %q%s does not hold an API profile that can be used:\n%s\n\n"+
			"Correct each line of the file that is named above. domum-doctor -print-profile prints a profile with all keys explained.", name, file.value, file.via(), err))
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
	addSettingError(diags, field, field+" "+explain.Sentence(e.Problem)+"\n\n"+b.correction(field)+".")
}

// correction says where to correct what the client refused: where it is set.
func (b *Block) correction(field string) string {
	s := resolve(&diag.Diagnostics{}, field, map[string]types.String{
		"url": b.URL, "client_id": b.ClientID, "client_secret": b.ClientSecret, "access_token": b.AccessToken, "token_path": b.TokenPath,
		"ca_cert_pem": b.CACertPEM, "client_cert_pem": b.ClientCertPEM, "client_key_pem": b.ClientKeyPEM,
		"ca_cert_file": b.CACertFile, "client_cert_file": b.ClientCertFile, "client_key_file": b.ClientKeyFile,
	}[field])
	variables := environment[field]
	switch {
	case s.value != "" && strings.HasSuffix(field, "_file"):
		return fmt.Sprintf("Correct the file %q, or set %s to another one", s.value, s.from)
	case s.value != "" && s.rank == fromConfig:
		return "Correct " + field + " in the provider block"
	case s.value != "":
		return "Correct " + s.origin() + ", or set " + field + " in the provider block"
	case variables == nil:
		return "Set " + field + " in the provider block"
	}
	return "Set " + field + " in the provider block or through " + strings.Join(variables, " or ")
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
