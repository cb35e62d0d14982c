// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

//go:build gateways && unix

package gateways

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"text/template"
	"time"
)

// patience is how long a program may take until it listens, and how long a test
// waits for whatever else has to happen.
const patience = 30 * time.Second

// commandIn returns a command in a process group of its own, which is killed as
// a whole when ctx ends.
func commandIn(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return killGroup(cmd) }
	return cmd
}

func killGroup(cmd *exec.Cmd) error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }

// start runs a program until the test ends. It returns when the program listens
// at address, with the path of its log.
func start(t *testing.T, address, name string, args ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "log")
	log, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	cmd := commandIn(context.Background(), name, args...) // ends with the test's cleanup, later than its context
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = cmd.Wait() // it is killed, or its log says why it ended
	}()
	t.Cleanup(func() {
		_ = killGroup(cmd) // it may have ended
		<-ended
		log.Close()
		if text, err := os.ReadFile(path); err == nil && t.Failed() {
			t.Logf("%s said last:\n%s", name, text[max(0, len(text)-1000):])
		}
	})
	eventually(t, name+" listens", func() bool {
		select {
		case <-ended:
			t.Fatalf("%s ended: %s", name, cmd.ProcessState)
		default:
		}
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
		if err != nil {
			return false
		}
		conn.Close()
		return true
	})
	return path
}

// ask sends a GET with no good token, from a client that takes compressed
// answers. It returns the answer's header.
func ask(t *testing.T, url string) http.Header {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header = http.Header{"Authorization": {"Bearer none"}, "Accept-Encoding": {"gzip"}}
	answer, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	return answer.Header
}

// eventually waits until something is so.
func eventually(t *testing.T, what string, so func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !so() {
		select {
		case <-ctx.Done():
			t.Fatalf("%s: not within %s", what, patience)
		case <-tick.C:
		}
	}
}

// freeAddress returns a loopback address at which nobody listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// folder makes one that every user can read: a program that root starts may
// become another.
func folder(t *testing.T) string {
	t.Helper()
	path, err := os.MkdirTemp("", "domum-gateways") //nolint:usetesting // what t.TempDir makes is for its owner only
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(path) })
	if err := os.Chmod(path, 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// fill writes a file of testdata into a folder, with values in it, and returns
// its path.
func fill(t *testing.T, folder, name string, values any) string {
	t.Helper()
	tmpl, err := template.New(filepath.Base(name)).Option("missingkey=error").ParseFiles(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, filepath.Base(name))
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(tmpl.Execute(file, values), file.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// write writes a file into a folder, and returns its path.
func write(t *testing.T, folder, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(folder, name)
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}
