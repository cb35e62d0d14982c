// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// scimUser is a user that an identity provider pushed.
type scimUser struct {
	id, providerID    string
	attributes        userAttributes
	created, modified time.Time
}

// userAttributes are the attributes of a user that are kept.
type userAttributes struct {
	UserName    string      `json:"userName"`
	ExternalID  string      `json:"externalId"`
	Name        nameJSON    `json:"name"`
	DisplayName string      `json:"displayName,omitempty"`
	Emails      []emailJSON `json:"emails"`
	Active      bool        `json:"active"`
}

type nameJSON struct {
	Formatted  string `json:"formatted"`
	GivenName  string `json:"givenName,omitempty"`
	FamilyName string `json:"familyName,omitempty"`
}

type emailJSON struct {
	Value   string `json:"value"`
	Type    string `json:"type,omitempty"`
	Primary bool   `json:"primary,omitempty"`
}

type userJSON struct {
	Schemas []string `json:"schemas"`
	ID      string   `json:"id"`
	userAttributes
	Meta metaJSON `json:"meta"`
}

// listUsers answers GET /iso/scim/v2/Users.
func (s *Simulator) listUsers(req *request) *answer {
	var users []userJSON
	for _, id := range slices.Sorted(maps.Keys(s.users)) {
		if u := s.users[id]; u.providerID == req.provider.ID {
			users = append(users, u.json(req))
		}
	}
	return scimList(req, users)
}

// getUser answers GET /iso/scim/v2/Users/{id}.
func (s *Simulator) getUser(req *request) *answer {
	u := s.user(req.provider.ID, req.id)
	if u == nil {
		return userNotFound()
	}
	return jsonAnswer(http.StatusOK, contentSCIM, u.json(req))
}

// createUser answers POST /iso/scim/v2/Users.
func (s *Simulator) createUser(req *request) *answer {
	u := &scimUser{providerID: req.provider.ID, attributes: userAttributes{Active: true}}
	if refused := decodeSCIM(req, &u.attributes); refused != nil {
		return refused
	}
	if refused := s.checkUser(u); refused != nil {
		return refused
	}
	s.saveUser(u)
	return created(u.location(req), jsonAnswer(http.StatusCreated, contentSCIM, u.json(req)))
}

// patchUser answers PATCH /iso/scim/v2/Users/{id}. It takes plain attributes, as published, and a PatchOp, as identity
// providers send.
func (s *Simulator) patchUser(req *request) *answer {
	u := s.user(req.provider.ID, req.id)
	if u == nil {
		return userNotFound()
	}
	changes, refused := userChanges(req)
	if refused != nil {
		return refused
	}
	changed := *u
	for _, change := range changes {
		// Decoding into a slice would write into the one that u still has.
		emails := changed.attributes.Emails
		changed.attributes.Emails = nil
		if err := json.Unmarshal(change, &changed.attributes); err != nil {
			return scimError(http.StatusBadRequest, scimInvalidValue, "An attribute can't be read: "+err.Error())
		}
		if changed.attributes.Emails == nil {
			changed.attributes.Emails = emails
		}
	}
	if refused := s.checkUser(&changed); refused != nil {
		return refused
	}
	*u = changed
	s.saveUser(u)
	return jsonAnswer(http.StatusOK, contentSCIM, u.json(req))
}

// userChanges returns the attributes that a PATCH sets, as objects to be applied in order.
func userChanges(req *request) ([]json.RawMessage, *answer) {
	var patch patchJSON
	if refused := decodeSCIM(req, &patch); refused != nil {
		return nil, refused
	}
	if len(patch.Operations) == 0 {
		return []json.RawMessage{req.body}, nil
	}
	if refused := patch.check(); refused != nil {
		return nil, refused
	}
	var changes []json.RawMessage
	for _, op := range patch.Operations {
		if strings.EqualFold(op.Op, "remove") {
			return nil, scimError(http.StatusBadRequest, scimInvalidPath, "An attribute of a user can't be removed")
		}
		change := op.Value
		if op.Path != "" {
			if !slices.Contains(userPaths, op.Path) {
				return nil, scimError(http.StatusBadRequest, scimInvalidPath, "There is no path "+op.Path)
			}
			names := strings.Split(op.Path, ".")
			for _, name := range slices.Backward(names) {
				change = mustJSON(map[string]json.RawMessage{name: change})
			}
		}
		changes = append(changes, change)
	}
	return changes, nil
}

// userPaths are the paths that an operation on a user can have.
var userPaths = []string{
	"userName", "externalId", "name", "name.formatted", "name.givenName", "name.familyName", "displayName", "emails", "active",
}

// deleteUser answers DELETE /iso/scim/v2/Users/{id}. The user is no member of any group then.
func (s *Simulator) deleteUser(req *request) *answer {
	u := s.user(req.provider.ID, req.id)
	if u == nil {
		return userNotFound()
	}
	delete(s.users, u.id)
	for _, g := range s.groups {
		g.removeMember(u.id)
	}
	return noContent()
}

// checkUser returns the answer that refuses a user. The attributes it requires are those published as required.
func (s *Simulator) checkUser(u *scimUser) *answer {
	a := u.attributes
	missing := ""
	switch {
	case a.UserName == "":
		missing = "userName"
	case a.ExternalID == "":
		missing = "externalId"
	case a.Name.Formatted == "":
		missing = "name.formatted"
	case len(a.Emails) == 0 || slices.ContainsFunc(a.Emails, func(e emailJSON) bool { return e.Value == "" }):
		missing = "emails.value"
	}
	if missing != "" {
		return scimError(http.StatusBadRequest, scimInvalidValue, missing+" is required")
	}
	for _, other := range s.users {
		if other.id == u.id || other.providerID != u.providerID {
			continue
		}
		if strings.EqualFold(other.attributes.UserName, a.UserName) || other.attributes.ExternalID == a.ExternalID {
			return scimError(http.StatusConflict, scimUniqueness, "There is a user with that userName or externalId")
		}
	}
	return nil
}

// saveUser stores a user that was made or changed.
func (s *Simulator) saveUser(u *scimUser) {
	u.modified = s.opts.Now()
	if u.id == "" {
		u.id, u.created = s.nextSCIMID(), u.modified
		s.users[u.id] = u
	}
}

// user returns a user of an identity provider, or nil.
func (s *Simulator) user(providerID, id string) *scimUser {
	if u := s.users[id]; u != nil && u.providerID == providerID {
		return u
	}
	return nil
}

// userNamed returns the user of an identity provider that has the given name, made if need be.
func (s *Simulator) userNamed(providerID, name string) *scimUser {
	for _, u := range s.users {
		if u.providerID == providerID && strings.EqualFold(u.attributes.UserName, name) {
			return u
		}
	}
	email := name
	if !strings.Contains(email, "@") {
		email += "@example.com"
	}
	u := &scimUser{providerID: providerID, attributes: userAttributes{
		UserName:   name,
		ExternalID: name,
		Name:       nameJSON{Formatted: name},
		Emails:     []emailJSON{{Value: email, Type: "work", Primary: true}},
		Active:     true,
	}}
	s.saveUser(u)
	return u
}

func (u *scimUser) location(req *request) string {
	return req.baseURL + usersPath + "/" + u.id
}

func (u *scimUser) json(req *request) userJSON {
	return userJSON{
		Schemas:        []string{userURN},
		ID:             u.id,
		userAttributes: u.attributes,
		Meta:           metaJSON{"User", scimTime(u.created), scimTime(u.modified), u.location(req)},
	}
}

func userNotFound() *answer {
	return scimError(http.StatusNotFound, "", "The user was not found")
}
