// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/explain"
	"github.com/domum-iac/terraform-provider-domum/internal/settings"
)

// examination is what one run has learnt so far. Whether something holds is the
// client's word: it reads each answer as the provider does. The raw answers
// only show where it was found, and what a short list hides from the client.
type examination struct {
	report
	client  *domum.Client
	profile *domum.Profile
}

const profileVariable = "DOMUM_API_PROFILE_FILE"

// connect returns a client of the appliance of the environment, as an empty
// provider block makes it, with the profile in that file; "" is the default.
func connect(profileFile string) (*domum.Client, domum.Config, error) {
	if err := os.Setenv(profileVariable, profileFile); err != nil {
		return nil, domum.Config{}, err
	}
	return settings.NewClient(func(cfg *domum.Config) {
		cfg.UserAgent = "domum-doctor/" + version
		if cfg.Profile == nil {
			cfg.Profile, _ = domum.ParseProfile(defaultProfile, domum.DefaultProfile) // the client would, too
		}
	})
}

// fetch is a GET of a path below the appliance's URL.
func fetch(ctx context.Context, client *domum.Client, path string, query url.Values) (gjson.Result, error) {
	answer, err := client.Fetch(ctx, strings.Split(strings.TrimPrefix(path, "/"), "/"), query, nil)
	switch {
	case err != nil:
		return gjson.Result{}, errors.New(explain.Text(err))
	case answer.Status != http.StatusOK || !gjson.ValidBytes(answer.Body):
		return gjson.Result{}, fmt.Errorf("%s was not answered with JSON, but with HTTP %d (request id %.100q): "+
			"correct the path, or let the authorization read it", get(path, query), answer.Status, answer.Header.Get("X-Request-Id"))
	}
	return gjson.ParseBytes(answer.Body), nil
}

// get is a GET of a path with its query, as a person reads it.
func get(path string, query url.Values) string {
	return strings.TrimSuffix("GET "+path+"?"+query.Encode(), "?")
}

// quoted writes a dotted path as a profile does.
func quoted(at string) string { return cmp.Or(at, `""`) }

// examine makes all checks. An error means that nothing can be checked, and says
// what to do.
func examine(ctx context.Context, profileFile string) (*report, error) {
	client, cfg, err := connect(profileFile)
	if err != nil {
		return nil, err
	}
	r := report{URL: client.URL(), Profile: cmp.Or(profileFile, defaultProfile), Counts: map[result]int{}, Corrections: []string{}}
	e := &examination{report: r, client: client, profile: cfg.Profile}
	all, err := client.Vendors(ctx)
	if got, answered := errors.AsType[*domum.Error](err); err != nil && (!answered || got.Token) {
		return nil, errors.New(explain.Text(err))
	}
	unverified := ""
	if cfg.InsecureSkipVerify {
		unverified = "Certificates are not verified: DOMUM_INSECURE_SKIP_VERIFY is set."
	}
	e.conclude("TLS and token", "POST "+cmp.Or(cfg.TokenPath, domum.DefaultTokenPath), []outcome{
		{!cfg.AccessToken.IsZero(), holds, "The token is DOMUM_ACCESS_TOKEN; no token call was made.\n" + unverified, ""},
		{true, holds, unverified, ""},
	})
	l := e.vendors(ctx, all, err)
	e.missingVendor(ctx, l, e.oneVendor(ctx, l))
	e.accessGroups(ctx)
	e.scim(ctx, cfg)
	return &e.report, ctx.Err()
}

// vendors checks the list of vendors, and its filter. err says why the client
// can't read all.
func (e *examination) vendors(ctx context.Context, all []domum.Vendor, err error) *list {
	l := &list{name: "vendors", key: "vendors.list", spec: &e.profile.Vendors.List, idPath: e.profile.Vendors.Fields.ID, count: len(all)}
	for _, v := range all {
		if v.Problem != nil {
			l.problems = append(l.problems, v.Problem.Error())
		}
	}
	_, l.rows = e.ask(ctx, l, l.query(1, 0))
	e.list(ctx, l, err, "")
	e.nameFilter(ctx, l)
	return l
}

// accessGroups checks the list of access groups, and shows the first one.
func (e *examination) accessGroups(ctx context.Context) {
	f := &e.profile.AccessGroups.Fields
	all, err := e.client.AccessGroups(ctx)
	l := &list{name: "access groups", key: "access_groups.list", spec: &e.profile.AccessGroups.List, idPath: f.ID, count: len(all)}
	_, l.rows = e.ask(ctx, l, l.query(1, 0))
	shown := ""
	for _, g := range all {
		if g.Problem != nil {
			l.problems = append(l.problems, g.Problem.Error())
		}
		if g.ID == domum.At(l.first(), f.ID).String() {
			shown = show(groupFields(f, &g), l.first(), l.rows)
		}
	}
	e.list(ctx, l, err, shown)
}

// scim checks what an identity provider's own credentials show.
func (e *examination) scim(ctx context.Context, cfg domum.Config) {
	cfg.AccessToken, cfg.ClientID = domum.Secret{}, os.Getenv("DOMUM_SCIM_CLIENT_ID")
	cfg.ClientSecret = domum.NewSecret(os.Getenv("DOMUM_SCIM_CLIENT_SECRET"))
	client, err := domum.New(cfg)
	if err != nil { // the rest of the configuration is as before
		e.add(skipped, "SCIM", "", "DOMUM_SCIM_CLIENT_ID and DOMUM_SCIM_CLIENT_SECRET are not set. Only domum_overlapping_users needs them.")
		return
	}
	groups, err := client.SCIMGroups(ctx)
	users, usersErr := client.SCIMUsers(ctx)
	e.conclude("SCIM", "GET /iso/scim/v2/Groups, GET /iso/scim/v2/Users", []outcome{
		failure(cmp.Or(err, usersErr), "", ""),
		{true, holds, fmt.Sprintf("%d groups, %d users.", len(groups), len(users)), ""},
	})
}
