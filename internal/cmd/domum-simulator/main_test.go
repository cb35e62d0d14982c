// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// running is a command that serves.
type running struct {
	t    *testing.T
	url  string
	log  *bytes.Buffer // to be read after stop
	stop func()
}

// start runs the command until the test stops it, or ends.
func start(t *testing.T, args ...string) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	stdout, stdoutWriter := io.Pipe()
	r := &running{t: t, log: &bytes.Buffer{}}
	ended := make(chan error, 1)
	go func() {
		err := run(ctx, args, stdoutWriter, r.log)
		stdoutWriter.CloseWithError(err)
		ended <- err
	}()
	stopped := false
	r.stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("ended with %v", err)
		}
	}
	t.Cleanup(r.stop)
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	match := regexp.MustCompile(`^domum-simulator: listening on (http://127\.0\.0\.1:\d+)\n$`).FindStringSubmatch(line)
	if match == nil {
		t.Fatalf("printed %q", line)
	}
	r.url = match[1]
	return r
}

// do sends a request without a body, or a POST of one, and returns the status; 0 if there was no answer.
func (r *running) do(method, path, contentType, body string) int {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), method, r.url+path, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Content-Type", contentType)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: time.Minute}
	resp, err := client.Do(req)
	if err != nil {
		return 0
	}
	resp.Body.Close()
	return resp.StatusCode
}

func (r *running) login(id, secret string) int {
	r.t.Helper()
	const form = "application/x-www-form-urlencoded"
	return r.do("POST", "/iso/oauth2/token", form, "grant_type=client_credentials&client_id="+id+"&client_secret="+secret)
}

func TestServe(t *testing.T) {
	t.Parallel()
	r := start(t)
	if got := r.login("domum-client", "domum-secret"); got != 200 {
		t.Errorf("token: %d", got)
	}
	if got := r.do("GET", "/nothing%0A?token=query-secret", "", ""); got != 404 {
		t.Errorf("unknown path: %d", got)
	}
	if got := r.do("POST", "/_simulator/faults", "application/json", `{"kind":"reset-before"}`); got != 204 {
		t.Errorf("fault: %d", got)
	}
	if got := r.do("GET", "/cut", "", ""); got != 0 {
		t.Errorf("with a fault: %d", got)
	}
	r.stop()
	want := regexp.MustCompile(`^\S+ \S+ POST /iso/oauth2/token 200 \S+
\S+ \S+ GET /nothing%0A 404 \S+
\S+ \S+ POST /_simulator/faults 204 \S+
\S+ \S+ GET /cut cut \S+
$`)
	if got := r.log.String(); !want.MatchString(got) {
		t.Errorf("logged %s", got)
	}
}

func TestFlags(t *testing.T) {
	t.Parallel()
	seed := filepath.Join(t.TempDir(), "seed.json")
	const text = `{"identity_providers":[{"id":"1","name":"Entra","client_id":"entra","client_secret":"entra-secret"}]}`
	if err := os.WriteFile(seed, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	r := start(t, "-listen", "localhost:0", "-client-id", "id", "-client-secret", "secret", "-seed", seed, "-quiet",
		"-fault", `{"kind":"v1","path":"/a"}`, "-fault", `{"kind":"lockdown","path":"/b"}`)
	for what, got := range map[string]int{
		"own":       r.login("id", "secret"),
		"seed":      r.login("entra", "entra-secret"),
		"default":   r.login("domum-client", "domum-secret") - 201,
		"fault one": r.do("GET", "/a", "", "") - 300,
		"fault two": r.do("GET", "/b", "", "") - 303,
	} {
		if got != 200 {
			t.Errorf("%s: off by %d", what, got-200)
		}
	}
	r.stop()
	if r.log.Len() > 0 {
		t.Errorf("logged %s", r.log)
	}
}

// TestStopAmidAnswer: an answer that never ends doesn't keep the command.
func TestStopAmidAnswer(t *testing.T) {
	t.Parallel()
	r := start(t, "-fault", `{"kind":"slow","delay":"24h","path":"/x"}`)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.url+"/x", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := new(http.Client).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	r.stop()
	if _, err := io.ReadAll(resp.Body); err == nil {
		t.Error("the answer ended well")
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		"-listen 0.0.0.0:0":                "only loopback",
		"-listen :0":                       "only loopback",
		"-listen 192.0.2.1:0":              "only loopback",
		"-listen 127.0.0.1":                "missing port",
		"-page-size 0":                     "-page-size must be at least 1",
		"-page-size 50 -max-page-size 20":  "-max-page-size not less",
		"-rate-limit -1":                   "must not be negative",
		"-client-secret=":                  "must not be empty",
		"serve":                            `unexpected argument "serve"`,
		"-seed /does/not/exist":            "usage",
		`-fault {"kind":"x"}`:              "usage",
		"-nonsense":                        "usage",
		"-listen 127.0.0.1:0 -client-id=":  "must not be empty",
		"-listen localhost:0 -rate-limit=": "usage",
	} {
		var out bytes.Buffer
		err := run(t.Context(), strings.Fields(args), &out, io.Discard)
		if err == nil || !strings.Contains(err.Error(), want) || out.Len() > 0 {
			t.Errorf("%s: got %v, printed %q", args, err, out.String())
		}
	}
}

func TestHelp(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := run(t.Context(), []string{"-help"}, io.Discard, &out); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("got %v", err)
	}
	for _, want := range []string{"-listen", "-max-page-size", "/_simulator/faults", "echo-secret"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no word of %s in %s", want, out.String())
		}
	}
}

func TestVersionIsPrinted(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := run(t.Context(), []string{"-version"}, &out, io.Discard); err != nil || out.String() != "domum-simulator dev (none)\n" {
		t.Errorf("printed %q, %v", out.String(), err)
	}
}
