// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

// Package explain says in words what an error of the client is, and what to do
// next.
package explain

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
)

// Text is what Failure returns, the remedy as a paragraph of its own.
func Text(err error) string {
	said, remedy := Failure(err)
	return said + "\n\n" + remedy
}

// uncompressed says how a gateway leaves ETags as they are.
const uncompressed = "Turn off compression of application/json there (nginx: gzip; Apache: mod_deflate; haproxy: compression), or connect to the appliance directly."

// slow is the remedy of an operation's time-out: not every block has timeouts.
const slow = "Find out why the appliance is slow, or set a longer time in timeouts, if this block has that attribute."

// Failure says what failed, with HTTP status, the server's words and request id
// where there are any, and what to do next. An error with a method Remedy says
// the latter itself.
func Failure(err error) (said, remedy string) {
	if e, ok := errors.AsType[*domum.PanicError](err); ok {
		return fmt.Sprintf("The provider has a bug. It panicked with a %s at\n\n%s", e.Type, e.Stack),
			"Report it with this text and the provider's version. Plan again before anything else: what was written is in the state, or the plan shows it."
	}
	if e, ok := errors.AsType[*domum.Error](err); ok {
		return answer(e)
	}
	if e, ok := errors.AsType[*domum.ConnectionError](err); ok {
		return connection(e)
	}
	if errors.Is(err, context.Canceled) {
		return "Terraform was interrupted before the request was sent; nothing was written.", "Run the same command again."
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return "The operation timed out before the request was sent; nothing was written.",
			slow
	}
	if e, ok := errors.AsType[*domum.WeakETagError](err); ok {
		if e.ETag == "" {
			return e.Error(), "Find out what stands between Terraform and the appliance and drops the ETag header, and have it passed on. If the API has no ETags, say guard: compare in the file that api_profile_file names."
		}
		return e.Error(), "A gateway that compresses responses makes their ETags weak. " + uncompressed
	}
	if e, ok := errors.AsType[*domum.RewrittenETagError](err); ok {
		said, _ := answer(e.Refusal)
		return said + "\nThe vendor still has the ETag " + e.ETag + " that the write named. Nothing was written.",
			"A gateway between Terraform and the appliance changes ETags in responses, and not in requests: one that compresses does. " + uncompressed
	}
	if e, ok := errors.AsType[*domum.EnvironmentError](err); ok {
		return Sentence("T" + e.Error()[1:]), "Correct " + e.Variable + ", or unset it to connect without a proxy."
	}
	if e, ok := errors.AsType[interface {
		error
		Remedy() string
	}](err); ok {
		return e.Error(), e.Remedy()
	}
	return Sentence(err.Error()), "Read the message above; if it makes no sense, report it with the provider's version."
}

// Sentence ends a text of others with a full stop.
func Sentence(text string) string {
	text = strings.TrimSpace(text)
	if strings.HasSuffix(text, ".") || strings.HasSuffix(text, "…") {
		return text
	}
	return text + "."
}

// Duration is a duration, to the second, without the zeros behind it: 15m, not
// 15m0s.
func Duration(d time.Duration) string {
	s := d.Round(time.Second).String()
	if trimmed, ok := strings.CutSuffix(s, "m0s"); ok {
		s = trimmed + "m"
	}
	if trimmed, ok := strings.CutSuffix(s, "h0m"); ok {
		s = trimmed + "h"
	}
	return s
}
