// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

//go:build gateways && unix

package gateways

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/domum-iac/terraform-provider-domum/internal/simtest"
	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

const (
	links   = 20 // of main.tf
	vendors = 50
	otGroup = "7" // "Vendors - OT" in the default seed
	itGroup = "8"
)

// built is what the rows run.
type built struct{ cliConfig, doctor string }

// job is the main job of one row, and what came of it.
type job struct {
	*testing.T
	*built
	ctx    context.Context // ends when the whole run has to
	sim    *simulator.Simulator
	local  string // the appliance's own address
	folder string
	env    []string

	// Where they are set: before and after are called around each command, and
	// edit changes a vendor by hand.
	before, after func()
	edit          func(id string, change func(*simulator.Vendor))

	output        strings.Builder // of all commands
	lost, tainted map[string]bool
	notEmpty      bool
}

// newJob serves an appliance. Its exchanges are held against the contract.
func newJob(ctx context.Context, t *testing.T, b *built) *job {
	t.Helper()
	server := simtest.Start(t, simulator.Options{Seed: seed()})
	j := &job{
		T: t, built: b, ctx: ctx, sim: server.Simulator, local: strings.TrimPrefix(server.URL, "http://"), folder: folder(t),
		before: func() {}, after: func() {}, edit: server.EditVendor,
		lost: map[string]bool{}, tainted: map[string]bool{},
	}
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(strings.ToUpper(variable), "=")
		if !strings.HasPrefix(name, "TF_") && !strings.HasPrefix(name, "DOMUM_") && !strings.HasPrefix(name, "SENHASEGURA_") && !strings.HasSuffix(name, "_PROXY") {
			j.env = append(j.env, variable)
		}
	}
	j.set("TF_CLI_CONFIG_FILE", b.cliConfig)
	j.set("CHECKPOINT_DISABLE", "1")
	j.set("TF_IN_AUTOMATION", "1")
	j.set("DOMUM_CLIENT_ID", "domum-client")
	j.set("DOMUM_CLIENT_SECRET", "domum-secret")
	j.set("DOMUM_SCIM_CLIENT_ID", "okta-scim")
	j.set("DOMUM_SCIM_CLIENT_SECRET", "okta-scim-secret")
	fill(t, j.folder, "main.tf", nil)
	return j
}

func seed() *simulator.Seed {
	seed := simulator.DefaultSeed()
	for i := range vendors {
		seed.Vendors = append(seed.Vendors, simulator.Vendor{Name: fmt.Sprintf("Vendor %02d", i+1), IdentityProviderID: "3"})
	}
	return seed
}

// set sets an environment variable of all commands; the last one counts.
func (j *job) set(name, value string) { j.env = append(j.env, name+"="+value) }

// read returns the text of a file.
func (j *job) read(path string) string {
	j.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		j.Fatal(err)
	}
	return string(text)
}

// run runs a command, counts what it left behind, and returns its output in
// one line and its exit code.
func (j *job) run(name string, args ...string) (string, int) {
	j.Helper()
	j.before()
	cmd := commandIn(j.ctx, name, args...)
	cmd.Dir, cmd.Env = j.folder, j.env
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	if _, failed := errors.AsType[*exec.ExitError](err); j.ctx.Err() != nil || err != nil && !failed {
		j.Fatal(errors.Join(err, context.Cause(j.ctx)))
	}
	j.output.WriteString(out.String())
	j.after()
	j.count()
	return oneLine(out.String()), cmd.ProcessState.ExitCode()
}

// failf fails the job, with the end of what a command printed, or with its
// first errors.
func (j *job) failf(output, format string, args ...any) {
	j.Helper()
	const enough = 1500
	if i := strings.Index(output, "Error: "); i >= 0 {
		output = output[i:min(i+enough, len(output))]
	}
	j.Errorf("%s:\n%s", fmt.Sprintf(format, args...), output[max(0, len(output)-enough):])
}

// oneLine undoes the frame and the line breaks of a diagnostic.
func oneLine(output string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("│", " ", "╷", " ", "╵", " ").Replace(output)), " ")
}

func (j *job) tf(args ...string) (string, int) {
	j.Helper()
	return j.run(*terraform, append(args, "-no-color", "-input=false")...)
}

// must runs a command of Terraform that has to succeed and to say something.
func (j *job) must(says string, args ...string) {
	j.Helper()
	if output, code := j.tf(args...); code != 0 || !strings.Contains(output, says) {
		j.failf(output, "terraform %s: exit code %d, and it has to say %q", args[0], code, says)
	}
}

// refuse plans what has to fail, and to say all the words.
func (j *job) refuse(words ...string) {
	j.Helper()
	output, code := j.tf("plan")
	missing := slices.DeleteFunc(words, func(word string) bool { return strings.Contains(output, word) })
	if code == 0 || len(missing) > 0 {
		j.failf(output, "terraform plan: exit code %d, and it doesn't say %q", code, missing)
	}
}

// mainJob does all that the provider is for.
func (j *job) mainJob() {
	j.Helper()
	j.link()
	if output, code := j.run(j.doctor); code != 0 {
		j.failf(output, "domum-doctor: exit code %d", code)
	}
	j.drift()
	j.change()
	j.destroy()
}

func (j *job) link() {
	j.Helper()
	j.must(fmt.Sprintf("Apply complete! Resources: %d added, 0 changed, 0 destroyed.", links), "apply", "-auto-approve")
	j.planEmpty()
}

func (j *job) planEmpty(args ...string) {
	j.Helper()
	if output, code := j.tf(append([]string{"plan", "-detailed-exitcode"}, args...)...); code != 0 {
		j.notEmpty = true
		j.failf(output, "the plan is not empty: exit code %d", code)
	}
}

// drift moves a vendor to another access group by hand, and takes it back.
func (j *job) drift() {
	j.Helper()
	vendor, ok := j.sim.VendorByName("Vendor 07")
	if !ok {
		j.Fatal("the appliance has lost a vendor")
	}
	j.edit(vendor.ID, func(v *simulator.Vendor) { v.AccessGroupID = itGroup })
	output, code := j.tf("plan", "-detailed-exitcode")
	if code != 2 || !strings.Contains(output, "Plan: 0 to add, 1 to change, 0 to destroy.") {
		j.failf(output, "the plan doesn't show the drift: exit code %d", code)
	}
	j.must("Apply complete! Resources: 0 added, 1 changed, 0 destroyed.", "apply", "-auto-approve")
	j.planEmpty()
}

// later is the change in place: another start date.
const later = "-var=start_date=2026-12-15"

func (j *job) change() {
	j.Helper()
	j.must(fmt.Sprintf("Apply complete! Resources: 0 added, %d changed, 0 destroyed.", links), "apply", "-auto-approve", later)
	j.changed()
}

// changed makes sure that nothing of the change is missing.
func (j *job) changed() {
	j.Helper()
	j.planEmpty(later)
	different := slices.DeleteFunc(j.sim.Vendors()[:links], func(v simulator.Vendor) bool {
		return v.Status == "enabled" && v.AccessGroupID == otGroup && v.StartDate == "2026-12-15"
	})
	if len(different) > 0 {
		j.Errorf("%d vendors are not what was applied, such as %+v", len(different), different[0])
	}
}

func (j *job) destroy() {
	j.Helper()
	j.must(fmt.Sprintf("Destroy complete! Resources: %d destroyed.", links), "destroy", "-auto-approve")
	j.gone()
}

// gone makes sure that nothing is linked any more.
func (j *job) gone() {
	j.Helper()
	enabled := slices.DeleteFunc(j.sim.Vendors(), func(v simulator.Vendor) bool { return v.Status != "enabled" })
	if state := j.state(); len(enabled)+len(state) > 0 {
		j.Errorf("after all was destroyed %d vendors are enabled, and %d links in state", len(enabled), len(state))
	}
}

// count notes the links that are lost, which is a vendor with access that no
// state knows of, and those that are tainted.
func (j *job) count() {
	j.Helper()
	state := j.state()
	before := len(j.lost) + len(j.tainted)
	for _, v := range j.sim.Vendors() {
		status, known := state[v.ID]
		if v.Status == "enabled" && !known {
			j.lost[v.Name] = true
		}
		if status == "tainted" {
			j.tainted[v.Name] = true
		}
	}
	if len(j.lost)+len(j.tainted) > before {
		j.Errorf("lost, as they are enabled and in no state: %q; tainted: %q", slices.Sorted(maps.Keys(j.lost)), slices.Sorted(maps.Keys(j.tainted)))
	}
}

// state returns the status of each link in state, by the id of its vendor.
func (j *job) state() map[string]string {
	j.Helper()
	text, err := os.ReadFile(filepath.Join(j.folder, "terraform.tfstate"))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	var file struct {
		Resources []struct {
			Instances []struct {
				Status     string
				Attributes struct {
					VendorID string `json:"vendor_id"`
				}
			}
		}
	}
	if err := errors.Join(err, json.Unmarshal(text, &file)); err != nil {
		j.Fatal(err)
	}
	state := map[string]string{}
	for _, r := range file.Resources {
		for _, i := range r.Instances {
			state[i.Attributes.VendorID] = i.Status
		}
	}
	return state
}
