// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"fmt"
	"strings"
	"testing"
)

// The order is by user name, and members without one come last.
func TestOverlappingUsersAreOrdered(t *testing.T) {
	t.Parallel()
	groups := []SCIMGroup{
		{ID: "g1", DisplayName: "Globex", Members: []SCIMMember{{UserID: "1"}, {UserID: "2"}, {UserID: "3"}, {UserID: "4"}, {UserID: "5"}, {UserID: "5"}}},
		{ID: "g2", DisplayName: "Acme Ltd", Members: []SCIMMember{{UserID: "4"}, {UserID: "3"}, {UserID: "2"}, {UserID: "1"}}},
	}
	users := overlaps(groups)
	nameUsers(users, []SCIMUser{{ID: "1", UserName: "zoe"}, {ID: "3", UserName: "ann"}, {ID: "6", UserName: "bob"}})
	var got strings.Builder
	for _, u := range users {
		fmt.Fprintf(&got, "%q %q %q\n", u.ID, u.UserName, u.Vendors)
	}
	const want = `"3" "ann" ["Acme Ltd" "Globex"]
"1" "zoe" ["Acme Ltd" "Globex"]
"2" "" ["Acme Ltd" "Globex"]
"4" "" ["Acme Ltd" "Globex"]
`
	if got.String() != want {
		t.Errorf("got\n%swant\n%s", got.String(), want)
	}
}
