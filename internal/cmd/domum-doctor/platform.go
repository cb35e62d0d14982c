// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/explain"
)

// rateLimit looks at the headers that say how many requests are left. The
// provider does without them.
func (e *examination) rateLimit() {
	const name = "rate limit"
	if e.last == nil {
		e.skip(name, "No list was answered.")
		return
	}
	f := finding{Check: name, Call: "X-RateLimit-Limit, -Remaining, -Reset", RequestID: requestID(e.last)}
	number := func(header string) int64 {
		n, err := strconv.ParseInt(e.last.Header.Get(header), 10, 64)
		if err != nil {
			return -1
		}
		return n
	}
	limit, remaining, reset := number("X-RateLimit-Limit"), number("X-RateLimit-Remaining"), number("X-RateLimit-Reset")
	const day = 24 * time.Hour
	if limit < 0 || remaining < 0 || remaining > limit || time.Until(time.Unix(reset, 0)).Abs() > day {
		f.Meaning = "Not told, or not in these headers. After a 429 the provider waits by Retry-After, or else a while that it chooses. " +
			"Set max_requests_per_second if it meets one often."
	} else {
		f.Found = fmt.Sprintf("%d requests of %d are left until %s.", remaining, limit, time.Unix(reset, 0).UTC().Format(time.TimeOnly+" MST"))
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
	groups, err := client.SCIMGroups(ctx)
	e.scimList("groups", "/iso/scim/v2/Groups", len(groups), err)
	users, err := client.SCIMUsers(ctx)
	e.scimList("users", "/iso/scim/v2/Users", len(users), err)
	return nil
}

// scimList notes what the provider made of a SCIM list.
func (e *examination) scimList(name, path string, count int, err error) {
	f := finding{Check: "SCIM " + name, Call: "GET " + path, Found: fmt.Sprintf("%d %s.", count, name)}
	if err != nil {
		f.Found, f.Differences, f.Meaning = "", []string{"the provider can't read the list"}, explain.Text(err)
		if got, ok := errors.AsType[*domum.Error](err); ok {
			f.RequestID = got.RequestID
		}
	}
	e.add(f)
}
