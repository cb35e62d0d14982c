// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package simtest

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/domum-iac/terraform-provider-domum/internal/contract"
)

func mustLoad(t *testing.T) *contract.Contract {
	t.Helper()
	c, err := contract.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// operations calls f for every operation of the contract.
func operations(c *contract.Contract, f func(path, method string, op *openapi3.Operation)) {
	for path, item := range c.Document.Paths.Map() {
		for method, op := range item.Operations() {
			f(path, method, op)
		}
	}
}

func TestOperationsSayTheirSource(t *testing.T) {
	t.Parallel()
	beginnings := map[string]string{"published": "Published: ", "assumed": "Assumed: "}
	operations(mustLoad(t), func(path, method string, op *openapi3.Operation) {
		if op.OperationID == "" {
			t.Errorf("%s %s has no operationId", method, path)
		}
		if len(op.Tags) != 1 || op.Summary == "" {
			t.Errorf("%s: want one tag and a summary", op.OperationID)
		}
		source, _ := op.Extensions["x-source"].(string)
		beginning, ok := beginnings[source]
		if !ok {
			t.Errorf("%s: x-source is %q, want published or assumed", op.OperationID, source)
		}
		if !strings.HasPrefix(op.Description, beginning) {
			t.Errorf("%s: the description doesn't begin with %q, as x-source has it", op.OperationID, beginning)
		}
	})
}

func TestOperationsDeclareErrors(t *testing.T) {
	t.Parallel()
	operations(mustLoad(t), func(path, method string, op *openapi3.Operation) {
		want := []string{"400", "401", "403", "404", "429", "5XX"}
		single := strings.HasSuffix(path, "/{id}")
		switch {
		case strings.HasPrefix(path, "/api/v2/"):
			if method == http.MethodGet {
				want = append(want, "304")
			}
			if method == http.MethodPatch {
				want = append(want, "409", "412")
			}
			if method == http.MethodPatch || !single {
				want = append(want, "422")
			}
		case strings.HasPrefix(path, "/iso/scim/"):
			if method == http.MethodPost || method == http.MethodPatch {
				want = append(want, "409")
			}
		case strings.HasSuffix(path, "/oauth2/token"):
		default:
			t.Errorf("%s belongs to no part of the contract", path)
		}
		for _, status := range want {
			if op.Responses.Value(status) == nil {
				t.Errorf("%s doesn't declare %s", op.OperationID, status)
			}
		}
	})
}

func TestSchemas(t *testing.T) {
	t.Parallel()
	const (
		v2Error = `{"error":{"code":"validation_failed","message":"No.",` +
			`"details":[{"field":"start_date","message":"is not a date"}]},"request_id":"r1"}`
		v1Error = `{"response":{"status":503,"message":"Locked","error":true,"error_code":100},` +
			`"exception":{"code":1005,"message":"1005: Locked","detail":null}}`
		gatewayError = `{"message":"no Route matched with those values"}`
		scimError    = `{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"404","detail":"Gone"}`
		flatError    = `{"error":"unsupported_grant_type","message":"No."}`
		pushed       = `{"id":"42","name":"Acme Ltd","status":"disabled","access_group":null,"start_date":null,` +
			`"due_date":null,"contract_number":null,"document_id":null,` +
			`"identity_provider":{"id":"3","name":"Okta"},"synchronized_at":"2026-11-20T10:00:00Z"}`
	)
	for _, tt := range []struct {
		schema  string
		valid   []string
		invalid []string
	}{
		{
			"Vendor",
			[]string{pushed},
			[]string{
				strings.Replace(pushed, `"42"`, `42`, 1),
				strings.Replace(pushed, `"disabled"`, `"Disabled"`, 1),
				strings.Replace(pushed, `"due_date":null,`, ``, 1),
				strings.Replace(pushed, `"id":"42"`, `"id":"42","users":[]`, 1),
				strings.Replace(pushed, `"access_group":null`, `"access_group":{"id":"7"}`, 1),
			},
		},
		{
			"DayOrTime",
			[]string{`"2026-12-01"`, `"2026-12-01T00:00:00-03:00"`, `"2026-12-01T00:00:00Z"`, `"2026-12-01 00:00:00"`, `null`},
			[]string{`""`, `"01/12/2026"`, `"2026-12-01T00:00"`, `"2026-12-01 "`, `20261201`},
		},
		{
			"VendorPatch",
			[]string{
				`{"access_group":{"id":"7"},"start_date":"2026-12-01","status":"enabled"}`,
				`{"due_date":null}`,
				`{"due_date":"2028-02-29"}`,
			},
			[]string{
				`{}`,
				`{"name":"Acme"}`,
				`{"start_date":"2027-02-29"}`,
				`{"start_date":"2026-12-01T00:00:00Z"}`,
				`{"start_date":null}`,
				`{"access_group":null}`,
				`{"access_group":{"id":"7","name":"Vendors - OT"}}`,
				`{"access_group":{"id":7}}`,
				`{"status":"active"}`,
			},
		},
		{"AnyError", []string{v2Error, v1Error, gatewayError}, []string{scimError, flatError, `{}`, `"no"`}},
		{"AnyScimError", []string{scimError, v1Error, gatewayError}, []string{v2Error, flatError}},
		{"TokenError", []string{flatError, v1Error, gatewayError}, []string{v2Error, scimError, `{}`}},
		{
			"ScimUserPatch",
			[]string{
				`{"active":false}`,
				`{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","value":{"active":false}}]}`,
			},
			[]string{`{}`, `{"password":"x"}`, `{"Operations":[{"op":"replace"}]}`},
		},
	} {
		t.Run(tt.schema, func(t *testing.T) {
			t.Parallel()
			schema := mustLoad(t).Document.Components.Schemas[tt.schema].Value
			for _, text := range tt.valid {
				if err := schema.VisitJSON(decode(t, text)); err != nil {
					t.Errorf("%s: %v", text, err)
				}
			}
			for _, text := range tt.invalid {
				if schema.VisitJSON(decode(t, text)) == nil {
					t.Errorf("%s passed", text)
				}
			}
		})
	}
}

// TestExamples holds each component's example against the component: an example
// that isn't there would pass unnoticed.
func TestExamples(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"Vendor", "AccessGroup", "Pagination", "Token", "Error", "V1Error", "GatewayError", "FlatError", "HtmlPage",
		"ScimUser", "ScimUserRequest", "ScimUserChange", "ScimGroup", "ScimGroupRequest", "ScimPatch", "ScimError",
	} {
		schema := mustLoad(t).Document.Components.Schemas[name].Value
		if schema.Example == nil {
			t.Errorf("%s has no example", name)
			continue
		}
		if err := schema.VisitJSON(schema.Example); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func decode(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}
