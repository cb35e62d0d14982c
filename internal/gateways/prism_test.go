// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

//go:build gateways && unix

package gateways

import "net"

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
	j.set("DOMUM_URL", "http://"+address)
	j.mainJob()
}
