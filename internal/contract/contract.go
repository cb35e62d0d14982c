// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

// Package contract holds the exchanges of tests with the simulator against the
// wire contract, [domum.OpenAPI].
package contract

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
)

// Contract is the parsed document. It is read only, and shared by all who load
// it.
type Contract struct {
	Document *openapi3.T
	router   routers.Router
}

// Load returns the contract. An error means that the document isn't valid.
func Load() (*Contract, error) { return load() }

var load = sync.OnceValues(func() (*Contract, error) {
	doc, err := openapi3.NewLoader().LoadFromData(domum.OpenAPI)
	if err != nil {
		return nil, err
	}
	if err := doc.Validate(context.Background(), openapi3.EnableExamplesValidation()); err != nil {
		return nil, err
	}
	// Whoever looks for an exchange strips the path prefix, and the host is any.
	doc.Servers = nil
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		return nil, err
	}
	openapi3filter.RegisterBodyDecoder("text/html", openapi3filter.PlainBodyDecoder)
	return &Contract{doc, router}, nil
})

// Exchange is a request for an operation of the contract.
type Exchange struct {
	input *openapi3filter.RequestValidationInput
	body  []byte
}

// Find returns the exchange that r begins, or nil if r, whose path has lost the
// prefix, is for no operation of the contract.
func (c *Contract) Find(r *http.Request, body []byte) *Exchange {
	route, params, err := c.router.FindRoute(r)
	if err != nil {
		return nil
	}
	r = r.Clone(r.Context())
	r.Body = io.NopCloser(bytes.NewReader(body))
	return &Exchange{
		input: &openapi3filter.RequestValidationInput{
			Request:    r,
			PathParams: params,
			Route:      route,
			Options: &openapi3filter.Options{
				MultiError:                        true,
				IncludeResponseStatus:             true,
				RejectWhenRequestBodyNotSpecified: true,
				SkipSettingDefaults:               true,
				AuthenticationFunc:                requireBearer,
				// The details are the values sent, which may be secrets.
				SchemaValidationOptions: []openapi3.SchemaValidationOption{openapi3.DisableSchemaErrorDetails()},
			},
		},
		body: body,
	}
}

// Operation returns the operation that the request is for.
func (e *Exchange) Operation() *openapi3.Operation { return e.input.Route.Operation }

// String names the operation in reports.
func (e *Exchange) String() string {
	route := e.input.Route
	return fmt.Sprintf("%s (%s %s)", route.Operation.OperationID, route.Method, route.Path)
}

// CheckRequest returns what the contract forbids about the request.
func (e *Exchange) CheckRequest(ctx context.Context) []string {
	violations := e.undeclared()
	return append(violations, describe(openapi3filter.ValidateRequest(ctx, e.input))...)
}

// undeclared finds query parameters and form fields that the operation doesn't
// have. The library only looks at those that it has.
func (e *Exchange) undeclared() []string {
	var violations []string
	op := e.Operation()
	for _, name := range slices.Sorted(maps.Keys(e.input.GetQueryParams())) {
		if op.Parameters.GetByInAndName(openapi3.ParameterInQuery, name) == nil {
			violations = append(violations, fmt.Sprintf("query parameter %q is not in the contract", name))
		}
	}
	const formType = "application/x-www-form-urlencoded"
	mediaType, _, err := mime.ParseMediaType(e.input.Request.Header.Get("Content-Type"))
	if err != nil || mediaType != formType || op.RequestBody == nil || op.RequestBody.Value.Content[formType] == nil {
		return violations
	}
	form, err := url.ParseQuery(string(e.body))
	if err != nil {
		return append(violations, "the form is malformed")
	}
	fields := op.RequestBody.Value.Content[formType].Schema.Value.Properties
	for _, name := range slices.Sorted(maps.Keys(form)) {
		if fields[name] == nil {
			violations = append(violations, fmt.Sprintf("form field %q is not in the contract", name))
		}
	}
	return violations
}

// CheckResponse returns what the contract forbids about the answer.
func (e *Exchange) CheckResponse(ctx context.Context, status int, header http.Header, body []byte) []string {
	declared := e.Operation().Responses.Status(status)
	if declared == nil {
		return []string{"the operation has no such status"}
	}
	var violations []string
	if len(declared.Value.Content) == 0 && len(body) > 0 {
		violations = append(violations, "it has a body")
	}
	// The library checks no 304. It does once the answer goes for a 200.
	input, route, op := *e.input, *e.input.Route, *e.input.Route.Operation
	op.Responses = openapi3.NewResponses(openapi3.WithStatus(http.StatusOK, declared))
	route.Operation, input.Route = &op, &route
	return append(violations, describe(openapi3filter.ValidateResponse(ctx, &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &input,
		Status:                 http.StatusOK,
		Header:                 header,
		Body:                   io.NopCloser(bytes.NewReader(body)),
		Options:                input.Options,
	}))...)
}

// requireBearer checks that a token is there; whether it is good, and for
// what, is the appliance's business.
func requireBearer(_ context.Context, in *openapi3filter.AuthenticationInput) error {
	scheme, token, _ := strings.Cut(in.RequestValidationInput.Request.Header.Get("Authorization"), " ")
	if scheme != "Bearer" || token == "" {
		return errors.New("there is no bearer token")
	}
	return nil
}

// describe says what a validation found, one line each.
func describe(err error) []string {
	if err == nil {
		return nil
	}
	if several, ok := err.(openapi3.MultiError); ok { //nolint:errorlint // a wrapped one is part of a longer line
		var lines []string
		for _, e := range several {
			lines = append(lines, describe(e)...)
		}
		return lines
	}
	return []string{strings.Join(strings.Fields(err.Error()), " ")}
}
