// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// The output of `terraform providers schema -json`, as documented at
// https://developer.hashicorp.com/terraform/cli/commands/providers/schema.

type providerSchemas struct {
	FormatVersion string                    `json:"format_version"`
	Schemas       map[string]providerSchema `json:"provider_schemas"`
}

type providerSchema struct {
	Provider           schema              `json:"provider"`
	Resources          map[string]schema   `json:"resource_schemas,omitempty"`
	DataSources        map[string]schema   `json:"data_source_schemas,omitempty"`
	ListResources      map[string]schema   `json:"list_resource_schemas,omitempty"`
	ResourceIdentities map[string]identity `json:"resource_identity_schemas,omitempty"`
}

type schema struct {
	Version int64 `json:"version"`
	Block   block `json:"block"`
}

type block struct {
	Attributes      map[string]attribute   `json:"attributes,omitempty"`
	Blocks          map[string]nestedBlock `json:"block_types,omitempty"`
	Description     string                 `json:"description,omitempty"`
	DescriptionKind string                 `json:"description_kind,omitempty"`
	Deprecated      bool                   `json:"deprecated,omitempty"`
}

type nestedBlock struct {
	NestingMode string `json:"nesting_mode"`
	Block       block  `json:"block"`
	MinItems    int64  `json:"min_items,omitempty"`
	MaxItems    int64  `json:"max_items,omitempty"`
}

type attribute struct {
	Type            tftypes.Type `json:"type,omitempty"`
	NestedType      *nestedType  `json:"nested_type,omitempty"`
	Description     string       `json:"description,omitempty"`
	DescriptionKind string       `json:"description_kind,omitempty"`
	Deprecated      bool         `json:"deprecated,omitempty"`
	Required        bool         `json:"required,omitempty"`
	Optional        bool         `json:"optional,omitempty"`
	Computed        bool         `json:"computed,omitempty"`
	Sensitive       bool         `json:"sensitive,omitempty"`
	WriteOnly       bool         `json:"write_only,omitempty"`
}

type nestedType struct {
	Attributes  map[string]attribute `json:"attributes"`
	NestingMode string               `json:"nesting_mode"`
}

type identity struct {
	Version    int64                        `json:"version"`
	Attributes map[string]identityAttribute `json:"attributes"`
}

type identityAttribute struct {
	Type              tftypes.Type `json:"type"`
	Description       string       `json:"description,omitempty"`
	RequiredForImport bool         `json:"required_for_import,omitempty"`
	OptionalForImport bool         `json:"optional_for_import,omitempty"`
}

func newSchema(s *tfprotov6.Schema) schema {
	return schema{Version: s.Version, Block: newBlock(s.Block)}
}

func newBlock(b *tfprotov6.SchemaBlock) block {
	blocks := make(map[string]nestedBlock, len(b.BlockTypes))
	for _, nested := range b.BlockTypes {
		blocks[nested.TypeName] = nestedBlock{
			NestingMode: strings.ToLower(nested.Nesting.String()),
			Block:       newBlock(nested.Block),
			MinItems:    nested.MinItems,
			MaxItems:    nested.MaxItems,
		}
	}
	return block{
		Attributes:      newAttributes(b.Attributes),
		Blocks:          blocks,
		Description:     b.Description,
		DescriptionKind: descriptionKind(b.DescriptionKind),
		Deprecated:      b.Deprecated,
	}
}

func newAttributes(attributes []*tfprotov6.SchemaAttribute) map[string]attribute {
	out := make(map[string]attribute, len(attributes))
	for _, a := range attributes {
		out[a.Name] = attribute{
			Type:            a.Type,
			NestedType:      newNestedType(a.NestedType),
			Description:     a.Description,
			DescriptionKind: descriptionKind(a.DescriptionKind),
			Deprecated:      a.Deprecated,
			Required:        a.Required,
			Optional:        a.Optional,
			Computed:        a.Computed,
			Sensitive:       a.Sensitive,
			WriteOnly:       a.WriteOnly,
		}
	}
	return out
}

func newNestedType(o *tfprotov6.SchemaObject) *nestedType {
	if o == nil {
		return nil
	}
	return &nestedType{Attributes: newAttributes(o.Attributes), NestingMode: strings.ToLower(o.Nesting.String())}
}

func newIdentity(s *tfprotov6.ResourceIdentitySchema) identity {
	attributes := make(map[string]identityAttribute, len(s.IdentityAttributes))
	for _, a := range s.IdentityAttributes {
		attributes[a.Name] = identityAttribute{
			Type:              a.Type,
			Description:       a.Description,
			RequiredForImport: a.RequiredForImport,
			OptionalForImport: a.OptionalForImport,
		}
	}
	return identity{Version: s.Version, Attributes: attributes}
}

func descriptionKind(kind tfprotov6.StringKind) string {
	if kind == tfprotov6.StringKindMarkdown {
		return "markdown"
	}
	return "plain"
}

func mapValues[V, W any](in map[string]V, convert func(V) W) map[string]W {
	out := make(map[string]W, len(in))
	for key, value := range in {
		out[key] = convert(value)
	}
	return out
}
