// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import "context"

// What the appliance holds at each stage. Initech Services stays without a
// link, and Plant Maintenance, a group of internal users, is never a vendor.
var (
	arrived = map[string]link{
		"Acme Ltd":          {status: "disabled"},
		"Globex Automation": {status: "disabled"},
		"Initech Services":  {status: "disabled"},
	}
	linked = map[string]link{
		"Acme Ltd":          {"enabled", "Vendors - OT", "2026-12-01"},
		"Globex Automation": {"enabled", "Vendors - IT", "2026-12-01"},
		"Initech Services":  {status: "disabled"},
	}
	changedByHand = map[string]link{
		"Acme Ltd":          {"enabled", "Vendors - IT", "2026-12-01"},
		"Globex Automation": {"enabled", "Vendors - IT", "2026-12-01"},
		"Initech Services":  {status: "disabled"},
	}
	destroyed = map[string]link{
		"Acme Ltd":          {"disabled", "Vendors - OT", "2026-12-01"},
		"Globex Automation": {"disabled", "Vendors - IT", "2026-12-01"},
		"Initech Services":  {status: "disabled"},
	}
)

func (d *demo) showArrived(ctx context.Context) error { return d.expectVendors(ctx, arrived) }

func (d *demo) plan(ctx context.Context) error {
	return d.cli.run(ctx, 2, "Plan: 2 to add, 0 to change, 0 to destroy.", "plan", "-detailed-exitcode", "-out=link.plan")
}

func (d *demo) apply(ctx context.Context) error {
	if err := d.cli.run(ctx, 0, "Resources: 2 added, 0 changed, 0 destroyed.", "apply", "link.plan"); err != nil {
		return err
	}
	return d.expectVendors(ctx, linked)
}

func (d *demo) planAgain(ctx context.Context) error {
	return d.cli.run(ctx, 0, "No changes.", "plan", "-detailed-exitcode")
}

func (d *demo) drift(ctx context.Context) error {
	if err := d.changeByHand(ctx, "Acme Ltd", "Vendors - IT"); err != nil {
		return err
	}
	if err := d.expectVendors(ctx, changedByHand); err != nil {
		return err
	}
	return d.cli.run(ctx, 2, "Plan: 0 to add, 1 to change, 0 to destroy.", "plan", "-detailed-exitcode", "-out=repair.plan")
}

func (d *demo) repair(ctx context.Context) error {
	if err := d.cli.run(ctx, 0, "Resources: 0 added, 1 changed, 0 destroyed.", "apply", "repair.plan"); err != nil {
		return err
	}
	return d.expectVendors(ctx, linked)
}

func (d *demo) destroy(ctx context.Context) error {
	if err := d.cli.run(ctx, 0, "Resources: 2 destroyed.", "destroy", "-auto-approve"); err != nil {
		return err
	}
	return d.expectVendors(ctx, destroyed)
}
