// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Where a page is read decides which links hold.
//
//   - GitHub shows every page at its path. Relative links to files and folders of
//     the repository hold, and so do anchors: a heading in lower case, without
//     punctuation, with hyphens for blanks.
//   - registry.terraform.io shows docs/ only, without ".md", and the index one
//     level above the others: no relative path is right there and on GitHub.
//   - OpenTofu's registry shows docs/ only too, below other paths, and doesn't
//     rewrite links either. A link with ".md" leads nowhere.
//
// So a page of docs/ links by absolute URLs only, also to other pages of docs/.
// The one exception is an anchor that the page itself sets, "nestedatt--…",
// which tfplugindocs writes. A URL of this repository must name a path that is
// there, and an anchor that its page has.
const githubPage = "https://github.com/domum-iac/terraform-provider-domum/"

var (
	linkPattern    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	codePattern    = regexp.MustCompile("(?ms)^ *```.*?^ *```|`[^`\n]*`")
	headingPattern = regexp.MustCompile(`(?m)^#+ +(.+?) *$`)
	anchorPattern  = regexp.MustCompile(`<a id="([^"]+)">`)
)

func TestLinksHoldOnEachSite(t *testing.T) {
	t.Parallel()
	links := 0
	for _, page := range pages(t) {
		onRegistry := strings.HasPrefix(page, "docs/")
		for _, link := range linksOf(readExample(t, page)) {
			links++
			if problem := brokenLink(t, page, link, onRegistry); problem != "" {
				t.Errorf("%s: %s: %s", page, link, problem)
			}
		}
	}
	if links < 50 {
		t.Errorf("only %d links were found", links)
	}
}

func TestBrokenLinksAreFound(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		page, link string
		broken     bool
	}{
		{"README.md", "docs/guides/incident.md", false},
		{"README.md", "docs/guides/missing.md", true},
		{"README.md", "#try-it", false},
		{"README.md", "#try-that", true},
		{"README.md", "CONTRIBUTING.md#docs", false},
		{"README.md", "CONTRIBUTING.md#nothing", true},
		{"docs/index.md", "resources/vendor_link.md", true},
		{"docs/index.md", "resources/vendor_link", true},
		{"docs/guides/incident.md", "#what-the-plan-says", true},
		{"docs/resources/vendor_link.md", "#nestedatt--timeouts", false},
		{"docs/resources/vendor_link.md", "#nestedatt--time", true},
		{"docs/index.md", githubPage + "blob/main/README.md", false},
		{"docs/index.md", githubPage + "blob/main/README.md#try-it", false},
		{"docs/index.md", githubPage + "blob/main/README.md#try-that", true},
		{"docs/index.md", githubPage + "blob/main/MISSING.md", true},
		{"docs/index.md", githubPage + "blob/master/README.md", true},
		{"docs/index.md", githubPage + "tree/main/examples", false},
		{"docs/index.md", githubPage + "issues", false},
		{"docs/index.md", "http://example.com/", true},
	} {
		problem := brokenLink(t, test.page, test.link, strings.HasPrefix(test.page, "docs/"))
		if (problem != "") != test.broken {
			t.Errorf("%s in %s: %q", test.link, test.page, problem)
		}
	}
}

// Both registries show guides by title: OpenTofu's sorts by it.
func TestGuidesAreSorted(t *testing.T) {
	t.Parallel()
	var titles []string
	for _, page := range pages(t) {
		text := readExample(t, page)
		if strings.HasPrefix(page, "docs/") && strings.Contains(text, "```mermaid") {
			t.Errorf("%s has a diagram that OpenTofu's registry doesn't draw", page)
		}
		if !strings.HasPrefix(page, "docs/guides/") {
			continue
		}
		title := regexp.MustCompile(`(?m)^page_title: "(.+)"$`).FindStringSubmatch(text)
		if title == nil {
			t.Errorf("%s has no title", page)
			continue
		}
		titles = append(titles, title[1])
		plain := regexp.MustCompile(`^\d\. `).ReplaceAllString(title[1], "")
		if !strings.Contains(text, "\n# "+plain+"\n") {
			t.Errorf("%s has the title %q and another heading", page, title[1])
		}
	}
	slices.Sort(titles)
	if len(titles) == 0 || !strings.HasPrefix(titles[0], "1. Getting started") {
		t.Errorf("guides in the order of the registry: %q", titles)
	}
}

// pages returns every page that users read, and the templates of the guides:
// docs/ is made of them.
func pages(t *testing.T) (names []string) {
	t.Helper()
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/*/*.md", "templates/guides/*.md", "examples/*/*.md", "examples/*/*/*.md"} {
		paths, err := filepath.Glob(filepath.Join(repository, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range paths {
			name, _ := filepath.Rel(repository, p)
			names = append(names, filepath.ToSlash(name))
		}
	}
	return names
}

func linksOf(text string) (links []string) {
	for _, match := range linkPattern.FindAllStringSubmatch(codePattern.ReplaceAllString(text, "code"), -1) {
		links = append(links, match[1])
	}
	return links
}

// brokenLink says what is wrong with a link of a page, "" if it holds.
func brokenLink(t *testing.T, page, link string, onRegistry bool) string {
	t.Helper()
	target, anchor, _ := strings.Cut(link, "#")
	if ours, ok := strings.CutPrefix(target, githubPage); ok {
		return brokenGitHubLink(t, ours, anchor)
	}
	switch {
	case strings.HasPrefix(target, "https://"):
		return "" // another site's page: no test asks the network
	case strings.Contains(target, ":"):
		return "neither https nor a path"
	case target == "" && onRegistry:
		if !slices.Contains(anchorsOf(t, page, false), anchor) {
			return "a registry sets no anchors for headings"
		}
		return ""
	case onRegistry:
		return "relative, which holds on GitHub only"
	case target == "":
		return missingAnchor(t, page, anchor)
	case strings.HasPrefix(page, "templates/"):
		return "relative, in a page that becomes one of docs/"
	}
	return missing(t, path.Join(path.Dir(page), target), anchor)
}

func brokenGitHubLink(t *testing.T, target, anchor string) string {
	t.Helper()
	for _, prefix := range []string{"blob/main/", "tree/main/"} {
		if name, ok := strings.CutPrefix(target, prefix); ok {
			return missing(t, name, anchor)
		}
	}
	if slices.Contains([]string{"", "issues", "issues/new/choose", "releases", "security/advisories/new"}, target) {
		return ""
	}
	return "no page of the repository that is known here"
}

func missing(t *testing.T, name, anchor string) string {
	t.Helper()
	if _, err := os.Stat(filepath.Join(repository, name)); err != nil {
		return "no such file or folder"
	}
	if anchor == "" {
		return ""
	}
	return missingAnchor(t, name, anchor)
}

func missingAnchor(t *testing.T, page, anchor string) string {
	t.Helper()
	if !slices.Contains(anchorsOf(t, page, true), anchor) {
		return "the page has no such heading"
	}
	return ""
}

// anchorsOf returns what a link may have behind "#" on a page: the anchors that
// it sets itself and, on GitHub, its headings.
func anchorsOf(t *testing.T, page string, headings bool) (anchors []string) {
	t.Helper()
	text := readExample(t, page)
	for _, match := range anchorPattern.FindAllStringSubmatch(text, -1) {
		anchors = append(anchors, match[1])
	}
	if !headings {
		return anchors
	}
	text = regexp.MustCompile("(?ms)^ *```.*?^ *```").ReplaceAllString(text, "") // comments there are no headings
	for _, match := range headingPattern.FindAllStringSubmatch(text, -1) {
		slug := regexp.MustCompile(`[^\p{L}\p{N} _-]`).ReplaceAllString(strings.ToLower(match[1]), "")
		anchors = append(anchors, strings.ReplaceAll(slug, " ", "-"))
	}
	return anchors
}
