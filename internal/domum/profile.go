// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// DefaultProfile is the profile that holds unless another one is given: YAML,
// with comments that explain each key, and what of it is published and what is
// assumed. Nobody may write to it.
//
//go:embed profile.yaml
var DefaultProfile []byte

// Profile says what an appliance's API looks like: where its records are, how
// they are written, and what their fields are called. profile.schema.json
// explains each key. A path of an answer or a record is dotted.
type Profile struct {
	Version      int                 `yaml:"profile"`
	Vendors      VendorsProfile      `yaml:"vendors"`
	AccessGroups AccessGroupsProfile `yaml:"access_groups"`
}

// VendorsProfile is the part of a Profile about vendors.
type VendorsProfile struct {
	List       ListProfile  `yaml:"list"`
	Read       ReadProfile  `yaml:"read"`
	Write      WriteProfile `yaml:"write"`
	Enable     *CallProfile `yaml:"enable"`  // nil: the status is a field of a write
	Disable    *CallProfile `yaml:"disable"` // nil as Enable is
	OmitsEmpty bool         `yaml:"omits_empty"`
	Fields     VendorFields `yaml:"fields"`
}

// ListProfile says how a list is asked for, and where its records are.
type ListProfile struct {
	Path       string  `yaml:"path"`
	Items      string  `yaml:"items"`       // "": the answer itself
	Paging     *Paging `yaml:"paging"`      // nil: one answer holds all
	NameFilter string  `yaml:"name_filter"` // query parameter; "": there is none
}

// Paging names the query parameters of a page. Either Page or Offset is "".
type Paging struct {
	Page    string `yaml:"page"`   // takes the page's number, from 1
	Offset  string `yaml:"offset"` // takes the number of records to skip
	Size    string `yaml:"size"`
	MaxSize int    `yaml:"max_size"`
	Total   string `yaml:"total"` // the number of all records; "": a page with fewer than MaxSize is the last
}

// ReadProfile says how one vendor is read. {id} in Path stands for its id.
type ReadProfile struct {
	Path    string  `yaml:"path"`
	Item    string  `yaml:"item"` // "": the answer itself
	Missing Missing `yaml:"missing"`
}

// Missing is the answer for an id that isn't there.
type Missing struct {
	Status int    `yaml:"status"`
	Code   Scalar `yaml:"code"` // "": see describes
}

// CallProfile is a call that changes a vendor. {id} in Path stands for its id.
type CallProfile struct {
	Method string `yaml:"method"`
	Path   string `yaml:"path"`
}

// WriteProfile says how a vendor is changed.
type WriteProfile struct {
	CallProfile `yaml:",inline"`
	Body        string `yaml:"body"`  // "changes" or "record"
	Guard       string `yaml:"guard"` // GuardETag or GuardCompare
}

// The guards of a write.
const (
	GuardETag    = "etag"    // If-Match with the ETag that was read
	GuardCompare = "compare" // the vendor is read again just before the write
)

// VendorFields says where the fields of a vendor are. An optional one is "" or
// nil where the record has none.
type VendorFields struct {
	ID               string           `yaml:"id"`
	Name             string           `yaml:"name"`
	Status           StatusField      `yaml:"status"`
	AccessGroup      AccessGroupField `yaml:"access_group"`
	StartDate        DateField        `yaml:"start_date"`
	DueDate          DateField        `yaml:"due_date"`
	ContractNumber   string           `yaml:"contract_number"`   // optional
	DocumentID       string           `yaml:"document_id"`       // optional
	IdentityProvider *RefField        `yaml:"identity_provider"` // optional
	SynchronizedAt   string           `yaml:"synchronized_at"`   // optional
}

// StatusField says where a status is, and which values stand for which.
type StatusField struct {
	At       string `yaml:"at"`
	Enabled  Scalar `yaml:"enabled"`
	Disabled Scalar `yaml:"disabled"`
}

// RefField says where id and name of another record are.
type RefField struct {
	ID   string `yaml:"id"`
	Name string `yaml:"name"`
}

// AccessGroupField says where the access group of a vendor is.
type AccessGroupField struct {
	RefField `yaml:",inline"`
	Write    string `yaml:"write"`    // "": ID, or Name if WriteAs is "name"
	WriteAs  string `yaml:"write_as"` // "name", or "" for the id
}

// DateField says where a date is, and how it is written.
type DateField struct {
	At     string `yaml:"at"`
	Format string `yaml:"format"` // "date", "datetime" or "rfc3339"
	None   Scalar `yaml:"none"`   // what is written for no date; "": null
}

// AccessGroupsProfile is the part of a Profile about access groups.
type AccessGroupsProfile struct {
	List   ListProfile       `yaml:"list"`
	Fields AccessGroupFields `yaml:"fields"`
}

// AccessGroupFields says where the fields of an access group are.
type AccessGroupFields struct {
	ID          string       `yaml:"id"`
	Name        string       `yaml:"name"`
	Enabled     *StatusField `yaml:"enabled"`     // nil: every group counts as enabled
	Description string       `yaml:"description"` // "": the record has none
}

// Scalar is a value of JSON that is no object and no array, as JSON writes it:
// "1" with its quotes is another one than 1.
type Scalar string

// UnmarshalYAML implements yaml.InterfaceUnmarshaler.
func (s *Scalar) UnmarshalYAML(unmarshal func(any) error) error {
	var value any
	if err := unmarshal(&value); err != nil {
		return err
	}
	data, err := json.Marshal(value)
	*s = Scalar(data)
	return err
}

// ParseProfile reads a profile; file is its name for messages. The error has a
// line for each problem, with the file, the line and the key. It shows no
// value: the file may be another one than was meant, and hold a secret.
func ParseProfile(file string, data []byte) (*Profile, error) {
	p, problems := parseProfile(data)
	var text []string
	for _, line := range slices.Sorted(maps.Keys(problems.byLine)) {
		for _, problem := range problems.byLine[line] {
			text = append(text, fmt.Sprintf("%s, line %d: %s", file, line, problem))
		}
	}
	if text != nil {
		return nil, errors.New(strings.Join(text, "\n"))
	}
	return p, nil
}

// bareID is {id} between braces and not in quotes, which YAML takes for a mapping.
var bareID = regexp.MustCompile(`\{([^}"']|"[^"]*"|'[^']*')*\{id\}`)

func parseProfile(data []byte) (p *Profile, problems profileProblems) {
	problems, data = profileProblems{map[int][]string{}, map[string]int{}}, bytes.TrimPrefix(data, []byte("\ufeff"))
	file, err := parser.ParseBytes(data, 0)
	if e, ok := errors.AsType[yaml.Error](err); ok {
		line, hint := e.GetToken().Position.Line, ""
		if lines := bytes.Split(data, []byte("\n")); line <= len(lines) && bareID.Match(lines[line-1]) {
			hint = ` Between braces, a path with {id} stands in quotes: {method: POST, path: "/vendors/{id}/enable"}.`
		}
		problems.add(line, "this is not YAML: %s.%s", clean(strings.ReplaceAll(e.GetMessage(), "'\t'", `'\t' (a tab; take spaces)`), maxText), hint)
		return nil, problems
	}
	if err != nil || len(file.Docs) != 1 || file.Docs[0].Body == nil {
		problems.add(1, "this is not one document of YAML.")
		return nil, problems
	}
	if _, isMapping := file.Docs[0].Body.(*ast.MappingNode); !isMapping {
		problems.add(1, "this is no API profile: it has no keys with values. A profile begins with profile: 1, and has the keys vendors and access_groups.")
		return nil, problems
	}
	problems.check(loadSchema(), "", 1, file.Docs[0].Body)
	if len(problems.byLine) > 0 {
		return nil, problems
	}
	p = &Profile{}
	if err := yaml.Unmarshal(data, p); err != nil {
		problems.add(1, "this can't be read.")
		return nil, problems
	}
	p.check(func(key, problem string) {
		problems.add(problems.lines[key], "the value of %s does not fit. %s", key, problem)
	})
	return p, problems
}

// check finds what holds for several keys together.
func (p *Profile) check(wrong func(key, problem string)) {
	if m := p.Vendors.Read.Missing; m.Code == "" && !slices.Contains([]int{400, 404, 410, 422}, m.Status) {
		wrong("vendors.read.missing", "Without a code, its status is 400, 404, 410 or 422: any other one can also mean that the appliance is down or refuses the credentials.")
	}
	if enable, disable := p.Vendors.Enable, p.Vendors.Disable; (enable == nil) != (disable == nil) {
		wrong("vendors."+map[bool]string{true: "disable", false: "enable"}[enable == nil], "Of the keys enable and disable there are both or none.")
	}
	for key, paging := range map[string]*Paging{"vendors": p.Vendors.List.Paging, "access_groups": p.AccessGroups.List.Paging} {
		if paging != nil && (paging.Page == "") == (paging.Offset == "") {
			wrong(key+".list.paging", "It has one of the keys page and offset.")
		}
	}
	for key, f := range map[string]*StatusField{"vendors.fields.status": &p.Vendors.Fields.Status, "access_groups.fields.enabled": p.AccessGroups.Fields.Enabled} {
		if f != nil && f.Enabled == f.Disabled {
			wrong(key+".disabled", "It is the same as that of enabled.")
		}
	}
}

// defaultProfile is DefaultProfile. The tests read it.
var defaultProfile = sync.OnceValue(func() *Profile {
	p, err := ParseProfile("profile.yaml", DefaultProfile)
	if err != nil {
		panic(err)
	}
	return p
})
