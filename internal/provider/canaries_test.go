// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"archive/zip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// canaries are secrets that must turn up nowhere.
type canaries struct {
	mu     sync.Mutex
	values map[string]string // what each is, by value
}

func (c *canaries) add(value, what string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.values == nil {
		c.values = map[string]string{}
	}
	c.values[value] = what
}

// leaks names the secrets that text holds, raw or encoded.
func (c *canaries) leaks(text string) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	text = strings.ToLower(text)
	var found []string
	for value, what := range c.values {
		escaped, _ := json.Marshal(value) // of a string: no error
		forms := map[string]string{
			"raw": value, "as a query": url.QueryEscape(value), "as a path": url.PathEscape(value),
			"as HTML": html.EscapeString(value), "quoted": strings.Trim(fmt.Sprintf("%q", value), `"`), "in JSON": strings.Trim(string(escaped), `"`),
		}
		// Base64 of something longer holds another text at each of three offsets; its ends depend on what is around.
		for offset := range 3 {
			padded := []byte(strings.Repeat("x", offset) + value)
			forms[fmt.Sprintf("in base64, offset %d", offset)] = inner(base64.RawStdEncoding.EncodeToString(padded))
			forms[fmt.Sprintf("in URL base64, offset %d", offset)] = inner(base64.RawURLEncoding.EncodeToString(padded))
		}
		for form, encoded := range forms {
			if strings.Contains(text, strings.ToLower(encoded)) {
				found = append(found, what+" "+form)
			}
		}
	}
	return found
}

func inner(encoded string) string { return encoded[4 : len(encoded)-4] }

// holders returns what holds secrets: files below dir, and what is within a
// saved plan.
func (c *canaries) holders(t *testing.T, dir string) []string {
	t.Helper()
	var found []string
	look := func(where string, content []byte) {
		if leaks := c.leaks(string(content)); len(leaks) > 0 {
			found = append(found, fmt.Sprintf("%s: %q", where, leaks))
		}
	}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		look(path, content)
		archive, err := zip.OpenReader(path)
		if err != nil {
			return nil // no saved plan
		}
		defer func() { _ = archive.Close() }()
		for _, member := range archive.File {
			r, err := member.Open()
			if err != nil {
				return err
			}
			if content, err = io.ReadAll(r); err != nil {
				return err
			}
			look(path+"/"+member.Name, content)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestCanariesAreFound(t *testing.T) {
	t.Parallel()
	c := &canaries{}
	const secret = "c4n&ry/s+e%cret-0123456789"
	c.add(secret, "it")
	for name, text := range map[string]string{
		"raw": secret, "query": url.QueryEscape(secret), "lower": strings.ToLower(url.QueryEscape(secret)), "path": url.PathEscape(secret),
		"JSON": `c4n\u0026ry/s+e%cret-0123456789`, "base64": base64.StdEncoding.EncodeToString([]byte(secret)), "basic": base64.StdEncoding.EncodeToString([]byte("client:" + secret)),
		"URL base64": base64.RawURLEncoding.EncodeToString([]byte("a" + secret + "b")),
	} {
		if len(c.leaks("before "+text+" after")) == 0 {
			t.Errorf("%s is not found", name)
		}
	}
	if found := c.leaks("nothing of it"); len(found) > 0 {
		t.Error(found)
	}
}
