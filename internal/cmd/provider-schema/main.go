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
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"

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
	for _, d := range append(schemas.Diagnostics, identities.Diagnostics...) {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			return fmt.Errorf("%s: %s", d.Summary, d.Detail)
		}
	}
	if len(schemas.Functions)+len(schemas.EphemeralResourceSchemas)+len(schemas.ActionSchemas) > 0 {
		return errors.New("functions, ephemeral resources and actions are not printed yet")
	}
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", "  ")
	return out.Encode(tfjson.ProviderSchemas{
		FormatVersion: "1.0",
		Schemas: map[string]*tfjson.ProviderSchema{"domum": {
			ConfigSchema:            newSchema(schemas.Provider),
			ResourceSchemas:         mapValues(schemas.ResourceSchemas, newSchema),
			DataSourceSchemas:       mapValues(schemas.DataSourceSchemas, newSchema),
			ListResourceSchemas:     mapValues(schemas.ListResourceSchemas, newSchema),
			ResourceIdentitySchemas: mapValues(identities.IdentitySchemas, newIdentity),
		}},
	})
}

func newSchema(s *tfprotov6.Schema) *tfjson.Schema {
	return &tfjson.Schema{Version: uint64(max(0, s.Version)), Block: newBlock(s.Block)}
}

func newBlock(b *tfprotov6.SchemaBlock) *tfjson.SchemaBlock {
	if len(b.BlockTypes) > 0 {
		panic("nested blocks are not printed yet")
	}
	return &tfjson.SchemaBlock{
		Attributes:  newAttributes(b.Attributes),
		Description: b.Description, DescriptionKind: descriptionKind(b.DescriptionKind), Deprecated: b.Deprecated,
	}
}

func newAttributes(attributes []*tfprotov6.SchemaAttribute) map[string]*tfjson.SchemaAttribute {
	out := make(map[string]*tfjson.SchemaAttribute)
	for _, a := range attributes {
		attribute := &tfjson.SchemaAttribute{
			Description: a.Description, DescriptionKind: descriptionKind(a.DescriptionKind), Deprecated: a.Deprecated,
			Required: a.Required, Optional: a.Optional, Computed: a.Computed, Sensitive: a.Sensitive, WriteOnly: a.WriteOnly,
		}
		if nested := a.NestedType; nested != nil {
			attribute.AttributeNestedType = &tfjson.SchemaNestedAttributeType{
				Attributes:  newAttributes(nested.Attributes),
				NestingMode: tfjson.SchemaNestingMode(strings.ToLower(nested.Nesting.String())),
			}
		} else {
			attribute.AttributeType = newType(a.Type)
		}
		out[a.Name] = attribute
	}
	return out
}

func newIdentity(s *tfprotov6.ResourceIdentitySchema) *tfjson.IdentitySchema {
	attributes := make(map[string]*tfjson.IdentityAttribute)
	for _, a := range s.IdentityAttributes {
		attributes[a.Name] = &tfjson.IdentityAttribute{
			IdentityType: newType(a.Type), Description: a.Description,
			RequiredForImport: a.RequiredForImport, OptionalForImport: a.OptionalForImport,
		}
	}
	return &tfjson.IdentitySchema{Version: uint64(max(0, s.Version)), Attributes: attributes}
}

// newType relies on both libraries writing a type in the same form of JSON.
func newType(t tftypes.Type) (out cty.Type) {
	text, err := json.Marshal(t)
	if err := errors.Join(err, json.Unmarshal(text, &out)); err != nil {
		panic(err)
	}
	return out
}

func descriptionKind(kind tfprotov6.StringKind) tfjson.SchemaDescriptionKind {
	return tfjson.SchemaDescriptionKind(strings.ToLower(kind.String()))
}

func mapValues[V, W any](in map[string]V, convert func(V) W) map[string]W {
	out := make(map[string]W, len(in))
	for key, value := range in {
		out[key] = convert(value)
	}
	return out
}
