// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package settings

import (
	"context"
	"math/big"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
)

// bare is a provider that has nothing but its block.
type bare struct{ cfg domum.Config }

func (*bare) Metadata(context.Context, provider.MetadataRequest, *provider.MetadataResponse) {}
func (*bare) Resources(context.Context) []func() resource.Resource                           { return nil }

func (*bare) DataSources(context.Context) []func() datasource.DataSource { return nil }

func (*bare) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = Schema()
}

func (b *bare) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var block Block
	resp.Diagnostics.Append(req.Config.Get(ctx, &block)...)
	block.NewClient(&resp.Diagnostics, func(cfg *domum.Config) { b.cfg = *cfg })
}

// tell returns what Terraform is told about a provider block with these
// attributes: when it is validated, and when it is configured.
func tell(t *testing.T, attributes map[string]any) (validated, configured string, cfg domum.Config) {
	t.Helper()
	p := &bare{}
	server := providerserver.NewProtocol6(p)()
	typ, _ := Schema().Type().TerraformType(t.Context()).(tftypes.Object)
	values := map[string]tftypes.Value{}
	for name, kind := range typ.AttributeTypes {
		values[name] = tftypes.NewValue(kind, attributes[name])
	}
	config, err := tfprotov6.NewDynamicValue(typ, tftypes.NewValue(typ, values))
	if err != nil {
		t.Fatal(err)
	}
	text := func(diags []*tfprotov6.Diagnostic) string {
		var said strings.Builder
		for _, d := range diags {
			if d.Severity == tfprotov6.DiagnosticSeverityError {
				said.WriteString(d.Attribute.String() + ": " + d.Summary + ": " + d.Detail + "\n")
			}
		}
		return said.String()
	}
	v, err := server.ValidateProviderConfig(t.Context(), &tfprotov6.ValidateProviderConfigRequest{Config: &config})
	if err != nil {
		t.Fatal(err)
	}
	c, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: &config})
	if err != nil {
		t.Fatal(err)
	}
	return text(v.Diagnostics), text(c.Diagnostics), p.cfg
}

func number(t *testing.T, text string) *big.Float {
	t.Helper()
	n, _, err := big.ParseFloat(text, 10, 512, big.ToNearestEven)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A wrong value of the configuration is an error that names the attribute and
// says what is expected, already when the configuration is validated.
func TestWrongValuesOfTheConfigurationSayWhatIsExpected(t *testing.T) {
	noEnvironment(t)
	const length, whole, atLeast = "a length of time greater than zero with its unit, such as 30s", "a whole number from 0 to 100", "a number of at least 0.01"
	for _, test := range []struct {
		name     string
		value    any
		expected string
	}{
		{"request_timeout", "30", length},
		{"request_timeout", "soon", length},
		{"request_timeout", "-5s", length},
		{"request_timeout", "0s", length},
		{"request_timeout", "9999999999h", length},
		{"max_retries", number(t, "1.5"), whole},
		{"max_retries", number(t, "1.00000000000000000001"), whole},
		{"max_retries", number(t, "-1"), whole},
		{"max_retries", number(t, "101"), whole},
		{"max_retries", number(t, "99999999999999999999"), whole},
		{"max_retries", number(t, "1e400"), whole},
		{"max_requests_per_second", number(t, "0"), atLeast},
		{"max_requests_per_second", number(t, "-1"), atLeast},
		{"max_requests_per_second", number(t, "0.00999999999999"), atLeast},
		{"max_requests_per_second", number(t, "1e400"), atLeast},
	} {
		validated, configured, _ := tell(t, map[string]any{"url": "https://gw.example.test", "access_token": "token", test.name: test.value})
		for _, said := range []string{validated, configured} {
			if !strings.Contains(said, `AttributeName("`+test.name+`"): Invalid provider configuration: "`) ||
				!strings.Contains(said, "is not a valid value for the attribute "+test.name+". It must be "+test.expected) || strings.Contains(said, "always an error in the provider") {
				t.Errorf("%s = %v: %s", test.name, test.value, said)
			}
		}
	}
}

func TestRightValuesOfTheConfigurationAreTaken(t *testing.T) {
	noEnvironment(t)
	validated, configured, cfg := tell(t, map[string]any{
		"url": "https://gw.example.test", "access_token": "token", "request_timeout": " 1m30s ",
		"max_retries": number(t, "100"), "max_requests_per_second": number(t, "0.01"), "insecure_skip_verify": true,
	})
	if validated+configured != "" || cfg.RequestTimeout.String() != "1m30s" || cfg.MaxRetries != 100 || cfg.MaxRequestsPerSecond != 0.01 || !cfg.InsecureSkipVerify {
		t.Errorf("%s%s%+v", validated, configured, cfg)
	}
	if validated, configured, cfg = tell(t, map[string]any{"url": "https://gw.example.test", "access_token": "token"}); validated+configured != "" ||
		cfg.RequestTimeout != domum.DefaultRequestTimeout || cfg.MaxRetries != domum.DefaultMaxRetries || cfg.MaxRequestsPerSecond != 0 || cfg.InsecureSkipVerify {
		t.Errorf("%s%s%+v", validated, configured, cfg)
	}
	unknown := map[string]any{"request_timeout": tftypes.UnknownValue, "max_retries": tftypes.UnknownValue, "max_requests_per_second": tftypes.UnknownValue}
	if validated, _, _ = tell(t, unknown); validated != "" {
		t.Errorf("unknown values: %s", validated)
	}
}

func TestWrongValuesOfTheEnvironmentSayWhatIsExpected(t *testing.T) {
	for variable, test := range map[string]struct {
		wrong    []string
		expected string
		right    string
	}{
		"DOMUM_REQUEST_TIMEOUT":          {[]string{"30", "0", "-1s", "soon"}, "such as 30s", "30s"},
		"DOMUM_MAX_RETRIES":              {[]string{"-1", "101", "1.5", "many", "99999999999999999999"}, "a whole number from 0 to 100", "1"},
		"DOMUM_MAX_REQUESTS_PER_SECOND":  {[]string{"0", "0.001", "NaN", "Inf", "1e400", "few"}, "a number of at least 0.01", "1"},
		"DOMUM_INSECURE_SKIP_VERIFY":     {[]string{"maybe", "2"}, "true or false", "true"},
		"DOMUM_PROTECT_EXTERNAL_DISABLE": {[]string{"maybe", "2"}, "true or false", "true"},
	} {
		noEnvironment(t)
		t.Setenv("DOMUM_URL", "https://gw.example.test")
		t.Setenv("DOMUM_ACCESS_TOKEN", "token")
		said := func(value string) string {
			t.Setenv(variable, value)
			var diags diag.Diagnostics
			new(Block).Protect(&diags)
			text := errorsOf(&Block{})
			for _, d := range diags.Errors() {
				text += d.Detail()
			}
			return text
		}
		for _, value := range test.wrong {
			if text := said(value); !strings.Contains(text, "is not a valid value for the environment variable "+variable+". It must be ") || !strings.Contains(text, test.expected) {
				t.Errorf("%s=%s: %s", variable, value, text)
			}
		}
		if text := said(test.right); text != "" {
			t.Errorf("%s=%s: %s", variable, test.right, text)
		}
	}
}
