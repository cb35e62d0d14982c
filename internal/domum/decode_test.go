// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestDecodeError(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status            int
		contentType, body string
		encoding          string
		want              Error
		words             string
	}{
		"v2": {
			status: 422,
			body:   `{"error":{"code":"validation_failed","message":"Invalid.","details":[{"field":"start_date","message":"is no date"}]},"request_id":"r-1"}`,
			want: Error{
				Shape: ShapeV2, Code: "validation_failed", Message: "Invalid.", RequestID: "r-1",
				Details: []FieldError{{"start_date", "is no date"}},
			},
			words: "validation_failed: Invalid.: start_date: is no date",
		},
		"v1": {
			status: 400,
			body:   `{"response":{"status":400,"message":"1005: User not found","error":true,"error_code":1},"exception":{"code":1005,"message":"1005: User not found","detail":null}}`,
			want:   Error{Shape: ShapeV1, Code: "1005", Message: "User not found"},
			words:  "1005: User not found",
		},
		"v1, two messages": {
			status: 503,
			body:   `{"response":{"status":503,"message":"lockdown","error":true,"error_code":1},"exception":{"code":1005,"message":"1005: vault locked"}}`,
			want:   Error{Shape: ShapeV1, Code: "1005", Message: "lockdown: vault locked"},
			words:  "1005: lockdown: vault locked",
		},
		"v1, two messages, code in front of the second": {
			status: 400,
			body:   `{"response":{"message":"it failed","error":true,"error_code":1},"exception":{"message":"1005: vault locked"}}`,
			want:   Error{Shape: ShapeV1, Code: "1005", Message: "it failed: vault locked"},
			words:  "1005: it failed: vault locked",
		},
		"v1, one message that says more": {
			status: 400,
			body:   `{"response":{"message":"User not found","error":true,"error_code":1},"exception":{"code":1005,"message":"1005: User not found in vault 3"}}`,
			want:   Error{Shape: ShapeV1, Code: "1005", Message: "User not found in vault 3"},
			words:  "1005: User not found in vault 3",
		},
		"v1, the exception alone": {
			status: 400,
			body:   `{"response":{"error":true,"error_code":1,"detail":"trace"},"exception":{"code":1005,"message":"1005: vault locked"}}`,
			want:   Error{Shape: ShapeV1, Code: "1005", Message: "vault locked"},
			words:  "1005: vault locked",
		},
		"v1, code in front of the message": {
			status: 400,
			body:   `{"response":{"status":400,"message":"1005: vendor not found","error":true,"error_code":1}}`,
			want:   Error{Shape: ShapeV1, Code: "1005", Message: "vendor not found"},
			words:  "1005: vendor not found",
		},
		"v1, number in front that is no code": {
			status: 400,
			body:   `{"response":{"status":400,"message":"2026-13-01 is no date: correct it","error":true,"error_code":7}}`,
			want:   Error{Shape: ShapeV1, Code: "7", Message: "2026-13-01 is no date: correct it"},
			words:  "7: 2026-13-01 is no date: correct it",
		},
		"v1 in Portuguese": {
			status: 400,
			body:   `{"response":{"status":400,"mensagem":"Fornecedor inexistente","erro":true,"cod_erro":1}}`,
			want:   Error{Shape: ShapeV1, Code: "1", Message: "Fornecedor inexistente"},
			words:  "1: Fornecedor inexistente",
		},
		"v1 as a web page": {
			status: 400, contentType: "text/html; charset=UTF-8",
			body:  `{"response":{"status":400,"message":"no","error":true,"error_code":1},"exception":{"code":1005}}`,
			want:  Error{Shape: ShapeV1, Code: "1005", Message: "no"},
			words: "1005: no",
		},
		"v1 lockdown": {
			status: 503,
			body:   `{"response":{"status":503,"message":"Locked until 18:00","error":true,"error_code":100}}`,
			want:   Error{Shape: ShapeV1, Code: "100", Message: "Locked until 18:00", Lockdown: true},
			words:  "100: Locked until 18:00",
		},
		"gateway": {
			status: 404,
			body:   `{"message":"no Route matched with those values"}`,
			want:   Error{Shape: ShapeFlat, Message: "no Route matched with those values"},
			words:  "no Route matched with those values",
		},
		"token, flat": {
			status: 401,
			body:   `{"error":"invalid_client","error_description":"Client authentication failed"}`,
			want:   Error{Shape: ShapeFlat, Code: "invalid_client", Message: "Client authentication failed"},
			words:  "invalid_client: Client authentication failed",
		},
		"flat with a boolean": {
			status: 404,
			body:   `{"code":404,"message":"agent_not_found","error":true,"error_code":1001}`,
			want:   Error{Shape: ShapeFlat, Code: "404", Message: "agent_not_found"},
			words:  "404: agent_not_found",
		},
		"flat with a text and a code": {
			status: 404,
			body:   `{"error":"Not Found","code":"no_vendor"}`,
			want:   Error{Shape: ShapeFlat, Code: "no_vendor", Message: "Not Found"},
			words:  "no_vendor: Not Found",
		},
		"v2 beside a null of v1": {
			status: 404,
			body:   `{"response":null,"error":{"code":"not_found","message":"no such vendor"}}`,
			want:   Error{Shape: ShapeV2, Code: "not_found", Message: "no such vendor"},
			words:  "not_found: no such vendor",
		},
		"v2 with numbers": {
			status: 404,
			body:   `{"error":{"code":404,"message":"no such route"},"request_id":7}`,
			want:   Error{Shape: ShapeV2, Code: "404", Message: "no such route", RequestID: "7"},
			words:  "404: no such route",
		},
		"compressed": {
			status: 502, encoding: "gzip", body: "\x1f\x8b",
			want:  Error{Shape: ShapeCompressed, Message: "the body is compressed (gzip), though no compression was asked for"},
			words: "the body is compressed (gzip), though no compression was asked for",
		},
		"said to be uncompressed": {
			status: 404, encoding: "identity", body: `{"message":"no Route"}`,
			want:  Error{Shape: ShapeFlat, Message: "no Route"},
			words: "no Route",
		},
		"scim": {
			status: 404,
			body:   `{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"404","detail":"no such group"}`,
			want:   Error{Shape: ShapeSCIM, Message: "no such group"},
			words:  "no such group",
		},
		"html": {
			status: 502, contentType: "text/html; charset=utf-8",
			body:  "<html><head><title>\n Bad\tGateway </title></head></html>",
			want:  Error{Shape: ShapeHTML, Message: `an HTML page titled "Bad Gateway" instead of JSON`},
			words: `an HTML page titled "Bad Gateway" instead of JSON`,
		},
		"redirect": {
			status: 302,
			want:   Error{Shape: ShapeUnknown, Message: "redirect to https://elsewhere.example/login, which is not followed"},
			words:  "redirect to https://elsewhere.example/login, which is not followed",
		},
		"nothing": {status: 500, want: Error{Shape: ShapeUnknown}, words: "internal server error"},
		"noise": {
			status: 500, body: "a\x1b[31mb\u202ec\r\nd",
			want:  Error{Shape: ShapeUnknown, Message: "a [31mb c d"},
			words: "a [31mb c d",
		},
	} {
		resp := response(test.status, test.body)
		resp.Header.Set("Content-Type", test.contentType)
		resp.Header.Set("Content-Encoding", test.encoding)
		resp.Header.Set("Location", "https://elsewhere.example/login?token=x")
		got := decodeError("GET /x", resp)
		test.want.Operation, test.want.Status = "GET /x", test.status
		if diff := cmp.Diff(&test.want, got, cmpopts.IgnoreUnexported(Error{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if got.Words() != test.words {
			t.Errorf("%s: words %q, want %q", name, got.Words(), test.words)
		}
	}
}

func FuzzDecodeError(f *testing.F) {
	f.Add(422, `{"error":{"code":"c","message":"m","details":[{"field":"f","message":"m"}]}}`)
	f.Add(503, `{"response":{"error_code":100,"message":["x"]},"exception":7}`)
	f.Add(404, `{"schemas":{},"detail":null}`)
	f.Add(302, ``)
	const secret = "s3cr3t/+&"
	f.Fuzz(func(t *testing.T, status int, content string) {
		e := decodeError("GET /x", response(status, content+secret+url.QueryEscape(secret)), secret)
		for _, text := range []string{e.Error(), e.Words(), e.Code, e.Message} {
			if strings.Contains(text, secret) || strings.Contains(text, url.QueryEscape(secret)) {
				t.Errorf("the secret is in %q", text)
			}
			if !utf8.ValidString(text) && utf8.ValidString(content) {
				t.Errorf("%q is no valid text", text)
			}
			if strings.ContainsAny(text, "\n\r\x1b\x00") {
				t.Errorf("control characters in %q", text)
			}
		}
	})
}
