// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// linkBlock is a domum_vendor_link in a configuration.
type linkBlock struct {
	vendorName, vendorID string // one of the two
	groupName, groupID   string // one of the two
	start                string
	due                  string // unmanaged: left out
	disabled             bool
	adopt, abandon       bool
	wait                 string // timeouts.create, "" is the default
}

const unmanaged = "unmanaged"

func (b *linkBlock) String() string {
	var s strings.Builder
	attribute := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&s, "%s=%q ", name, value)
		}
	}
	attribute("vendor_name", b.vendorName)
	attribute("vendor_id", b.vendorID)
	attribute("access_group_name", b.groupName)
	attribute("access_group_id", b.groupID)
	attribute("start_date", b.start)
	if b.due != unmanaged {
		fmt.Fprintf(&s, "due_date=%q ", b.due)
	}
	for word, set := range map[string]bool{"enabled=false ": b.disabled, "adopt_existing=true ": b.adopt, `deletion_policy="abandon" `: b.abandon} {
		if set {
			s.WriteString(word)
		}
	}
	attribute("timeouts.create", b.wait)
	return strings.TrimSpace(s.String())
}

// object is a value of a domum_vendor_link: a block's configuration, its
// state, or what is planned for it. nil is null.
type object map[string]tftypes.Value

// linkType is the type of a domum_vendor_link, and computed says which of its
// attributes the provider may fill in.
var linkSchema = sync.OnceValue(func() (schema struct {
	link, provider tftypes.Object
	computed       map[string]bool
},
) {
	resp, err := newServer(&domumProvider{version: "test"}).GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		panic(err)
	}
	link := resp.ResourceSchemas["domum_vendor_link"]
	schema.link, schema.provider = link.ValueType().(tftypes.Object), resp.Provider.ValueType().(tftypes.Object)
	schema.computed = map[string]bool{}
	for _, a := range link.Block.Attributes {
		schema.computed[a.Name] = a.Computed
	}
	return schema
})

// config is the block's configuration, in which everything is known.
func (b *linkBlock) config() object {
	known := map[string]any{"start_date": b.start}
	set := func(name, value string) {
		if value != "" {
			known[name] = value
		}
	}
	set("vendor_name", b.vendorName)
	set("vendor_id", b.vendorID)
	set("access_group_name", b.groupName)
	set("access_group_id", b.groupID)
	if b.due != unmanaged {
		known["due_date"] = b.due
	}
	if b.disabled {
		known["enabled"] = false
	}
	if b.adopt {
		known["adopt_existing"] = true
	}
	if b.abandon {
		known["deletion_policy"] = "abandon"
	}
	o := object{}
	for name, t := range linkSchema().link.AttributeTypes {
		if o[name] = tftypes.NewValue(t, known[name]); name == "timeouts" && b.wait != "" {
			timeouts := map[string]tftypes.Value{}
			for _, operation := range []string{"create", "read", "update", "delete"} {
				timeouts[operation] = tftypes.NewValue(tftypes.String, nil)
			}
			timeouts["create"] = tftypes.NewValue(tftypes.String, b.wait)
			o[name] = tftypes.NewValue(t, timeouts)
		}
	}
	return o
}

// text is a string attribute; "" where it is null or not known.
func (o object) text(name string) string {
	var s *string
	if o == nil || !o[name].IsKnown() || o[name].As(&s) != nil || s == nil {
		return ""
	}
	return *s
}

// yes is a bool attribute.
func (o object) yes(name string) bool {
	var b *bool
	return o != nil && o[name].IsKnown() && o[name].As(&b) == nil && b != nil && *b
}

func (o object) equal(other object) bool {
	if (o == nil) != (other == nil) {
		return false
	}
	for name, value := range o {
		if !value.Equal(other[name]) {
			return false
		}
	}
	return true
}

// differsFrom returns an attribute that is known in o, and another one in
// other; "" if there is none.
func (o object) differsFrom(other object) string {
	for name, value := range o {
		if value.IsFullyKnown() && !value.Equal(other[name]) {
			return name
		}
	}
	return ""
}

// proposed is Terraform's first guess at a planned value: what the
// configuration says, and for what the provider may fill in what was there.
func proposed(prior, config object) object {
	o := object{}
	for name, value := range config {
		if o[name] = value; value.IsNull() && prior != nil && linkSchema().computed[name] {
			o[name] = prior[name]
		}
	}
	return o
}

// invalidPlan says what Terraform would not take of a plan: "" is nothing.
func invalidPlan(prior, config, planned object) string {
	if planned == nil {
		return "the plan is null"
	}
	for name, value := range planned {
		switch {
		case value.Equal(config[name]), prior != nil && value.Equal(prior[name]) && !config[name].IsNull():
		case config[name].IsNull() && linkSchema().computed[name]:
		default:
			return fmt.Sprintf("the plan of %s is not what the configuration says", name)
		}
	}
	return ""
}

// encode puts a value on the wire.
func encode(o object) *tfprotov6.DynamicValue {
	t := linkSchema().link
	value := tftypes.NewValue(t, nil)
	if o != nil {
		value = tftypes.NewValue(t, map[string]tftypes.Value(o))
	}
	dynamic, err := tfprotov6.NewDynamicValue(t, value)
	if err != nil {
		panic(err)
	}
	return &dynamic
}

func decode(dynamic *tfprotov6.DynamicValue) object {
	if dynamic == nil {
		return nil
	}
	value, err := dynamic.Unmarshal(linkSchema().link)
	if err != nil {
		panic(err)
	}
	if value.IsNull() {
		return nil
	}
	attributes := map[string]tftypes.Value{}
	if err := value.As(&attributes); err != nil {
		panic(err)
	}
	return attributes
}

// stored is state as Terraform keeps it in its file.
func (o object) stored() *tfprotov6.RawState {
	plain := map[string]any{}
	for name := range o {
		switch {
		case o[name].IsNull():
			plain[name] = nil
		case o[name].Type().Is(tftypes.Bool):
			plain[name] = o.yes(name)
		case name == "timeouts":
			var timeouts map[string]tftypes.Value
			_ = o[name].As(&timeouts)
			plain[name] = map[string]any{"create": object(timeouts).text("create")}
		default:
			plain[name] = o.text(name)
		}
	}
	text, err := json.Marshal(plain)
	if err != nil {
		panic(err)
	}
	return &tfprotov6.RawState{JSON: text}
}

// encodeProvider puts the provider block on the wire.
func encodeProvider(attributes map[string]any) *tfprotov6.DynamicValue {
	t := linkSchema().provider
	values := map[string]tftypes.Value{}
	for name, attributeType := range t.AttributeTypes {
		values[name] = tftypes.NewValue(attributeType, attributes[name])
	}
	dynamic, err := tfprotov6.NewDynamicValue(t, tftypes.NewValue(t, values))
	if err != nil {
		panic(err)
	}
	return &dynamic
}
