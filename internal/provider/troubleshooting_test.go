// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

const troubleshooting = "templates/guides/troubleshooting.md"

// The page has a heading, or a point in a list, for each error and warning that
// the code can give, and no other. Names and values are "…" there.
func TestTroubleshootingHasEveryDiagnostic(t *testing.T) {
	t.Parallel()
	code := readCode(t, "internal/provider", "internal/settings", "internal/explain", "internal/date", "internal/validate")
	inCode := map[string]bool{}
	for _, summary := range code.summaries() {
		inCode[summary] = true
	}
	if len(inCode) < 30 {
		t.Fatalf("only %d summaries are found in the code", len(inCode))
	}
	onPage := map[string]bool{}
	for _, heading := range regexp.MustCompile("(?m)^(?:###|-) `(.+)`$").FindAllStringSubmatch(readExample(t, troubleshooting), -1) {
		if onPage[heading[1]] {
			t.Errorf("%s has the heading %q twice", troubleshooting, heading[1])
		}
		onPage[heading[1]] = true
	}
	for _, summary := range slices.Sorted(maps.Keys(inCode)) {
		if !onPage[summary] {
			t.Errorf("%s has no heading\n### `%s`", troubleshooting, summary)
		}
	}
	for _, summary := range slices.Sorted(maps.Keys(onPage)) {
		if !inCode[summary] {
			t.Errorf("%s has the heading %q, which no code gives", troubleshooting, summary)
		}
	}
}

// The table of last paragraphs quotes the beginning of each remedy that explain.Failure gives,
// and of nothing else.
func TestTroubleshootingHasEveryRemedy(t *testing.T) {
	t.Parallel()
	page := readExample(t, troubleshooting)
	begin, end := strings.Index(page, "## By the last paragraph"), strings.Index(page, "## By the summary")
	if begin < 0 || end < begin {
		t.Fatal("the page has no section \"By the last paragraph\" before \"By the summary\"")
	}
	var quoted []string
	for _, row := range regexp.MustCompile("(?m)^\\| `(.+?)…?` \\|").FindAllStringSubmatch(page[begin:end], -1) {
		quoted = append(quoted, row[1])
	}
	remedies := readCode(t, "internal/explain", "internal/provider").remedies()
	if len(remedies) < 30 {
		t.Fatalf("only %d remedies are found in the code", len(remedies))
	}
	for _, remedy := range remedies {
		if !slices.ContainsFunc(quoted, func(q string) bool { return strings.HasPrefix(remedy, q) }) {
			t.Errorf("%s has no row for the last paragraph\n%s", troubleshooting, remedy)
		}
	}
	for _, q := range quoted {
		if !slices.ContainsFunc(remedies, func(remedy string) bool { return strings.HasPrefix(remedy, q) }) {
			t.Errorf("%s quotes %q, and no remedy begins so", troubleshooting, q)
		}
	}
}

// code is the source of packages, and what texts its expressions may have.
type code struct {
	functions map[string][]*ast.FuncDecl // by name
	constants map[string]ast.Expr
}

func readCode(t *testing.T, folders ...string) *code {
	t.Helper()
	c := &code{functions: map[string][]*ast.FuncDecl{}, constants: map[string]ast.Expr{}}
	for _, folder := range folders {
		paths, err := filepath.Glob(filepath.Join(repository, folder, "*.go"))
		if err != nil || len(paths) == 0 {
			t.Fatal(folder, err)
		}
		for _, path := range paths {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			source, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, source, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, declaration := range file.Decls {
				c.add(declaration)
			}
		}
	}
	return c
}

func (c *code) add(declaration ast.Decl) {
	switch d := declaration.(type) {
	case *ast.FuncDecl:
		c.functions[d.Name.Name] = append(c.functions[d.Name.Name], d)
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			if value, ok := spec.(*ast.ValueSpec); ok && len(value.Values) == len(value.Names) {
				for i, name := range value.Names {
					c.constants[name.Name] = value.Values[i]
				}
			}
		}
	}
}

// summaries returns the summaries of all diagnostics.
func (c *code) summaries() (texts []string) {
	argument := map[string]int{"AddError": 0, "AddWarning": 0, "AddAttributeError": 1, "AddAttributeWarning": 1}
	c.eachCall(func(in *ast.FuncDecl, call *ast.CallExpr, name string) {
		if i, ok := argument[name]; ok {
			texts = append(texts, c.argument(in, call, i)...)
		}
	})
	return texts
}

// remedies returns the last paragraphs that explain.Failure gives to an error of the client.
func (c *code) remedies() (texts []string) {
	for _, function := range c.functions["Failure"] {
		texts = append(texts, c.results(function, 1)...)
	}
	slices.Sort(texts)
	return slices.DeleteFunc(slices.Compact(texts), func(text string) bool { return text == anyText || text == "" })
}

func (c *code) eachCall(visit func(in *ast.FuncDecl, call *ast.CallExpr, name string)) {
	for _, functions := range c.functions {
		for _, function := range functions {
			ast.Inspect(function, func(node ast.Node) bool {
				if call, ok := node.(*ast.CallExpr); ok {
					visit(function, call, called(call))
				}
				return true
			})
		}
	}
}

func called(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

var verb = regexp.MustCompile(`%[a-z]`)

const anyText = "…"

// argument returns the texts of an argument of a call, also where the call of a
// function with several results stands for all arguments.
func (c *code) argument(in *ast.FuncDecl, call *ast.CallExpr, i int) []string {
	if inner, ok := call.Args[0].(*ast.CallExpr); ok && len(call.Args) == 1 {
		return c.call(in, inner, i)
	}
	return c.texts(in, call.Args[i])
}

// texts returns what a text of a function may be, with "…" for what only a run
// knows.
func (c *code) texts(in *ast.FuncDecl, expression ast.Expr) []string {
	var texts []string
	switch e := expression.(type) {
	case *ast.BasicLit:
		text, _ := strconv.Unquote(e.Value)
		texts = []string{text}
	case *ast.BinaryExpr:
		for _, left := range c.texts(in, e.X) {
			for _, right := range c.texts(in, e.Y) {
				texts = append(texts, left+right)
			}
		}
	case *ast.CallExpr:
		texts = c.call(in, e, 0)
	case *ast.Ident:
		texts = c.named(in, e.Name)
	}
	if len(texts) == 0 {
		return []string{anyText}
	}
	for i := range texts {
		texts[i] = strings.ReplaceAll(texts[i], `"…"`, anyText)
	}
	slices.Sort(texts)
	return slices.Compact(texts)
}

// call returns the texts of one result of a call.
func (c *code) call(in *ast.FuncDecl, call *ast.CallExpr, result int) (texts []string) {
	name := called(call)
	if name == "Sprintf" {
		for _, format := range c.texts(in, call.Args[0]) {
			texts = append(texts, verb.ReplaceAllString(format, anyText))
		}
	}
	for _, function := range c.functions[name] {
		texts = append(texts, c.results(function, result)...)
	}
	return texts
}

// results returns the texts of one result of a function.
func (c *code) results(function *ast.FuncDecl, result int) (texts []string) {
	ast.Inspect(function, func(node ast.Node) bool {
		r, ok := node.(*ast.ReturnStmt)
		switch {
		case !ok:
		case len(r.Results) > result:
			texts = append(texts, c.texts(function, r.Results[result])...)
		case len(r.Results) == 1: // of a function that has as many
			if inner, ok := r.Results[0].(*ast.CallExpr); ok {
				texts = append(texts, c.call(function, inner, result)...)
			}
		}
		return true
	})
	return texts
}

// named returns the texts of a constant, of a variable of the function, or of a
// parameter: what its callers pass.
func (c *code) named(in *ast.FuncDecl, name string) (texts []string) {
	if constant, ok := c.constants[name]; ok {
		return c.texts(in, constant)
	}
	ast.Inspect(in, func(node ast.Node) bool {
		assign, ok := node.(*ast.AssignStmt)
		if !ok {
			return true
		}
		for i, target := range assign.Lhs {
			if id, ok := target.(*ast.Ident); ok && id.Name == name && len(assign.Lhs) == len(assign.Rhs) {
				texts = append(texts, c.texts(in, assign.Rhs[i])...)
			}
		}
		return true
	})
	position := 0
	for _, field := range in.Type.Params.List {
		for _, parameter := range field.Names {
			if parameter.Name == name {
				c.eachCall(func(caller *ast.FuncDecl, call *ast.CallExpr, callee string) {
					if callee == in.Name.Name && position < len(call.Args) {
						texts = append(texts, c.texts(caller, call.Args[position])...)
					}
				})
			}
			position++
		}
	}
	return texts
}

func walkTroubleshooting(t *testing.T, d *document) {
	d.enter(exampleWorld(t, simulator.Vendor{Status: "enabled", AccessGroupID: groupOT, StartDate: "2026-12-01"}))
	d.write(requiredProviders + linkAcme)
	d.must("import", "domum_vendor_link.acme", "42")
	d.expect(d.do(), "Domum request", "method=GET", "path=/api/v2/domum/vendors/42", "status=200", "request_id=")
	d.withDoctor()
	d.expect(d.do(), "access_group")
}
