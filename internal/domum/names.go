// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/agext/levenshtein"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// NoMatchError says that nothing has a name or an id, and which names come near.
type NoMatchError struct {
	kind  string   // of record
	claim string   // what nothing fulfils
	none  bool     // there is no record at all
	name  string   // what was looked for
	names []string // what there is
}

// Error implements error.
func (e *NoMatchError) Error() string {
	if e.none {
		return fmt.Sprintf("No %s. The appliance shows no %s at all: check that the url attribute names the right appliance, and that the authorization may read %ss.", e.claim, e.kind, e.kind)
	}
	if len(e.names) == 0 {
		return fmt.Sprintf("No %s.", e.claim)
	}
	text := fmt.Sprintf("No %s. The nearest names: %s.", e.claim, quoted(nearest(e.names, e.name)))
	if strings.TrimSpace(e.name) != e.name {
		text += " The name that was looked for begins or ends with white space."
	}
	return text
}

// AmbiguousError says that a name fits several.
type AmbiguousError struct {
	kind, name string
	candidates []string
}

// Error implements error.
func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("%d %ss are called %q:\n  %s", len(e.candidates), e.kind, e.name, strings.Join(e.candidates, "\n  "))
}

// MatchVendor returns the vendor with that name: an exact match first, then a
// unique one that is another spelling of it. Its errors are *NoMatchError and
// *AmbiguousError.
func MatchVendor(vendors []Vendor, name string) (*Vendor, error) {
	return match("vendor", vendors, name, func(v Vendor) string { return v.Name }, func(v Vendor) string {
		provider := "registered by hand"
		if v.IdentityProvider != nil {
			provider = fmt.Sprintf("from identity provider %q", v.IdentityProvider.Name)
		}
		return fmt.Sprintf("id %s, %q, %s", v.ID, v.Name, provider)
	})
}

// matchAccessGroup is MatchVendor for access groups.
func matchAccessGroup(groups []AccessGroup, name string) (*AccessGroup, error) {
	return match("access group", groups, name, func(g AccessGroup) string { return g.Name }, func(g AccessGroup) string {
		return fmt.Sprintf("id %s, %q", g.ID, g.Name)
	})
}

func match[T any](kind string, items []T, name string, nameOf, describe func(T) string) (*T, error) {
	for _, same := range []func(a, b string) bool{
		func(a, b string) bool { return a == b },
		SameName,
	} {
		var matches []*T
		for i := range items {
			if same(nameOf(items[i]), name) {
				matches = append(matches, &items[i])
			}
		}
		switch len(matches) {
		case 0:
		case 1:
			return matches[0], nil
		default:
			e := &AmbiguousError{kind: kind, name: name}
			for _, m := range matches {
				e.candidates = append(e.candidates, describe(*m))
			}
			return nil, e
		}
	}
	e := &NoMatchError{kind: kind, claim: fmt.Sprintf("%s is called %q", kind, name), name: name, none: items != nil && len(items) == 0} // nil: the list could not be read
	for _, item := range items {
		e.names = append(e.names, nameOf(item))
	}
	return nil, e
}

// SameName reports whether two names are spellings of the same one. Terraform
// writes characters in their composed form (NFC), identity providers also as a
// letter and a mark.
func SameName(a, b string) bool {
	return strings.EqualFold(a, b) || !(isASCII(a) && isASCII(b)) && foldName(a) == foldName(b)
}

// foldName returns what all spellings of a name have in common.
func foldName(name string) string {
	return norm.NFC.String(cases.Fold().String(norm.NFC.String(name)))
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII })
}

// nearest returns the three names most like name, the most alike first.
func nearest(names []string, name string) []string {
	plain := func(s string) string { return foldName(strings.TrimSpace(s)) }
	name = plain(name)
	distances := make(map[string]int, len(names))
	for _, other := range names {
		distances[other] = levenshtein.Distance(plain(other), name, nil)
	}
	names = slices.Clone(names)
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(distances[a], distances[b]) })
	return names[:min(3, len(names))]
}

func quoted(names []string) string {
	q := make([]string, len(names))
	for i, n := range names {
		q[i] = fmt.Sprintf("%q", n)
	}
	return strings.Join(q, ", ")
}

// IsNoMatch reports whether err is a NoMatchError.
func IsNoMatch(err error) bool {
	_, ok := errors.AsType[*NoMatchError](err)
	return ok
}

// IsAmbiguous reports whether err is an AmbiguousError.
func IsAmbiguous(err error) bool {
	_, ok := errors.AsType[*AmbiguousError](err)
	return ok
}
