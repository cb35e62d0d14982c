// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
)

// An id is written with the JSON type that it was read with.
func TestIdsKeepTheirType(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ groups, want string }{
		"texts":        {groupsJSON, `{"access_group":{"id":"8"}}`},
		"numbers":      {strings.NewReplacer(`"7"`, `7`, `"8"`, `8`).Replace(groupsJSON), `{"access_group":{"id":8}}`},
		"long numbers": {strings.ReplaceAll(groupsJSON, `"8"`, `12345678901234567891`), `{"access_group":{"id":12345678901234567891}}`},
	} {
		t.Run(name, func(t *testing.T) {
			client, a := serve(t, map[string]string{
				"GET " + vendorsPath + "/42":      "200\n\"e\"\n" + `{"data":` + vendorJSON(`"42"`, `42`) + `}`,
				"PATCH " + vendorsPath + "/42":    "200\n\"f\"\n" + `{"data":` + vendorJSON(`"42"`, `42`) + `}`,
				"GET /api/v2/domum/access-groups": "200\n\n" + test.groups,
			})
			v, err := client.GetVendor(t.Context(), "42")
			if err != nil || v.ID != "42" {
				t.Fatalf("%+v, %v", v, err)
			}
			group := "8"
			if name == "long numbers" {
				group = "12345678901234567891"
			}
			if _, err := client.UpdateVendor(t.Context(), v, domum.VendorPatch{AccessGroupID: &group}); err != nil {
				t.Fatal(err)
			}
			if got, want := a.sent[len(a.sent)-1], "PATCH "+vendorsPath+`/42 If-Match "e" `+test.want; got != want {
				t.Errorf("sent %s, want %s", got, want)
			}
		})
	}
}

// A write of the record sends every member that was read, byte for byte.
func TestRecordIsSentAsItWasRead(t *testing.T) {
	record := strings.TrimSuffix(vendorJSON(), "}") + `, "locations" : [ 1.0, 1e2, {"a":null} ],"checksum":12345678901234567891,"name2":"\u0041cme <&> ÿ","access_group_note":{}}`
	client, a := serve(t, map[string]string{
		"GET " + vendorsPath + "/42": "200\n\"e\"\n" + `{"data":` + record + `}`,
		"PUT " + vendorsPath + "/42": "204\n\n",
	}, "method: PATCH", "method: PUT", "body: changes", "body: record")
	v, err := client.GetVendor(t.Context(), "42")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.UpdateVendor(t.Context(), v, domum.VendorPatch{DueDate: ptr(domum.Date("2027-11-30")), Status: ptr(domum.StatusDisabled)}); err != nil {
		t.Fatal(err)
	}
	want := strings.NewReplacer(`"due_date":null`, `"due_date":"2027-11-30"`, `"status":"enabled"`, `"status":"disabled"`).Replace(record)
	if diff := cmp.Diff([]string{"GET " + vendorsPath + "/42", "PUT " + vendorsPath + `/42 If-Match "e" ` + want, "GET " + vendorsPath + "/42"}, a.sent); diff != "" {
		t.Error(diff)
	}
	if sent := strings.SplitN(a.sent[1], `"e" `, 2)[1]; !json.Valid([]byte(sent)) {
		t.Error(sent)
	}
}

// A weak ETag matters only to writes that it would guard.
func TestWeakETags(t *testing.T) {
	t.Parallel()
	for guard, works := range map[string]bool{"etag": false, "compare": true} {
		t.Run(guard, func(t *testing.T) {
			client, a := serve(t, map[string]string{
				"GET " + vendorsPath + "/42":   "200\nW/\"e\"\n" + `{"data":` + vendorJSON() + `}`,
				"PATCH " + vendorsPath + "/42": "200\nW/\"f\"\n" + `{"data":` + vendorJSON() + `}`,
			}, "guard: etag", "guard: "+guard)
			v, err := client.GetVendor(t.Context(), "42")
			if err != nil {
				t.Fatal(err)
			}
			_, err = client.UpdateVendor(t.Context(), v, domum.VendorPatch{StartDate: ptr(domum.Date("2026-12-01"))})
			if weak, ok := errors.AsType[*domum.WeakETagError](err); ok == works || works != (err == nil) || ok && weak.ETag != `W/"e"` {
				t.Errorf("%v", err)
			}
			writes := 0
			for _, call := range a.sent {
				if strings.HasPrefix(call, "PATCH") {
					writes++
				}
			}
			if (writes == 1) != works {
				t.Errorf("sent %q", a.sent)
			}
		})
	}
}

// A write whose answer says that it failed is refused, whatever its status.
func TestWriteRefusedUnder200(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"API v1": `{"response":{"status":400,"message":"1039: No write permission","error":true,"error_code":1}}`,
		"API v2": `{"error":{"code":"validation_failed","message":"No write permission"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			client, a := serve(t, map[string]string{
				"GET " + vendorsPath + "/42":   "200\n\"e\"\n" + `{"data":` + vendorJSON() + `}`,
				"PATCH " + vendorsPath + "/42": "200\n\"f\"\n" + body,
			})
			v, err := client.GetVendor(t.Context(), "42")
			if err != nil {
				t.Fatal(err)
			}
			_, err = client.UpdateVendor(t.Context(), v, domum.VendorPatch{Status: ptr(domum.StatusDisabled)})
			if _, open := errors.AsType[*domum.UnconfirmedError](err); err == nil || open || !strings.Contains(err.Error(), "No write permission") || len(a.sent) != 2 {
				t.Errorf("%v, %q", err, a.sent)
			}
		})
	}
}

// Only a read says that a vendor is gone: the code of a write may be about
// another record.
func TestWriteThatLooksAsIfTheVendorWereGone(t *testing.T) {
	t.Parallel()
	const gone = "404\n\n" + `{"error":{"code":"not_found","message":"nothing there"}}`
	for name, read := range map[string]string{"there": "200\n\"e\"\n" + `{"data":` + vendorJSON() + `}`, "gone": gone} {
		t.Run(name, func(t *testing.T) {
			answers := map[string]string{"GET " + vendorsPath + "/42": "200\n\"e\"\n" + `{"data":` + vendorJSON() + `}`, "PATCH " + vendorsPath + "/42": gone}
			client, a := serve(t, answers)
			v, err := client.GetVendor(t.Context(), "42")
			if err != nil {
				t.Fatal(err)
			}
			a.mu.Lock()
			answers["GET "+vendorsPath+"/42"] = read
			a.mu.Unlock()
			_, err = client.UpdateVendor(t.Context(), v, domum.VendorPatch{Status: ptr(domum.StatusDisabled)})
			if err == nil || domum.IsNotFound(err) != (name == "gone") {
				t.Errorf("%v", err)
			}
		})
	}
}

// the ETags away.
var ownCalls = []string{"guard: etag", "guard: compare", "  # enable:", "  enable:", "  # disable:", "  disable:"}

// A vendor is not enabled on values that the appliance took and did not write.
func TestNothingIsBuiltOnWhatWasNotWritten(t *testing.T) {
	client, a := serve(t, map[string]string{
		"GET " + vendorsPath + "/42":         "200\n\n" + `{"data":` + vendorJSON(`"enabled"`, `"disabled"`) + `}`,
		"PATCH " + vendorsPath + "/42":       "204\n\n",
		"GET /api/v2/domum/access-groups":    "200\n\n" + groupsJSON,
		"POST " + vendorsPath + "/42/enable": "204\n\n",
	}, ownCalls...)
	v, err := client.GetVendor(t.Context(), "42")
	if err != nil {
		t.Fatal(err)
	}
	v, err = client.UpdateVendor(t.Context(), v, link("8", ""))
	if err != nil || v.AccessGroupID() != "7" || v.Enabled() {
		t.Errorf("%+v, %v", v, err)
	}
	for _, call := range a.sent {
		if strings.HasPrefix(call, "POST") {
			t.Errorf("sent %s", call)
		}
	}
}

// A write that arrives after the look-up, and before it is sent again, isn't.
func TestLateWriteIsNotRepeated(t *testing.T) {
	const before, after = "200\n\n" + `{"data":` + "BEFORE" + `}`, "200\n\n" + `{"data":` + "AFTER" + `}`
	vendor := func(answer string) string {
		return strings.NewReplacer("BEFORE", vendorJSON(), "AFTER", vendorJSON("2026-12-01", "2026-12-02")).Replace(answer)
	}
	client, a := serve(t, map[string]string{
		"GET " + vendorsPath + "/42":   vendor(after),
		"PATCH " + vendorsPath + "/42": "502\n\n",
	}, "guard: etag", "guard: compare")
	a.first = map[string][]string{"GET " + vendorsPath + "/42": {vendor(before), vendor(before), vendor(before)}} // read, read again, look-up
	v, err := client.GetVendor(t.Context(), "42")
	if err != nil {
		t.Fatal(err)
	}
	v, err = client.UpdateVendor(t.Context(), v, domum.VendorPatch{StartDate: ptr(domum.Date("2026-12-02"))})
	if err != nil || v.StartDate != "2026-12-02" {
		t.Errorf("%+v, %v", v, err)
	}
	if n := strings.Count(strings.Join(a.sent, "\n"), "PATCH"); n != 1 {
		t.Errorf("%d writes", n)
	}
}

// A call that would repeat what is so by now isn't made: the appliance enables a
// vendor that gets an access group by itself.
func TestSecondCallThatIsNotNeeded(t *testing.T) {
	off, on := "200\n\n"+`{"data":`+vendorJSON(`"enabled"`, `"disabled"`)+`}`, "200\n\n"+`{"data":`+vendorJSON(`"7"`, `"8"`)+`}`
	client, a := serve(t, map[string]string{
		"GET " + vendorsPath + "/42":         on,
		"PATCH " + vendorsPath + "/42":       "204\n\n",
		"GET /api/v2/domum/access-groups":    "200\n\n" + groupsJSON,
		"POST " + vendorsPath + "/42/enable": "400\n\n{}",
	}, ownCalls...)
	a.first = map[string][]string{"GET " + vendorsPath + "/42": {off, off}} // read, and read again before the write
	v, err := client.GetVendor(t.Context(), "42")
	if err != nil {
		t.Fatal(err)
	}
	if v, err = client.UpdateVendor(t.Context(), v, link("8", "")); err != nil || v.AccessGroupID() != "8" || !v.Enabled() {
		t.Errorf("%+v, %v, %q", v, err, a.sent)
	}
}

// Without ETags, too, a server that asks for a long wait is not asked again.
func TestRepeatedWriteHonoursRetryAfter(t *testing.T) {
	client, a := serve(t, map[string]string{
		"GET " + vendorsPath + "/42":   "200\n\n" + `{"data":` + vendorJSON() + `}`,
		"PATCH " + vendorsPath + "/42": "503\n\n{}",
	}, "guard: etag", "guard: compare")
	a.header = http.Header{"Retry-After": {"86400"}}
	v, err := client.GetVendor(t.Context(), "42")
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.UpdateVendor(t.Context(), v, domum.VendorPatch{StartDate: ptr(domum.Date("2026-12-02"))})
	if e, ok := errors.AsType[*domum.Error](err); !ok || e.RetryAfter != 24*time.Hour || strings.Count(strings.Join(a.sent, "\n"), "PATCH") != 1 {
		t.Errorf("%v, %q", err, a.sent)
	}
}

// A write whose answer a gateway compressed was done: the vendor is read again.
func TestCompressedAnswerToAWriteIsLookedUp(t *testing.T) {
	client, a := serve(t, map[string]string{
		"GET " + vendorsPath + "/42":   "200\n\"f\"\n" + `{"data":` + vendorJSON("2026-12-01", "2026-12-02") + `}`,
		"PATCH " + vendorsPath + "/42": "200\n\"f\"\n\x1f\x8b\x08",
	})
	a.first = map[string][]string{"GET " + vendorsPath + "/42": {"200\n\"e\"\n" + `{"data":` + vendorJSON() + `}`}}
	a.compressed = "PATCH"
	v, err := client.GetVendor(t.Context(), "42")
	if err != nil {
		t.Fatal(err)
	}
	if v, err = client.UpdateVendor(t.Context(), v, domum.VendorPatch{StartDate: ptr(domum.Date("2026-12-02"))}); err != nil || v.StartDate != "2026-12-02" {
		t.Errorf("%+v, %v, %q", v, err, a.sent)
	}
}
