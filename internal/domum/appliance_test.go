// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum_test

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
)

// appliance answers with what a test says, and keeps what it was sent.
type appliance struct {
	mu      sync.Mutex
	answers map[string]string   // by method and path: status, ETag and body, one a line; the ETag may be empty
	first   map[string][]string // those that come before
	sent    []string

	header     http.Header // of each answer
	compressed string      // the method whose answers say that they are
}

func (a *appliance) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	a.mu.Lock()
	defer a.mu.Unlock()
	call := r.Method + " " + r.URL.Path
	if match := r.Header.Get("If-Match"); match != "" {
		call += " If-Match " + match
	}
	a.sent = append(a.sent, strings.TrimSpace(call+" "+string(body)))
	answer, ok := a.answers[r.Method+" "+r.URL.RequestURI()]
	if !ok {
		answer, ok = a.answers[r.Method+" "+r.URL.Path]
	}
	if !ok {
		answer = "404\n\n" + `{"error":{"code":"no_such_route","message":"no such route"}}`
	}
	if before := a.first[call]; len(before) > 0 {
		answer, a.first[call] = before[0], before[1:]
	}
	lines := strings.SplitN(answer, "\n", 3)
	if lines[1] != "" {
		w.Header().Set("ETag", lines[1])
	}
	maps.Copy(w.Header(), a.header)
	if r.Method == a.compressed {
		w.Header().Set("Content-Encoding", "gzip")
	}
	var status int
	_, _ = fmt.Sscan(lines[0], &status)
	w.WriteHeader(status)
	_, _ = io.WriteString(w, lines[2])
}

// serve starts an appliance, and a client that has the default profile with
// some texts replaced.
func serve(t *testing.T, answers map[string]string, replace ...string) (*domum.Client, *appliance) {
	t.Helper()
	t.Parallel()
	a := &appliance{answers: answers}
	server := httptest.NewServer(a)
	t.Cleanup(server.Close)
	text := string(domum.DefaultProfile)
	for i := 0; i < len(replace); i += 2 {
		if !strings.Contains(text, replace[i]) {
			t.Fatalf("the profile has no %q", replace[i])
		}
		text = strings.Replace(text, replace[i], replace[i+1], 1)
	}
	profile, err := domum.ParseProfile("profile.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	client, err := domum.New(domum.Config{URL: server.URL, AccessToken: domum.NewSecret("token"), Profile: profile, MaxRetries: 2, Clock: domum.NewStillClock(time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC))})
	if err != nil {
		t.Fatal(err)
	}
	return client, a
}

// vendorJSON is a vendor of the default API, with some texts replaced.
func vendorJSON(replace ...string) string {
	return strings.NewReplacer(replace...).Replace(`{"id":"42","name":"Acme Ltd","status":"enabled","access_group":{"id":"7","name":"Vendors - OT"},"start_date":"2026-12-01","due_date":null,` +
		`"contract_number":"","document_id":null,"identity_provider":null,"synchronized_at":null}`)
}

func pageJSON(rows ...string) string {
	return fmt.Sprintf(`{"data":[%s],"pagination":{"total_items":%d}}`, strings.Join(rows, ","), len(rows))
}

const groupsJSON = `{"data":[{"id":"7","name":"Vendors - OT","enabled":true,"description":""},{"id":"8","name":"Vendors - IT","enabled":true,"description":""}],"pagination":{"total_items":2}}`
