// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/domum-iac/terraform-provider-domum/internal/date"
	"github.com/domum-iac/terraform-provider-domum/internal/validate"
)

// How long an operation may take unless timeouts says otherwise.
const (
	createTimeout = 15 * time.Minute
	otherTimeout  = 5 * time.Minute
)

var (
	_ resource.ResourceWithConfigure        = (*vendorLinkResource)(nil)
	_ resource.ResourceWithConfigValidators = (*vendorLinkResource)(nil)
	_ resource.ResourceWithValidateConfig   = (*vendorLinkResource)(nil)
	_ resource.ResourceWithModifyPlan       = (*vendorLinkResource)(nil)
	_ resource.ResourceWithIdentity         = (*vendorLinkResource)(nil)
	_ resource.ResourceWithImportState      = (*vendorLinkResource)(nil)
)

func newVendorLinkResource() resource.Resource { return &vendorLinkResource{} }

type vendorLinkResource struct{ provider *configured }

func (r *vendorLinkResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "domum_vendor_link"
}

func (r *vendorLinkResource) Configure(_ context.Context, req resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	r.provider, _ = req.ProviderData.(*configured)
}

func (r *vendorLinkResource) ConfigValidators(context.Context) []resource.ConfigValidator {
	return []resource.ConfigValidator{
		validate.ExactlyOne{A: "vendor_name", B: "vendor_id"},
		validate.ExactlyOne{A: "access_group_name", B: "access_group_id"},
	}
}

func (r *vendorLinkResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{
		Attributes: map[string]identityschema.Attribute{
			"vendor_id": identityschema.StringAttribute{
				RequiredForImport: true,
				Description:       "Id of the vendor in Domum.",
			},
		},
	}
}

func (r *vendorLinkResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	either := func(description string) schema.StringAttribute {
		return schema.StringAttribute{
			Optional:            true,
			Computed:            true,
			Validators:          []validator.String{validate.NotEmpty()},
			MarkdownDescription: description,
		}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Links a vendor that an identity provider synchronized to Domum to its access group, with a start date and a status: " +
			"the four fields of the vendor form without which the vendor's users have no access. " +
			"Destroying the link disables the vendor; the vendor itself belongs to the identity provider and is never deleted. " +
			"Groups of internal users need no link. " +
			"To give a link another address in the configuration, use a `moved` block: without one it is destroyed at the old address, which may disable the vendor.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The vendor's id.",
			},
			"vendor_name": either("Name of the vendor, which is the name of the group that the identity provider pushes: exactly as written, " +
				"else the only one that differs in case. Exactly one of `vendor_name` and `vendor_id` is set. " +
				"A vendor that is not there yet is waited for, up to `timeouts.create`. " +
				"A change to another vendor's name replaces the link; a name that no vendor has is an error, never a destroy."),
			"vendor_id": either("Id of the vendor in Domum. A change replaces the link."),
			"access_group_name": either("Name of the access group: exactly as written, else the only one that differs in case. " +
				"Exactly one of `access_group_name` and `access_group_id` is set. A change is made in place, without an interruption of access. " +
				"Appliances from 3.33 on call it a limited access group, from 4.0 on an access policy."),
			"access_group_id": either("Id of the access group. A change is made in place."),
			"start_date": schema.StringAttribute{
				Required:            true,
				Validators:          []validator.String{date.IsDay()},
				MarkdownDescription: "First day of the vendor's access, `YYYY-MM-DD`. It may be in the past. A change is made in place.",
			},
			"due_date": schema.StringAttribute{
				Optional:   true,
				Computed:   true,
				Validators: []validator.String{date.IsDayOrEmpty()},
				MarkdownDescription: "Last day of the vendor's access, `YYYY-MM-DD`, not before `start_date`. " +
					"Left out, it is not managed: whatever the vendor has stays, and is only shown here. " +
					"An empty string (`\"\"`) clears it and keeps it clear. A change is made in place.",
			},
			"enabled": schema.BoolAttribute{
				Optional: true,
				Computed: true,
				Default:  booldefault.StaticBool(true),
				MarkdownDescription: "Whether the vendor's status is Enabled. `false` takes its users' access away and keeps the rest of the link. " +
					"Enabling a vendor that is disabled and has a link gives its users access back: the plan warns, and `protect_external_disable` in the provider block refuses it. Default: `true`. A change is made in place.",
			},
			"adopt_existing": schema.BoolAttribute{
				Optional: true,
				Computed: true,
				Default:  booldefault.StaticBool(false),
				MarkdownDescription: "Whether to take over a vendor that is linked and enabled already, overwriting what differs (the plan shows what). " +
					"Otherwise such a vendor is an error that says how to import it. Only read when the link is created. Default: `false`.",
			},
			"deletion_policy": schema.StringAttribute{
				Optional:   true,
				Computed:   true,
				Default:    stringdefault.StaticString(deletionDisable),
				Validators: []validator.String{validate.OneOf(deletionDisable, deletionAbandon)},
				MarkdownDescription: "What destroying the link does. `disable` sets the vendor's status to Disabled and keeps access group and dates, also where another block links the same vendor; " +
					"`abandon` only forgets the link. The value that was last applied counts. Default: `disable`.",
			},
			"timeouts": resourceTimeouts(timeouts.Attributes(ctx, timeouts.Opts{
				Create: true, Read: true, Update: true, Delete: true,
				CreateDescription: "How long to wait for the vendor to synchronize, such as `30m`. Default: `15m`.",
				ReadDescription:   "How long a refresh may take. Default: `5m`.",
				UpdateDescription: "How long a change may take. Default: `5m`.",
				DeleteDescription: "How long a destroy may take. Default: `5m`.",
			})),
		},
	}
}
