// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// scimGroup is a group that an identity provider pushed.
type scimGroup struct {
	id, providerID          string
	externalID, displayName string
	members                 []string // ids of users
	vendorID                string   // of the vendor that it is in Domum; "" for a group of internal users
	synced                  int      // its place in the order of synchronizations
	created, modified       time.Time
}

type groupJSON struct {
	Schemas     []string     `json:"schemas"`
	ID          string       `json:"id"`
	ExternalID  string       `json:"externalId,omitempty"`
	DisplayName string       `json:"displayName"`
	Members     []memberJSON `json:"members"`
	Meta        metaJSON     `json:"meta"`
}

type memberJSON struct {
	Value string `json:"value"`
	Type  string `json:"type"`
}

// groupChange is what a request sets in a group; nil leaves a value as it is.
type groupChange struct {
	DisplayName *string      `json:"displayName"`
	ExternalID  *string      `json:"externalId"`
	Members     []memberJSON `json:"members"`
}

// listGroups answers GET /iso/scim/v2/Groups.
func (s *Simulator) listGroups(req *request) *answer {
	var groups []groupJSON
	for _, id := range slices.Sorted(maps.Keys(s.groups)) {
		if g := s.groups[id]; g.providerID == req.provider.ID {
			groups = append(groups, g.json(req))
		}
	}
	return scimList(req, groups)
}

// getGroup answers GET /iso/scim/v2/Groups/{id}.
func (s *Simulator) getGroup(req *request) *answer {
	g := s.group(req.provider.ID, req.id)
	if g == nil {
		return groupNotFound()
	}
	return jsonAnswer(http.StatusOK, contentSCIM, g.json(req))
}

// createGroup answers POST /iso/scim/v2/Groups.
func (s *Simulator) createGroup(req *request) *answer {
	var change groupChange
	if refused := decodeSCIM(req, &change); refused != nil {
		return refused
	}
	g := &scimGroup{providerID: req.provider.ID}
	if refused := s.changeGroup(g, change, false); refused != nil {
		return refused
	}
	if refused := s.checkGroup(g); refused != nil {
		return refused
	}
	s.saveGroup(req.provider, g)
	return created(g.location(req), jsonAnswer(http.StatusCreated, contentSCIM, g.json(req)))
}

// patchGroup answers PATCH /iso/scim/v2/Groups/{id}: all operations or none.
func (s *Simulator) patchGroup(req *request) *answer {
	g := s.group(req.provider.ID, req.id)
	if g == nil {
		return groupNotFound()
	}
	var patch patchJSON
	if refused := decodeSCIM(req, &patch); refused != nil {
		return refused
	}
	if refused := patch.check(); refused != nil {
		return refused
	}
	changed := *g
	changed.members = slices.Clone(g.members)
	for _, op := range patch.Operations {
		if refused := s.applyGroupOp(&changed, op); refused != nil {
			return refused
		}
	}
	if refused := s.checkGroup(&changed); refused != nil {
		return refused
	}
	*g = changed
	s.saveGroup(req.provider, g)
	return jsonAnswer(http.StatusOK, contentSCIM, g.json(req))
}

// memberPath is the path of one member: members[value eq "id"].
var memberPath = regexp.MustCompile(`(?i)^members\[\s*value\s+eq\s+"([^"]*)"\s*\]$`)

// applyGroupOp applies one operation of a patch that was checked.
func (s *Simulator) applyGroupOp(g *scimGroup, op patchOpJSON) *answer {
	if strings.EqualFold(op.Op, "remove") {
		return removeMembers(g, op)
	}
	value := op.Value
	switch op.Path {
	case "":
	case "members", "displayName", "externalId":
		value = mustJSON(map[string]json.RawMessage{op.Path: value})
	default:
		return scimError(http.StatusBadRequest, scimInvalidPath, "There is no path "+op.Path)
	}
	var change groupChange
	if err := json.Unmarshal(value, &change); err != nil {
		return scimError(http.StatusBadRequest, scimInvalidValue, "The value can't be read: "+err.Error())
	}
	return s.changeGroup(g, change, strings.EqualFold(op.Op, "add"))
}

// removeMembers takes out the member that the path names, or those that the value lists, or all.
func removeMembers(g *scimGroup, op patchOpJSON) *answer {
	if match := memberPath.FindStringSubmatch(op.Path); match != nil {
		g.removeMember(match[1])
		return nil
	}
	if op.Path != "members" {
		return scimError(http.StatusBadRequest, scimInvalidPath, "Only members can be removed")
	}
	if len(op.Value) == 0 {
		g.members = nil
		return nil
	}
	var members []memberJSON
	if err := json.Unmarshal(op.Value, &members); err != nil {
		return scimError(http.StatusBadRequest, scimInvalidValue, "The value can't be read: "+err.Error())
	}
	for _, m := range members {
		g.removeMember(m.Value)
	}
	return nil
}

// changeGroup makes a change in g; members are added to those it has, or replace them.
func (s *Simulator) changeGroup(g *scimGroup, change groupChange, add bool) *answer {
	if change.DisplayName != nil {
		g.displayName = *change.DisplayName
	}
	if change.ExternalID != nil {
		g.externalID = *change.ExternalID
	}
	if change.Members != nil && !add {
		g.members = nil
	}
	for _, m := range change.Members {
		if m.Type != "" && m.Type != "User" || s.user(g.providerID, m.Value) == nil {
			return scimError(http.StatusBadRequest, scimInvalidValue, "A member is not a user of this provider")
		}
		g.addMember(m.Value)
	}
	return nil
}

// checkGroup returns the answer that refuses a group.
func (s *Simulator) checkGroup(g *scimGroup) *answer {
	if g.displayName == "" {
		return scimError(http.StatusBadRequest, scimInvalidValue, "displayName is required")
	}
	for _, other := range s.groups {
		if other.id == g.id || other.providerID != g.providerID {
			continue
		}
		if other.displayName == g.displayName || g.externalID != "" && other.externalID == g.externalID {
			return scimError(http.StatusConflict, scimUniqueness, "There is a group with that displayName or externalId")
		}
	}
	return nil
}

// saveGroup stores a group that was made or changed and synchronizes it to Domum: a group of a provider of third parties
// is a vendor there, which keeps its id when the group is renamed.
func (s *Simulator) saveGroup(provider IdentityProvider, g *scimGroup) {
	now := s.opts.Now()
	s.syncCount++
	g.synced, g.modified = s.syncCount, now
	if g.id == "" {
		g.id, g.providerID, g.created = s.nextSCIMID(), provider.ID, now
		s.groups[g.id] = g
	}
	if !provider.ThirdParty {
		return
	}
	if g.vendorID == "" {
		g.vendorID = s.addVendor(Vendor{Name: g.displayName, IdentityProviderID: provider.ID})
	}
	v := s.vendors.records[g.vendorID]
	v.Name, v.SynchronizedAt = g.displayName, now
	v.version++
}

// deleteGroup answers DELETE /iso/scim/v2/Groups/{id}. The group's vendor goes with it.
func (s *Simulator) deleteGroup(req *request) *answer {
	g := s.group(req.provider.ID, req.id)
	if g == nil {
		return groupNotFound()
	}
	delete(s.groups, g.id)
	s.vendors.remove(g.vendorID)
	return noContent()
}

// group returns a group of an identity provider, or nil.
func (s *Simulator) group(providerID, id string) *scimGroup {
	if g := s.groups[id]; g != nil && g.providerID == providerID {
		return g
	}
	return nil
}

func (s *Simulator) groupNamed(providerID, displayName string) *scimGroup {
	for _, g := range s.groups {
		if g.providerID == providerID && g.displayName == displayName {
			return g
		}
	}
	return nil
}

func (g *scimGroup) addMember(id string) {
	if !slices.Contains(g.members, id) {
		g.members = append(g.members, id)
	}
}

func (g *scimGroup) removeMember(id string) {
	g.members = slices.DeleteFunc(g.members, func(member string) bool { return member == id })
}

func (g *scimGroup) location(req *request) string {
	return req.baseURL + groupsPath + "/" + g.id
}

func (g *scimGroup) json(req *request) groupJSON {
	out := groupJSON{
		Schemas:     []string{groupURN},
		ID:          g.id,
		ExternalID:  g.externalID,
		DisplayName: g.displayName,
		Members:     []memberJSON{},
		Meta:        metaJSON{"Group", scimTime(g.created), scimTime(g.modified), g.location(req)},
	}
	for _, id := range g.members {
		out.Members = append(out.Members, memberJSON{id, "User"})
	}
	return out
}

func groupNotFound() *answer {
	return scimError(http.StatusNotFound, "", "The group was not found")
}
