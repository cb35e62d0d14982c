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
// only show where it was found, and what would be found elsewhere.
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
	return settings.NewClient(func(cfg *domum.Config) { cfg.UserAgent = "domum-doctor/" + version })
}

// fetch is a GET of a path below the appliance's URL.
func fetch(ctx context.Context, client *domum.Client, path string, query url.Values) (gjson.Result, error) {
	answer, err := client.Fetch(ctx, strings.Split(strings.TrimPrefix(path, "/"), "/"), query, nil)
	switch {
	case err != nil:
		return gjson.Result{}, errors.New(explain.Text(err))
	case answer.Status != http.StatusOK:
		return gjson.Result{}, fmt.Errorf("%s was answered with HTTP %d (request id %.100q): correct the path, or let the authorization read it",
			get(path, query), answer.Status, answer.Header.Get("X-Request-Id"))
	case !gjson.ValidBytes(answer.Body):
		return gjson.Result{}, fmt.Errorf("the answer to %s is not JSON: check DOMUM_URL, and the path", get(path, query))
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
	if e.profile == nil {
		if e.profile, err = domum.ParseProfile(defaultProfile, domum.DefaultProfile); err != nil {
			return nil, err
		}
	}
	_, err = client.Vendors(ctx)
	if got, answered := errors.AsType[*domum.Error](err); err != nil && (!answered || got.Token) {
		return nil, errors.New(explain.Text(err))
	}
	e.token(&cfg)
	vendors := e.vendors(ctx)
	readable := e.oneVendor(ctx, vendors)
	e.missingVendor(ctx, vendors, readable)
	e.accessGroups(ctx)
	if err := e.scim(ctx, cfg); err != nil {
		return nil, err
	}
	return &e.report, ctx.Err()
}

// token notes that there is an appliance, and a token.
func (e *examination) token(cfg *domum.Config) {
	check, call, said := "TLS and token", "POST "+cmp.Or(cfg.TokenPath, domum.DefaultTokenPath), ""
	if !cfg.AccessToken.IsZero() {
		check, call, said = "TLS", "", "The token is DOMUM_ACCESS_TOKEN; no token call was made."
	}
	if cfg.InsecureSkipVerify {
		said += "\nCertificates are not verified: DOMUM_INSECURE_SKIP_VERIFY is set."
	}
	e.add(holds, check, call, said)
}

// vendors checks the list of vendors.
func (e *examination) vendors(ctx context.Context) *list {
	l := &list{name: "vendors", key: "vendors.list", spec: &e.profile.Vendors.List, idPath: e.profile.Vendors.Fields.ID}
	e.firstPage(ctx, l)
	all, err := e.client.Vendors(ctx)
	for _, v := range all {
		if v.Problem != nil {
			l.problems = append(l.problems, v.Problem.Error())
		}
	}
	e.judge(l, len(all), err)
	e.paging(ctx, l, len(all), err)
	e.nameFilter(ctx, l)
	return l
}

// accessGroups checks the list of access groups, and shows the first one.
func (e *examination) accessGroups(ctx context.Context) {
	f := &e.profile.AccessGroups.Fields
	l := &list{name: "access groups", key: "access_groups.list", spec: &e.profile.AccessGroups.List, idPath: f.ID}
	e.firstPage(ctx, l)
	all, err := e.client.AccessGroups(ctx)
	var shown []string
	for _, g := range all {
		if g.Problem != nil {
			l.problems = append(l.problems, g.Problem.Error())
		}
		if g.ID == domum.At(l.first, f.ID).String() {
			fields := groupFields(f, &g)
			shown = append(show(fields, l.first), unseen(l.rows, fields, f.Enabled))
		}
	}
	e.judge(l, len(all), err, shown...)
	e.paging(ctx, l, len(all), err)
}

// scim checks what an identity provider's own credentials show.
func (e *examination) scim(ctx context.Context, cfg domum.Config) error {
	const check = "SCIM"
	id, secret := os.Getenv("DOMUM_SCIM_CLIENT_ID"), os.Getenv("DOMUM_SCIM_CLIENT_SECRET")
	if id == "" || secret == "" {
		e.skip(check, "DOMUM_SCIM_CLIENT_ID and DOMUM_SCIM_CLIENT_SECRET are not set. Only domum_overlapping_users needs them.")
		return nil
	}
	cfg.ClientID, cfg.ClientSecret, cfg.AccessToken = id, domum.NewSecret(secret), domum.Secret{}
	client, err := domum.New(cfg)
	if err != nil {
		return errors.New(explain.Text(err))
	}
	const call = "GET /iso/scim/v2/Groups, GET /iso/scim/v2/Users"
	groups, err := client.SCIMGroups(ctx)
	users, usersErr := client.SCIMUsers(ctx)
	if err := cmp.Or(err, usersErr); err != nil {
		e.add(differs, check, call, explain.Text(err))
	} else {
		e.add(holds, check, call, fmt.Sprintf("%d groups, %d users.", len(groups), len(users)))
	}
	return nil
}
