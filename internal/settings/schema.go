// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package settings

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// Schema is the schema of a provider block.
func Schema() schema.Schema {
	text := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Optional: true, MarkdownDescription: description}
	}
	secret := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Optional: true, Sensitive: true, MarkdownDescription: description}
	}
	flag := func(description string) schema.BoolAttribute {
		return schema.BoolAttribute{Optional: true, MarkdownDescription: description}
	}
	return schema.Schema{
		MarkdownDescription: "Links the vendors that an identity provider synchronizes to Segura (senhasegura) Domum Remote Access to their access groups. " +
			"Settings can come from the environment; the configuration wins over it. An empty environment variable counts as unset, an empty string in the configuration is an error.",
		Attributes: map[string]schema.Attribute{
			"url": text("Base URL of the appliance, such as `https://gw.example.com`; a path in it is kept. " +
				"Plain http is for loopback addresses only. Environment: `DOMUM_URL`, `SENHASEGURA_URL`."),
			"client_id": text("Client id of the A2A authorization that may read and write Domum's vendors. " +
				"Environment: `DOMUM_CLIENT_ID`, `SENHASEGURA_CLIENT_ID`."),
			"client_secret": secret("Client secret of that authorization. " +
				"Environment: `DOMUM_CLIENT_SECRET`, `SENHASEGURA_CLIENT_SECRET`."),
			"client_secret_file": text("File that holds the client secret, such as one that Vault Agent, Kubernetes or a CI system mounts. It is read when the provider starts. " +
				"Environment: `DOMUM_CLIENT_SECRET_FILE`."),
			"access_token_file": text("File that holds what `access_token` would. Environment: `DOMUM_ACCESS_TOKEN_FILE`."),
			"access_token": secret("A bearer token that was fetched elsewhere, instead of `client_id` and `client_secret`. " +
				"It is not renewed. Environment: `DOMUM_ACCESS_TOKEN`."),
			"token_path": text("Path of the token call below `url`; some versions use `/api/oauth2/token`. " +
				"Default: `/iso/oauth2/token`. Environment: `DOMUM_TOKEN_PATH`."),
			"api_profile_file": text("File that describes the appliance's API, where it differs from the one that the provider assumes: an API profile. " +
				"Environment: `DOMUM_API_PROFILE_FILE`."),
			"ca_cert_pem": text("Certificates, in PEM form, of a private authority that signed the appliance's. " +
				"They are trusted beside the system's own."),
			"ca_cert_file":    text("File that holds what `ca_cert_pem` would. Environment: `DOMUM_CA_CERT_FILE`."),
			"client_cert_pem": text("Client certificate, in PEM form, for an authorization that is bound to one (mutual TLS)."),
			"client_cert_file": text("File that holds what `client_cert_pem` would. " +
				"Environment: `DOMUM_CLIENT_CERT_FILE`."),
			"client_key_pem":  secret("Private key of the client certificate, in PEM form."),
			"client_key_file": text("File that holds what `client_key_pem` would. Environment: `DOMUM_CLIENT_KEY_FILE`."),
			"insecure_skip_verify": flag("Accept any TLS certificate. Whoever stands in between can then read the credentials, " +
				"so it warns. Default: `false`. Environment: `DOMUM_INSECURE_SKIP_VERIFY`."),
			"request_timeout": schema.StringAttribute{
				Optional:   true,
				Validators: []validator.String{must[time.Duration]{duration}},
				MarkdownDescription: "How long one attempt of a request may take, such as `45s`. " +
					"Default: `30s`. Environment: `DOMUM_REQUEST_TIMEOUT`.",
			},
			"max_retries": schema.NumberAttribute{ // of any size, so that a wrong number is an error that names the attribute
				Optional:   true,
				Validators: []validator.Number{must[int]{retries}},
				MarkdownDescription: "How often a request is sent again after a rate limit, a server error or a broken connection. " +
					"Default: `4`. Environment: `DOMUM_MAX_RETRIES`.",
			},
			"max_requests_per_second": schema.NumberAttribute{
				Optional:   true,
				Validators: []validator.Number{must[float64]{perTime}},
				MarkdownDescription: "Cap on the requests of one Terraform run. Default: no cap; the appliance's own rate limit is " +
					"always respected. Environment: `DOMUM_MAX_REQUESTS_PER_SECOND`.",
			},
			"protect_external_disable": flag("Refuse to enable a vendor that is disabled and has a link, whoever disabled it; " +
				"otherwise the plan only warns. Set it where an apply runs without a person reading the plan. " +
				"Default: `false`. Environment: `DOMUM_PROTECT_EXTERNAL_DISABLE`."),
		},
	}
}
