// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package provider

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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
}
`

// running is a terraform that runs, with the built provider, in a process
// group of its own.
type running struct {
	*cli
	cmd *exec.Cmd

	mu     sync.Mutex
	output bytes.Buffer
	waits  []wait
}

// wait is for words that the output has to say that often.
type wait struct {
	words string
	times int
	seen  chan struct{}
}

// Write implements io.Writer.
func (p *running) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.output.Write(text)
	p.tell()
	return len(text), nil
}

// tell ends the waits that are over.
func (p *running) tell() {
	p.waits = slices.DeleteFunc(p.waits, func(w wait) bool {
		over := strings.Count(p.output.String(), w.words) >= w.times
		if over {
			close(w.seen)
		}
		return over
	})
}

// says waits until the output has said those words so often.
func (p *running) says(words string, times int) {
	p.t.Helper()
	w := wait{words, times, make(chan struct{})}
	p.mu.Lock()
	p.waits = append(p.waits, w)
	p.tell()
	p.mu.Unlock()
	p.await(words, w.seen)
}

// start begins a command.
func (c *cli) start(args ...string) *running {
	c.t.Helper()
	p := &running{cli: c, cmd: exec.Command(terraformPath(c.t), append(args, "-no-color")...)} //nolint:noctx // it is ended by signals
	p.cmd.Dir, p.cmd.Env = c.dir, c.env
	p.cmd.Stdout, p.cmd.Stderr = p, p
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := p.cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { p.signal(syscall.SIGKILL) })
	return p
}

// signal sends a signal to the process group, as a terminal does, and CI.
func (p *running) signal(s syscall.Signal) { _ = syscall.Kill(-p.cmd.Process.Pid, s) }

// wait waits for the end of the command, and returns what it said.
func (p *running) wait() string {
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

// stateHolds waits until state holds n links: Terraform says "complete" before
// it writes.
func (c *cli) stateHolds(n int) {
	c.t.Helper()
	for range 1000 {
		content, _ := os.ReadFile(filepath.Join(c.dir, "terraform.tfstate"))
		if strings.Count(string(content), `"index_key"`) == n {
			return
		}
		<-time.After(10 * time.Millisecond)
	}
	c.t.Fatalf("state doesn't come to hold %d links", n)
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

// newMany is a folder with 15 links to make.
func newMany(t *testing.T) *cli {
	t.Helper()
	w := newWorld(t)
	for i := range manyLinks {
		w.push(fmt.Sprintf("Vendor %d", i))
	}
	c := w.cli()
	c.ownProcess("DOMUM_MAX_RETRIES=1")
	c.use(linkMany)
	return c
}

// slow makes the appliance take that long to answer a write.
func (w *world) slow(delay time.Duration) {
	w.AddFault(simulator.Fault{Method: http.MethodPatch, Kind: simulator.FaultSlow, Delay: delay})
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

// What the appliance does within a moment is known at the end; what takes it
// longer is in state as well, as it was planned.
func TestInterruptedOnceKeepsEveryLink(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		for name, delay := range map[string]time.Duration{"answer in time": 150 * time.Millisecond, "answer too late": 10 * time.Second} {
			t.Run(fmt.Sprint(signal, ", ", name), func(t *testing.T) {
				c := newMany(t)
				c.slow(delay)
				ten := c.reached(http.MethodPatch, inFlight)
				p := c.start("apply", "-auto-approve")
				c.await("10 writes", ten)
				begun := time.Now()
				p.signal(signal)
				output := p.wait()
				if took := time.Since(begun); took > 8*time.Second {
					t.Errorf("it took %s to stop", took)
				}
				if remote, state := c.committed(), c.inState(); remote < inFlight || state != remote {
					t.Errorf("%d are linked, %d in state:\n%s", remote, state, output)
				}
				if delay > time.Second {
					c.expect(output, "Could not confirm the update of vendor", "Terraform was interrupted before the appliance answered")
				}
				c.heals()
				if n := c.Count(http.MethodPatch, ""); n != manyLinks {
					t.Errorf("%d writes for %d links", n, manyLinks)
				}
			})
		}
	}
}

// The second interrupt makes Terraform leave without what it was waiting for.
// By then state has every link that is being written.
func TestInterruptedTwiceKeepsEveryLink(t *testing.T) {
	const delay = 20 * time.Second
	c := newMany(t)
	c.slow(delay)
	ten := c.reached(http.MethodPatch, inFlight)
	p := c.start("apply", "-auto-approve")
	c.await("10 writes", ten)
	begun := time.Now()
	p.signal(syscall.SIGINT)
	c.stateHolds(inFlight)
	p.signal(syscall.SIGINT)
	output := p.wait()
	if took := time.Since(begun); took > delay/2 {
		t.Errorf("it took %s", took)
	}
	if remote, state := c.committed(), c.inState(); remote != inFlight || state != inFlight {
		t.Errorf("%d are linked, %d in state:\n%s", remote, state, output)
	}
	c.heals()
	if n := c.Count(http.MethodPatch, ""); n != manyLinks {
		t.Errorf("%d writes for %d links", n, manyLinks)
	}
}

func TestApplianceThatDiesLosesNoLink(t *testing.T) {
	c := newMany(t)
	c.slow(3 * time.Second)
	dying := simtest.Serve(t, simtest.Handler(t, c.Simulator))
	alive := c.URL
	c.URL = dying.URL
	c.use(linkMany)
	ten := c.reached(http.MethodPatch, inFlight)
	p := c.start("apply", "-auto-approve")
	c.await("10 writes", ten)
	_ = dying.Listener.Close()
	dying.CloseClientConnections()
	output := p.wait()
	if remote, state := c.committed(), c.inState(); remote != inFlight || state != inFlight {
		t.Errorf("%d are linked, %d in state:\n%s", remote, state, output)
	}
	c.URL = alive
	c.use(linkMany)
	c.heals()
}

func TestInterruptedWaitLeavesNothing(t *testing.T) {
	w := newWorld(t)
	c := w.cli()
	c.ownProcess()
	c.use(linkAcme)
	p := c.start("apply", "-auto-approve")
	p.says("domum_vendor_link.acme: Creating...", 1)
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
