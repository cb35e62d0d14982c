// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
)

// properties finds the schema at a dotted path below another one, nil if there
// is none. Who looks below a list looks at its items.
func property(s *openapi3.SchemaRef, dotted string) *openapi3.Schema {
	if s == nil {
		return nil
	}
	if dotted == "" {
		return s.Value
	}
	name, rest, _ := strings.Cut(dotted, ".")
	for _, part := range append(slices.Clone(s.Value.AllOf), s) {
		if found := part.Value.Properties[name]; found != nil {
			return property(found, rest)
		}
	}
	return nil
}

// The embedded profile and the published document are two descriptions of one
// API.
func TestDefaultProfileIsTheDocument(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromData(domum.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	p, err := domum.ParseProfile("profile.yaml", domum.DefaultProfile)
	if err != nil {
		t.Fatal(err)
	}
	operation := func(method, path string) *openapi3.Operation {
		t.Helper()
		item := doc.Paths.Value(path)
		if item == nil || item.GetOperation(method) == nil {
			t.Fatalf("the document has no %s %s", method, path)
		}
		return item.GetOperation(method)
	}
	answer := func(o *openapi3.Operation, status int) *openapi3.SchemaRef {
		t.Helper()
		r := o.Responses.Status(status)
		if r == nil {
			t.Fatalf("%s has no answer %d", o.OperationID, status)
		}
		return r.Value.Content.Get("application/json").Schema
	}
	has := func(what string, s *openapi3.SchemaRef, dotted, kind string) *openapi3.Schema {
		t.Helper()
		found := property(s, dotted)
		if found == nil {
			t.Errorf("%s: the document has no %q", what, dotted)
			return &openapi3.Schema{}
		}
		if kind != "" && !found.Type.Is(kind) {
			t.Errorf("%s: %q is %v in the document, not %s", what, dotted, found.Type, kind)
		}
		return found
	}
	list := func(what string, l domum.ListProfile) *openapi3.SchemaRef {
		t.Helper()
		o := operation("GET", l.Path)
		for _, name := range []string{l.Paging.Page, l.Paging.Size, l.NameFilter} {
			if name != "" && o.Parameters.GetByInAndName("query", name) == nil {
				t.Errorf("%s: the document has no parameter %q", what, name)
			}
		}
		if size := o.Parameters.GetByInAndName("query", l.Paging.Size); size == nil || *size.Schema.Value.Max != float64(l.Paging.MaxSize) {
			t.Errorf("%s: max_size is %d, and not the document's", what, l.Paging.MaxSize)
		}
		page := answer(o, 200)
		has(what, page, l.Paging.Total, "integer")
		return has(what, page, l.Items, "array").Items
	}
	words := func(what string, s *openapi3.Schema, status domum.StatusField) {
		t.Helper()
		if s.Type.Is("boolean") {
			if status.Enabled != "true" || status.Disabled != "false" {
				t.Errorf("%s: %+v", what, status)
			}
			return
		}
		for _, word := range []domum.Scalar{status.Enabled, status.Disabled} {
			if !slices.Contains(s.Enum, any(strings.Trim(string(word), `"`))) || len(s.Enum) != 2 {
				t.Errorf("%s: the document has %v, not %s", what, s.Enum, word)
			}
		}
	}

	row := list("vendors", p.Vendors.List)
	read := operation("GET", p.Vendors.Read.Path)
	item := has("vendors.read", answer(read, 200), p.Vendors.Read.Item, "").NewRef()
	for _, record := range []*openapi3.SchemaRef{row, item} {
		f := p.Vendors.Fields
		for _, dotted := range []string{
			f.ID, f.Name, f.Status.At, f.AccessGroup.ID, f.AccessGroup.Name, f.StartDate.At, f.DueDate.At,
			f.ContractNumber, f.DocumentID, f.IdentityProvider.ID, f.IdentityProvider.Name, f.SynchronizedAt,
		} {
			has("vendors.fields", record, dotted, "string")
		}
		words("vendors.fields.status", has("vendors.fields", record, f.Status.At, ""), f.Status)
	}
	if read.Responses.Status(p.Vendors.Read.Missing.Status) == nil {
		t.Error("the document does not have the answer of vendors.read.missing")
	}
	if read.Responses.Status(200).Value.Headers["ETag"] == nil {
		t.Error("the document has no ETag, and the guard of a write is one")
	}

	write := operation(p.Vendors.Write.Method, p.Vendors.Write.Path)
	if p.Vendors.Write.Guard != domum.GuardETag || write.Parameters.GetByInAndName("header", "If-Match") == nil {
		t.Error("vendors.write.guard is not the document's")
	}
	body := write.RequestBody.Value.Content.Get("application/json").Schema
	for _, dotted := range []string{p.Vendors.Fields.AccessGroup.ID, p.Vendors.Fields.StartDate.At, p.Vendors.Fields.DueDate.At, p.Vendors.Fields.Status.At} {
		has("vendors.write", body, dotted, "string")
	}
	if due := has("vendors.write", body, p.Vendors.Fields.DueDate.At, ""); !due.Nullable || p.Vendors.Fields.DueDate.None != "" {
		t.Error("no due date is null in the document")
	}
	if p.Vendors.Enable != nil || p.Vendors.OmitsEmpty {
		t.Error("the document has a status that is a field, and fields that are null")
	}

	group := list("access_groups", p.AccessGroups.List)
	has("access_groups.fields", group, p.AccessGroups.Fields.ID, "string")
	has("access_groups.fields", group, p.AccessGroups.Fields.Name, "string")
	has("access_groups.fields", group, p.AccessGroups.Fields.Description, "string")
	words("access_groups.fields.enabled", has("access_groups.fields", group, p.AccessGroups.Fields.Enabled.At, "boolean"), *p.AccessGroups.Fields.Enabled)
}
