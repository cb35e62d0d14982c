// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// shownQuota is the X-RateLimit-Limit of a simulator that has no limit.
const shownQuota = 1_000_000

// answer is what a handler gives: a whole response, sent after the lock is released.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func jsonAnswer(status int, contentType string, v any) *answer {
	return rawAnswer(status, contentType, mustJSON(v))
}

func rawAnswer(status int, contentType string, body []byte) *answer {
	return &answer{status, http.Header{"Content-Type": {contentType}}, body}
}

// mustJSON encodes a wire struct, all of which can be encoded.
func mustJSON(v any) []byte {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return body
}

// noVersion is the version of what no write names by its ETag: lists, and access groups, which the API doesn't change.
const noVersion = 0

// resourceAnswer is a 200 with an ETag of what it shows. A version tells apart two states that look the same.
func resourceAnswer(v any, version int) *answer {
	ans := jsonAnswer(http.StatusOK, contentJSON, v)
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s", version, ans.body))
	ans.header.Set("ETag", `"`+hex.EncodeToString(sum[:8])+`"`)
	return ans
}

// conditional turns an answer to a GET into 304 when the client holds it already.
func conditional(req *request, ans *answer) *answer {
	etag := ans.header.Get("ETag")
	if req.method != http.MethodGet || etag == "" {
		return ans
	}
	for tag := range etags(req.header["If-None-Match"]) {
		if tag == "*" || strings.TrimPrefix(tag, "W/") == etag {
			return &answer{http.StatusNotModified, http.Header{"Etag": {etag}}, nil}
		}
	}
	return ans
}

// matches reports whether a write may go ahead on a record that has the given ETag. The comparison is strong: a weak tag
// never matches.
func (r *request) matches(etag string) bool {
	tags := slices.Collect(etags(r.header["If-Match"]))
	return len(tags) == 0 || slices.Contains(tags, "*") || slices.Contains(tags, etag)
}

// etags yields the entity tags of a header. A comma within a tag isn't understood: no tag made here has one.
func etags(values []string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, value := range values {
			for tag := range strings.SplitSeq(value, ",") {
				if tag = strings.TrimSpace(tag); tag != "" && !yield(tag) {
					return
				}
			}
		}
	}
}

// takeQuota counts a v2 request and reports whether it is within the rate limit.
func (s *Simulator) takeQuota(now time.Time) bool {
	s.turnWindow(now)
	if s.opts.RateLimit > 0 && s.windowUsed >= s.opts.RateLimit {
		return false
	}
	s.windowUsed++
	return true
}

func (s *Simulator) turnWindow(now time.Time) {
	if s.windowStart.IsZero() || !now.Before(s.windowStart.Add(s.opts.RateWindow)) {
		s.windowStart, s.windowUsed = now, 0
	}
}

// setV2Headers adds what every v2 response carries.
func (s *Simulator) setV2Headers(req *request, ans *answer) {
	s.turnWindow(req.now)
	limit := s.opts.RateLimit
	if limit == 0 {
		limit = shownQuota
	}
	reset := s.windowStart.Add(s.opts.RateWindow + time.Second - 1).Unix() // rounded up: by then the window is over
	ans.header.Set("X-Request-Id", req.requestID)
	ans.header.Set("X-RateLimit-Limit", strconv.Itoa(limit))
	ans.header.Set("X-RateLimit-Remaining", strconv.Itoa(max(limit-s.windowUsed, 0)))
	ans.header.Set("X-RateLimit-Reset", strconv.FormatInt(reset, 10))
}

func requestID(n int) string {
	return fmt.Sprintf("sim-%06d", n)
}

func (r route) allow() string {
	return strings.Join(slices.Sorted(maps.Keys(r.methods)), ", ")
}
