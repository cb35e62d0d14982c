// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
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
	call, said := "POST "+cmp.Or(cfg.TokenPath, domum.DefaultTokenPath), ""
	if !cfg.AccessToken.IsZero() {
		call, said = "", "The token is DOMUM_ACCESS_TOKEN; no token call was made."
	}
	if cfg.InsecureSkipVerify {
		said += "\nCertificates are not verified: DOMUM_INSECURE_SKIP_VERIFY is set."
	}
	e.add(holds, "TLS and token", call, said)
	l := &list{key: "vendors", spec: &e.profile.Vendors.List, idPath: e.profile.Vendors.Fields.ID, count: len(all)}
	_, l.rows = e.ask(ctx, l, l.query(1, 0))
	e.list(ctx, l, err, func(i int) error { return all[i].Problem }, "")
	e.nameFilter(ctx, l)
	e.missingVendor(ctx, l, e.oneVendor(ctx, l))
	e.accessGroups(ctx)
	e.scim(ctx, cfg)
	return &e.report, ctx.Err()
}

// accessGroups checks the list of access groups, and shows the first one.
func (e *examination) accessGroups(ctx context.Context) {
	f := &e.profile.AccessGroups.Fields
	all, err := e.client.AccessGroups(ctx)
	l, shown := &list{key: "access_groups", spec: &e.profile.AccessGroups.List, idPath: f.ID, count: len(all)}, ""
	_, l.rows = e.ask(ctx, l, l.query(1, 0))
	if i := slices.IndexFunc(all, func(g domum.AccessGroup) bool { return g.ID == l.firstID() }); i >= 0 {
		shown, _ = show(f, all[i], l.rows.Get("0"), l.rows.Array())
	}
	e.list(ctx, l, err, func(i int) error { return all[i].Problem }, shown)
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
	key    string // of the profile: "vendors"
	spec   *domum.ListProfile
	idPath string
	rows   gjson.Result // of the first page, if they are where the profile says
	count  int          // of the records that the client reads
}

// firstID is the id of the first record, "" if there is none.
func (l *list) firstID() string { return domum.At(l.rows.Get("0"), l.idPath).String() }

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
// doesn't tell its total. err says why the client can't read the list, problem why
// nobody can use one of its records.
func (e *examination) list(ctx context.Context, l *list, err error, problem func(i int) error, shown string) {
	name := strings.ReplaceAll(l.key, "_", " ")
	var problems []string
	for i := range l.count {
		if err := problem(i); err != nil {
			problems = append(problems, err.Error())
		}
	}
	unusable := len(problems)
	e.conclude("list of "+name, get(l.spec.Path, l.query(1, 0)), []outcome{
		failure(err, l.key+".list", l.spec.Path),
		{unusable > 0, differs, strings.Join(problems[:min(unusable, 3)], "\n") +
			fmt.Sprintf("\nThe provider can use the other %d of the %d records.", l.count-unusable, l.count), ""},
		{true, holds, fmt.Sprintf("Records: %d; those of the first page are at %s.\n", l.count, quoted(l.spec.Items)) + shown, ""},
	})
	if err != nil {
		e.add(skipped, "pages of "+name, "", "It takes the list.")
		return
	}
	key, by := l.key+".list.paging", "page"
	p, paged := l.spec.Paging, l.spec.Paging != nil
	switch {
	case !paged:
		p = &domum.Paging{}
	case p.Offset != "":
		by = "offset"
	}
	answer, first := e.ask(ctx, l, l.query(1, 1))
	_, second := e.ask(ctx, l, l.query(2, 1))
	_, behind := e.ask(ctx, l, l.query(len(l.rows.Array())+1, 1))
	came, ones, others := len(l.rows.Array()), len(first.Array()), len(second.Array())
	numbers := leaves("", answer)
	total := take(&numbers, totalNames)
	e.conclude("pages of "+name, get(l.spec.Path, l.query(2, 1)), []outcome{
		{!paged && total.value.Int() > int64(came), differs, fmt.Sprintf("%s says %s, and %d records came. "+
			"The provider does not see the others.", total.path, total.value.Raw, came), key + ": say how the other pages are asked for"},
		{!paged, holds, fmt.Sprintf("The profile has no paging, so the records of one answer count as all: %d.", came), ""},
		{l.isNew(first, l.rows), differs, "the pages are numbered from 0: the provider would miss the first", key +
			".page: use offset, if the API has it: a profile's pages are numbered from 1"},
		{p.Total == "" && came < p.MaxSize && l.isNew(behind, l.rows), differs, fmt.Sprintf("a page of %d records was asked for, "+
			"%d came, and there are more", p.MaxSize, came), fmt.Sprintf("%s.max_size: %d", key, came)},
		{l.count < 2, skipped, "It takes two " + name + ".", ""},
		{ones != 1 || others != 1, differs, fmt.Sprintf("pages of one record were asked for: the first has %d, the second %d",
			ones, others), key + ".size: " + p.Size + " does not say how many records a page has"},
		{!l.isNew(second, first), differs, "the second page begins with the same record as the first", key + "." + by +
			": " + p.Page + p.Offset + " does not choose the page"},
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
	const key = "vendors.list.name_filter"
	said := fmt.Sprintf("Records that came: %d. With the name that was asked for: %d.", came, fit)
	e.conclude("name filter", "GET "+l.spec.Path+"?"+filter+"=…", []outcome{
		{fit == 0 || fit < came && came == len(l.rows.Array()), holds, said + " It does not narrow the list by name. The provider " +
			"looks a name up in the list then, which takes more requests.", key + ": leave it out, or name the parameter: it is not " + filter},
		{true, holds, said, ""},
	})
}

// oneVendor reads the first vendor of the list, shows its fields as the profile
// maps them, and looks for what guards a write. It returns whether the vendor
// could be read.
func (e *examination) oneVendor(ctx context.Context, l *list) bool {
	id, read := l.firstID(), &e.profile.Vendors.Read
	if id == "" {
		e.add(skipped, "one vendor", "", "The list shows none: correct what differs there, push a group, or let the authorization see vendors.")
		e.add(skipped, "guard of writes", "", "It takes a vendor.")
		return false
	}
	path := strings.ReplaceAll(read.Path, "{id}", id)
	answer, fetchErr := fetch(ctx, e.client, path, nil)
	v, err := e.client.GetVendor(ctx, id)
	v, err = cmp.Or(v, &domum.Vendor{}), cmp.Or(err, fetchErr)
	record := domum.At(answer, read.Item)
	shown, paths := show(&e.profile.Vendors.Fields, v, record, append(l.rows.Array(), record))
	said := "The record is at " + quoted(read.Item) + ".\n" + shown
	lacks := func(at string) bool { return !domum.At(l.rows.Get("0"), at).Exists() }
	if i := slices.IndexFunc(paths, lacks); i >= 0 && !e.profile.Vendors.OmitsEmpty {
		said += "\nThe rows of the list lack " + paths[i] + ": the provider reads each link one by one, which takes a request a link."
	}
	e.conclude("one vendor", get(path, nil), []outcome{failure(err, "vendors.read", read.Path), {true, holds, said, ""}})
	const gap = "\nWith guard: compare the provider reads the vendor again just before it writes, and once more afterwards. " +
		"A change by somebody else in the moment between can still be lost."
	compare, unfit := e.profile.Vendors.Write.Guard == domum.GuardCompare, &domum.WeakETagError{Operation: get(path, nil), ETag: v.ETag}
	e.conclude("guard of writes", get(path, nil), []outcome{
		{err != nil, skipped, "It takes a vendor.", ""},
		{compare && v.ETag == "", holds, "There is no ETag, and the profile says compare." + gap, ""},
		{compare, holds, "There is an ETag: " + v.ETag + ". The profile says compare." + gap +
			"\nTry guard: etag, which closes it, if the appliance honours If-Match and no gateway compresses its answers.", ""},
		{v.ETag == "", differs, explain.Text(unfit) + gap, "vendors.write.guard: compare, if the API has no ETags"},
		{marked.MatchString(v.ETag), differs, "The ETag is weak, or marked by a gateway.\n" + explain.Text(unfit), ""},
		{true, holds, "There is an ETag: " + v.ETag + ".", ""},
	})
	return err == nil
}

// marked is an ETag that is weak, or that a gateway has marked as that of a
// compressed answer.
var marked = regexp.MustCompile(`^W/|[-;](gzip|br|deflate|zstd)"$`)

// missingVendor asks for a vendor that isn't there. readable says whether the
// one that is there could be read.
func (e *examination) missingVendor(ctx context.Context, l *list, readable bool) {
	id, read := unknownID(l.firstID()), &e.profile.Vendors.Read
	_, err := e.client.GetVendor(ctx, id)
	got, _ := errors.AsType[*domum.Error](err)
	got = cmp.Or(got, &domum.Error{})
	correction := fmt.Sprintf("vendors.read.missing: {status: %d, code: %q}, if that says that the vendor is not there", got.Status, got.Code)
	if got.Code == "" || !readable || got.Status >= http.StatusInternalServerError {
		correction = "" // the answer may be about something else
	}
	noCode := holds
	if read.Missing.Status != http.StatusNotFound { // which is about anything
		noCode = differs
	}
	e.conclude("missing vendor", get(strings.ReplaceAll(read.Path, "{id}", id), nil), []outcome{
		{err == nil, differs, "A vendor came. The provider can't tell a vendor that is gone.", ""},
		{!domum.IsNotFound(err), differs, "The provider does not take this for a vendor that is gone. " +
			"The link of a deleted vendor would stay in state, and plans would fail.\n" + failure(err, "", "").said, correction},
		{read.Missing.Code == "" && (got.Code != "" || noCode == differs), noCode, "The profile has no code: another mistake with this status " +
			"would count as a vendor that is gone, too, and drop a link from the state.", correction},
		{true, holds, fmt.Sprintf("HTTP %d, code %s: a vendor that is gone.", got.Status, cmp.Or(got.Code, "none")), ""},
	})
}

var digit = regexp.MustCompile(`[0-9]`)

// unknownID is an id that no vendor has, in the form of one that a vendor has;
// "" is none.
func unknownID(known string) string {
	other := digit.ReplaceAllString(known, "9")
	switch {
	case strings.Trim(known, "0123456789") == "":
		return "2147483647"
	case other == known:
		return known + "9"
	}
	return other
}

// show lists what the client has read of a record, and the paths at which the
// profile finds it: in both types, a field has the same name. It adds what none of
// the records has: what is wrong may look the same.
func show(profile, read any, record gjson.Result, records []gjson.Result) (text string, paths []string) {
	at, values, never := "", inJSON(read), []string(nil)
	seek := func(what string, is func(gjson.Result) bool) {
		if !slices.ContainsFunc(records, func(r gjson.Result) bool { return is(domum.At(r, at)) }) {
			never = append(never, what)
		}
	}
	for _, key := range leaves("", inJSON(profile)) {
		name, word := strings.TrimSuffix(key.path, ".At"), key.value.Str
		switch _, part, _ := strings.Cut(key.path, "."); part {
		case "", "At", "ID", "Name":
			if at = word; at == "" {
				continue
			}
			paths = append(paths, at)
			text += fmt.Sprintf("%-24s%-23s ← %s %s\n", strings.ReplaceAll(spaced(name), " ", "_"),
				cmp.Or(values.Get(name).String(), "none"), at, cmp.Or(domum.At(record, at).Raw, "(not there)"))
			seek(at, func(value gjson.Result) bool { return value.String() != "" })
		case "Enabled", "Disabled": // of the status that is there
			seek(at+" "+word, func(value gjson.Result) bool { return value.Value() == gjson.Parse(word).Value() })
		}
	}
	if never != nil {
		text += "No record of the first page has " + strings.Join(never, ", ") +
			". A path or a value that is wrong looks the same: compare with a record that has it."
	}
	return text, paths
}

// inJSON is a value in JSON. Those of this program are fit for it.
func inJSON(value any) gjson.Result {
	text, _ := json.Marshal(value)
	return gjson.ParseBytes(text)
}
