// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package provider

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/domum-iac/terraform-provider-domum/internal/simtest"
	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// A run of 15 links of which 10 are being created when something happens.
const (
	manyLinks = 15
	inFlight  = 10
)

const linkMany = `
resource "domum_vendor_link" "many" {
  for_each          = toset([for i in range(15) : "Vendor ${i}"])
  vendor_name       = each.key
  access_group_name = "Vendors - OT"
  start_date        = "2026-12-01"
  adopt_existing    = ADOPT
}
`

// process is a terraform that runs, with the built provider, in a process
// group of its own.
type process struct {
	*cli
	cmd *exec.Cmd

	mu     sync.Mutex
	output bytes.Buffer
	waits  map[string]chan struct{}
}

// Write implements io.Writer.
func (p *process) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.output.Write(text)
	for words, seen := range p.waits {
		if strings.Contains(p.output.String(), words) {
			close(seen)
			delete(p.waits, words)
		}
	}
	return len(text), nil
}

// start begins a command. Those words of its output can be waited for.
func (c *cli) start(words string, args ...string) (p *process, said <-chan struct{}) {
	c.t.Helper()
	seen := make(chan struct{})
	p = &process{cli: c, cmd: exec.Command(terraformPath(c.t), append(args, "-no-color")...), waits: map[string]chan struct{}{words: seen}} //nolint:noctx // it is ended by signals
	p.cmd.Dir, p.cmd.Env = c.dir, c.env
	p.cmd.Stdout, p.cmd.Stderr = p, p
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := p.cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { p.signal(syscall.SIGKILL) })
	return p, seen
}

// signal sends a signal to the process group, as a terminal does, and CI.
func (p *process) signal(s syscall.Signal) { _ = syscall.Kill(-p.cmd.Process.Pid, s) }

// wait waits for the end of the command, and returns what it said.
func (p *process) wait() string {
	p.t.Helper()
	_ = p.cmd.Wait() // an interrupted command has failed
	p.mu.Lock()
	defer p.mu.Unlock()
	return unwrap(p.output.String())
}

func (c *cli) await(what string, event <-chan struct{}) {
	c.t.Helper()
	select {
	case <-event:
	case <-time.After(time.Minute):
		c.t.Fatalf("%s: not within a minute", what)
	}
}

// reached returns a channel that is closed at the nth request of that method.
func (w *world) reached(method string, n int) <-chan struct{} {
	var mu sync.Mutex
	done, seen := make(chan struct{}), 0
	w.OnRequest(func(r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if r.Method == method && strings.HasPrefix(r.URL.Path, "/api/") {
			if seen++; seen == n {
				close(done)
			}
		}
	})
	return done
}

// inState returns how many links the state holds; none may be tainted.
func (c *cli) inState() int {
	c.t.Helper()
	content, err := os.ReadFile(filepath.Join(c.dir, "terraform.tfstate"))
	if os.IsNotExist(err) || err == nil && len(content) == 0 { // made for its lock, and not written yet
		return 0
	}
	var state struct {
		Resources []struct {
			Instances []struct{ Status string }
		}
	}
	if err != nil || json.Unmarshal(content, &state) != nil {
		c.t.Fatalf("the state can't be read: %v\n%s", err, content)
	}
	n := 0
	for _, r := range state.Resources {
		for _, i := range r.Instances {
			if n++; i.Status != "" {
				c.t.Errorf("a link is %s", i.Status)
			}
		}
	}
	return n
}

// committed returns how many vendors the appliance has linked; nobody may have
// disabled one.
func (w *world) committed() int {
	w.t.Helper()
	n := 0
	for _, v := range w.Vendors() {
		if v.Status == "enabled" {
			n++
		}
	}
	for _, body := range w.patches() {
		if body["status"] == "disabled" {
			w.t.Errorf("a vendor was disabled: %v", body)
		}
	}
	return n
}

// newMany is a folder with 15 links to make, and an appliance that takes its
// time to answer a write.
func newMany(t *testing.T, adopt bool) *cli {
	t.Helper()
	w := newWorld(t)
	for i := range manyLinks {
		w.push(fmt.Sprintf("Vendor %d", i))
	}
	c := w.cli()
	c.ownProcess("DOMUM_MAX_RETRIES=1")
	c.linkMany(adopt)
	w.AddFault(simulator.Fault{Method: http.MethodPatch, Kind: simulator.FaultSlow, Delay: 3 * time.Second})
	return c
}

func (c *cli) linkMany(adopt bool) {
	c.t.Helper()
	c.use(strings.Replace(linkMany, "ADOPT", fmt.Sprint(adopt), 1))
}

// heals applies once more, and expects every link in place after that.
func (c *cli) heals() {
	c.t.Helper()
	c.ClearFaults()
	c.apply()
	c.expectNoChanges()
	if remote, state := c.committed(), c.inState(); remote != manyLinks || state != manyLinks {
		c.t.Errorf("after the next apply %d are linked, %d in state", remote, state)
	}
}

func TestInterruptedOnceKeepsEveryLink(t *testing.T) {
	for name, signal := range map[string]syscall.Signal{"SIGINT": syscall.SIGINT, "SIGTERM": syscall.SIGTERM} {
		t.Run(name, func(t *testing.T) {
			c := newMany(t, false)
			ten := c.reached(http.MethodPatch, inFlight)
			p, _ := c.start("Interrupt received", "apply", "-auto-approve")
			c.await("10 writes", ten)
			p.signal(signal)
			output := p.wait()
			if remote, state := c.committed(), c.inState(); remote != inFlight || state != inFlight {
				t.Errorf("%d are linked, %d in state:\n%s", remote, state, output)
			}
			c.heals()
			if n := c.Count(http.MethodPatch, ""); n != manyLinks {
				t.Errorf("%d writes for %d links", n, manyLinks)
			}
		})
	}
}

// The second interrupt makes Terraform leave without what it was waiting for,
// and no provider can write the state in its stead. With adopt_existing the
// next apply heals that; without, it says how to import the links.
func TestInterruptedTwiceDisablesNothing(t *testing.T) {
	for name, adopt := range map[string]bool{"adopting": true, "not adopting": false} {
		t.Run(name, func(t *testing.T) {
			c := newMany(t, adopt)
			ten := c.reached(http.MethodPatch, inFlight)
			p, stopping := c.start("Interrupt received", "apply", "-auto-approve")
			c.await("10 writes", ten)
			p.signal(syscall.SIGINT)
			c.await("the first interrupt", stopping)
			p.signal(syscall.SIGINT)
			c.expect(p.wait(), "Two interrupts received")
			if remote, state := c.committed(), c.inState(); remote != inFlight || state > remote {
				t.Errorf("%d are linked, %d in state", remote, state)
			}
			if adopt {
				c.heals()
				if n := c.Count(http.MethodPatch, ""); n != manyLinks {
					t.Errorf("%d writes for %d links", n, manyLinks)
				}
				return
			}
			c.refuse([]string{"it is linked already", "import {"}, "apply", "-auto-approve")
			if remote := c.committed(); remote != inFlight {
				t.Errorf("refused, and yet %d are linked", remote)
			}
		})
	}
}

func TestApplianceThatDiesLosesNoLink(t *testing.T) {
	c := newMany(t, false)
	dying := httptest.NewServer(simtest.Handler(t, c.Simulator))
	t.Cleanup(dying.Close)
	alive := c.URL
	c.URL = dying.URL
	c.linkMany(false)
	ten := c.reached(http.MethodPatch, inFlight)
	p, _ := c.start("", "apply", "-auto-approve")
	c.await("10 writes", ten)
	_ = dying.Listener.Close()
	dying.CloseClientConnections()
	output := p.wait()
	if remote, state := c.committed(), c.inState(); remote != inFlight || state != inFlight {
		t.Errorf("%d are linked, %d in state:\n%s", remote, state, output)
	}
	c.URL = alive
	c.linkMany(false)
	c.heals()
}

func TestInterruptedWaitLeavesNothing(t *testing.T) {
	w := newWorld(t)
	c := w.cli()
	c.ownProcess()
	c.use(linkAcme)
	p, creating := c.start("domum_vendor_link.acme: Creating...", "apply", "-auto-approve")
	c.await("the create", creating)
	c.await("the wait", w.reached(http.MethodGet, 1))
	begun := time.Now()
	p.signal(syscall.SIGINT)
	output := p.wait()
	if waited := time.Since(begun); waited > 20*time.Second {
		t.Errorf("it took %s to stop:\n%s", waited, output)
	}
	c.expect(output, "Terraform was interrupted", "nothing was written")
	w.expectPatches()
	if n := c.inState(); n != 0 {
		t.Errorf("%d in state", n)
	}
	w.push("Acme Ltd")
	c.apply()
	c.expectNoChanges()
}
