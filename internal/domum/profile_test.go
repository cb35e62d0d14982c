// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
)

// schemaOf compiles profile.schema.json with a library that the reader does not
// use.
func schemaOf(t *testing.T) *jsonschema.Schema {
	t.Helper()
	data, err := os.ReadFile("profile.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("profile.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("profile.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// fits holds a profile against the schema.
func fits(t *testing.T, schema *jsonschema.Schema, profile string) error {
	t.Helper()
	var value any
	if err := yaml.Unmarshal([]byte(profile), &value); err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(doc)
}

func TestProfilesFitTheSchema(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../examples/profiles/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	schema := schemaOf(t)
	for _, file := range append(files, "profile.yaml") {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := fits(t, schema, string(data)); err != nil {
			t.Errorf("%s: %v", file, err)
		}
		for _, mark := range []string{"", "\ufeff"} { // as some editors write it
			if _, err := domum.ParseProfile(file, append([]byte(mark), data...)); err != nil {
				t.Error(err)
			}
		}
	}
}

// Each change of a profile that is right makes one that is wrong. The reader
// says where, and so does the schema, unless it can't know.
func TestProfileProblems(t *testing.T) {
	t.Parallel()
	schema := schemaOf(t)
	const vendors, id = "/api/v2/domum/vendors", "/api/v2/domum/vendors/{id}"
	for _, test := range []struct {
		old, new   string
		says       []string
		readerOnly bool
	}{
		{"profile: 1 ", "profile: 2 ", []string{"line 7: ", "profile does not fit", "version 1"}, false},
		{"profile: 1 ", "profile: one ", []string{"line 7: ", "profile"}, false},
		{"profile: 1 ", "#", []string{"line 1: ", "the key profile is missing"}, false},
		{"omits_empty: false", "omit_empty: false", []string{"vendors.omit_empty is not a key of the format", "omits_empty"}, false},
		{"omits_empty: false", "omits_empty: no", []string{"vendors.omits_empty does not fit", "true"}, false},
		{"    items: data ", "    itms: data ", []string{"line 11: vendors.list.itms is not a key", "line 9: the key vendors.list.items is missing"}, false},
		{"    items: data ", "    items: ", []string{"line 11: the value of vendors.list.items does not fit"}, false},
		{"    items: data ", "    items: data. ", []string{"vendors.list.items does not fit"}, false},
		{"    items: data ", "    items: [data] ", []string{"vendors.list.items does not fit"}, false},
		{"path: " + vendors + " ", "path: https://elsewhere.example/x ", []string{"vendors.list.path does not fit", "one slash"}, false},
		{"path: " + vendors + " ", "path: //elsewhere.example/x ", []string{"vendors.list.path does not fit"}, false},
		{"path: " + vendors + " ", "path: api/v2 ", []string{"vendors.list.path does not fit"}, false},
		{"path: " + vendors + " ", "path: /api/../v2 ", []string{"vendors.list.path does not fit"}, false},
		{"path: " + vendors + " ", "path: /api/./v2 ", []string{"vendors.list.path does not fit"}, false},
		{"path: " + vendors + " ", "path: /api?x=1 ", []string{"vendors.list.path does not fit"}, false},
		{"path: " + vendors + " ", "path: /api/%2e%2e/x ", []string{"vendors.list.path does not fit"}, false},
		{"path: " + vendors + " ", `path: /\elsewhere.example `, []string{"vendors.list.path does not fit"}, false},
		{"path: " + vendors + " ", "path: " + id + " ", []string{"vendors.list.path does not fit"}, false},
		{"path: " + id + "\n    item", "path: " + vendors + "\n    item", []string{"vendors.read.path does not fit", "{id}"}, false},
		{"path: " + id + "\n    item", "path: " + id + "/{id}\n    item", []string{"vendors.read.path does not fit"}, false},
		{"path: " + id + "\n    item", "path: /a/../{id}\n    item", []string{"vendors.read.path does not fit"}, false},
		{"      page: page ", "      pages: page ", []string{"vendors.list.paging.pages is not a key"}, false},
		{"      page: page ", "      # ", []string{"line 12: the value of vendors.list.paging does not fit", "one of the keys page and offset"}, false},
		{"      # offset: offset ", "      offset: offset ", []string{"vendors.list.paging does not fit", "one of the keys page and offset"}, false},
		{"max_size: 200\n", "max_size: 0\n", []string{"vendors.list.paging.max_size does not fit"}, false},
		{"max_size: 200\n", "max_size: 1.5\n", []string{"vendors.list.paging.max_size does not fit"}, false},
		{"max_size: 200\n", "max_size: \"200\"\n", []string{"vendors.list.paging.max_size does not fit"}, false},
		{"size: page_size ", "size: \"a b\" ", []string{"vendors.list.paging.size does not fit"}, false},
		{"size: page_size ", "# ", []string{"the key vendors.list.paging.size is missing"}, false},
		{"missing: {status: 404, code: not_found}", "missing: {status: 99}", []string{"vendors.read.missing.status does not fit"}, false},
		{"missing: {status: 404, code: not_found}", "missing: {status: 200}", []string{"vendors.read.missing does not fit", "Without a code"}, false},
		{"missing: {status: 404, code: not_found}", "missing: {status: 404, code: [a]}", []string{"vendors.read.missing.code does not fit"}, false},
		{"method: PATCH ", "method: DELETE ", []string{"vendors.write.method does not fit", "PATCH or PUT or POST"}, false},
		{"method: PATCH ", "method: patch ", []string{"vendors.write.method does not fit"}, false},
		{"body: changes ", "body: all ", []string{"vendors.write.body does not fit", "changes or record"}, false},
		{"guard: etag ", "guard: none ", []string{"vendors.write.guard does not fit", "etag or compare"}, false},
		{"  # enable:  {", "  enable:  {", []string{"line 28: the value of vendors.enable does not fit", "enable and disable"}, false},
		{"status: {at: status, enabled: enabled, disabled: disabled}", "status: {at: status, enabled: enabled}", []string{"the key vendors.fields.status.disabled is missing"}, false},
		{"status: {at: status, enabled: enabled, disabled: disabled}", "status: {at: status, enabled: enabled, disabled: [no]}", []string{"vendors.fields.status.disabled does not fit"}, false},
		{"status: {at: status, enabled: enabled, disabled: disabled}", "status: {at: status, enabled: on, disabled: on}", []string{"vendors.fields.status.disabled does not fit", "same"}, true},
		{"enabled: {at: enabled, enabled: true, disabled: false}", "enabled: {at: enabled, enabled: 1, disabled: 1}", []string{"access_groups.fields.enabled.disabled does not fit"}, true},
		{"status: {at: status, enabled: enabled, disabled: disabled}", "status: status", []string{"vendors.fields.status does not fit"}, false},
		{"name: access_group.name}", "name: access_group.name, write_as: id}", []string{"vendors.fields.access_group.write_as does not fit"}, false},
		{"start_date: {at: start_date, format: date}", "start_date: {at: start_date, format: epoch}", []string{"vendors.fields.start_date.format does not fit", "date or datetime or rfc3339"}, false},
		{"    id: id\n    name: name\n    status", "    id: .id\n    name: name\n    status", []string{"vendors.fields.id does not fit"}, false},
		{"access_groups:\n  list: {path: ", "access_groups:\n  list: {name_filter: x, path: ", []string{"access_groups.list.name_filter is not a key"}, false},
	} {
		t.Run(test.new, func(t *testing.T) {
			text := strings.Replace(string(domum.DefaultProfile), test.old, test.new, 1)
			if text == string(domum.DefaultProfile) {
				t.Fatalf("the profile has no %q", test.old)
			}
			_, err := domum.ParseProfile("odd.yaml", []byte(text))
			if err == nil {
				t.Fatal("no error")
			}
			for _, line := range strings.Split(err.Error(), "\n") {
				if !strings.HasPrefix(line, "odd.yaml, line ") {
					t.Errorf("%q names no file and line", line)
				}
			}
			for _, want := range test.says {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q is not in\n%v", want, err)
				}
			}
			if err := fits(t, schema, text); (err == nil) != test.readerOnly {
				t.Errorf("the schema says %v", err)
			}
		})
	}
}

// An answer that may also say that the appliance is down, or refuses the
// credentials, says that a vendor is gone only together with a code.
func TestOnlySomeStatusesMeanAMissingVendorWithoutACode(t *testing.T) {
	t.Parallel()
	const missing = "missing: {status: 404, code: not_found}"
	for status := 200; status < 600; status++ {
		wanted := status == 400 || status == 404 || status == 410 || status == 422
		for code, allowed := range map[string]bool{"": wanted, ", code: gone": true} {
			text := strings.Replace(string(domum.DefaultProfile), missing, fmt.Sprintf("missing: {status: %d%s}", status, code), 1)
			if _, err := domum.ParseProfile("odd.yaml", []byte(text)); (err == nil) != allowed {
				t.Errorf("status %d%s: %v", status, code, err)
			}
		}
	}
}

func TestWhatIsNoProfile(t *testing.T) {
	t.Parallel()
	const secret = "hunter2"
	for name, text := range map[string]string{
		"empty":             "",
		"comments":          "# nothing\n",
		"two documents":     "profile: 1\n---\nprofile: 1\n",
		"a list":            "- profile: 1\n",
		"a secret":          secret + "\n",
		"a secret, quoted":  `"` + secret + "\n",
		"a key":             "-----BEGIN PRIVATE KEY-----\n" + secret + ": x\n-----END PRIVATE KEY-----\n",
		"settings":          "client_secret: " + secret + "\nurl: https://user:" + secret + "@gw.example.com\n",
		"JSON":              `{"client_secret":"` + secret + `"}`,
		"a secret as value": strings.Replace(string(domum.DefaultProfile), "path: /api/v2/domum/vendors ", "path: https://user:"+secret+"@gw.example.com ", 1),
		"a secret as word":  strings.Replace(string(domum.DefaultProfile), "guard: etag ", "guard: "+secret+" ", 1),
		"an alias":          "profile: &p 1\nvendors: *p\naccess_groups: *p\n",
		"a key twice":       string(domum.DefaultProfile) + "profile: 1\n",
		"an odd key":        string(domum.DefaultProfile) + "1: 2\n",
		"braces in braces":  "x: {method: POST, path: /x/{id}}\n",
		"no text":           "\xff\xfe\x00",
	} {
		_, err := domum.ParseProfile("odd.yaml", []byte(text))
		if err == nil {
			t.Errorf("%s: no error", name)
			continue
		}
		if !strings.HasPrefix(err.Error(), "odd.yaml, line ") || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %v", name, err)
		}
		if name == "braces in braces" && !strings.Contains(err.Error(), "in quotes") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What is said of a text that is no YAML, or no profile, is about what is wrong.
func TestProfileErrorsFitTheMistake(t *testing.T) {
	t.Parallel()
	const inQuotes = "stands in quotes"
	profile := string(domum.DefaultProfile)
	change := func(from, to string) string {
		if !strings.Contains(profile, from) {
			t.Fatalf("the profile has no %q", from)
		}
		return strings.Replace(profile, from, to, 1)
	}
	const enable = `  # enable:  {method: POST, path: "/api/v2/domum/vendors/{id}/enable"}`
	for name, test := range map[string]struct {
		text, says string
		hint       bool
	}{
		"a list":                {text: "- profile: 1\n", says: "this is no API profile: it has no keys with values"},
		"a text":                {text: "vendors\n", says: "this is no API profile: it has no keys with values"},
		"a key twice":           {text: profile + "profile: 1\n", says: "already defined at"},
		"a path twice":          {text: change("    item: data ", "    path: /api/v2/domum/vendors/{id}\n    item: data "), says: "already defined at"},
		"a tab":                 {text: change("  read:\n", "\tread:\n"), says: "(a tab; take spaces)"},
		"a path in braces":      {text: change(enable, `  enable:  {method: POST, path: /vendors/{id}/enable}`), says: "not YAML", hint: true},
		"the method in quotes":  {text: change(enable, `  enable:  {method: "POST", path: /vendors/{id}/enable}`), says: "not YAML", hint: true},
		"the path in quotes":    {text: change(enable, `  enable:  {method: POST, path: "/vendors/{id}/enable", : }: `), says: "not YAML"},
		"a space in a path":     {text: change("path: /api/v2/domum/vendors ", "path: /api/v2/my vendors "), says: "no white space"},
		"a space in one's path": {text: change("path: /api/v2/domum/vendors/{id}\n    item", "path: /api/my vendors/{id}\n    item"), says: "no white space"},
		"a backslash":           {text: change("path: /api/v2/domum/vendors ", `path: /api\vendors `), says: "no backslash"},
		"a space in a filter":   {text: change("name_filter: vendor.name ", "name_filter: vendor name "), says: "without white space"},
		"a space in paging":     {text: change("size: page_size ", "size: page size "), says: "without white space"},
		"a dot too many":        {text: change("items: data ", "items: data. "), says: "with a name before, between and after the dots"},
	} {
		_, err := domum.ParseProfile("odd.yaml", []byte(test.text))
		if err == nil || !strings.Contains(err.Error(), test.says) || strings.Contains(err.Error(), inQuotes) != test.hint {
			t.Errorf("%s: want %q, %t:\n%v", name, test.says, test.hint, err)
		}
	}
}

func FuzzParseProfile(f *testing.F) {
	f.Add(domum.DefaultProfile)
	f.Add([]byte("profile: 1\nvendors: {list: {path: /x, items: ''}}\n"))
	f.Fuzz(func(_ *testing.T, data []byte) {
		_, _ = domum.ParseProfile("x", data) // it doesn't panic
	})
}
