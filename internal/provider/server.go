// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// NewServer returns the factory of what speaks the plugin protocol for the
// provider with that version.
func NewServer(version string) func() tfprotov6.ProviderServer {
	return func() tfprotov6.ProviderServer { return newServer(&domumProvider{version: version}) }
}

// frameworkServer is what the framework's server implements and the provider
// uses: list resources are not in ProviderServer yet.
type frameworkServer interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
}

// server is the framework's, but for the configuration that Terraform 1.14 and
// later ask it to generate for an import. The framework takes each attribute
// that may be configured from state, has no hook for a resource to choose, and
// so names vendor and access group twice, which the resource itself refuses.
type server struct{ frameworkServer }

func newServer(p *domumProvider) tfprotov6.ProviderServer {
	return &server{providerserver.NewProtocol6(p)().(frameworkServer)}
}

// GetProviderSchema adds to the framework's answer that GenerateResourceConfig
// may be called: framework 1.19 implements the call, and doesn't say so.
func (s *server) GetProviderSchema(ctx context.Context, req *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	resp, err := s.frameworkServer.GetProviderSchema(ctx, req)
	if err == nil {
		resp.ServerCapabilities.GenerateResourceConfig = true
	}
	return resp, err
}

// GenerateResourceConfig generates the configuration of a link with names, and
// without the ids that stand beside them in state.
func (s *server) GenerateResourceConfig(ctx context.Context, req *tfprotov6.GenerateResourceConfigRequest) (*tfprotov6.GenerateResourceConfigResponse, error) {
	resp, err := s.frameworkServer.GenerateResourceConfig(ctx, req)
	if err != nil || resp.Config == nil {
		return resp, err
	}
	var schema resource.SchemaResponse
	newVendorLinkResource().Schema(ctx, resource.SchemaRequest{}, &schema)
	link := schema.Schema.Type().TerraformType(ctx)
	value, err := resp.Config.Unmarshal(link)
	if err != nil {
		return nil, err
	}
	value, err = tftypes.Transform(value, withoutIDs)
	if err != nil {
		return nil, err
	}
	config, err := tfprotov6.NewDynamicValue(link, value)
	resp.Config = &config
	return resp, err
}

func withoutIDs(path *tftypes.AttributePath, value tftypes.Value) (tftypes.Value, error) {
	for _, id := range []string{"vendor_id", "access_group_id"} {
		if path.Equal(tftypes.NewAttributePath().WithAttributeName(id)) {
			return tftypes.NewValue(value.Type(), nil), nil
		}
	}
	return value, nil
}

// The calls that Terraform makes for each block.

func (s *server) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return during(ctx, req, s.frameworkServer.ValidateResourceConfig)
}

func (s *server) UpgradeResourceState(ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return during(ctx, req, s.frameworkServer.UpgradeResourceState)
}

func (s *server) UpgradeResourceIdentity(ctx context.Context, req *tfprotov6.UpgradeResourceIdentityRequest) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return during(ctx, req, s.frameworkServer.UpgradeResourceIdentity)
}

func (s *server) ImportResourceState(ctx context.Context, req *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	return during(ctx, req, s.frameworkServer.ImportResourceState)
}

func (s *server) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return during(ctx, req, s.frameworkServer.ReadResource)
}

func (s *server) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	return during(ctx, req, s.frameworkServer.PlanResourceChange)
}

func (s *server) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return during(ctx, req, s.frameworkServer.ApplyResourceChange)
}

func (s *server) ValidateDataResourceConfig(ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return during(ctx, req, s.frameworkServer.ValidateDataResourceConfig)
}

func (s *server) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return during(ctx, req, s.frameworkServer.ReadDataSource)
}
