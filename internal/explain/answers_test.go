// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package explain

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/domum-iac/terraform-provider-domum/internal/domum"
	"github.com/domum-iac/terraform-provider-domum/internal/simtest"
)

// bodies are what the parts of the platform, and gateways in front of it, send
// with a status that is a failure.
var bodies = map[string]struct{ contentType, text, quoted string }{
	"nothing": {"", "", ""},
	"HTML":    {"text/html", "<html><head><title>Title of the page</title></head></html>", `an HTML page titled "Title of the page"`},
	"JSON":    {"application/json", `{"wrong":"nobody knows it"}`, "nobody knows it"},
	"text":    {"text/plain", "Some plain text", "Some plain text"},
	"v2":      {"application/json", `{"error":{"code":"some_code","message":"What v2 says"},"request_id":"r-1"}`, "What v2 says"},
	"v1":      {"application/json", `{"response":{"status":1,"message":"What v1 says","error":true,"error_code":1}}`, "What v1 says"},
	"flat":    {"application/json", `{"message":"What a gateway says"}`, "What a gateway says"},
	"SCIM":    {"application/scim+json", `{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"detail":"What SCIM says"}`, "What SCIM says"},
}

// refusals maps each status to the words of its remedy: for a call of the API,
// and for the token call where that differs.
var refusals = map[int]struct{ remedy, html, token string }{
	301: {remedy: "Set the url attribute to the address that answers without a redirect"},
	302: {remedy: "Set the url attribute to the address that answers without a redirect"},
	400: {remedy: "set api_profile_file", token: "Check client_id and client_secret"},
	401: {remedy: "The token is not accepted: the one in access_token has expired, or the appliance refuses it", html: "a gateway in front of the appliance that wants a login", token: "Check client_id and client_secret"},
	403: {remedy: "Give the A2A authorization that the token in access_token belongs to", html: "admits this machine's IP address and this path", token: "Check client_id and client_secret"},
	404: {remedy: "The appliance does not know this path", token: "token_path"},
	405: {remedy: "The appliance does not know this path", token: "token_path"},
	407: {remedy: "A proxy wants a user name and a password"},
	408: {remedy: "received no response from it in time"},
	409: {remedy: "The record changed meanwhile"},
	412: {remedy: "The record changed meanwhile"},
	413: {remedy: "refuses a request of this size"},
	414: {remedy: "refuses a request of this size"},
	421: {remedy: "does not serve this host name"},
	422: {remedy: "Correct the attributes that the message names"},
	429: {remedy: "max_requests_per_second"},
	431: {remedy: "refuses a request of this size"},
	494: {remedy: "refuses a request of this size"},
	495: {remedy: "does not accept the client certificate"},
	496: {remedy: "set client_cert_file and client_key_file"},
	497: {remedy: "Begin the url attribute with https://"},
	498: {remedy: "The token is not accepted: the one in access_token has expired", token: "Check client_id and client_secret"},
	499: {remedy: "received no response from it in time"},
	500: {remedy: "could not do it. Run the same command again later"},
	501: {remedy: "could not do it. Run the same command again later"},
	502: {remedy: "received no response from it in time"},
	503: {remedy: "could not do it. Run the same command again later"},
	504: {remedy: "received no response from it in time"},
}

// answering is the error of a call of a server that answers each one the same.
func answering(t *testing.T, url string, token bool) error {
	t.Helper()
	cfg := domum.Config{URL: url + "/segura", AccessToken: domum.NewSecret("token"), MaxRetries: -1, Clock: simtest.NewFastClock()}
	if token {
		cfg.AccessToken, cfg.ClientID, cfg.ClientSecret = domum.Secret{}, "client", domum.NewSecret("s3cret-value")
	}
	client, err := domum.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.GetVendor(t.Context(), "1")
	if e, ok := errors.AsType[*domum.Error](err); !ok || e.Token != token {
		t.Fatalf("%v", err)
	}
	return err
}

// Whatever the body is, the status decides what to do, and the body is quoted.
func TestStatusDecidesTheRemedy(t *testing.T) {
	t.Parallel()
	var status atomic.Int32
	var body atomic.Value
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		name, _ := body.Load().(string)
		w.Header().Set("Content-Type", bodies[name].contentType)
		w.Header().Set("Location", "https://elsewhere.example/login/here?token=hidden#part")
		w.WriteHeader(int(status.Load()))
		_, _ = w.Write([]byte(bodies[name].text))
	}))
	t.Cleanup(server.Close)
	for code, want := range refusals {
		for name, content := range bodies {
			for _, token := range []bool{false, true} {
				status.Store(int32(code))
				body.Store(name)
				err := answering(t, server.URL, token)
				said, remedy := Failure(err)
				operation, words := "GET /segura/api/v2/domum/vendors/1", want.remedy
				if name == "HTML" && want.html != "" {
					words = want.html
				}
				if token {
					operation = "POST /segura/iso/oauth2/token"
					if want.token != "" && (name != "HTML" || want.html == "") {
						words = want.token
					}
				}
				quoted := content.quoted
				if code < 400 {
					quoted = "redirect to https://elsewhere.example/login/here, which is not followed"
				}
				if code == 404 && domum.IsNotFound(err) && !token {
					words = "the record was removed"
				}
				if !strings.HasPrefix(said, fmt.Sprintf("%s was answered with HTTP %d: ", operation, code)) || !strings.Contains(said, quoted) || !strings.Contains(remedy, words) {
					t.Errorf("%d, %s, token call %t: want %q\n%s\n%s", code, name, token, words, said, remedy)
				}
				if strings.Contains(said, "hidden") {
					t.Errorf("%d: a redirect's query is shown: %s", code, said)
				}
			}
		}
	}
}

// nginx sends statuses of its own as a 400 with a page.
func TestPagesOfNginx(t *testing.T) {
	t.Parallel()
	for title, want := range map[string]string{
		"400 No required SSL certificate was sent":          "set client_cert_file and client_key_file",
		"400 The SSL certificate error":                     "does not accept the client certificate",
		"400 The plain HTTP request was sent to HTTPS port": "Begin the url attribute with https://",
		"400 Request Header Or Cookie Too Large":            "refuses a request of this size",
		"400 Bad Request":                                   "set api_profile_file",
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte("<html><head><title>" + title + "</title></head></html>"))
		}))
		said, remedy := Failure(answering(t, server.URL, false))
		server.Close()
		if !strings.Contains(said, title) || !strings.Contains(remedy, want) {
			t.Errorf("%s: want %q\n%s\n%s", title, want, said, remedy)
		}
	}
}

func TestCompressedAnswerIsExplained(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write([]byte{0x1f, 0x8b, 8, 0})
	}))
	t.Cleanup(server.Close)
	said, remedy := Failure(answering(t, server.URL, false))
	if !strings.Contains(said, "the body is compressed (gzip)") || !strings.Contains(remedy, "mod_deflate") {
		t.Errorf("%s\n%s", said, remedy)
	}
}

func TestRewrittenETagIsExplained(t *testing.T) {
	t.Parallel()
	refusal := &domum.Error{Operation: "PATCH /api/v2/domum/vendors/1", Status: http.StatusPreconditionFailed, Message: "changed", RequestID: "r-7"}
	said, remedy := Failure(&domum.RewrittenETagError{Refusal: refusal, ETag: `"x-gzip"`})
	for _, words := range []string{"HTTP 412", "r-7", `"x-gzip"`, "Nothing was written"} {
		if !strings.Contains(said, words) {
			t.Errorf("%q is missing in %s", words, said)
		}
	}
	if !strings.Contains(remedy, "mod_deflate") || strings.Contains(remedy, "changed meanwhile") {
		t.Errorf("%s", remedy)
	}
}
