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
	"strconv"
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

// fetch is a GET of a path below the appliance's URL, with an id in it.
func fetch(ctx context.Context, client *domum.Client, path, id string, query url.Values) (gjson.Result, error) {
	elements := strings.Split(strings.TrimPrefix(path, "/"), "/")
	for i := range elements { // an id may have a slash
		elements[i] = strings.ReplaceAll(elements[i], "{id}", id)
	}
	body, err := client.Fetch(ctx, elements, query)
	return gjson.ParseBytes(body), err
}

// get is what fetch sends.
func get(path, id string, query url.Values) string {
	return strings.TrimSuffix("GET "+strings.ReplaceAll(path, "{id}", url.PathEscape(id))+"?"+query.Encode(), "?")
}

// quoted writes a dotted path as a profile does.
func quoted(at string) string {
	if plain.MatchString(at) && !word.MatchString(at) {
		return at
	}
	return strconv.Quote(at)
}

var (
	plain  = regexp.MustCompile(`^[\p{L}_][\p{L}\p{N}_.-]*$`)
	word   = regexp.MustCompile(`(?i)^(null|true|false|yes|no|on|off)$`)
	digit  = regexp.MustCompile(`[0-9]`)
	marked = regexp.MustCompile(`[-;](gzip|br|deflate|zstd)"$`) // an ETag, by a gateway, as that of a compressed answer
)

// examine makes all checks. An error means that nothing can be checked, and says
// what to do.
func examine(ctx context.Context, profileFile string) (*report, error) {
	client, cfg, err := connect(profileFile)
	if err != nil {
		return &report{}, err
	}
	e := &examination{client: client, profile: cfg.Profile}
	e.report = report{URL: client.URL(), Profile: cmp.Or(profileFile, defaultProfile), Counts: map[result]int{}, Corrections: []string{}}
	all, err := client.Vendors(ctx)
	if got, answered := errors.AsType[*domum.Error](err); err != nil && (!answered || got.Token) {
		return &report{}, errors.New(explain.Text(err))
	}
	check, call, said := "TLS and token", "POST "+cmp.Or(cfg.TokenPath, domum.DefaultTokenPath), ""
	if !cfg.AccessToken.IsZero() {
		check, call, said = "TLS", "", "The token is DOMUM_ACCESS_TOKEN; no token call was made."
	}
	if cfg.InsecureSkipVerify {
		said += "\nCertificates are not verified: DOMUM_INSECURE_SKIP_VERIFY is set."
	}
	e.conclude(check, call, []outcome{{true, holds, said, ""}})
	l := &list{key: "vendors", spec: &e.profile.Vendors.List, idPath: e.profile.Vendors.Fields.ID, count: len(all)}
	l.answer, l.rows = e.ask(ctx, l, l.query(1, 0))
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
	l.answer, l.rows = e.ask(ctx, l, l.query(1, 0))
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
		e.conclude("SCIM", "", []outcome{{true, skipped, "DOMUM_SCIM_CLIENT_ID and DOMUM_SCIM_CLIENT_SECRET are not set. Only domum_overlapping_users needs them.", ""}})
		return
	}
	groups, err := client.SCIMGroups(ctx)
	users, usersErr := client.SCIMUsers(ctx)
	e.conclude("SCIM", "GET /iso/scim/v2/Groups, GET /iso/scim/v2/Users", []outcome{
		failure(cmp.Or(err, usersErr), "", "", ""),
		{true, holds, fmt.Sprintf("%d groups, %d users.", len(groups), len(users)), ""},
	})
}

// oneVendor reads the first vendor of the list, shows its fields as the profile
// maps them, and looks for what guards a write. It returns whether the vendor
// could be read.
func (e *examination) oneVendor(ctx context.Context, l *list) bool {
	id, read := l.firstID(), &e.profile.Vendors.Read
	if id == "" {
		e.conclude("one vendor", "", []outcome{{true, skipped, "The list shows none: correct what differs there, push a group, or let the authorization see vendors.", ""}})
		e.conclude("guard of writes", "", []outcome{{true, skipped, "It takes a vendor.", ""}})
		return false
	}
	call := get(read.Path, id, nil)
	answer, fetchErr := fetch(ctx, e.client, read.Path, id, nil)
	v, err := e.client.GetVendor(ctx, id)
	v, err = cmp.Or(v, &domum.Vendor{}), cmp.Or(err, fetchErr)
	record := domum.At(answer, read.Item)
	records := append(l.rows.Array(), record)
	f := &e.profile.Vendors.Fields
	shown, paths := show(f, v, record, records)
	formats := otherFormats("vendors.fields.start_date", &f.StartDate, records) + otherFormats("vendors.fields.due_date", &f.DueDate, records)
	said := "The record is at " + quoted(read.Item) + ".\n" + shown
	lacks := func(at string) bool { return !domum.At(l.rows.Get("0"), at).Exists() }
	if i := slices.IndexFunc(paths, lacks); i >= 0 && !e.profile.Vendors.OmitsEmpty {
		said += "\nThe rows of the list lack " + paths[i] + ": the provider reads each link one by one, which takes a request a link."
	}
	e.conclude("one vendor", call, []outcome{
		failure(err, "vendors.read", read.Path, id),
		{formats != "", differs, said + "\nThe dates are written otherwise than the profile says. The provider reads them, and would write them as the profile says.", formats},
		{true, holds, said, ""},
	})
	const gap = "\nWith guard: compare the provider reads the vendor again just before it writes, and once more afterwards. " +
		"A change by somebody else in the moment between can still be lost."
	compare, unfit := e.profile.Vendors.Write.Guard == domum.GuardCompare, &domum.WeakETagError{Operation: call, ETag: v.ETag}
	e.conclude("guard of writes", call, []outcome{
		{err != nil, skipped, "It takes a vendor.", ""},
		{compare && v.ETag == "", holds, "There is no ETag, and the profile says compare." + gap, ""},
		{compare, holds, "There is an ETag: " + v.ETag + ". The profile says compare." + gap +
			"\nTry guard: etag, which closes it, if the appliance honours If-Match and no gateway compresses its answers.", ""},
		{v.ETag == "", differs, explain.Text(unfit) + gap, "vendors.write.guard: compare, if the API has no ETags"},
		{strings.HasPrefix(v.ETag, "W/"), differs, explain.Text(unfit), ""},
		{marked.MatchString(v.ETag), differs, "A gateway has marked the ETag " + v.ETag + " as that of a compressed answer: no write would go through.\n" +
			"Turn off compression of the API's answers at the gateway.", ""},
		{true, holds, "There is an ETag: " + v.ETag + ".", ""},
	})
	return err == nil
}

// otherFormats corrects the formats of dates that records have otherwise. An
// appliance that takes a date may answer with a time, as the default contract says.
func otherFormats(key string, f *domum.DateField, records []gjson.Result) (corrections string) {
	for _, record := range records {
		date := domum.At(record, f.At)
		if found := formatOf(date); found != "" && found != f.Format && f.Format != "date" && date.Raw != string(f.None) {
			corrections += key + ".format: " + found + "\n"
		}
	}
	return corrections
}

// missingVendor asks for a vendor that isn't there. readable says whether the
// one that is there could be read.
func (e *examination) missingVendor(ctx context.Context, l *list, readable bool) {
	id, read := unknownID(l.firstID()), &e.profile.Vendors.Read
	_, err := e.client.GetVendor(ctx, id)
	got := answerTo("", err)
	correction := fmt.Sprintf("vendors.read.missing: {status: %d, code: %q}, if that says that the vendor is not there", got.Status, got.Code)
	if got.Code == "" || !readable || got.Status >= http.StatusInternalServerError {
		correction = "" // the answer may be about something else
	}
	doubtful := false
	if read.Missing.Code == "" && readable {
		_, err := fetch(ctx, e.client, read.Path+"/nowhere", l.firstID(), nil)
		doubtful = answerTo("", err).Status == got.Status
	}
	const loss = ": another mistake with this status would count as a vendor that is gone, too, and drop a link from the state."
	gone := fmt.Sprintf("HTTP %d, code %s: a vendor that is gone.", got.Status, cmp.Or(got.Code, "none"))
	e.conclude("missing vendor", get(read.Path, id, nil), []outcome{
		{!domum.IsNotFound(err), differs, "The provider does not take this for a vendor that is gone. " +
			"The link of a deleted vendor would stay in state, and plans would fail.\n" + failure(err, "", "", "").said, correction},
		{doubtful && got.Code != "", differs, "The profile has no code" + loss, correction},
		{doubtful && got.Status != http.StatusNotFound, differs, // a 404 is about anything, in any API
			fmt.Sprintf("HTTP %d without a code%s Nothing in the profile cures that.", got.Status, loss), ""},
		{read.Missing.Code == "" && got.Code != "", holds, gone + "\nWith the code in the profile, nothing else counts as one.", ""},
		{true, holds, gone, ""},
	})
}

// unknownID is an id that no vendor has, in the form of one that a vendor has;
// "" is none.
func unknownID(known string) string {
	if strings.Trim(known, "0123456789") == "" {
		return "2147483647"
	}
	if other := digit.ReplaceAllString(known, "9"); other != known {
		return other
	}
	return known + "9"
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
