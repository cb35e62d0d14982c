// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/simulator"
)

const (
	scimGroupsPath = "/iso/scim/v2/Groups"
	scimUsersPath  = "/iso/scim/v2/Users"
)

// asIdentityProvider gives the client the credentials of the identity provider
// of third parties.
func asIdentityProvider(cfg *domum.Config, _ *simulator.Options) {
	cfg.ClientID, cfg.ClientSecret = "okta-scim", domum.NewSecret("okta-scim-secret")
}

func TestSCIM(t *testing.T) {
	client, server, _ := setup(t, asIdentityProvider)
	members := make([]string, 450)
	for i := range members {
		members[i] = fmt.Sprintf("user%03d", i)
	}
	server.PushGroup("3", "Acme Ltd", members...)
	server.PushGroup("3", "Globex")
	server.PushGroup("4", "Employees", "somebody")

	groups, err := client.SCIMGroups(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(groups) != 2 || groups[0].DisplayName != "Acme Ltd" || len(groups[0].Members) != len(members) || groups[1].DisplayName != "Globex" || len(groups[1].Members) != 0 {
		t.Errorf("%d groups: %.500v", len(groups), groups)
	}
	users, err := client.SCIMUsers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]string{}
	for _, u := range users {
		names[u.ID] = u.UserName
	}
	for i, m := range groups[0].Members {
		if names[m.UserID] != members[i] {
			t.Errorf("member %s is called %q, want %q", m.UserID, names[m.UserID], members[i])
		}
	}
	if n := server.Count("GET", scimUsersPath); n != 3 {
		t.Errorf("%d requests for %d users", n, len(users))
	}
	for _, r := range server.Requests() {
		if accept := r.Header.Get("Accept"); r.Method == http.MethodGet && !strings.HasPrefix(accept, "application/scim+json") {
			t.Errorf("GET %s: Accept %q", r.Path, accept)
		}
	}
}

func TestSCIMIsForTheIdentityProvider(t *testing.T) {
	client, _, _ := setup(t)
	if _, err := client.SCIMGroups(t.Context()); !domum.IsForbidden(err) {
		t.Errorf("groups: %v", err)
	}
	if _, err := client.SCIMUsers(t.Context()); !domum.IsForbidden(err) {
		t.Errorf("users: %v", err)
	}
}

// answer is what a server makes of the call with that number, from 1.
type answer func(call, start, count int) (first, last, total int)

// Segura documents no parameters of the lists, so a server may do as it likes
// with them.
func TestSCIMPaging(t *testing.T) {
	t.Parallel()
	const total = 450
	clip := func(first, size int) (int, int, int) { return first, min(first+size-1, total), total }
	for name, test := range map[string]struct {
		answer answer
		want   string // "" is all users
		calls  int
	}{
		"as asked":                  {answer: func(_, start, count int) (int, int, int) { return clip(start, count) }, calls: 3},
		"always the whole list":     {answer: func(int, int, int) (int, int, int) { return clip(1, total) }, calls: 1},
		"pages of its own size":     {answer: func(_, start, _ int) (int, int, int) { return clip(start, 45) }, calls: 10},
		"pages that overlap":        {answer: func(_, start, count int) (int, int, int) { return clip(max(start-5, 1), count) }, calls: 3},
		"always the first page":     {answer: func(int, int, int) (int, int, int) { return clip(1, 100) }, want: "it claims 450 records, and 100 different ones came", calls: 6},
		"an empty page":             {answer: func(int, int, int) (int, int, int) { return 1, 0, total }, want: "it claims 450 records, and 0 different ones came", calls: 3},
		"no records":                {answer: func(int, int, int) (int, int, int) { return 1, 0, 0 }, want: "0 users", calls: 1},
		"more than it claims":       {answer: func(int, int, int) (int, int, int) { return 1, total, 7 }, want: "it claims 7 records, and 450 different ones came", calls: 3},
		"no total":                  {answer: func(int, int, int) (int, int, int) { return 1, total, -1 }, want: "the answer has no totalResults", calls: 3},
		"a record without id":       {answer: func(int, int, int) (int, int, int) { return 0, total, total }, want: "a record has no id", calls: 3},
		"a list that keeps growing": {answer: func(call, start, count int) (int, int, int) { return start, start + count - 1, total + call }, want: "records on one page and", calls: 6},
		"a list that grows once": {answer: func(call, start, count int) (int, int, int) {
			first, last, _ := clip(start, count)
			return first, last, total - 1 + min(call-1, 1)
		}, calls: 5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var calls atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				start, _ := strconv.Atoi(r.FormValue("startIndex"))
				count, _ := strconv.Atoi(r.FormValue("count"))
				_ = json.NewEncoder(w).Encode(listResponse(test.answer(int(calls.Add(1)), start, count)))
			}))
			t.Cleanup(server.Close)
			client, err := domum.New(domum.Config{URL: server.URL, AccessToken: domum.NewSecret("token"), MaxRetries: 1})
			if err != nil {
				t.Fatal(err)
			}
			users, err := client.SCIMUsers(t.Context())
			switch e, failed := errors.AsType[*domum.Error](err); {
			case failed && (test.want == "" || !strings.Contains(e.Message, test.want)):
				t.Errorf("error %v, want %q", err, test.want)
			case !failed && err != nil:
				t.Error(err)
			case err == nil && test.want == "" && len(users) != total, err == nil && test.want != "" && test.want != fmt.Sprintf("%d users", len(users)):
				t.Errorf("%d users, want %q", len(users), test.want)
			}
			if int(calls.Load()) != test.calls {
				t.Errorf("%d calls, want %d", calls.Load(), test.calls)
			}
		})
	}
}

// listResponse holds the users with those numbers; the one with number 0 has no
// id, and a total below 0 is left out.
func listResponse(first, last, total int) map[string]any {
	users := []map[string]string{}
	for i := first; i <= last; i++ {
		id := strconv.Itoa(i)
		if i == 0 {
			id = ""
		}
		users = append(users, map[string]string{"id": id, "userName": "user" + id})
	}
	response := map[string]any{"Resources": users}
	if total >= 0 {
		response["totalResults"] = total
	}
	return response
}
