// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/domum-iac/terraform-provider-domum/internal/contract"
	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/provider"
)

// examination is what one run has learnt so far.
type examination struct {
	*report
	contract *contract.Contract
	client   *domum.Client
	last     *domum.Answer // of API v2, a 200
}

// check is a GET of the contract.
type check struct {
	name   string
	path   []string
	query  url.Values
	header http.Header
	status int // wanted
	// judge finds what the document can't say. nil finds nothing.
	judge func(*domum.Answer) []string
	// meaning says what a difference means to the provider.
	meaning func() string
	// note says what is worth knowing of an answer that holds. nil is nothing.
	note func(*domum.Answer) string
}

// do makes a check. The answer is nil unless it has the status wanted.
func (e *examination) do(ctx context.Context, client *domum.Client, c check) *domum.Answer {
	f := finding{Check: c.name, Call: "GET /" + strings.Join(c.path, "/"), Result: holds}
	answer, err := client.Fetch(ctx, c.path, c.query, c.header)
	if err != nil {
		f.Result, f.Meaning = differs, provider.Describe(err)
		e.add(f)
		return nil
	}
	f.RequestID = requestID(answer)
	f.Source, f.Differences = e.violations(ctx, c, answer)
	asWanted := answer.Status == c.status
	if asWanted && c.judge != nil {
		f.Differences = append(f.Differences, c.judge(answer)...)
	}
	switch {
	case len(f.Differences) > 0:
		f.Result, f.Meaning = differs, c.meaning()
	case c.note != nil:
		f.Meaning = c.note(answer)
	}
	e.add(f)
	if !asWanted {
		return nil
	}
	return answer
}

// violations holds an answer against the contract. The rate limit has a check
// of its own.
func (e *examination) violations(ctx context.Context, c check, answer *domum.Answer) (source string, found []string) {
	target := url.URL{Path: "/" + strings.Join(c.path, "/"), RawQuery: c.query.Encode()}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), nil)
	if err != nil {
		return "", []string{err.Error()}
	}
	exchange := e.contract.Find(req, nil)
	if exchange == nil {
		return "", []string{"the contract has no such call"}
	}
	source, _ = exchange.Operation().Extensions["x-source"].(string)
	if answer.Status != c.status {
		return source, []string{fmt.Sprintf("the status is %d, not %d", answer.Status, c.status)}
	}
	if kind, _, _ := mime.ParseMediaType(answer.Header.Get("Content-Type")); len(answer.Body) > 0 && !strings.HasSuffix(kind, "json") {
		return source, []string{fmt.Sprintf("the answer is not JSON, but %.50q", kind)}
	}
	found = exchange.CheckResponse(ctx, answer.Status, answer.Header, answer.Body)
	return source, slices.DeleteFunc(found, func(violation string) bool {
		return strings.Contains(strings.ToLower(violation), "x-ratelimit")
	})
}

// skip notes that a check was not made.
func (e *examination) skip(name, reason string) {
	e.add(finding{Check: name, Result: skipped, Meaning: reason})
}

// as says what a difference means by what the provider makes of the answer.
func as(err error) string {
	if err != nil {
		return provider.Describe(err)
	}
	return "The provider reads it all the same."
}

// requestID returns the name of the answer in the appliance's log, unless it is
// unlike one.
func requestID(answer *domum.Answer) string {
	id := answer.Header.Get("X-Request-Id")
	if len(id) > 100 || strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return ""
	}
	return id
}
