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
)

// examination is what one run has learnt so far. Whether something holds is the
// client's word: it reads each answer as the provider does. The raw answers
// only show where it was found, and what would be found elsewhere.
type examination struct {
	*report
	client   *domum.Client
	profile  *domum.Profile
	last     *domum.Answer // of a list, a 200
	readable bool          // a vendor could be read
}

const defaultProfile = "default"

// examine makes all checks. An error means that none can be made, and says what
// to do.
func examine(ctx context.Context, profileFile string) (*report, error) {
	if profileFile != "" {
		if err := os.Setenv(profileVariable, profileFile); err != nil {
			return nil, err
		}
	}
	client, cfg, err := connect()
	if err != nil {
		return nil, err
	}
	e := &examination{report: &report{URL: client.URL(), Profile: cmp.Or(os.Getenv(profileVariable), defaultProfile)}, client: client, profile: cfg.Profile}
	if e.profile == nil {
		if e.profile, err = domum.ParseProfile(defaultProfile, domum.DefaultProfile); err != nil {
			return nil, err
		}
	}
	if err := e.token(ctx, &cfg); err != nil {
		return nil, errors.New(explain.Text(err))
	}
	vendors := e.vendors(ctx)
	e.oneVendor(ctx, vendors)
	e.missingVendor(ctx, vendors)
	e.accessGroups(ctx)
	e.rateLimit()
	if err := e.scim(ctx, cfg); err != nil {
		return nil, errors.New(explain.Text(err))
	}
	return e.report, ctx.Err()
}

// token finds out whether there is an appliance, and a token. An error means
// that nothing else can be checked.
func (e *examination) token(ctx context.Context, cfg *domum.Config) error {
	if _, err := e.fetch(ctx, e.profile.Vendors.List.Path, nil); err != nil {
		return err
	}
	f := finding{Check: "TLS and token"}
	if cfg.AccessToken.IsZero() {
		path := cfg.TokenPath
		if path == "" {
			path = domum.DefaultTokenPath
		}
		f.Call = "POST " + path
	} else {
		f.Check = "TLS"
		f.Meaning = "The token is DOMUM_ACCESS_TOKEN; no token call was made."
	}
	if cfg.InsecureSkipVerify {
		f.Meaning += " Certificates are not verified: DOMUM_INSECURE_SKIP_VERIFY is set."
	}
	e.add(f)
	return nil
}

// fetch is a GET of a path of the profile.
func (e *examination) fetch(ctx context.Context, path string, query url.Values) (*domum.Answer, error) {
	return e.client.Fetch(ctx, strings.Split(strings.TrimPrefix(path, "/"), "/"), query, nil)
}

// list is what a check of a list has found.
type list struct {
	name, key string // "vendors", "vendors.list"
	spec      *domum.ListProfile
	idPath    string
	answer    *domum.Answer
	rows      []gjson.Result // of the first page
	problems  []string       // of records that can't be used
	unseen    []string       // what the profile says and no record shows
}

// note keeps what is wrong with a record of the list; nil is nothing.
func (l *list) note(problem error) {
	if problem != nil {
		l.problems = append(l.problems, problem.Error())
	}
}

// noteWords keeps which value of a status no record has. counts says how many
// records are enabled, and how many are not.
func (l *list) noteWords(key string, field *domum.StatusField, counts map[bool]int) {
	if field == nil || len(l.problems) > 0 {
		return
	}
	for enabled, word := range map[bool]domum.Scalar{true: field.Enabled, false: field.Disabled} {
		if counts[enabled] == 0 {
			l.unseen = append(l.unseen, fmt.Sprintf("the value %s (%s)", word, key))
		}
	}
	slices.Sort(l.unseen)
}

// readList asks for the first page of a list, as the provider does, and shows
// where its records are. The finding is added by the caller.
func (e *examination) readList(ctx context.Context, l *list) finding {
	query := pageQuery(l.spec, 1, 0)
	f := finding{Check: "list of " + l.name, Call: call(l.spec.Path, query)}
	answer, err := e.fetch(ctx, l.spec.Path, query)
	if err != nil {
		f.Differences = []string{"no answer"}
		f.Meaning = explain.Text(err)
		return f
	}
	f.RequestID = requestID(answer)
	if answer.Status != http.StatusOK {
		f.Differences = append(f.Differences, fmt.Sprintf("the status is %d, not 200", answer.Status))
		if answer.Status == http.StatusNotFound {
			e.correct(l.key+".path", "nothing is found at %s", l.spec.Path)
		}
		return f
	}
	e.last, l.answer = answer, answer
	body := gjson.ParseBytes(answer.Body)
	at := lookup(body, l.spec.Items)
	if !at.IsArray() {
		e.correctItems(l, body)
		return f
	}
	l.rows = at.Array()
	return f
}

// correctItems says where else the records of a list may be.
func (e *examination) correctItems(l *list, body gjson.Result) {
	for _, found := range arrays(body) {
		if len(found.rows) > 0 {
			e.correct(l.key+".items", "%s (%d records stand there)", quoted(found.at), len(found.rows))
		}
	}
}

// vendors checks the list of vendors.
func (e *examination) vendors(ctx context.Context) *list {
	spec := &e.profile.Vendors.List
	l := &list{name: "vendors", key: "vendors.list", spec: spec, idPath: e.profile.Vendors.Fields.ID}
	f := e.readList(ctx, l)
	all, err := e.client.Vendors(ctx)
	statuses := map[bool]int{}
	for _, v := range all {
		l.note(v.Problem)
		statuses[v.Enabled()]++
	}
	l.noteWords("vendors.fields.status", &e.profile.Vendors.Fields.Status, statuses)
	e.judge(&f, l, len(all), err)
	e.paging(ctx, l, len(all), err)
	e.nameFilter(ctx, l)
	return l
}

// accessGroups checks the list of access groups.
func (e *examination) accessGroups(ctx context.Context) {
	spec := &e.profile.AccessGroups.List
	l := &list{name: "access groups", key: "access_groups.list", spec: spec, idPath: e.profile.AccessGroups.Fields.ID}
	f := e.readList(ctx, l)
	all, err := e.client.AccessGroups(ctx)
	if err == nil && len(l.rows) > 0 {
		f.Fields = groupFields(e.profile, l.rows[0], all)
	}
	statuses := map[bool]int{}
	for _, g := range all {
		l.note(g.Problem)
		statuses[g.Enabled]++
	}
	l.noteWords("access_groups.fields.enabled", e.profile.AccessGroups.Fields.Enabled, statuses)
	e.judge(&f, l, len(all), err)
	e.paging(ctx, l, len(all), err)
}

// judge completes the finding about a list by what the client makes of it.
func (e *examination) judge(f *finding, l *list, count int, err error) {
	switch {
	case err != nil:
		f.Result, f.Meaning = differs, explain.Text(err)
		e.correctTotal(l)
	case count == 0:
		f.Found = "Records: none at " + place(l.spec.Items) + "."
		f.Meaning = "Is the authorization allowed to see them? Push a group of third parties, or make an access group, to see more checked."
	default:
		f.Found = fmt.Sprintf("Records: %d; those of the first page are at %s.", count, place(l.spec.Items))
		e.judgeRecords(f, l, count)
	}
	e.add(*f)
}

// judgeRecords says which records the provider can't use, and what none shows.
func (e *examination) judgeRecords(f *finding, l *list, count int) {
	if len(l.unseen) > 0 {
		f.Meaning = fmt.Sprintf("No record has %s. A value that is wrong looks the same: compare with a record that has it.", strings.Join(l.unseen, ", nor "))
	}
	if n := len(l.problems); n > 0 {
		f.Differences = append(f.Differences, l.problems[:min(n, 3)]...)
		f.Meaning = fmt.Sprintf("The provider can use the other %d of the %d records.", count-n, count)
	}
}

// correctTotal says where else the number of all records may be.
func (e *examination) correctTotal(l *list) {
	if l.rows == nil || l.spec.Paging == nil || l.spec.Paging.Total == "" {
		return
	}
	body := gjson.ParseBytes(l.answer.Body)
	if lookup(body, l.spec.Paging.Total).Type == gjson.Number {
		return
	}
	if p := guessPaging(body, array{l.spec.Items, l.rows}, nil); p != nil && p.total != "" {
		e.correct(l.key+".paging.total", "%s (the answer says %d there)", p.total, lookup(body, p.total).Int())
		return
	}
	e.correct(l.key+".paging.total", "there is no number at %s; leave it out if the answer tells none", l.spec.Paging.Total)
}
