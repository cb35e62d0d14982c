// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// documents has a walk through each page that holds HCL, or through each of its
// sections: path#heading. A walk takes the blocks in their order, does what the
// text around them tells the reader to do, and checks what it promises.
var documents = map[string]func(*testing.T, *document){
	"README.md":                                               walkReadme,
	vendorAccess + "/README.md":                               walkModule,
	adoptExisting + "#With terraform query":                   walkQuery,
	adoptExisting + "#With import blocks":                     walkImportBlocks,
	adoptExisting + "#The other way round: the code is right": walkAdoption,
	"templates/guides/api-differs.md":                         walkAPIDiffers,
	changeLinks + "#Give a link another address":              walkMove,
	changeLinks + "#Stop managing a link":                     walkRemove,
	changeLinks + "#Import one link":                          walkImportOne,
	changeLinks + "#Access that ends":                         walkAccessThatEnds,
	"templates/guides/ci.md":                                  walkCI,
	"templates/guides/generic-providers.md":                   walkGenericProviders,
	"templates/guides/getting-started.md":                     walkGettingStarted,
	"templates/guides/incident.md":                            walkIncident,
	"templates/guides/push-to-link.md":                        walkPushToLink,
	"templates/guides/testing-modules.md":                     walkTestingModules,
	troubleshooting:                                           walkTroubleshooting,
}

const (
	adoptExisting = "templates/guides/adopt-existing.md"
	changeLinks   = "templates/guides/change-links.md"
)

// document is a page, and the folder in which a walk follows it.
type document struct {
	*cli
	blocks []codeBlock // those that are still to come
}

type codeBlock struct{ language, text string }

var fence = regexp.MustCompile("(?ms)^```(hcl|terraform|json|shell|text|yaml)\n(.*?)^```")

// readDocument reads a page, or the section of it with that heading.
func readDocument(t *testing.T, name string) *document {
	t.Helper()
	path, heading, ok := strings.Cut(name, "#")
	text := readExample(t, path)
	if ok {
		if _, text, ok = strings.Cut(text, "\n## "+heading+"\n"); !ok {
			t.Fatalf("%s has no section %q", path, heading)
		}
		text, _, _ = strings.Cut(text, "\n## ")
	}
	d := &document{}
	for _, match := range fence.FindAllStringSubmatch(text, -1) {
		language := strings.Replace(match[1], "hcl", "terraform", 1)
		d.blocks = append(d.blocks, codeBlock{language, match[2]})
	}
	return d
}

func TestDocuments(t *testing.T) {
	t.Parallel()
	for path, walk := range documents {
		t.Run(path, func(t *testing.T) {
			d := readDocument(t, path)
			walk(t, d)
			if len(d.blocks) > 0 {
				t.Errorf("no walk comes to this block:\n%s", d.blocks[0].text)
			}
		})
	}
}

func TestEveryDocumentIsWalked(t *testing.T) {
	t.Parallel()
	walked := map[string]int{}
	for name := range documents {
		path, _, _ := strings.Cut(name, "#")
		walked[path] += len(readDocument(t, name).blocks)
	}
	for _, pattern := range []string{"*.md", "examples/*/*.md", "examples/*/*/*.md", "templates/*.md", "templates/*/*.md"} {
		paths, err := filepath.Glob(filepath.Join(repository, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			name, _ := filepath.Rel(repository, path)
			name = filepath.ToSlash(name)
			if all := len(readDocument(t, name).blocks); walked[name] != all {
				t.Errorf("walks come to %d blocks of %d in %s", walked[name], all, name)
			}
		}
	}
}

// Make targets, and paths of the repository, that a page names are there.
func TestDocumentedPaths(t *testing.T) {
	t.Parallel()
	makefile := readExample(t, "GNUmakefile")
	named := regexp.MustCompile("(?m)`((?:internal|examples|templates)(?:/[\\w.-]+)+)`|(?:`|^ *)make ([a-z-]+)(?:[`;]| [A-Z]+=|  |$)")
	for _, page := range []string{"README.md", "CONTRIBUTING.md", "DESIGN.md", "templates/guides/getting-started.md"} {
		for _, match := range named.FindAllStringSubmatch(readExample(t, page), -1) {
			if path := match[1]; path != "" {
				if _, err := os.Stat(filepath.Join(repository, path)); err != nil {
					t.Errorf("%s: %v", page, err)
				}
			} else if !strings.Contains(makefile, "\n"+match[2]+":") {
				t.Errorf("%s: make has no target %q", page, match[2])
			}
		}
	}
}

// Each CLI then looks into its own registry.
func TestSourceNamesNoRegistry(t *testing.T) {
	t.Parallel()
	for _, root := range []string{"README.md", "GNUmakefile", "examples", "templates"} {
		err := filepath.WalkDir(filepath.Join(repository, root), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			text, err := os.ReadFile(path)
			if match := regexp.MustCompile(`source *= *"registry\..*`).Find(text); match != nil {
				t.Errorf("%s: %s", path, match)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// enter makes an empty folder, where "terraform init" finds the built provider,
// as after make install, and the provider the appliance, through the
// environment.
func (d *document) enter(c *cli) {
	c.t.Helper()
	d.cli = c
	d.dir = filepath.Join(d.dir, "configuration")
	d.ownProcess(c.environment()...)
	mirror, bin := filepath.Join(c.t.TempDir(), "mirror"), c.t.TempDir()
	for _, registry := range registries {
		d.link(filepath.Join(buildDir, "terraform-provider-domum"),
			filepath.Join(mirror, registry, address, "0.1.0", runtime.GOOS+"_"+runtime.GOARCH, "terraform-provider-domum_v0.1.0"))
	}
	d.link(c.terraform, filepath.Join(bin, "terraform"))
	d.file(mirror+".tfrc", fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", mirror))
	d.env = append(d.env, "TF_CLI_CONFIG_FILE="+mirror+".tfrc", "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"),
		"TF_CLI_ARGS_apply=-auto-approve -no-color", "TF_CLI_ARGS_destroy=-auto-approve -no-color", "TF_CLI_ARGS_plan=-no-color", "TF_CLI_ARGS_test=-no-color", "TF_CLI_ARGS_query=-no-color")
	d.file("main.tf", requiredProviders)
	d.must("init")
}

func (d *document) link(target, name string) {
	d.t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.Symlink(target, name)); err != nil {
		d.t.Fatal(err)
	}
}

// file writes a file, below the folder unless the path is absolute.
func (d *document) file(path, content string) {
	d.t.Helper()
	if !filepath.IsAbs(path) {
		path = filepath.Join(d.dir, path)
	}
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(content), 0o600)); err != nil {
		d.t.Fatal(err)
	}
}

func (d *document) remove(name string) {
	d.t.Helper()
	if err := os.Remove(filepath.Join(d.dir, name)); err != nil {
		d.t.Fatal(err)
	}
}

// next returns the page's next block, which has to be of that language.
func (d *document) next(t *testing.T, language string) string {
	t.Helper()
	if len(d.blocks) == 0 || d.blocks[0].language != language {
		t.Fatalf("a block of %s does not come next, but %q", language, d.blocks)
	}
	block := d.blocks[0]
	d.blocks = d.blocks[1:]
	return block.text
}

// take makes the next block a file of the folder.
func (d *document) take(name string) {
	d.t.Helper()
	d.file(name, d.next(d.t, "terraform"))
}

// skip passes commands that the walk has another way for.
func (d *document) skip(t *testing.T, commands string) {
	t.Helper()
	if text := d.next(t, "shell"); text != commands+"\n" {
		t.Errorf("the page says\n%s, the walk expected\n%s", text, commands)
	}
}

// do runs the commands of the next block, and returns what they print.
func (d *document) do() string {
	d.t.Helper()
	commands := d.next(d.t, "shell")
	output, err := d.shell(commands)
	if err != nil {
		d.t.Fatalf("%s%v\n%s", commands, err, output)
	}
	return output
}

func (d *document) shell(commands string) (output string, err error) {
	cmd := exec.CommandContext(d.t.Context(), "sh", "-e", "-c", commands)
	cmd.Dir, cmd.Env = d.dir, d.env
	out, err := cmd.CombinedOutput()
	return unwrap(string(out)), err
}

// needsProgram skips a walk whose page uses a program that is not there. CI has
// all of them.
func needsProgram(t *testing.T, name string) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil && os.Getenv("CI") != "" {
		t.Fatal(err)
	} else if err != nil {
		t.Skipf("the page takes %s: %v", name, err)
	}
}
