// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

// Package simulator serves the Domum API over HTTP, for tests and demonstrations: the token call, vendors and access
// groups of API v2, and the SCIM endpoints through which an identity provider pushes users and groups.
//
// It restates the wire contract on its own, with its own wire structs and nothing but the standard library, so that a
// mistake in the client can't hide behind a shared type. Everything is kept in memory. It isn't a security boundary: serve
// it on a loopback address only.
package simulator

import (
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync"
	"time"
)

const (
	// maxBody is the largest request body that is read, in bytes.
	maxBody = 1 << 20

	controlPath = "/_simulator/"
)

// Options configures a [Simulator]. The zero value is ready to use.
type Options struct {
	// ClientID and ClientSecret are the A2A authorization whose tokens open /api/v2. The defaults are "domum-client" and
	// "domum-secret".
	ClientID, ClientSecret string
	// Now is the one clock: token expiry, rate limits, synchronization times. The default is time.Now.
	Now func() time.Time
	// DefaultPageSize is the page size of a list request without page_size. The default is 30.
	DefaultPageSize int
	// MaxPageSize is the largest page_size accepted; a larger one is answered 422. The default is 200.
	MaxPageSize int
	// TokenLifetime is how long a token lasts. The default is one hour.
	TokenLifetime time.Duration
	// RateLimit is the number of v2 requests in a RateWindow before 429. Zero never answers 429; the rate-limit headers
	// are sent all the same.
	RateLimit int
	// RateWindow is the length of a rate-limit window, which opens with its first request. The default is one minute.
	RateWindow time.Duration
	// DateSuffix is appended to every date in an answer, as appliances that keep a date and time do: "T00:00:00-03:00",
	// for example, or " 00:00:00".
	DateSuffix string
	// PathPrefix, such as "/segura", is the path below which everything is served.
	PathPrefix string
	// Seed is what the appliance holds at the start. Nil means [DefaultSeed].
	Seed *Seed
	// RandomSeed seeds the choice made by [Fault.Rate].
	RandomSeed int64
}

// Simulator is an appliance with Domum, as an [http.Handler]. Its control methods read and change what it holds while it
// serves; all are safe for concurrent use.
type Simulator struct {
	opts Options

	mu           sync.Mutex // guards all below
	hook         func(*http.Request)
	requests     []Request
	requestCount int
	faults       []*Fault
	late         []*request // held back by FaultLate, oldest first
	random       *rand.Rand
	windowStart  time.Time
	windowUsed   int
	tokens       map[string]token
	accessGroups store[*AccessGroup]
	vendors      store[*vendor]
	providers    map[string]IdentityProvider
	users        map[string]*scimUser
	groups       map[string]*scimGroup
	scimCount    int // numbers users and groups
	syncCount    int // numbers the synchronizations of groups
}

// New returns a simulator that holds what opts.Seed says. It panics if the seed contradicts itself; [ReadSeed] reports
// that as an error.
func New(opts Options) *Simulator {
	setDefault(&opts.ClientID, "domum-client")
	setDefault(&opts.ClientSecret, "domum-secret")
	setDefault(&opts.DefaultPageSize, 30)
	setDefault(&opts.MaxPageSize, 200)
	setDefault(&opts.TokenLifetime, time.Hour)
	setDefault(&opts.RateWindow, time.Minute)
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Seed == nil {
		opts.Seed = DefaultSeed()
	}
	opts.DefaultPageSize = min(opts.DefaultPageSize, opts.MaxPageSize)
	opts.PathPrefix = strings.TrimSuffix(opts.PathPrefix, "/")

	s := &Simulator{
		opts:         opts,
		random:       rand.New(rand.NewPCG(uint64(opts.RandomSeed), 0)), //nolint:gosec // repeatable, not secret
		tokens:       make(map[string]token),
		accessGroups: newStore[*AccessGroup](),
		vendors:      newStore[*vendor](),
		providers:    make(map[string]IdentityProvider),
		users:        make(map[string]*scimUser),
		groups:       make(map[string]*scimGroup),
	}
	s.load(opts.Seed)
	return s
}

func setDefault[T comparable](option *T, value T) {
	var zero T
	if *option == zero {
		*option = value
	}
}

// area is a part of the API with its own authorization and its own shape of errors.
type area int

const (
	areaNone area = iota
	areaToken
	areaV2
	areaSCIM
)

type route struct {
	area    area
	methods map[string]func(*Simulator, *request) *answer
}

// routes is keyed by path; the key of a single record's path ends where its id begins.
var routes = map[string]route{
	"/iso/oauth2/token": {areaToken, map[string]func(*Simulator, *request) *answer{
		http.MethodPost: (*Simulator).issueToken,
	}},
	"/api/oauth2/token": {areaToken, map[string]func(*Simulator, *request) *answer{
		http.MethodPost: (*Simulator).issueToken,
	}},
	"/api/v2/domum/vendors": {areaV2, map[string]func(*Simulator, *request) *answer{
		http.MethodGet: (*Simulator).listVendors,
	}},
	"/api/v2/domum/vendors/": {areaV2, map[string]func(*Simulator, *request) *answer{
		http.MethodGet:   (*Simulator).getVendor,
		http.MethodPatch: (*Simulator).patchVendor,
	}},
	"/api/v2/domum/access-groups": {areaV2, map[string]func(*Simulator, *request) *answer{
		http.MethodGet: (*Simulator).listAccessGroups,
	}},
	"/api/v2/domum/access-groups/": {areaV2, map[string]func(*Simulator, *request) *answer{
		http.MethodGet: (*Simulator).getAccessGroup,
	}},
	"/iso/scim/v2/Users": {areaSCIM, map[string]func(*Simulator, *request) *answer{
		http.MethodGet:  (*Simulator).listUsers,
		http.MethodPost: (*Simulator).createUser,
	}},
	"/iso/scim/v2/Users/": {areaSCIM, map[string]func(*Simulator, *request) *answer{
		http.MethodGet:    (*Simulator).getUser,
		http.MethodPatch:  (*Simulator).patchUser,
		http.MethodDelete: (*Simulator).deleteUser,
	}},
	"/iso/scim/v2/Groups": {areaSCIM, map[string]func(*Simulator, *request) *answer{
		http.MethodGet:  (*Simulator).listGroups,
		http.MethodPost: (*Simulator).createGroup,
	}},
	"/iso/scim/v2/Groups/": {areaSCIM, map[string]func(*Simulator, *request) *answer{
		http.MethodGet:    (*Simulator).getGroup,
		http.MethodPatch:  (*Simulator).patchGroup,
		http.MethodDelete: (*Simulator).deleteGroup,
	}},
}

// request is what a handler sees of an HTTP request.
type request struct {
	method, path string
	route        route
	id           string // of the record, from the path
	header       http.Header
	query        url.Values
	queryErr     error
	body         []byte
	tooLarge     bool
	now          time.Time
	requestID    string
	baseURL      string
	provider     IdentityProvider // whose token came, in areaSCIM
	fault        *Fault
}

// newRequest reads r, whose path has lost the prefix.
func (s *Simulator) newRequest(r *http.Request) (*request, error) {
	req := &request{
		method:  r.Method,
		path:    r.URL.Path,
		header:  r.Header,
		now:     s.opts.Now(),
		baseURL: "http://" + r.Host + s.opts.PathPrefix,
	}
	if r.TLS != nil {
		req.baseURL = "https://" + r.Host + s.opts.PathPrefix
	}
	req.route, req.id = findRoute(r.URL)
	req.query, req.queryErr = url.ParseQuery(r.URL.RawQuery)

	var err error
	req.body, err = io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return nil, err
	}
	req.tooLarge = len(req.body) > maxBody
	return req, nil
}

// findRoute returns the route of a URL and the record's id in it; a route without area when there is none.
func findRoute(u *url.URL) (route, string) {
	escaped := u.EscapedPath()
	if found, ok := routes[escaped]; ok && !strings.HasSuffix(escaped, "/") {
		return found, ""
	}
	collection, last := path.Split(escaped)
	id, err := url.PathUnescape(last)
	if err != nil || id == "" {
		return route{}, ""
	}
	return routes[collection], id
}

// ServeHTTP answers one request.
func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r, ok := s.stripPrefix(r)
	if ok && strings.HasPrefix(r.URL.Path, controlPath) {
		s.serveControl(w, r)
		return
	}
	req, err := s.newRequest(r)
	if err != nil {
		panic(http.ErrAbortHandler) // the client went away amid its body
	}
	if !ok {
		req.route = route{}
	}
	s.callHook(r, req.body)
	ans := s.process(r, req, ok)
	w.Header().Set("Date", s.opts.Now().UTC().Format(http.TimeFormat))
	ans.send(w, r, req.fault)
}

// stripPrefix returns r as it looks below the prefix, and whether it is below it at all.
func (s *Simulator) stripPrefix(r *http.Request) (*http.Request, bool) {
	if s.opts.PathPrefix == "" {
		return r, true
	}
	below, ok := strings.CutPrefix(r.URL.Path, s.opts.PathPrefix)
	if !ok || !strings.HasPrefix(below, "/") {
		return r, false
	}
	u := *r.URL
	u.Path, u.RawPath = below, strings.TrimPrefix(u.RawPath, s.opts.PathPrefix)
	clone := *r
	clone.URL = &u
	return &clone, true
}

func (s *Simulator) callHook(r *http.Request, body []byte) {
	s.mu.Lock()
	hook := s.hook
	s.mu.Unlock()
	if hook == nil {
		return
	}
	r = r.Clone(r.Context())
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	hook(r)
}

// process picks a fault, finds the answer and logs the request, as one step.
func (s *Simulator) process(r *http.Request, req *request, belowPrefix bool) *answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requestCount++
	req.requestID = requestID(s.requestCount)
	req.fault = s.pickFault(req)

	ans := s.faultAnswer(req)
	switch {
	case ans != nil:
	case !belowPrefix:
		ans = gatewayError(http.StatusNotFound)
	default:
		ans = s.handle(req)
	}
	s.record(r, req, ans)
	return ans
}

// handle answers a request that no fault keeps from its handler.
func (s *Simulator) handle(req *request) *answer {
	switch req.route.area {
	case areaToken:
		return s.dispatch(req)
	case areaV2:
		return s.handleV2(req)
	case areaSCIM:
		return s.handleSCIM(req)
	default:
		return v1Error(http.StatusNotFound, 1, "Resource "+req.path+" not found")
	}
}

// dispatch calls the handler of an authorized request.
func (s *Simulator) dispatch(req *request) *answer {
	handler, ok := req.route.methods[req.method]
	if !ok {
		return req.fail(http.StatusMethodNotAllowed, "The method "+req.method+" is not allowed here")
	}
	if req.tooLarge {
		return req.fail(http.StatusRequestEntityTooLarge, "The request body is too large")
	}
	return handler(s, req)
}

func (s *Simulator) handleV2(req *request) *answer {
	if req.header.Get("Authorization") == "" {
		return gatewayError(http.StatusUnauthorized)
	}
	within := s.takeQuota(req.now)
	ans := s.answerV2(req, within)
	s.setV2Headers(req, ans)
	return ans
}

func (s *Simulator) answerV2(req *request, withinQuota bool) *answer {
	if !withinQuota {
		return req.v2Error(http.StatusTooManyRequests, "Too many requests; wait for the next window")
	}
	holder, err := s.authorize(req)
	switch {
	case err != nil:
		return req.v2Error(http.StatusUnauthorized, err.Error())
	case holder != a2aHolder:
		return req.v2Error(http.StatusForbidden, "This authorization gives no access to the resource")
	case req.queryErr != nil:
		return req.invalid(detail{"query", "is malformed"})
	}
	return conditional(req, s.dispatch(req))
}
