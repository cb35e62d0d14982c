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
	"slices"
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
	_ = os.Setenv(profileVariable, profileFile) // both can be set: one is a constant, the other was an argument
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
	e.conclude("TLS and token", "POST "+cmp.Or(cfg.TokenPath, domum.DefaultTokenPath), []outcome{
		{cfg.InsecureSkipVerify, holds, "Certificates are not verified: DOMUM_INSECURE_SKIP_VERIFY is set.", ""},
		{!cfg.AccessToken.IsZero(), holds, "The token is DOMUM_ACCESS_TOKEN; no token call was made.", ""},
		{true, holds, "", ""},
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
		if g.ID == domum.At(l.rows.Get("0"), f.ID).String() {
			shown, _ = show(f, g, l.rows.Get("0"), l.rows.Array())
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

// list is a list of the profile, and what was found out about it.
type list struct {
	name, key string // "vendors", "vendors.list"
	spec      *domum.ListProfile
	idPath    string
	rows      gjson.Result // of the first page, if they are where the profile says
	count     int          // of the records that the client reads
	problems  []string     // of those of them that nobody can use
}

// query asks for a page of that many records, from page 1. A size of 0 is the
// profile's.
func (l *list) query(number, size int) url.Values {
	query := url.Values{}
	if l.spec.Paging != nil {
		l.spec.Paging.Ask(query, number, cmp.Or(size, l.spec.Paging.MaxSize))
	}
	return query
}

// isNew reports whether rows begin with a record that known does not have.
func (l *list) isNew(rows, known gjson.Result) bool {
	first := domum.At(rows.Get("0"), l.idPath).Raw
	return first != "" && !slices.ContainsFunc(known.Array(), func(row gjson.Result) bool { return domum.At(row, l.idPath).Raw == first })
}

// ask returns the answer to a query, and the array of records in it. What is wrong
// with it, so that there is none, is for the client to say.
func (e *examination) ask(ctx context.Context, l *list, query url.Values) (answer, rows gjson.Result) {
	answer, _ = fetch(ctx, e.client, l.spec.Path, query)
	return answer, domum.At(answer, l.spec.Items)
}

// list notes what the client makes of a list, and tries its pages: a short list
// doesn't show the client what is wrong with them, and neither does one that
// doesn't tell its total. err says why the client can't read the list.
func (e *examination) list(ctx context.Context, l *list, err error, shown string) {
	unusable := len(l.problems)
	e.conclude("list of "+l.name, get(l.spec.Path, l.query(1, 0)), []outcome{
		failure(err, l.key, l.spec.Path),
		{unusable > 0, differs, strings.Join(l.problems[:min(unusable, 3)], "\n") +
			fmt.Sprintf("\nThe provider can use the other %d of the %d records.", l.count-unusable, l.count), ""},
		{true, holds, fmt.Sprintf("Records: %d; those of the first page are at %s.\n", l.count, quoted(l.spec.Items)) + shown, ""},
	})
	if err != nil {
		e.add(skipped, "pages of "+l.name, "", "It takes the list.")
		return
	}
	p, paged, key, came := cmp.Or(l.spec.Paging, &domum.Paging{}), l.spec.Paging != nil, l.key+".paging", len(l.rows.Array())
	answer, first := e.ask(ctx, l, l.query(1, 1))
	_, second := e.ask(ctx, l, l.query(2, 1))
	_, behind := e.ask(ctx, l, l.query(came+1, 1))
	numbers := numbersOf(nil, answer)
	total := take(&numbers, totalNames)
	e.conclude("pages of "+l.name, get(l.spec.Path, l.query(2, 1)), []outcome{
		{!paged && total.value.Int() > int64(came), differs, fmt.Sprintf("%s says %s, and %d records came. "+
			"The provider does not see the others.", total.path, total.value.Raw, came), key + ": say how the other pages are asked for"},
		{!paged, holds, fmt.Sprintf("The profile has no paging, so the records of one answer count as all: %d.", came), ""},
		{l.isNew(first, l.rows), differs, "the pages are numbered from 0: the provider would miss the first",
			key + ".page: use offset, if the API has it: a profile's pages are numbered from 1"},
		{p.Total == "" && came < p.MaxSize && l.isNew(behind, l.rows), differs,
			fmt.Sprintf("a page of %d records was asked for, %d came, and there are more", p.MaxSize, came),
			fmt.Sprintf("%s.max_size: %d", key, came)},
		{l.count < 2, skipped, "It takes two " + l.name + ".", ""},
		{len(first.Array()) != 1 || len(second.Array()) != 1, differs,
			fmt.Sprintf("pages of one record were asked for: the first has %d, the second %d", len(first.Array()), len(second.Array())),
			key + ".size: " + p.Size + " does not say how many records a page has"},
		{!l.isNew(second, first), differs, "the second page begins with the same record as the first",
			fmt.Sprintf("%s.%s: %s does not choose the page", key, map[bool]string{true: "page", false: "offset"}[p.Offset == ""], p.Page+p.Offset)},
		{true, holds, "Two pages of one record were asked for, and another record came with each.", ""},
	})
}

// nameFilter tries the filter with the name of the first vendor.
func (e *examination) nameFilter(ctx context.Context, l *list) {
	filter, nameOf, query := l.spec.NameFilter, e.profile.Vendors.Fields.Name, l.query(1, 0)
	wanted := domum.At(l.rows.Get("0"), nameOf).String()
	if filter == "" || wanted == "" {
		e.add(skipped, "name filter", "", "It takes a filter in the profile, and a vendor. Without one, looking up a name takes the whole list.")
		return
	}
	query.Set(filter, wanted)
	_, rows := e.ask(ctx, l, query)
	came, fit := len(rows.Array()), 0
	for _, row := range rows.Array() {
		if domum.At(row, nameOf).String() == wanted {
			fit++
		}
	}
	said := fmt.Sprintf("Records that came: %d. With the name that was asked for: %d.", came, fit)
	e.conclude("name filter", "GET "+l.spec.Path+"?"+filter+"=…", []outcome{
		{fit == 0 || fit < came && came == len(l.rows.Array()), holds,
			said + " It does not narrow the list by name. The provider looks names up in the list then: it takes more requests.",
			"vendors.list.name_filter: leave it out, or name the parameter: it is not " + filter},
		{true, holds, said, ""},
	})
}
