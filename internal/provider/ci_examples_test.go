// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"archive/zip"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// workflow is what the tests read of examples/ci/github-actions.yml.
type workflow struct {
	Permissions map[string]string `yaml:"permissions"`
	Concurrency any               `yaml:"concurrency"`
	Env         map[string]string `yaml:"env"`
	Jobs        map[string]struct {
		Timeout     int `yaml:"timeout-minutes"`
		Concurrency *struct {
			Group  string
			Cancel *bool `yaml:"cancel-in-progress"`
		} `yaml:"concurrency"`
		Steps []struct{ Name, Uses, Run string }
	} `yaml:"jobs"`
}

// pipeline is what the tests read of examples/ci/gitlab-ci.yml: the jobs.
type pipeline map[string]struct {
	Script        []string `yaml:"script"`
	BeforeScript  []string `yaml:"before_script"`
	AfterScript   []string `yaml:"after_script"`
	Timeout       string   `yaml:"timeout"`
	ResourceGroup string   `yaml:"resource_group"`
}

func readYAML(t *testing.T, path string, into any) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(readExample(t, path)), into); err != nil {
		t.Fatal(err)
	}
}

func TestPipelinesOutliveACreate(t *testing.T) {
	t.Parallel()
	var w workflow
	readYAML(t, "examples/ci/github-actions.yml", &w)
	if got := time.Duration(w.Jobs["apply"].Timeout) * time.Minute; got <= createTimeout {
		t.Errorf("GitHub ends an apply after %s, and a create may take %s", got, createTimeout)
	}
	if w.Permissions["contents"] != "read" {
		t.Errorf("a run has more permissions than it needs: %+v", w.Permissions)
	}
	// GitHub cancels a run that waits when another run of its group comes.
	if w.Concurrency != nil {
		t.Error("a pull request or a nightly run may cancel a merge that waits")
	}
	for name, job := range w.Jobs {
		if c := job.Concurrency; (c != nil) != (name == "apply") || c != nil && (c.Group == "" || c.Cancel == nil || *c.Cancel) {
			t.Errorf("%s: applies may run at once, be cancelled, or be kept waiting by a job that only plans: %+v", name, c)
		}
	}
	for name, job := range w.Jobs {
		for _, step := range job.Steps {
			if step.Uses != "" && !strings.Contains(readExample(t, "examples/ci/github-actions.yml"), step.Uses+" # v") || strings.Contains(step.Run, "${{") {
				t.Errorf("%s: an action without a pinned commit, or an expression in a script: %+v", name, step)
			}
		}
	}
	p := readPipeline(t)
	if p["apply"].Timeout != "1 hour" || p["apply"].ResourceGroup == "" {
		t.Errorf("GitLab's apply has no time for a create, or may run twice: %+v", p["apply"])
	}
}

func readPipeline(t *testing.T) pipeline {
	t.Helper()
	text := readExample(t, "examples/ci/gitlab-ci.yml")
	var all map[string]any
	readYAML(t, "examples/ci/gitlab-ci.yml", &all)
	delete(all, "variables")
	jobs, err := yaml.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	p := pipeline{}
	if err := yaml.Unmarshal(jobs, &p); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return p
}

// jobs returns the shell commands of each job, by pipeline.
func jobs(t *testing.T) map[string]map[string]string {
	t.Helper()
	var w workflow
	readYAML(t, "examples/ci/github-actions.yml", &w)
	github := map[string]string{}
	for name, job := range w.Jobs {
		for _, step := range job.Steps {
			github[name] += step.Run + "\n"
		}
	}
	p := readPipeline(t)
	gitlab := map[string]string{}
	for name, job := range p {
		if name != "default" {
			gitlab[name] = strings.Join(append(append(p["default"].BeforeScript, job.Script...), job.AfterScript...), "\n")
		}
	}
	return map[string]map[string]string{"GitHub": github, "GitLab": gitlab}
}

// enterCI enters a repository with the files of examples/ci, opa, jq, and a gh and a
// curl that write down what they are given.
func (d *document) enterCI(c *cli) {
	c.t.Helper()
	d.enter(c)
	d.copyFolder("examples/ci", "ci")
	bin := c.t.TempDir()
	script := func(name, text string) {
		d.file(filepath.Join(bin, name), "#!/bin/sh\n"+text)
		if err := os.Chmod(filepath.Join(bin, name), 0o755); err != nil {
			c.t.Fatal(err)
		}
	}
	record := "printf '%s\\n' \"$0 $*\" >>\"$ISSUES\"\n"
	script("gh", record)
	script("curl", record+"cat findings.txt >>\"$ISSUES\"\n")
	d.link(builtTool(c.t, "opa"), filepath.Join(bin, "opa"))
	d.jq(c)
	d.firstOnPath(bin)
	d.env = append(d.env, "ISSUES="+filepath.Join(d.dir, "issues.txt"), "DOMUM_PROTECT_EXTERNAL_DISABLE=true",
		"DOMUM_APPLY_CLIENT_ID="+testClientID, "DOMUM_APPLY_CLIENT_SECRET="+testClientSecret, "CI_API_V4_URL=https://gitlab.example.com/api/v4", "CI_PROJECT_ID=1", "ISSUE_TOKEN=none")
}

// jq makes gojq the jq of the shell: not every machine has one.
func (d *document) jq(c *cli) {
	c.t.Helper()
	bin := c.t.TempDir()
	d.link(builtTool(c.t, "gojq"), filepath.Join(bin, "jq"))
	d.firstOnPath(bin)
}

func (d *document) firstOnPath(folder string) {
	for i, variable := range d.env {
		if path, ok := strings.CutPrefix(variable, "PATH="); ok {
			d.env[i] = "PATH=" + folder + string(os.PathListSeparator) + path
		}
	}
}

// builtTool has go build a tool of internal/tools/opa, or take it from its
// cache, and returns its path.
func builtTool(t *testing.T, name string) string {
	t.Helper()
	output, err := exec.CommandContext(t.Context(), "go", "-C", filepath.Join(repository, "internal/tools/opa"), "tool", "-n", name).Output()
	if err != nil {
		t.Fatalf("go tool %s: %v", name, err)
	}
	return strings.TrimSpace(string(output))
}

const linkWithEnd = `
resource "domum_vendor_link" "acme" {
  vendor_name       = "Acme Ltd"
  access_group_name = "Vendors - OT"
  start_date        = "2026-12-01"
  due_date          = "2099-11-30"
}

check "nobody_overlaps" {
  assert {
    condition     = length(terraform.workspace) == 0
    error_message = "Somebody does."
  }
}
`

func TestPipelines(t *testing.T) {
	for system, scripts := range jobs(t) {
		t.Run(system, func(t *testing.T) {
			c := exampleWorld(t, simulator.Vendor{})
			d := &document{}
			d.enterCI(c)
			d.write(requiredProviders + linkWithEnd)

			must := func(job string) string {
				t.Helper()
				output, err := d.shell(scripts[job])
				if err != nil {
					t.Fatalf("%s: %v\n%s", job, err, output)
				}
				return output
			}
			d.expect(must("plan"), "1 to add", "check.nobody_overlaps", "Somebody does.")
			c.expectPatches()
			d.expect(must("apply"), "1 added")
			if v := c.vendor("42"); v.Status != "enabled" {
				t.Errorf("not linked: %+v", v)
			}

			// Drift opens an issue that says what was found.
			c.EditVendor("42", func(v *simulator.Vendor) { v.AccessGroupID = groupIT })
			must("drift")
			d.expect(unwrap(d.read("issues.txt")), "the nightly plan found something", `"Vendors - IT" -> "Vendors - OT"`, "Somebody does.")

			// A vendor that somebody disabled fails the plan, and is in the issue.
			c.EditVendor("42", func(v *simulator.Vendor) { v.AccessGroupID, v.Status = groupOT, "disabled" })
			if output, err := d.shell(scripts["apply"]); err == nil {
				t.Errorf("enabled again:\n%s", output)
			}
			if v := c.vendor("42"); v.Status != "disabled" {
				t.Errorf("enabled again: %+v", v)
			}

			// Nothing to say is no issue.
			c.EditVendor("42", func(v *simulator.Vendor) { v.Status = "enabled" })
			d.write(requiredProviders + strings.Replace(linkWithEnd, "== 0", "> 0", 1))
			d.apply()
			d.file("issues.txt", "")
			must("drift")
			if got := d.read("issues.txt"); got != "" {
				t.Errorf("an issue is opened for nothing:\n%s", got)
			}
		})
	}
}

func TestPolicyRefusesPlans(t *testing.T) {
	links := func(attributes string, vendors ...string) (text string) {
		for i, vendor := range vendors {
			text += fmt.Sprintf("resource \"domum_vendor_link\" \"v%d\" {\n  vendor_name = %q\n  access_group_name = \"Vendors - OT\"\n  start_date = \"2026-12-01\"\n  %s\n}\n", i, vendor, attributes)
		}
		return text
	}
	const end = `due_date = "2099-11-30"`
	four := []string{"Acme Ltd", "Globex", "Initech", "Umbrella"}
	for name, test := range map[string]struct {
		applied, planned string
		disable          bool
		refused          string
	}{
		"an end":          {planned: links(end, "Acme Ltd")},
		"no end":          {planned: links("", "Acme Ltd"), refused: "domum_vendor_link.v0 has no due_date"},
		"end cleared":     {planned: links(`due_date = ""`, "Acme Ltd"), refused: "domum_vendor_link.v0 has no due_date"},
		"enabled again":   {applied: links(end, "Acme Ltd"), planned: links(end, "Acme Ltd"), disable: true, refused: "domum_vendor_link.v0 goes from disabled to enabled"},
		"four destroyed":  {applied: links(end, four...), refused: "4 links are destroyed, and 3 are allowed"},
		"three destroyed": {applied: links(end, four[:3]...)},
	} {
		t.Run(name, func(t *testing.T) {
			c := exampleWorld(t, simulator.Vendor{})
			c.push("Umbrella")
			d := &document{}
			d.enterCI(c)
			d.env = append(d.env, "DOMUM_PROTECT_EXTERNAL_DISABLE=false")
			d.write(requiredProviders + test.applied)
			d.apply()
			if test.disable {
				c.EditVendor("42", func(v *simulator.Vendor) { v.Status = "disabled" })
			}
			d.write(requiredProviders + test.planned)
			output, err := d.shell("sh ci/plan.sh >/dev/null\nopa eval --fail-defined --format=pretty -d ci/policy.rego -i tfplan.json 'data.main.deny[_]'")
			if (err != nil) != (test.refused != "") {
				t.Errorf("%v\n%s", err, output)
			}
			d.expect(output, test.refused)
		})
	}
}

func walkCI(t *testing.T, d *document) {
	c := exampleWorld(t, simulator.Vendor{Status: "disabled", AccessGroupID: groupOT, StartDate: "2026-12-01"})
	d.enter(c)
	d.jq(c)
	d.write(requiredProviders + linkWithEnd)
	d.expect(d.do(), `warning: Vendor "Acme Ltd" is disabled and will be enabled`)
	d.expect(d.do(), "check.nobody_overlaps: Somebody does.")

	d.checkSyntax(d.next(t, "terraform")) // Vault's provider isn't here
	d.skip(t, "terraform providers mirror -platform=linux_amd64 /srv/terraform-providers")

	// The zip of a release in a folder.
	mirror := t.TempDir()
	for _, registry := range registries {
		zipProvider(t, filepath.Join(mirror, registry, address, fmt.Sprintf("terraform-provider-domum_0.1.0_%s_%s.zip", runtime.GOOS, runtime.GOARCH)))
	}
	configuration := filepath.Join(mirror, "terraformrc")
	d.file(configuration, strings.Replace(d.next(t, "terraform"), "/srv/terraform-providers", mirror, 1))
	d.env = append(d.env, "TF_CLI_CONFIG_FILE="+configuration)
	if err := os.RemoveAll(filepath.Join(d.dir, ".terraform")); err != nil {
		t.Fatal(err)
	}
	d.remove(".terraform.lock.hcl")
	d.expect(d.must("init"), "Installed domum-iac/domum v0.1.0")
	d.expect(d.must("plan"), "is disabled and will be enabled")
}

// zipProvider makes the zip of a release, with the built provider in it.
func zipProvider(t *testing.T, path string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	archive := zip.NewWriter(file)
	header := &zip.FileHeader{Name: "terraform-provider-domum_v0.1.0", Method: zip.Store}
	header.SetMode(0o755)
	entry, err := archive.CreateHeader(header)
	if err != nil {
		t.Fatal(err)
	}
	binary, err := os.Open(filepath.Join(buildDir, "terraform-provider-domum"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = binary.Close() }()
	if _, err := io.Copy(entry, binary); err != nil {
		t.Fatal(err)
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
}
