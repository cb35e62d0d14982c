// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
)

// BenchmarkVendors reads a list of 10,000 vendors, in 50 pages. "kept-B" is the
// memory that the list takes while it is kept.
func BenchmarkVendors(b *testing.B) {
	const all, size = 10_000, 200
	pages := make([]string, all/size)
	for p := range pages {
		rows := make([]string, size)
		for i := range rows {
			n := p*size + i
			rows[i] = fmt.Sprintf(`{"id":"%d","name":"Vendor %05d","status":"enabled","access_group":{"id":"7","name":"Vendors - OT"},`+
				`"start_date":"2026-12-01","due_date":null,"contract_number":"C-%d","document_id":null,`+
				`"identity_provider":{"id":"3","name":"Okta"},"synchronized_at":"2026-11-20T10:00:00Z"}`, n+1, n, n)
		}
		pages[p] = fmt.Sprintf(`{"data":[%s],"pagination":{"page":%d,"page_size":%d,"total_items":%d,"total_pages":%d}}`, strings.Join(rows, ","), p+1, size, all, len(pages))
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.URL.Query().Get("page"))
		_, _ = io.WriteString(w, pages[n-1])
	}))
	defer server.Close()
	client, err := domum.New(domum.Config{URL: server.URL, AccessToken: domum.NewSecret("token")})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if vendors, err := client.ReloadVendors(b.Context()); err != nil || len(vendors) != all {
			b.Fatal(len(vendors), err)
		}
	}
	b.ReportMetric(float64(heap()), "kept-B")
	runtime.KeepAlive(client)
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
