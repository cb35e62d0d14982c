// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

// Command provider-schema prints the provider's schema in the form of
// `terraform providers schema -json`, for the documentation generator.
//
// It asks the provider itself, because a CLI prints only what its own version
// knows (resource identities from Terraform 1.12, list resources from 1.14), and
// the documentation must not depend on who generates it.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/domum-iac/terraform-provider-domum/internal/provider"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "provider-schema:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	server := providerserver.NewProtocol6(provider.New("dev")())()
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return err
	}
	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return err
	}
	if err := firstError(append(schemas.Diagnostics, identities.Diagnostics...)); err != nil {
		return err
	}
	if len(schemas.Functions)+len(schemas.EphemeralResourceSchemas)+len(schemas.ActionSchemas) > 0 {
		return errors.New("functions, ephemeral resources and actions are not printed yet")
	}
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", "  ")
	return out.Encode(providerSchemas{
		FormatVersion: "1.0",
		Schemas: map[string]providerSchema{"domum": {
			Provider:           newSchema(schemas.Provider),
			Resources:          mapValues(schemas.ResourceSchemas, newSchema),
			DataSources:        mapValues(schemas.DataSourceSchemas, newSchema),
			ListResources:      mapValues(schemas.ListResourceSchemas, newSchema),
			ResourceIdentities: mapValues(identities.IdentitySchemas, newIdentity),
		}},
	})
}

func firstError(diags []*tfprotov6.Diagnostic) error {
	for _, d := range diags {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			return fmt.Errorf("%s: %s", d.Summary, d.Detail)
		}
	}
	return nil
}
