// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/explain"
)

var _ list.ListResourceWithConfigure = (*vendorLinkList)(nil)

func newVendorLinkList() list.ListResource { return &vendorLinkList{} }

// vendorLinkList finds the links that exist, for terraform query. Its name and
// its configuration are the resource's.
type vendorLinkList struct{ vendorLinkResource }

func (l *vendorLinkList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the vendors of Domum that are linked to an access group, ordered by id, for `terraform query` (Terraform 1.14 and later). " +
			"A vendor is in the list if it passes every filter that is set. " +
			"With `include_resource`, what `-generate-config-out` writes can be applied as it stands: it imports the links and changes nothing.",
		Attributes: map[string]schema.Attribute{
			"name_regex": schema.StringAttribute{
				Optional:            true,
				Validators:          []validator.String{isNotEmpty{}, isRegexp{}},
				MarkdownDescription: filterByName,
			},
			"synced":            schema.BoolAttribute{Optional: true, MarkdownDescription: filterBySynced},
			"identity_provider": schema.StringAttribute{Optional: true, Validators: []validator.String{isNotEmpty{}}, MarkdownDescription: filterByIdentityProvider},
			"access_group_id":   schema.StringAttribute{Optional: true, Validators: []validator.String{isNotEmpty{}}, MarkdownDescription: filterByAccessGroup},
			"enabled":           schema.BoolAttribute{Optional: true, MarkdownDescription: filterByEnabled},
		},
	}
}

// List reads the list of vendors, and nothing per vendor.
func (l *vendorLinkList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var diags diag.Diagnostics
	var results []list.ListResult
	defer func() {
		stream.Results = slices.Values(results)
		if diags.HasError() {
			stream.Results = list.ListResultsStreamDiagnostics(diags)
		}
	}()
	defer recoverPanic(&diags, "list vendor links")
	var filters vendorFilters
	diags.Append(req.Config.Get(ctx, &filters)...)
	if diags.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, otherTimeout)
	defer cancel()
	pass := filters.filter(&diags)
	if diags.HasError() {
		return
	}
	vendors, err := l.provider.client.Vendors(ctx)
	if err != nil {
		addError(&diags, "Cannot list vendor links", err)
		return
	}
	for i := range vendors {
		if int64(len(results)) == req.Limit {
			return
		}
		if v := &vendors[i]; v.Linked() && pass(v) {
			results = append(results, newListedLink(ctx, req, v))
		}
	}
}

func newListedLink(ctx context.Context, req list.ListRequest, v *domum.Vendor) list.ListResult {
	var m vendorLinkModel
	m.setDefaults()
	m.fromAPI(v)
	result := req.NewListResult(ctx)
	result.DisplayName = v.Name
	if v.Problem != nil {
		result.Diagnostics.AddWarning(fmt.Sprintf("Vendor %q can't be managed", v.Name), explain.Sentence(v.Problem.Error())+"\n\nCorrect the vendor in Domum, and query again.")
	}
	result.Diagnostics.Append(result.Identity.Set(ctx, vendorLinkIdentity{VendorID: m.ID})...)
	if !req.IncludeResource {
		return result
	}
	result.Diagnostics.Append(result.Resource.Set(ctx, &m)...)
	if v.StartDate == "" {
		result.Diagnostics.AddWarning(fmt.Sprintf("Vendor %q has no start date", v.Name),
			fmt.Sprintf("A domum_vendor_link needs one, so configuration that is generated for vendor %s can't be applied as it stands.\n\n"+
				"Set start_date there, or set the start date in Domum and query again.", v.ID))
	}
	return result
}
