// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum_test

import (
	"bytes"
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
		"no total":                  {answer: func(int, int, int) (int, int, int) { return 1, total, -1 }, want: "the answer is no ListResponse of SCIM: it has no totalResults", calls: 1},
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

// A member may be a group: its users count, those of groups in it too, and
// groups that are members of each other end.
func TestSCIMGroupsInGroupsAreFollowed(t *testing.T) {
	t.Parallel()
	const groups = `{"totalResults":5,"Resources":[
		{"id":"g1","displayName":"Acme Ltd","members":[{"value":"1","type":"User"},{"value":"g2","type":"Group"},{"value":"2","type":"User"}]},
		{"id":"g2","displayName":"Nested","members":[{"value":"2","type":"User"},{"value":"3"},{"value":"g3","type":"group"}]},
		{"id":"g3","displayName":"Circle","members":[{"value":"4","type":"User","$ref":"https://gw.example.test/iso/scim/v2/Users/4"},{"value":"g1","$ref":"https://gw.example.test/iso/scim/v2/Groups/g1"}]},
		{"id":"g4","displayName":"Itself","members":[{"value":"g4","type":"Group"},{"value":"gone","type":"Group"}]},
		{"id":"g5","displayName":"Empty"}]}`
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(groups)) }))
	t.Cleanup(server.Close)
	client, err := domum.New(domum.Config{URL: server.URL, AccessToken: domum.NewSecret("token")})
	if err != nil {
		t.Fatal(err)
	}
	got, err := client.SCIMGroups(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	text := ""
	for _, g := range got {
		text += g.DisplayName + ":"
		for _, m := range g.Members {
			text += " " + m.UserID
		}
		text += "\n"
	}
	if want := "Acme Ltd: 1 2 3 4\nNested: 2 3 4 1\nCircle: 4 1 2 3\nItself:\nEmpty:\n"; text != want {
		t.Errorf("got\n%swant\n%s", text, want)
	}
}

// Groups of many members make a page larger than the client takes: it asks for
// smaller ones until they fit.
func TestSCIMPagesThatAreTooLargeAreAskedForInPieces(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		megabytes     int // of one user
		honoursCount  bool
		works         bool
		smallestCount int
	}{
		"smaller pages fit":       {megabytes: 5, honoursCount: true, works: true, smallestCount: 3},
		"one record fits":         {megabytes: 9, honoursCount: true, works: true, smallestCount: 1},
		"one record is too large": {megabytes: 17, honoursCount: true, smallestCount: 1},
		"count is ignored":        {megabytes: 5, smallestCount: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const total = 4
			smallest := 1 << 30
			megabyte := bytes.Repeat([]byte(" "), 1<<20)
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				start, _ := strconv.Atoi(r.FormValue("startIndex"))
				count, _ := strconv.Atoi(r.FormValue("count"))
				smallest = min(smallest, count)
				if !test.honoursCount {
					start, count = 1, total
				}
				last := min(start+count-1, total)
				_ = json.NewEncoder(w).Encode(listResponse(start, last, total))
				for range (last - start + 1) * test.megabytes {
					_, _ = w.Write(megabyte)
				}
			}))
			t.Cleanup(server.Close)
			client, err := domum.New(domum.Config{URL: server.URL, AccessToken: domum.NewSecret("token")})
			if err != nil {
				t.Fatal(err)
			}
			users, err := client.SCIMUsers(t.Context())
			if test.works != (err == nil && len(users) == total) || !test.works && !domum.IsTooLarge(err) || smallest != test.smallestCount {
				t.Errorf("%d users, pages of %d: %v", len(users), smallest, err)
			}
		})
	}
}
