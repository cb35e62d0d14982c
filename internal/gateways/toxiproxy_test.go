// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

//go:build gateways && unix

package gateways

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
)

// toxic is a way in which toxiproxy breaks a connection. Its documentation says
// what the attributes mean.
type toxic struct {
	Type       string         `json:"type"`
	Stream     string         `json:"stream"`
	Toxicity   float64        `json:"toxicity"` // share of the connections
	Attributes map[string]int `json:"attributes"`
}

func (x toxic) String() string {
	var attributes []string
	for _, name := range slices.Sorted(maps.Keys(x.Attributes)) {
		attributes = append(attributes, fmt.Sprintf("%s %d", strings.ReplaceAll(name, "_", " "), x.Attributes[name]))
	}
	return fmt.Sprintf("%s on %.0f%% of connections, %s: %s", strings.ReplaceAll(x.Type, "_", " "), 100*x.Toxicity, x.Stream, strings.Join(attributes, ", "))
}

func toxics(t *testing.T) []toxic {
	t.Helper()
	text, err := os.ReadFile("testdata/toxiproxy/toxics.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []toxic
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// through does the main job through one toxic.
func (x toxic) through(j *job) {
	address, control := freeAddress(j.T), freeAddress(j.T)
	config := fill(j.T, j.folder, "toxiproxy/proxy.json", map[string]string{"Listen": address, "Appliance": j.local})
	host, port, err := net.SplitHostPort(control)
	if err != nil {
		j.Fatal(err)
	}
	start(j.T, control, *toxiproxy, "-host", host, "-port", port, "-config", config, "-seed", "1")
	body, err := json.Marshal(x)
	if err != nil {
		j.Fatal(err)
	}
	req, err := http.NewRequestWithContext(j.ctx, http.MethodPost, "http://"+control+"/proxies/appliance/toxics", bytes.NewReader(body))
	if err != nil {
		j.Fatal(err)
	}
	answer, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	if err != nil {
		j.Fatal(err)
	}
	defer answer.Body.Close()
	if text, err := io.ReadAll(answer.Body); err != nil || answer.StatusCode != http.StatusOK {
		j.Fatalf("toxiproxy refuses %s: %s %s %v", body, answer.Status, text, err)
	}
	j.set("DOMUM_URL", "http://"+address)
	// Nine attempts: that all meet a toxic of one connection in five is unlikely enough.
	j.set("DOMUM_MAX_RETRIES", "8")
	j.mainJob()
}
