// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

//go:build gateways && unix

package gateways

import (
	"net/http"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/domum-iac/terraform-provider-domum/internal/simtest"
	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

// nginx starts nginx with one of the examples in front of the appliance, and
// returns its address and the path of its log.
func (j *job) nginx(example string) (address, log string) {
	j.Helper()
	address = freeAddress(j.T)
	values := map[string]string{"Folder": j.folder, "Listen": address, "Appliance": j.local}
	values["Example"] = fill(j.T, j.folder, "nginx/"+example, values)
	config := fill(j.T, j.folder, "nginx/nginx.conf", values)
	return address, start(j.T, address, "nginx", "-e", "stderr", "-p", j.folder, "-c", config)
}

// nginxTLS is nginx with certificates of a private authority, which the
// provider trusts.
func (j *job) nginxTLS(example string) (address string, authority *simtest.Authority) {
	j.Helper()
	authority = simtest.NewAuthority(j.T)
	cert, key := authority.Issue("127.0.0.1", time.Hour)
	write(j.T, j.folder, "server.pem", cert)
	write(j.T, j.folder, "server.key", key)
	j.set("DOMUM_CA_CERT_FILE", write(j.T, j.folder, "authority.pem", authority.PEM))
	address, _ = j.nginx(example)
	return address, authority
}

func nginxPath(j *job) {
	address, _ := j.nginxTLS("tls-and-path.conf")
	j.set("DOMUM_URL", "https://"+address+"/segura")
	j.mainJob()
}

func nginxMutualTLS(j *job) {
	address, authority := j.nginxTLS("mutual-tls.conf")
	j.set("DOMUM_URL", "https://"+address)
	j.refuse("No required SSL certificate was sent", "client_cert_file")
	cert, key := authority.Issue("terraform", time.Hour)
	j.set("DOMUM_CLIENT_CERT_FILE", write(j.T, j.folder, "client.pem", cert))
	j.set("DOMUM_CLIENT_KEY_FILE", write(j.T, j.folder, "client.key", key))
	j.mainJob()
}

func nginxHTTP2(j *job) {
	address, _ := j.nginxTLS("http2.conf")
	j.set("DOMUM_URL", "https://"+address)
	j.mainJob()
	if spoken := j.read(filepath.Join(j.folder, "protocols")); !strings.Contains(spoken, "HTTP/2.0") || strings.Contains(spoken, "HTTP/1") {
		j.Errorf("spoken was:\n%s", spoken)
	}
}

func nginxGzip(j *job) {
	address, _ := j.nginx("gzip.conf")
	j.set("DOMUM_URL", "http://"+address)
	j.sim.AddFault(simulator.Fault{Kind: simulator.FaultStatus, Status: http.StatusOK, Body: `{"data":[]}`, Times: 1})
	if got := ask(j.T, "http://"+address+"/api/v2/domum/vendors"); got.Get("Content-Encoding") != "gzip" {
		j.Errorf("nginx doesn't compress: %v", got)
	}
	j.mainJob()
}

func nginxLimit(j *job) {
	address, log := j.nginx("limit.conf")
	j.set("DOMUM_URL", "http://"+address)
	j.mainJob()
	if !strings.Contains(j.read(log), "limiting requests") {
		j.Error("nginx never had to say 429")
	}
}

// nginxErrorPages: in each command the token call, a read and a write fail once
// with a page for people, and all go well when they are sent again.
func nginxErrorPages(j *job) {
	address, _ := j.nginx("error-pages.conf")
	j.set("DOMUM_URL", "http://"+address)
	j.before = func() {
		j.sim.ClearFaults()
		j.sim.AddFault(simulator.Fault{Method: http.MethodPost, Kind: simulator.FaultStatus, Status: http.StatusServiceUnavailable, Times: 1})
		j.sim.AddFault(simulator.Fault{Method: http.MethodGet, Path: "/api/v2/domum/*", Kind: simulator.FaultResetBefore, Times: 1}) // 502
		j.sim.AddFault(simulator.Fault{Method: http.MethodPatch, Kind: simulator.FaultStatus, Status: http.StatusServiceUnavailable, Times: 1})
	}
	j.mainJob()
}

// nginxTimeout: some writes take longer than nginx waits, and longer than the
// command that sent them lives.
func nginxTimeout(j *job) {
	address, _ := j.nginx("timeout.conf")
	j.set("DOMUM_URL", "http://"+address)
	j.set("DOMUM_MAX_RETRIES", "1")
	late := &lateWrites{job: j}
	j.Cleanup(func() { late.release() }) // the appliance waits for them before it ends
	j.after = late.arrive
	late.hold()
	j.link()
	late.hold()
	j.tf("apply", "-auto-approve", later) // may say that it doesn't know the end
	j.changed()
	j.destroy()

	// A link that is destroyed before its write arrives stays destroyed.
	late.hold()
	j.after = late.pass
	j.tf("apply", "-auto-approve")
	j.tf("destroy", "-auto-approve")
	late.arrive()
	j.count()
	j.gone()
}

// lateWrites holds writes back.
type lateWrites struct {
	*job
	mu   sync.Mutex
	gate chan struct{} // nil unless writes are held
	held int
}

// hold holds all writes to three vendors back.
func (l *lateWrites) hold() {
	gate := make(chan struct{})
	l.mu.Lock()
	l.gate, l.held = gate, 0
	l.mu.Unlock()
	slow := map[string]bool{}
	for _, v := range l.sim.Vendors()[:3] {
		slow[v.ID] = true
	}
	l.sim.OnRequest(func(r *http.Request) {
		if r.Method == http.MethodPatch && slow[path.Base(r.URL.Path)] {
			l.mu.Lock()
			l.held++
			l.mu.Unlock()
			<-gate
		}
	})
}

// pass holds no more writes back. Those that are held still are.
func (l *lateWrites) pass() { l.sim.OnRequest(nil) }

// release lets the writes that are held be carried out, and returns their
// number.
func (l *lateWrites) release() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.gate == nil {
		return 0
	}
	close(l.gate)
	l.gate = nil
	return l.held
}

// arrive lets the writes that are held be carried out, and waits for that.
func (l *lateWrites) arrive() {
	l.pass()
	before := l.sim.Count(http.MethodPatch, "")
	held := l.release()
	eventually(l.T, "the late writes arrive", func() bool { return l.sim.Count(http.MethodPatch, "") >= before+held })
}
