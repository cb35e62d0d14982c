// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// The documents wanted are what `terraform providers schema -json` prints for the same schema.

func TestNewSchema(t *testing.T) {
	t.Parallel()
	in := &tfprotov6.Schema{
		Version: 2,
		Block: &tfprotov6.SchemaBlock{
			Description:     "A *thing*.",
			DescriptionKind: tfprotov6.StringKindMarkdown,
			Attributes: []*tfprotov6.SchemaAttribute{
				{Name: "id", Type: tftypes.String, Computed: true},
				{Name: "secret", Type: tftypes.String, Optional: true, Sensitive: true, WriteOnly: true, Deprecated: true},
				{Name: "tags", Type: tftypes.List{ElementType: tftypes.String}, Required: true},
				{Name: "groups", Computed: true, NestedType: &tfprotov6.SchemaObject{
					Nesting:    tfprotov6.SchemaObjectNestingModeList,
					Attributes: []*tfprotov6.SchemaAttribute{{Name: "name", Type: tftypes.String, Computed: true}},
				}},
			},
		},
	}
	want := `{
		"version": 2,
		"block": {
			"description": "A *thing*.",
			"description_kind": "markdown",
			"attributes": {
				"id": {"type": "string", "description_kind": "plain", "computed": true},
				"secret": {"type": "string", "description_kind": "plain", "deprecated": true, "optional": true, "sensitive": true, "write_only": true},
				"tags": {"type": ["list", "string"], "description_kind": "plain", "required": true},
				"groups": {
					"nested_type": {
						"attributes": {"name": {"type": "string", "description_kind": "plain", "computed": true}},
						"nesting_mode": "list"
					},
					"description_kind": "plain",
					"computed": true
				}
			}
		}
	}`
	diffJSON(t, newSchema(in), want)
}

func TestNewIdentity(t *testing.T) {
	t.Parallel()
	in := &tfprotov6.ResourceIdentitySchema{
		Version: 1,
		IdentityAttributes: []*tfprotov6.ResourceIdentitySchemaAttribute{
			{Name: "id", Type: tftypes.String, Description: "The id.", RequiredForImport: true},
			{Name: "region", Type: tftypes.String, OptionalForImport: true},
		},
	}
	diffJSON(t, newIdentity(in), `{
		"version": 1,
		"attributes": {
			"id": {"type": "string", "description": "The id.", "required_for_import": true},
			"region": {"type": "string", "optional_for_import": true}
		}
	}`)
}

func diffJSON(t *testing.T, v any, want string) {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var got, wanted any
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(want), &wanted); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wanted, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
