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
	"strings"
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

- An error of a write means that nothing was written, unless it says "may be written".
- net/http itself repeats a GET once whose connection turns out to be closed; such a request counts, but is no retry.
- A write whose answers were all lost is looked up: it works if the vendor is as it should be.

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

// faultVerb is one call of the client, and what the fault hits of it.
type faultVerb struct {
	name, method, path string
	call               func(ctx context.Context, c *domum.Client, v *domum.Vendor) error
}

var matrixPatch = func() domum.VendorPatch {
	group, start, status := "7", domum.Date("2026-12-01"), domum.StatusEnabled
	return domum.VendorPatch{AccessGroupID: &group, StartDate: &start, Status: &status}
}()

var faultVerbs = []faultVerb{
	{"POST token", http.MethodPost, tokenPath, func(ctx context.Context, c *domum.Client, _ *domum.Vendor) error {
		_, err := c.GetVendor(ctx, "1")
		return err
	}},
	{"GET vendors", http.MethodGet, vendorsPath, func(ctx context.Context, c *domum.Client, _ *domum.Vendor) error {
		vendors, err := c.Vendors(ctx)
		if err == nil && len(vendors) != 250 {
			return fmt.Errorf("%d vendors", len(vendors))
		}
		return err
	}},
	{"GET vendor", http.MethodGet, vendorPath, func(ctx context.Context, c *domum.Client, _ *domum.Vendor) error {
		_, err := c.GetVendor(ctx, "1")
		return err
	}},
	{"PATCH vendor", http.MethodPatch, vendorPath, func(ctx context.Context, c *domum.Client, v *domum.Vendor) error {
		_, err := c.UpdateVendor(ctx, v, matrixPatch)
		return err
	}},
}

// outcome is what the caller of the client sees.
func outcome(err error) string {
	if e, ok := errors.AsType[*domum.UnconfirmedError](err); ok {
		return outcome(e.Err) + ", may be written"
	}
	if e, ok := errors.AsType[*domum.RewrittenETagError](err); ok {
		return fmt.Sprintf("HTTP %d, ETag rewritten", e.Refusal.Status) // the vendor hasn't changed
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
			{"not as agreed", e.Status == http.StatusOK && e.Shape != domum.ShapeHTML},
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
func runCell(t *testing.T, row faultRow, verb faultVerb) string {
	t.Helper()
	clock := domum.NewStillClock(time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC))
	server := simtest.Start(t, simulator.Options{Now: clock.Now, RateWindow: 10 * time.Second})
	for i := range 250 {
		server.PushGroup("3", fmt.Sprintf("Vendor %03d", i))
	}
	cfg := domum.Config{URL: server.URL, ClientID: "domum-client", ClientSecret: domum.NewSecret("domum-secret"), MaxRetries: 4, Clock: clock}
	if row.fault.Kind == simulator.FaultSlow {
		cfg.RequestTimeout = 2 * time.Second // of the real clock
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
	server.AddFault(fault)
	server.ResetRequests()
	start := clock.Now()
	err = verb.call(t.Context(), client, v)
	if waited := clock.Now().Sub(start); waited > 2*time.Minute {
		t.Errorf("waited %s", waited)
	}
	cell := fmt.Sprintf("%s; %d", outcome(err), server.Count(verb.method, verb.path))
	if tokens := server.Count(http.MethodPost, tokenPath); verb.path != tokenPath && tokens > 0 {
		cell += fmt.Sprintf(", tokens %d", tokens)
	}
	if verb.method == http.MethodPatch {
		now, _ := server.Vendor("1")
		written := now.AccessGroupID == "7" && now.StartDate == "2026-12-01" && now.Status == "enabled"
		_, open := errors.AsType[*domum.UnconfirmedError](err)
		if !open && written != (err == nil) {
			t.Errorf("%v, and yet the vendor is %+v", err, now)
		}
		cell += map[bool]string{true: "; written", false: "; not written"}[written]
	} else if writes := server.Count(http.MethodPatch, ""); writes != 0 {
		t.Errorf("%d writes", writes)
	}
	return cell
}

// Every call under every fault: the outcome, the number of requests and what
// is left on the server. The whole is a table for people.
func TestFaultMatrix(t *testing.T) {
	t.Parallel()
	rows := faultRows()
	cells := make([][]string, len(rows))
	t.Run("cells", func(t *testing.T) {
		for i, row := range rows {
			cells[i] = make([]string, len(faultVerbs))
			for j, verb := range faultVerbs {
				t.Run(row.name+", "+verb.name, func(t *testing.T) {
					t.Parallel()
					cells[i][j] = runCell(t, row, verb)
				})
			}
		}
	})
	var table strings.Builder
	table.WriteString(matrixHeader + "| fault |")
	for _, verb := range faultVerbs {
		table.WriteString(" " + verb.name + " |")
	}
	table.WriteString("\n|---" + strings.Repeat("|---", len(faultVerbs)) + "|\n")
	for i, row := range rows {
		table.WriteString("| " + row.name + " | " + strings.Join(cells[i], " | ") + " |\n")
	}
	if *update {
		if err := os.WriteFile(matrixFile, []byte(table.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(matrixFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(table.String(), "\n")); diff != "" {
		t.Errorf("%s does not say what happens (-file +now):\n%s", matrixFile, diff)
	}
}
