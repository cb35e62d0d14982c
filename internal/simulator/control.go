// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"fmt"
	"maps"
	"net/http"
	"path"
	"slices"
	"time"
)

// Request is a request that the simulator received.
type Request struct {
	Method string
	// Path is the path below [Options.PathPrefix], decoded.
	Path string
	// Query is the query as sent.
	Query string
	// Status is the status of the answer; 0 if the connection was cut without one.
	Status int
	// Body is the request's body.
	Body []byte
	// Header is the request's header. The value of Authorization is replaced.
	Header http.Header
	// At is when the request arrived, by [Options.Now].
	At time.Time
}

// record logs a request and its answer.
func (s *Simulator) record(r *http.Request, req *request, ans *answer) {
	header := r.Header.Clone()
	if header.Get("Authorization") != "" {
		header.Set("Authorization", "(removed)")
	}
	status := ans.status
	if req.fault.is(FaultResetBefore) || req.fault.is(FaultResetAfter) {
		status = 0
	}
	s.requests = append(s.requests, Request{
		Method: req.method,
		Path:   req.path,
		Query:  r.URL.RawQuery,
		Status: status,
		Body:   req.body,
		Header: header,
		At:     req.now,
	})
}

// Requests returns every request so far, in the order of handling, faulted ones included.
func (s *Simulator) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// ResetRequests forgets the requests so far.
func (s *Simulator) ResetRequests() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = nil
}

// Count returns how many requests there were with the given method and a path that matches pathPattern, in the syntax of
// [path.Match]. An empty method or pattern stands for any. It panics if the pattern is malformed.
func (s *Simulator) Count(method, pathPattern string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, r := range s.requests {
		if matchRequest(method, pathPattern, r.Method, r.Path) {
			n++
		}
	}
	return n
}

func matchRequest(wantMethod, pathPattern, method, requestPath string) bool {
	if wantMethod != "" && wantMethod != method {
		return false
	}
	if pathPattern == "" {
		return true
	}
	ok, err := path.Match(pathPattern, requestPath)
	if err != nil {
		panic(fmt.Sprintf("simulator: path pattern %q: %v", pathPattern, err))
	}
	return ok
}

// OnRequest sets a function that is called with each request before it is handled, in place of the one set before; nil
// sets none. The request's path is the one below [Options.PathPrefix]. The function may call the control methods, so that
// a test can change a record between a GET and a PATCH. Requests that arrive at once call it at once.
func (s *Simulator) OnRequest(hook func(*http.Request)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hook = hook
}

// RevokeTokens makes every token issued so far unknown.
func (s *Simulator) RevokeTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.tokens)
}

// AddAccessGroup adds an access group and returns its id. An empty ID means the next free number.
func (s *Simulator) AddAccessGroup(g AccessGroup) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addAccessGroup(g)
}

func (s *Simulator) addAccessGroup(g AccessGroup) string {
	g.ID = s.accessGroups.claim("access group", g.ID)
	s.accessGroups.put(g.ID, &g)
	return g.ID
}

// EditAccessGroup lets edit change the access group with the given id. It panics if there is none. The edit must not call
// the simulator, nor change the id.
func (s *Simulator) EditAccessGroup(id string, edit func(*AccessGroup)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	edit(s.accessGroups.mustGet("access group", id))
}

// AccessGroups returns all access groups, ordered by id.
func (s *Simulator) AccessGroups() []AccessGroup {
	s.mu.Lock()
	defer s.mu.Unlock()
	records := s.accessGroups.all()
	groups := make([]AccessGroup, len(records))
	for i, g := range records {
		groups[i] = *g
	}
	return groups
}

// RemoveAccessGroup removes the access group with the given id, if it is there. The vendors linked to it have no access
// group then.
func (s *Simulator) RemoveAccessGroup(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.accessGroups.remove(id)
	for _, v := range s.vendors.records {
		if v.AccessGroupID == id {
			v.AccessGroupID = ""
			v.version++
		}
	}
}

// AddVendor adds a vendor as it stands and returns its id. An empty ID means the next free number. Unlike
// [Simulator.PushGroup] it makes no SCIM group.
func (s *Simulator) AddVendor(v Vendor) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addVendor(v)
}

func (s *Simulator) addVendor(v Vendor) string {
	v.ID = s.vendors.claim("vendor", v.ID)
	setDefault(&v.Status, statusDisabled)
	s.mustHold(v)
	s.vendors.put(v.ID, &vendor{Vendor: v})
	return v.ID
}

// EditVendor lets edit change the vendor with the given id out of band, as somebody at the form would. The vendor has a
// new ETag then, whether or not a value differs. It panics if there is no such vendor, or if the result is nothing an
// appliance could hold. The edit must not call the simulator, nor change the id.
func (s *Simulator) EditVendor(id string, edit func(*Vendor)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.vendors.mustGet("vendor", id)
	edited := v.Vendor
	edit(&edited)
	s.mustHold(edited)
	v.Vendor = edited
	v.version++
}

// mustHold panics if v can't be a vendor of this appliance.
func (s *Simulator) mustHold(v Vendor) {
	err := v.check()
	if _, ok := s.accessGroups.records[v.AccessGroupID]; err == nil && !ok && v.AccessGroupID != "" {
		err = fmt.Errorf("no access group has the id %q", v.AccessGroupID)
	}
	if _, ok := s.providers[v.IdentityProviderID]; err == nil && !ok && v.IdentityProviderID != "" {
		err = fmt.Errorf("no identity provider has the id %q", v.IdentityProviderID)
	}
	if err != nil {
		panic(fmt.Sprintf("simulator: vendor %q: %v", v.ID, err))
	}
}

// RemoveVendor removes the vendor with the given id, if it is there, and the SCIM group that made it.
func (s *Simulator) RemoveVendor(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.vendors.records[id]; !ok {
		return
	}
	s.vendors.remove(id)
	maps.DeleteFunc(s.groups, func(_ string, g *scimGroup) bool { return g.vendorID == id })
}

// Vendor returns the vendor with the given id.
func (s *Simulator) Vendor(id string) (Vendor, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v, ok := s.vendors.records[id]; ok {
		return v.Vendor, true
	}
	return Vendor{}, false
}

// Vendors returns all vendors, ordered by id.
func (s *Simulator) Vendors() []Vendor {
	s.mu.Lock()
	defer s.mu.Unlock()
	records := s.vendors.all()
	vendors := make([]Vendor, len(records))
	for i, v := range records {
		vendors[i] = v.Vendor
	}
	return vendors
}

// VendorByName returns the first vendor, by id, that has exactly the given name.
func (s *Simulator) VendorByName(name string) (Vendor, bool) {
	for _, v := range s.Vendors() {
		if v.Name == name {
			return v, true
		}
	}
	return Vendor{}, false
}

// VendorUsers returns the names of the users that ended up in a vendor, sorted. A user in the groups of several vendors
// ends up in the one synchronized last.
func (s *Simulator) VendorUsers(id string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	latest := make(map[string]*scimGroup)
	for _, g := range s.groups {
		if g.vendorID == "" {
			continue
		}
		for _, user := range g.members {
			if before, ok := latest[user]; !ok || before.synced < g.synced {
				latest[user] = g
			}
		}
	}
	var names []string
	for user, g := range latest {
		if g.vendorID == id {
			names = append(names, s.users[user].attributes.UserName)
		}
	}
	slices.Sort(names)
	return names
}

// PushGroup pushes a group with its members, given by user name, as an identity provider does over SCIM. Users that the
// provider doesn't have yet are made. If it has a group of that name already, the members replace those it had and the
// group is synchronized again. PushGroup returns the id of the group's vendor, or "" if the provider is one of internal
// users. It panics if there is no such provider.
func (s *Simulator) PushGroup(identityProviderID, displayName string, members ...string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	provider, ok := s.providers[identityProviderID]
	if !ok {
		panic(fmt.Sprintf("simulator: no identity provider has the id %q", identityProviderID))
	}
	g := s.groupNamed(provider.ID, displayName)
	if g == nil {
		g = &scimGroup{displayName: displayName}
	}
	g.members = nil
	for _, name := range members {
		g.addMember(s.userNamed(provider.ID, name).id)
	}
	s.saveGroup(provider, g)
	return g.vendorID
}
