// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

// Package provider is what Terraform sees of Domum: the provider block, the
// resource domum_vendor_link, its list and the data sources. It knows no HTTP;
// that is package domum.
package provider

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/settings"
)

// New returns the factory of the provider with that version.
func New(version string) func() provider.Provider {
	return func() provider.Provider { return &domumProvider{version: version} }
}

var _ provider.ProviderWithListResources = (*domumProvider)(nil)

type domumProvider struct {
	version   string
	clock     domum.Clock     // nil: the system's
	transport domum.Transport // nil: the network
}

// configured is what the provider block became: one client and what the
// resources that use it share.
type configured struct {
	client                 *domum.Client
	protectExternalDisable bool
	run                    run
}

func (p *domumProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "domum"
	resp.Version = p.version
}

func (p *domumProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = settings.Schema()
}

func (p *domumProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	defer recoverPanic(&resp.Diagnostics, "configure the provider")
	var block settings.Block
	resp.Diagnostics.Append(req.Config.Get(ctx, &block)...)
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
	protect := block.Protect(diags)
	client := block.NewClient(diags, func(cfg *domum.Config) {
		cfg.UserAgent = fmt.Sprintf("terraform-provider-domum/%s Terraform/%s", p.version, req.TerraformVersion)
		cfg.Clock, cfg.Transport = p.clock, p.transport
		cfg.Log = func(ctx context.Context, message string, fields map[string]any) { tflog.Debug(ctx, message, fields) }
	})
	if diags.HasError() {
		return
	}
	shared := &configured{client: client, protectExternalDisable: protect}
	resp.ResourceData, resp.DataSourceData, resp.ListResourceData = shared, shared, shared
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

func (p *domumProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{newVendorLinkResource}
}

func (p *domumProvider) ListResources(context.Context) []func() list.ListResource {
	return []func() list.ListResource{newVendorLinkList}
}

func (p *domumProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		newVendorDataSource,
		newVendorsDataSource,
		newAccessGroupDataSource,
		newAccessGroupsDataSource,
		newOverlappingUsersDataSource,
	}
}
