// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/provider"
)

var (
	vendorsPath      = []string{"api", "v2", "domum", "vendors"}
	accessGroupsPath = []string{"api", "v2", "domum", "access-groups"}
)

// record is the path of one record of a list.
func record(list []string, id string) []string { return append(slices.Clone(list), id) }

// unknownID is an id that no record has.
const unknownID = "2147483647"

// few is a page size that shows whether it is respected.
const few = 1

// page is what a page of a list says of itself.
type page struct {
	Data []struct {
		ID string `json:"id"`
	} `json:"data"`
	Pagination struct {
		PageSize   int `json:"page_size"`
		TotalPages int `json:"total_pages"`
	} `json:"pagination"`
}

// firstID returns the id of the first record of a list, "" if there is none.
func firstID(answer *domum.Answer) string {
	var p page
	if answer == nil || json.Unmarshal(answer.Body, &p) != nil || len(p.Data) == 0 {
		return ""
	}
	return p.Data[0].ID
}

// token finds out whether there is an appliance, and a token. An error means
// that nothing else can be checked.
func (e *examination) token(ctx context.Context, cfg *domum.Config) error {
	_, err := e.client.Fetch(ctx, vendorsPath, firstPage(), nil)
	if err != nil {
		return err
	}
	f := finding{Check: "TLS and token", Result: holds, Source: "published"}
	if cfg.AccessToken.IsZero() {
		path := cfg.TokenPath
		if path == "" {
			path = domum.DefaultTokenPath
		}
		f.Call = "POST " + path
	} else {
		f.Check, f.Source = "TLS", ""
		f.Meaning = "The token is DOMUM_ACCESS_TOKEN; no token call was made."
	}
	if cfg.InsecureSkipVerify {
		f.Meaning += " Certificates are not verified: DOMUM_INSECURE_SKIP_VERIFY is set."
	}
	e.add(f)
	return nil
}

func firstPage() url.Values {
	return url.Values{"page": {"1"}, "page_size": {strconv.Itoa(few)}}
}

func (e *examination) vendors(ctx context.Context) {
	readAll := func() string { _, err := e.client.Vendors(ctx); return as(err) }
	list := e.do(ctx, e.client, check{
		name: "list of vendors", path: vendorsPath, query: firstPage(), status: http.StatusOK, judge: judgePage, meaning: readAll, note: noteDates,
	})
	e.remember(list)
	e.unknownVendor(ctx)
	id := firstID(list)
	if id == "" {
		const reason = "The list shows no vendor. Push a group of third parties, or correct what differs there, and run again."
		e.skip("one vendor", reason)
		e.skip("unchanged vendor", reason)
		return
	}
	path := record(vendorsPath, id)
	one := e.do(ctx, e.client, check{
		name: "one vendor", path: path, status: http.StatusOK, note: noteDates,
		meaning: func() string {
			v, err := e.client.GetVendor(ctx, id)
			if err == nil && v.ETag == "" {
				return "The provider reads the vendor, and never writes without an ETag: no link can be made or changed."
			}
			return as(err)
		},
	})
	etag := ""
	if one != nil {
		etag = one.Header.Get("ETag")
	}
	if etag == "" {
		e.skip("unchanged vendor", "It takes the ETag of one vendor.")
		return
	}
	e.do(ctx, e.client, check{
		name: "unchanged vendor", path: path, header: http.Header{"If-None-Match": {etag}}, status: http.StatusNotModified,
		meaning: func() string { return "The provider does without it." },
	})
}

func (e *examination) unknownVendor(ctx context.Context) {
	e.do(ctx, e.client, check{
		name: "unknown vendor", path: record(vendorsPath, unknownID), status: http.StatusNotFound,
		judge: func(*domum.Answer) []string {
			if _, err := e.client.GetVendor(ctx, unknownID); !domum.IsNotFound(err) {
				return []string{"the 404 is not in the form of API v2, so that it may be about the path"}
			}
			return nil
		},
		meaning: func() string {
			_, err := e.client.GetVendor(ctx, unknownID)
			if domum.IsNotFound(err) {
				return as(nil)
			}
			text := "The provider does not take this for a vendor that is gone: the link of a deleted vendor stays in state, and plans fail."
			if err != nil {
				text += "\n" + provider.Describe(err)
			}
			return text
		},
	})
}

func (e *examination) accessGroups(ctx context.Context) {
	list := e.do(ctx, e.client, check{
		name: "list of access groups", path: accessGroupsPath, query: firstPage(), status: http.StatusOK, judge: judgePage,
		meaning: func() string { _, err := e.client.AccessGroups(ctx); return as(err) },
	})
	e.remember(list)
	id := firstID(list)
	if id == "" {
		e.skip("one access group", "The list shows none. Make one, or correct what differs there, and run again.")
		return
	}
	e.do(ctx, e.client, check{
		name: "one access group", path: record(accessGroupsPath, id), status: http.StatusOK,
		meaning: func() string { return "The provider does without this call." },
	})
}

// judgePage finds out whether a list respects the size of a page. Where it
// doesn't, a list costs more requests.
func judgePage(answer *domum.Answer) []string {
	var p page
	if json.Unmarshal(answer.Body, &p) != nil {
		return nil // the document has said so
	}
	var found []string
	if n := len(p.Data); n > few {
		found = append(found, fmt.Sprintf("page_size=%d is not respected: %d records came", few, n))
	}
	if size := p.Pagination.PageSize; size != few {
		found = append(found, fmt.Sprintf("pagination.page_size is %d, not the %d asked for", size, few))
	}
	return found
}

var dateWithTime = regexp.MustCompile(`"(start|due)_date"\s*:\s*"\d{4}-\d\d-\d\d[T ]`)

func noteDates(answer *domum.Answer) string {
	if dateWithTime.Match(answer.Body) {
		return "Dates come with a time. The provider uses the day as written."
	}
	return ""
}

// remember keeps an answer for the check of the rate limit.
func (e *examination) remember(answer *domum.Answer) {
	if answer != nil {
		e.last = answer
	}
}

// rateLimit looks at the headers that say how many requests are left.
func (e *examination) rateLimit() {
	const name = "rate limit"
	if e.last == nil {
		e.skip(name, "No list was answered.")
		return
	}
	f := finding{Check: name, Call: "X-RateLimit-Limit, -Remaining, -Reset", Source: "published", Result: holds, RequestID: requestID(e.last)}
	number := func(header string) int64 {
		n, err := strconv.ParseInt(e.last.Header.Get(header), 10, 64)
		if err != nil || n < 0 {
			f.Differences = append(f.Differences, header+" is missing, or not a number")
			return -1
		}
		return n
	}
	limit, remaining := number("X-RateLimit-Limit"), number("X-RateLimit-Remaining")
	if limit >= 0 && remaining > limit {
		f.Differences = append(f.Differences, "X-RateLimit-Remaining is more than X-RateLimit-Limit")
	}
	const day = 24 * time.Hour
	if reset := number("X-RateLimit-Reset"); reset >= 0 && time.Until(time.Unix(reset, 0)).Abs() > day {
		f.Differences = append(f.Differences, "X-RateLimit-Reset is no time of today, in seconds since 1970")
	}
	if len(f.Differences) > 0 {
		f.Result = differs
		f.Meaning = "After a 429 the provider waits by Retry-After, or else a while that it chooses. Set max_requests_per_second if it meets one often."
	}
	e.add(f)
}

// scim checks what an identity provider's own credentials show.
func (e *examination) scim(ctx context.Context, cfg domum.Config) error {
	id, secret := os.Getenv("DOMUM_SCIM_CLIENT_ID"), os.Getenv("DOMUM_SCIM_CLIENT_SECRET")
	if id == "" || secret == "" {
		const reason = "DOMUM_SCIM_CLIENT_ID and DOMUM_SCIM_CLIENT_SECRET are not set. Only domum_overlapping_users needs them."
		e.skip("SCIM groups", reason)
		e.skip("SCIM users", reason)
		return nil
	}
	cfg.ClientID, cfg.ClientSecret, cfg.AccessToken = id, domum.NewSecret(secret), domum.Secret{}
	client, err := domum.New(cfg)
	if err != nil {
		return err
	}
	query := url.Values{"startIndex": {"1"}, "count": {strconv.Itoa(few)}}
	header := http.Header{"Accept": {"application/scim+json, application/json"}}
	e.do(ctx, client, check{
		name: "SCIM groups", path: []string{"iso", "scim", "v2", "Groups"}, query: query, header: header, status: http.StatusOK,
		meaning: func() string { _, err := client.SCIMGroups(ctx); return as(err) },
	})
	e.do(ctx, client, check{
		name: "SCIM users", path: []string{"iso", "scim", "v2", "Users"}, query: query, header: header, status: http.StatusOK,
		meaning: func() string { _, err := client.SCIMUsers(ctx); return as(err) },
	})
	return nil
}
