// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

// Command terraform-provider-trivial is a provider without a network: the
// least that Terraform and the plugin framework cost, and so what bench
// compares the real provider with. Its one resource keeps what it is told.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

func main() {
	err := providerserver.Serve(context.Background(), func() provider.Provider { return trivialProvider{} },
		providerserver.ServeOpts{Address: "registry.terraform.io/domum-iac/trivial"})
	if err != nil {
		log.Fatal(err)
	}
}

type trivialProvider struct{}

func (trivialProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "trivial"
}

func (trivialProvider) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

func (trivialProvider) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}

func (trivialProvider) DataSources(context.Context) []func() datasource.DataSource { return nil }

func (trivialProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return trivialLink{} }}
}

// trivialLink has what a configuration of a domum_vendor_link sets, and an id.
type trivialLink struct{}

func (trivialLink) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "trivial_link"
}

func (trivialLink) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"id":                schema.StringAttribute{Computed: true},
		"vendor_name":       schema.StringAttribute{Required: true},
		"access_group_name": schema.StringAttribute{Required: true},
		"start_date":        schema.StringAttribute{Required: true},
	}}
}

func (trivialLink) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	resp.State.Raw = req.Plan.Raw
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), "1")...)
}

// Read finds everything as it was: the framework starts from the prior state.
func (trivialLink) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (trivialLink) Update(_ context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.State.Raw = req.Plan.Raw
}

func (trivialLink) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}
