// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	listResponseURN = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
	patchOpURN      = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
	userURN         = "urn:ietf:params:scim:schemas:core:2.0:User"
	groupURN        = "urn:ietf:params:scim:schemas:core:2.0:Group"

	usersPath  = "/iso/scim/v2/Users"
	groupsPath = "/iso/scim/v2/Groups"

	// scimPageSize is the number of resources in a list that doesn't ask for a count; scimMaxPageSize is the largest.
	scimPageSize    = 25
	scimMaxPageSize = 200
)

// The error types of SCIM (RFC 7644, section 3.12) in use here.
const (
	scimInvalidSyntax = "invalidSyntax"
	scimInvalidValue  = "invalidValue"
	scimInvalidPath   = "invalidPath"
	scimUniqueness    = "uniqueness"
)

// handleSCIM answers a request with the token of an identity provider, which sees its own users and groups only.
func (s *Simulator) handleSCIM(req *request) *answer {
	if req.header.Get("Authorization") == "" {
		return gatewayError(http.StatusUnauthorized)
	}
	holder, err := s.authorize(req)
	switch {
	case err != nil:
		return scimError(http.StatusUnauthorized, "", err.Error())
	case holder == a2aHolder:
		return scimError(http.StatusForbidden, "", "This authorization gives no access to SCIM")
	case req.queryErr != nil:
		return scimError(http.StatusBadRequest, scimInvalidValue, "The query is malformed")
	}
	req.provider = s.providers[holder]
	return s.dispatch(req)
}

// metaJSON is the metadata of a SCIM resource.
type metaJSON struct {
	ResourceType string    `json:"resourceType"`
	Created      time.Time `json:"created"`
	LastModified time.Time `json:"lastModified"`
	Location     string    `json:"location"`
}

type scimListJSON[T any] struct {
	Schemas      []string `json:"schemas"`
	TotalResults int      `json:"totalResults"`
	StartIndex   int      `json:"startIndex"`
	ItemsPerPage int      `json:"itemsPerPage"`
	Resources    []T      `json:"Resources"`
}

// scimList is the part of resources that startIndex and count ask for.
func scimList[T any](req *request, resources []T) *answer {
	if unknown := unknownParameters(req.query, "startIndex", "count"); len(unknown) > 0 {
		return scimError(http.StatusBadRequest, scimInvalidValue, unknown[0].Field+" "+unknown[0].Message)
	}
	start, err := scimNumber(req, "startIndex", 1)
	if err != nil {
		return scimError(http.StatusBadRequest, scimInvalidValue, err.Error())
	}
	count, err := scimNumber(req, "count", scimPageSize)
	if err != nil {
		return scimError(http.StatusBadRequest, scimInvalidValue, err.Error())
	}
	// RFC 7644, section 3.4.2.4: values that are too small are taken for the smallest.
	start = max(start, 1)
	count = min(max(count, 0), scimMaxPageSize)
	first := min(start-1, len(resources))
	page := append([]T{}, resources[first:min(first+count, len(resources))]...)
	return jsonAnswer(http.StatusOK, contentSCIM, scimListJSON[T]{
		Schemas:      []string{listResponseURN},
		TotalResults: len(resources),
		StartIndex:   start,
		ItemsPerPage: len(page),
		Resources:    page,
	})
}

func scimNumber(req *request, name string, otherwise int) (int, error) {
	values := req.query[name]
	if len(values) == 0 {
		return otherwise, nil
	}
	n, err := strconv.Atoi(values[0])
	if err != nil || len(values) > 1 {
		return 0, fmt.Errorf("%s must be one whole number", name)
	}
	return n, nil
}

// decodeSCIM decodes a request body into v, or returns the answer that refuses it. Attributes that v doesn't have are
// ignored: identity providers send more than anybody keeps.
func decodeSCIM(req *request, v any) *answer {
	mediaType, _, err := mime.ParseMediaType(req.header.Get("Content-Type"))
	if err != nil || mediaType != contentSCIM && mediaType != contentJSON {
		return scimError(http.StatusBadRequest, scimInvalidSyntax, "The content type must be "+contentSCIM)
	}
	if err := json.Unmarshal(req.body, v); err != nil {
		return scimError(http.StatusBadRequest, scimInvalidSyntax, "The body can't be read: "+err.Error())
	}
	return nil
}

// patchJSON is the body of a PATCH in the form of RFC 7644, section 3.5.2.
type patchJSON struct {
	Schemas    []string      `json:"schemas"`
	Operations []patchOpJSON `json:"Operations"`
}

type patchOpJSON struct {
	Op    string          `json:"op"`
	Path  string          `json:"path"`
	Value json.RawMessage `json:"value"`
}

// check returns the answer that refuses a malformed patch.
func (p patchJSON) check() *answer {
	if !slices.Contains(p.Schemas, patchOpURN) {
		return scimError(http.StatusBadRequest, scimInvalidSyntax, "The schema must be "+patchOpURN)
	}
	for _, op := range p.Operations {
		switch strings.ToLower(op.Op) {
		case "add", "replace":
			if len(op.Value) == 0 {
				return scimError(http.StatusBadRequest, scimInvalidValue, "The operation "+op.Op+" needs a value")
			}
		case "remove":
		default:
			return scimError(http.StatusBadRequest, scimInvalidSyntax, fmt.Sprintf("There is no operation %q", op.Op))
		}
	}
	return nil
}

// nextSCIMID returns an id that no vendor could have: SCIM's ids aren't those of vendors.
func (s *Simulator) nextSCIMID() string {
	s.scimCount++
	return fmt.Sprintf("5c190000-0000-4000-8000-%012d", s.scimCount)
}

func scimTime(t time.Time) time.Time {
	return t.UTC().Truncate(time.Second)
}

func created(location string, ans *answer) *answer {
	ans.status = http.StatusCreated
	ans.header.Set("Location", location)
	return ans
}

func noContent() *answer {
	return &answer{http.StatusNoContent, http.Header{}, nil}
}
