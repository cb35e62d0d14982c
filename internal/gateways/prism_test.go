// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

//go:build gateways && unix

package gateways

import (
	"net"
	"net/http"

	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// validated is the main job through Prism, which holds each request and each
// answer against openapi.yaml, and puts an error in the place of one that
// doesn't fit.
func validated(j *job) {
	address := freeAddress(j.T)
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		j.Fatal(err)
	}
	start(j.T, address, *prism, "proxy", "../domum/openapi.yaml", "http://"+j.local, "--errors", "--host", host, "--port", port)
	refused := func(url string) {
		got := ask(j.T, url)
		if kind := got.Get("Content-Type"); kind != "application/problem+json" {
			j.Errorf("Prism lets %s pass, or the answer to it: %s", url, kind)
		}
	}
	list := "http://" + address + "/api/v2/domum/vendors"
	refused(list + "?page=none")
	j.sim.AddFault(simulator.Fault{Kind: simulator.FaultStatus, Status: http.StatusOK, Body: `{"data":[{}]}`, Times: 1})
	refused(list)
	j.set("DOMUM_URL", "http://"+address)
	j.mainJob()
}
