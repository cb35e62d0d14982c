// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"io"
	"log"
	"net/http"
	"strconv"
	"time"

	"github.com/felixge/httpsnoop"
)

// logRequests logs a line for each request: method, path, status and duration. It leaves out the query, the header and
// the body, any of which may hold a secret. Where a fault cuts the connection, the status is "cut".
func logRequests(next http.Handler, out io.Writer) http.Handler {
	logger := log.New(out, "", log.LstdFlags)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start, status := time.Now(), "cut"
		defer func() {
			logger.Println(r.Method, r.URL.EscapedPath(), status, time.Since(start).Round(time.Microsecond))
		}()
		status = strconv.Itoa(httpsnoop.CaptureMetrics(next, w, r).Code)
	})
}
