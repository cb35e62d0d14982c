// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

// Package provider is what Terraform sees of Domum: the provider block, the
// resource domum_vendor_link, its list and the data sources. It knows no HTTP;
// that is package domum.
package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
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
