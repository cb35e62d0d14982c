// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/agext/levenshtein"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
)

// noMatchError says that nothing has a name, and which names come near.
type noMatchError struct {
	claim string   // what nothing fulfils
	name  string   // what was looked for
	names []string // what there is
}

func (e *noMatchError) Error() string {
	if len(e.names) == 0 {
		return fmt.Sprintf("No %s.", e.claim)
	}
	return fmt.Sprintf("No %s. The nearest names: %s.", e.claim, quoted(nearest(e.names, e.name)))
}

// ambiguousError says that a name fits several.
type ambiguousError struct {
	kind, name string
	candidates []string
}

func (e *ambiguousError) Error() string {
	return fmt.Sprintf("%d %ss are called %q:\n  %s", len(e.candidates), e.kind, e.name, strings.Join(e.candidates, "\n  "))
}

// findVendor returns the vendor with that name: an exact match first, then one
// that differs only in how its characters are encoded, then a unique one that
// differs in case. Its errors are *noMatchError and *ambiguousError.
func findVendor(vendors []domum.Vendor, name string) (*domum.Vendor, error) {
	return find("vendor", vendors, name, func(v domum.Vendor) string { return v.Name }, func(v domum.Vendor) string {
		provider := "registered by hand"
		if v.IdentityProvider != nil {
			provider = fmt.Sprintf("from identity provider %q", v.IdentityProvider.Name)
		}
		return fmt.Sprintf("id %s, %q, %s", v.ID, v.Name, provider)
	})
}

// findAccessGroup is findVendor for access groups.
func findAccessGroup(groups []domum.AccessGroup, name string) (*domum.AccessGroup, error) {
	return find("access group", groups, name, func(g domum.AccessGroup) string { return g.Name }, func(g domum.AccessGroup) string {
		return fmt.Sprintf("id %s, %q", g.ID, g.Name)
	})
}

func find[T any](kind string, items []T, name string, nameOf, describe func(T) string) (*T, error) {
	for _, same := range []func(a, b string) bool{
		func(a, b string) bool { return a == b },
		func(a, b string) bool { return norm.NFC.String(a) == norm.NFC.String(b) },
		sameName,
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
			e := &ambiguousError{kind: kind, name: name}
			for _, m := range matches {
				e.candidates = append(e.candidates, describe(*m))
			}
			return nil, e
		}
	}
	e := &noMatchError{claim: fmt.Sprintf("%s is called %q", kind, name), name: name}
	for _, item := range items {
		e.names = append(e.names, nameOf(item))
	}
	return nil, e
}

// sameName reports whether two names are spellings of the same one. Terraform
// writes characters in their composed form (NFC), identity providers also as a
// letter and a mark.
func sameName(a, b string) bool {
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
