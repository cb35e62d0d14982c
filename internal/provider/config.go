// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
)

type providerModel struct {
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

// unknowns returns the attributes whose values are not known yet.
func unknowns(config tfsdk.Config) (names []string) {
	attributes := map[string]tftypes.Value{}
	_ = config.Raw.As(&attributes) // an object always can be
	for name, value := range attributes {
		if !value.IsKnown() {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func (p *domumProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	defer recoverPanic(&resp.Diagnostics, "configure the provider")
	var m providerModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if unknown := unknowns(req.Config); len(unknown) > 0 {
		if req.ClientCapabilities.DeferralAllowed {
			resp.Deferred = &provider.Deferred{Reason: provider.DeferredReasonProviderConfigUnknown}
			return
		}
		for _, name := range unknown {
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
	cfg.Clock, cfg.Transport = p.clock, p.transport
	cfg.Log = func(ctx context.Context, message string, fields map[string]any) { tflog.Debug(ctx, message, fields) }
	if cfg.InsecureSkipVerify {
		diags.AddAttributeWarning(path.Root("insecure_skip_verify"), "TLS certificates are not verified",
			"insecure_skip_verify is true: whoever stands between Terraform and the appliance can read the credentials.\n\n"+
				"Trust the appliance's own authority with ca_cert_file or ca_cert_pem instead.")
	}
	client, err := domum.New(cfg)
	if err != nil {
		addConfigError(diags, &m, err)
		return
	}
	shared := &configured{client: client, protectExternalDisable: protect}
	resp.ResourceData, resp.DataSourceData, resp.ListResourceData = shared, shared, shared
}

func (m *providerModel) clientConfig(diags *diag.Diagnostics) domum.Config {
	id, secret, token := m.credentials(diags)
	return domum.Config{
		URL:                  resolve(diags, "url", m.URL).value,
		ClientID:             id,
		ClientSecret:         domum.NewSecret(secret),
		AccessToken:          domum.NewSecret(token),
		TokenPath:            resolve(diags, "token_path", m.TokenPath).value,
		Profile:              m.apiProfile(diags),
		CACert:               []byte(resolveOrFile(diags, "ca_cert_pem", m.CACertPEM, "ca_cert_file", m.CACertFile).value),
		ClientCert:           []byte(resolveOrFile(diags, "client_cert_pem", m.ClientCertPEM, "client_cert_file", m.ClientCertFile).value),
		ClientKey:            domum.NewSecret(resolveOrFile(diags, "client_key_pem", m.ClientKeyPEM, "client_key_file", m.ClientKeyFile).value),
		InsecureSkipVerify:   parsed(diags, "insecure_skip_verify", written(m.InsecureSkipVerify), false, strconv.ParseBool),
		RequestTimeout:       parsed(diags, "request_timeout", m.RequestTimeout, domum.DefaultRequestTimeout, positiveDuration),
		MaxRetries:           parsed(diags, "max_retries", written(m.MaxRetries), domum.DefaultMaxRetries, count),
		MaxRequestsPerSecond: parsed(diags, "max_requests_per_second", written(m.MaxRequestsPerSecond), 0, positiveNumber),
	}
}

// credentials returns the pair or the token. What the configuration sets
// stands instead of all that the environment has, and that isn't looked at.
func (m *providerModel) credentials(diags *diag.Diagnostics) (id, secret, token string) {
	pairInConfig := !m.ClientID.IsNull() || !m.ClientSecret.IsNull() || !m.ClientSecretFile.IsNull()
	tokenInConfig := !m.AccessToken.IsNull() || !m.AccessTokenFile.IsNull()
	if tokenInConfig && pairInConfig {
		name := "access_token"
		if m.AccessToken.IsNull() {
			name = "access_token_file"
		}
		diags.AddError(invalidConfiguration, name+" is set beside client_id or client_secret, and stands instead of them.\n\n"+
			"Set "+name+", or client_id and client_secret.")
	}
	if tokenInConfig || !pairInConfig {
		token = resolveOrFile(diags, "access_token", m.AccessToken, "access_token_file", m.AccessTokenFile).value
	}
	if pairInConfig || !tokenInConfig {
		id = resolve(diags, "client_id", m.ClientID).value
		secret = resolveOrFile(diags, "client_secret", m.ClientSecret, "client_secret_file", m.ClientSecretFile).value
	}
	return id, secret, token
}

// apiProfile returns the profile of the file that is set, nil if none is.
func (m *providerModel) apiProfile(diags *diag.Diagnostics) *domum.Profile {
	file := resolve(diags, "api_profile_file", m.APIProfileFile).value
	if file == "" {
		return nil
	}
	profile, err := domum.ReadProfileFile(file)
	if err != nil {
		addConfigError(diags, m, err)
	}
	return profile
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
