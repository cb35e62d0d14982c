// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"net/http"
	"strconv"
)

type accessGroupJSON struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Enabled     bool   `json:"enabled"`
	Description string `json:"description"`
}

// listAccessGroups answers GET /api/v2/domum/access-groups.
func (s *Simulator) listAccessGroups(req *request) *answer {
	q := s.parseList(req, "access_group.name", "access_group.enabled")
	q.oneOf("access_group.enabled", "true", "false")
	var found []*AccessGroup
	for _, g := range s.accessGroups.all() {
		if q.passesText("access_group.name", g.Name) && q.passesExact("access_group.enabled", strconv.FormatBool(g.Enabled)) {
			found = append(found, g)
		}
	}
	return pageAnswer(req, q, found, func(g *AccessGroup) accessGroupJSON { return accessGroupJSON(*g) })
}

// getAccessGroup answers GET /api/v2/domum/access-groups/{id}.
func (s *Simulator) getAccessGroup(req *request) *answer {
	if unknown := unknownParameters(req.query); len(unknown) > 0 {
		return req.invalid(unknown...)
	}
	g, ok := s.accessGroups.records[req.id]
	if !ok {
		return req.v2Error(http.StatusNotFound, "The access group was not found")
	}
	return resourceAnswer(dataJSON[accessGroupJSON]{accessGroupJSON(*g)}, noVersion)
}
