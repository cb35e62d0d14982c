// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/simtest"
	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

var update = flag.Bool("update", false, "write FAULTS.md instead of comparing it")

const matrixFile = "FAULTS.md"

const matrixHeader = `# What the client does when a request goes wrong

Made by ` + "`go test ./internal/domum -run FaultMatrix -update`" + `; the test fails when it no longer holds.

Each cell is one call with ` + "`max_retries`" + ` 4 against the simulator: what the caller gets; the requests that were sent
for it (the list has two pages); how many tokens were fetched meanwhile; whether the vendor holds the write afterwards.
"once" is a fault of the first request alone, anything else one of every request.

- An error of a write means that nothing was written, unless it says "may be written" or "half of it is written".
- net/http itself repeats a GET once whose connection turns out to be closed; such a request counts, but is no retry.
- A write whose answers were all lost is looked up: it works if the vendor is as it should be.

The first table is about the default profile. The others are about the profiles in examples/profiles, whose appliances take
a change in other ways; there the requests are all that were sent, with the reads around a write, and then the writes.

`

type faultRow struct {
	name  string
	fault simulator.Fault
}

func faultRows() []faultRow {
	status := func(code int) simulator.Fault { return simulator.Fault{Kind: simulator.FaultStatus, Status: code} }
	slow := simulator.Fault{Kind: simulator.FaultSlow, Delay: time.Hour}
	once := func(f simulator.Fault) simulator.Fault {
		f.Times = 1
		return f
	}
	rows := []faultRow{{"none", simulator.Fault{Path: "/nowhere", Kind: simulator.FaultHTML}}, {"401 once", once(status(401))}}
	for _, code := range []int{401, 403, 404, 409, 412, 422} {
		rows = append(rows, faultRow{fmt.Sprint(code), status(code)})
	}
	for _, code := range []int{429, 500, 502, 503, 504} {
		rows = append(rows, faultRow{fmt.Sprint(code, " once"), once(status(code))}, faultRow{fmt.Sprint(code), status(code)})
	}
	for _, f := range []faultRow{
		{"connection reset before the request is carried out", simulator.Fault{Kind: simulator.FaultResetBefore}},
		{"connection reset after the request is carried out", simulator.Fault{Kind: simulator.FaultResetAfter}},
		{"truncated body", simulator.Fault{Kind: simulator.FaultTruncate}},
		{"body slower than `request_timeout`", slow},
	} {
		rows = append(rows, faultRow{f.name + ", once", once(f.fault)}, f)
	}
	return append(rows,
		faultRow{"lockdown (503, code 100)", simulator.Fault{Kind: simulator.FaultLockdown}},
		faultRow{"\"not authorized\" (500 of API v1)", simulator.Fault{Kind: simulator.FaultV1}},
		faultRow{"unknown route (404 of the gateway)", simulator.Fault{Kind: simulator.FaultGateway}},
		faultRow{"endless body", simulator.Fault{Kind: simulator.FaultEndless}},
		faultRow{"HTML page, 200", simulator.Fault{Kind: simulator.FaultHTML}},
		faultRow{"redirect to another host", simulator.Fault{Kind: simulator.FaultRedirect, Body: "https://elsewhere.example/"}},
		faultRow{"JSON sent as text/plain", simulator.Fault{Kind: simulator.FaultContentType}},
		faultRow{"list repeats its first page", simulator.Fault{Kind: simulator.FaultRepeatPage}},
		faultRow{"list loses a record between pages", simulator.Fault{Kind: simulator.FaultShiftPage}},
		faultRow{"list has no data and claims 500", simulator.Fault{Kind: simulator.FaultEmptyPage}},
	)
}

// faultVerb is one call of the client, and what the fault hits of it, in the
// words of the simulator.
type faultVerb struct {
	name, method, path string
	call               func(ctx context.Context, c *domum.Client, v *domum.Vendor) error
	from               int32 // the fault begins with this write; 0 is at once
}

var matrixPatch = link("7", "")

func (v faultVerb) named(name string) faultVerb {
	v.name = name
	return v
}

var (
	getToken = faultVerb{"POST token", http.MethodPost, tokenPath, func(ctx context.Context, c *domum.Client, _ *domum.Vendor) error {
		_, err := c.GetVendor(ctx, "1")
		return err
	}, 0}
	getVendors = faultVerb{"GET vendors", http.MethodGet, vendorsPath, func(ctx context.Context, c *domum.Client, _ *domum.Vendor) error {
		vendors, err := c.Directory(ctx)
		if err == nil && len(vendors) != 250 {
			return fmt.Errorf("%d vendors", len(vendors))
		}
		return err
	}, 0}
	getVendor = faultVerb{"GET vendor", http.MethodGet, vendorPath, func(ctx context.Context, c *domum.Client, _ *domum.Vendor) error {
		_, err := c.GetVendor(ctx, "1")
		return err
	}, 0}
	patchVendor = faultVerb{"PATCH vendor", http.MethodPatch, vendorPath, func(ctx context.Context, c *domum.Client, v *domum.Vendor) error {
		_, err := c.UpdateVendor(ctx, v, matrixPatch)
		return err
	}, 0}
	secondCall = faultVerb{"", patchVendor.method, patchVendor.path, patchVendor.call, 2}
)

// matrices are the tables: the default API, and each shape.
var matrices = []struct {
	title string
	shape *simtest.Shape
	verbs []faultVerb
}{
	{"PATCH of the changes, with If-Match", nil, []faultVerb{getToken, getVendors, getVendor, patchVendor}},
	{"PUT of the record, with If-Match", &simtest.NamedObjects, []faultVerb{getVendors, getVendor, patchVendor.named("PUT vendor")}},
	{"POST of the changes, without ETags", &simtest.BareArrays, []faultVerb{getVendors, getVendor, patchVendor.named("POST vendor")}},
	{"PUT of the changes, without ETags, and a call of its own to enable", &simtest.EnvelopeV1, []faultVerb{getVendors, getVendor, patchVendor.named("PUT vendor"), secondCall.named("POST enable")}},
}

// outcome is what the caller of the client sees.
func outcome(err error) string {
	if e, ok := errors.AsType[*domum.UnconfirmedError](err); ok {
		return outcome(e.Err) + ", may be written"
	}
	if e, ok := errors.AsType[*domum.RewrittenETagError](err); ok {
		return fmt.Sprintf("HTTP %d, ETag rewritten", e.Refusal.Status) // the vendor hasn't changed
	}
	if e, ok := errors.AsType[*domum.PartialError](err); ok {
		return outcome(e.Err) + ", half of it is written"
	}
	if e, ok := errors.AsType[*domum.Error](err); ok {
		text := fmt.Sprintf("HTTP %d", e.Status)
		for _, kind := range []struct {
			name string
			is   bool
		}{
			{"lockdown", e.Lockdown},
			{"not found", domum.IsNotFound(err)},
			{"conflict", domum.IsConflict(err)},
			{"forbidden", domum.IsForbidden(err)},
			{"unauthenticated", domum.IsUnauthenticated(err)},
			{"HTML", e.Shape == domum.ShapeHTML},
			{"breaks the contract", e.Status == http.StatusOK && e.Shape != domum.ShapeHTML},
		} {
			if kind.is {
				text += ", " + kind.name
			}
		}
		return text
	}
	if _, ok := errors.AsType[*domum.ConnectionError](err); ok {
		return "no answer"
	}
	if err != nil {
		return err.Error()
	}
	return "works"
}

// runCell makes one call under one fault, and describes what came of it.
func runCell(t *testing.T, shape *simtest.Shape, row faultRow, verb faultVerb) string {
	t.Helper()
	clock := domum.NewStillClock(time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC))
	opts := simulator.Options{Now: clock.Now, RateWindow: 10 * time.Second}
	cfg := domum.Config{ClientID: "domum-client", ClientSecret: domum.NewSecret("domum-secret"), MaxRetries: 4, Clock: clock}
	var server *simtest.Server
	var shaped *simtest.ShapeServer
	if shape == nil {
		server = simtest.Start(t, opts)
		cfg.URL = server.URL
	} else {
		shaped = simtest.StartShape(t, *shape, opts)
		server, cfg.URL = shaped.Server, shaped.URL
		cfg.Profile = profileOf(t, *shape)
	}
	for i := range 250 {
		server.PushGroup("3", fmt.Sprintf("Vendor %03d", i))
	}
	if row.fault.Kind == simulator.FaultSlow {
		cfg.RequestTimeout = time.Second // of the real clock
	}
	client, err := domum.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	var v *domum.Vendor
	if verb.path != tokenPath {
		if v, err = client.GetVendor(t.Context(), "1"); err != nil {
			t.Fatal(err)
		}
	}
	fault := row.fault
	fault.Method = verb.method
	if fault.Path == "" {
		fault.Path = verb.path
	}
	if verb.from == 0 {
		server.AddFault(fault)
	}
	var writes atomic.Int32
	server.OnRequest(func(r *http.Request) {
		if r.Method == http.MethodPatch && writes.Add(1) == verb.from {
			server.AddFault(fault)
		}
	})
	server.ResetRequests()
	before := 0
	if shaped != nil {
		before = len(shaped.Sent())
	}
	start := clock.Now()
	err = verb.call(t.Context(), client, v)
	if waited := clock.Now().Sub(start); waited > 2*time.Minute {
		t.Errorf("waited %s", waited)
	}
	sent := fmt.Sprint(server.Count(verb.method, verb.path))
	if shaped != nil {
		sent = requestsOf(shaped.Sent()[before:])
	}
	cell := fmt.Sprintf("%s; %s", outcome(err), sent)
	if tokens := server.Count(http.MethodPost, tokenPath); verb.path != tokenPath && tokens > 0 {
		cell += fmt.Sprintf(", tokens %d", tokens)
	}
	if verb.method == http.MethodPatch {
		now, _ := server.Vendor("1")
		written := now.AccessGroupID == "7" && now.StartDate == "2026-12-01" && now.Status == "enabled"
		_, open := errors.AsType[*domum.UnconfirmedError](err)
		if partial, ok := errors.AsType[*domum.PartialError](err); ok && (now.AccessGroupID != "7" || partial.Now.AccessGroupID() != "7" || partial.Now.Enabled()) {
			t.Errorf("%v: %+v, and the vendor is %+v", err, partial.Now, now)
		}
		if !open && written != (err == nil) {
			t.Errorf("%v, and yet the vendor is %+v", err, now)
		}
		cell += map[bool]string{true: "; written", false: "; not written"}[written]
	} else if writes := server.Count(http.MethodPatch, ""); writes != 0 {
		t.Errorf("%d writes", writes)
	}
	return cell
}

// requestsOf counts requests, and the writes of them.
func requestsOf(sent []simulator.Request) string {
	all, writes := 0, 0
	for _, r := range sent {
		if !strings.HasSuffix(r.Path, "/token") && !strings.Contains(r.Path, "group") { // the access groups are read once
			all++
			if r.Method != http.MethodGet {
				writes++
			}
		}
	}
	if writes == 0 {
		return fmt.Sprint(all)
	}
	return fmt.Sprintf("%d, writes %d", all, writes)
}

// Every call under every fault: the outcome, the number of requests and what
// is left on the server. The whole is a table for people.
func TestFaultMatrix(t *testing.T) {
	t.Parallel()
	tables := make([]string, len(matrices))
	t.Run("cells", func(t *testing.T) {
		for i, m := range matrices {
			t.Run(m.title, func(t *testing.T) {
				t.Parallel()
				tables[i] = runMatrix(t, m.shape, m.verbs)
			})
		}
	})
	text := matrixHeader
	for i, m := range matrices {
		text += "\n## " + m.title + "\n\n" + tables[i]
	}
	if *update {
		if err := os.WriteFile(matrixFile, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(matrixFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(text, "\n")); diff != "" {
		t.Errorf("%s does not say what happens (-file +now):\n%s", matrixFile, diff)
	}
}

// runMatrix returns one table.
func runMatrix(t *testing.T, shape *simtest.Shape, verbs []faultVerb) string {
	t.Helper()
	rows := faultRows()
	if shape != nil { // faults of the default API's pages
		rows = slices.DeleteFunc(rows, func(r faultRow) bool { return strings.HasPrefix(r.name, "list ") })
	}
	cells := make([][]string, len(rows))
	t.Run("cells", func(t *testing.T) {
		for i, row := range rows {
			cells[i] = make([]string, len(verbs))
			for j, verb := range verbs {
				t.Run(row.name+", "+verb.name, func(t *testing.T) {
					t.Parallel()
					cells[i][j] = runCell(t, shape, row, verb)
				})
			}
		}
	})
	var table strings.Builder
	table.WriteString("| fault |")
	for _, verb := range verbs {
		table.WriteString(" " + verb.name + " |")
	}
	table.WriteString("\n|---" + strings.Repeat("|---", len(verbs)) + "|\n")
	for i, row := range rows {
		table.WriteString("| " + row.name + " | " + strings.Join(cells[i], " | ") + " |\n")
	}
	return table.String()
}
