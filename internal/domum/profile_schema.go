// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/goccy/go-yaml/ast"
)

//go:embed profile.schema.json
var profileSchema []byte

// schema is a JSON Schema, with the keywords of profile.schema.json but three,
// which parseProfile knows.
type schema struct {
	Ref         string             `json:"$ref"`
	Defs        map[string]*schema `json:"$defs"`
	Description string             `json:"description"`
	Type        []string           `json:"type"`
	Required    []string           `json:"required"`
	Properties  map[string]*schema `json:"properties"`
	Enum        []string           `json:"enum"`
	Pattern     string             `json:"pattern"`
	Minimum     int64              `json:"minimum"`
	Maximum     int64              `json:"maximum"`
}

// loadSchema is profile.schema.json. The tests read it.
var loadSchema = sync.OnceValue(func() (s *schema) {
	if err := json.Unmarshal(profileSchema, &s); err != nil {
		panic(err)
	}
	return s
})

// resolve follows a reference.
func (s *schema) resolve() *schema {
	if name, ok := strings.CutPrefix(s.Ref, "#/$defs/"); ok {
		return loadSchema().Defs[name]
	}
	return s
}

// profileProblems are what is wrong with a profile.
type profileProblems struct {
	byLine map[int][]string
	lines  map[string]int // of the keys, which are dotted
}

func (p profileProblems) add(line int, format string, args ...any) {
	p.byLine[line] = append(p.byLine[line], fmt.Sprintf(format, args...))
}

// check finds what doesn't fit the schema. key is dotted; line is where it
// stands. No value is repeated: it may be a secret.
func (p profileProblems) check(s *schema, key string, line int, node ast.Node) {
	s, p.lines[key] = s.resolve(), line
	kind, text, number := kindOf(node)
	if kind == "integer" && slices.Contains(s.Type, "number") {
		kind = "number"
	}
	switch {
	case !slices.Contains(s.Type, kind),
		s.Enum != nil && !slices.Contains(s.Enum, text),
		kind == "string" && s.Pattern != "" && !regexp.MustCompile(s.Pattern).MatchString(text),
		kind == "integer" && s.Maximum != 0 && (number < s.Minimum || number > s.Maximum):
		expected := s.Description
		if s.Enum != nil {
			expected = "It must be " + strings.Join(s.Enum, " or ") + ". " + expected
		}
		p.add(line, "the value of %s does not fit. %s", key, expected)
	case kind == "object":
		p.checkKeys(s, key, line, node.(*ast.MappingNode))
	}
}

func (p profileProblems) checkKeys(s *schema, key string, line int, mapping *ast.MappingNode) {
	inside := func(name string) string { return strings.TrimPrefix(key+"."+name, ".") }
	there := map[string]bool{}
	for _, pair := range mapping.Values {
		at := pair.Key.GetToken().Position.Line
		_, name, _ := kindOf(pair.Key)
		there[name] = true
		if of := s.Properties[name]; of != nil {
			p.check(of, inside(name), at, pair.Value)
			continue
		}
		p.add(at, "%s is not a key of the format. The keys here are %s.", clean(inside(name), maxWord), strings.Join(slices.Sorted(maps.Keys(s.Properties)), ", "))
	}
	for _, name := range s.Required {
		if !there[name] {
			p.add(line, "the key %s is missing. %s", inside(name), s.Properties[name].resolve().Description)
		}
	}
}

// kindOf is the type of a value as a JSON Schema names it, "" if it has none.
func kindOf(node any) (kind, text string, number int64) {
	switch n := node.(type) {
	case *ast.MappingNode:
		return "object", "", 0
	case *ast.StringNode:
		return "string", n.Value, 0
	case *ast.BoolNode:
		return "boolean", "", 0
	case *ast.NullNode:
		return "null", "", 0
	case *ast.FloatNode:
		return "number", "", 0
	case *ast.IntegerNode:
		number, _ := strconv.ParseInt(fmt.Sprint(n.Value), 10, 64) // the greatest one for what is too great
		return "integer", "", number
	}
	return "", "", 0
}
