// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// Every way in which a server could repeat a secret is caught, whatever the
// shape of its answer.
func TestAnswersNeverRepeatASecret(t *testing.T) {
	t.Parallel()
	const secret = `Qz7/v+W="<k&\%>ü9x`
	jsonText := func(s string) string { b, _ := json.Marshal(s); return string(b[1 : len(b)-1]) }
	for form, text := range map[string]string{
		"raw":                secret,
		"JSON":               jsonText(secret),
		"JSON without HTML":  strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(secret),
		"JSON as PHP has it": strings.NewReplacer(`\`, `\\`, `"`, `\"`, `/`, `\/`).Replace(secret),
		"JSON in ASCII":      strings.NewReplacer(`\`, `\\`, `"`, `\"`, `/`, `\/`, "ü", `\u00fc`).Replace(secret),
		"HTML":               html.EscapeString(secret),
		"HTML as PHP has it": strings.ReplaceAll(html.EscapeString(secret), "&#34;", "&quot;"),
		"query":              url.QueryEscape(secret),
		"query, lower case":  strings.ToLower(url.QueryEscape(secret)),
		"path":               url.PathEscape(secret),
		"base64":             base64.StdEncoding.EncodeToString([]byte(secret)),
		"raw base64":         base64.RawStdEncoding.EncodeToString([]byte(secret)),
		"URL base64":         base64.URLEncoding.EncodeToString([]byte(secret)),
		"raw URL base64":     base64.RawURLEncoding.EncodeToString([]byte(secret)),
	} {
		for shape, body := range map[string]string{
			"flat": `{"message":"` + jsonText("x "+text+" y") + `"}`,
			"v1":   `{"response":{"message":"` + jsonText("x "+text+" y") + `"}}`,
			"v2":   `{"error":{"code":"` + jsonText(text) + `","message":"m","details":[{"field":"` + jsonText(text) + `","message":"` + jsonText(text) + `"}]},"request_id":"` + jsonText(text) + `"}`,
			"SCIM": `{"schemas":[],"detail":"` + jsonText("x "+text+" y") + `"}`,
			"HTML": `<title>x ` + text + ` y</title>`,
			"text": "x " + text + " y",
			// JSON that nobody knows is shown as it stands.
			"unknown": `{"wrong":"` + jsonText(text) + `"}`,
		} {
			if shape == "unknown" && form != "raw" && !strings.Contains(form, "base64") && !strings.Contains(form, "query") {
				continue // encoded twice
			}
			said := decodeError("GET /x", response(http.StatusForbidden, body), secret).Error()
			if strings.Contains(said, text) || !strings.Contains(said, redacted) {
				t.Errorf("%s, %s: %s", shape, form, said)
			}
		}
	}
}

func TestSecretIsNeverPrinted(t *testing.T) {
	t.Parallel()
	s := NewSecret("hunter2")
	marshaled, err := json.Marshal(map[string]Secret{"s": s})
	if err != nil {
		t.Fatal(err)
	}
	for _, got := range []string{
		fmt.Sprint(s), fmt.Sprintf("%s %q %v %+v %#v %x %d", s, s, s, s, s, s, s), fmt.Sprintf("%+v", Config{ClientSecret: s}),
		fmt.Sprintf("%#v", &Config{ClientSecret: s}), string(marshaled), slog.AnyValue(s).Resolve().String(),
	} {
		if strings.Contains(got, "hunter2") || strings.Contains(got, fmt.Sprintf("%x", "hunter2")) || !strings.Contains(got, redacted) {
			t.Errorf("printed as %s", got)
		}
	}
}

// What holds a Secret in an unexported field is printed without the Secret's own methods.
func TestSecretIsNotPrintedWithWhatHoldsIt(t *testing.T) {
	t.Parallel()
	s := NewSecret("hunter2")
	client, err := New(Config{URL: "https://appliance.example", ClientID: "id", ClientSecret: s})
	if err != nil {
		t.Fatal(err)
	}
	type holder struct{ s Secret }
	for _, value := range []any{client, holder{s}, &holder{s}, []holder{{s}}, map[string]holder{"s": {s}}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			if got := fmt.Sprintf(verb, value); strings.Contains(got, "hunter2") || strings.Contains(got, fmt.Sprintf("%x", "hunter2")) {
				t.Errorf("%s: %s", verb, got)
			}
		}
	}
}

// Nothing is left of a form that a shorter one is the beginning of, and each character may be encoded its own way.
func TestNoPartOfASecretIsLeft(t *testing.T) {
	t.Parallel()
	for secret, texts := range map[string][]string{
		"hunter2%":   {"hunter2%", "hunter2%25", "hunter2&#37;"},
		"hunter2&":   {"hunter2&", "hunter2&amp;", "hunter2%26", `hunter2\u0026`},
		"it's":       {"it's", "it&#39;s", "it&#039;s", "it&apos;s", "it&#x27;s", `it\u0027s`, "it%27s"},
		`a\\b`:       {`a\\b`, `a\\\\b`, "a%5c%5Cb"},
		"x😀y":        {"x😀y", `x\ud83d\ude00y`, "x%F0%9F%98%80y", "x&#128512;y"},
		"two words+": {"two words+", "two+words%2b", "two%20words%2B"},
		"tab\tend":   {"tab\tend", `tab\tend`, `tab\u0009end`},
	} {
		for _, text := range texts {
			if got := scrub("<"+text+">", secret); got != "<"+redacted+">" {
				t.Errorf("%s in %s: %s", secret, text, got)
			}
		}
	}
}

// A secret may be any bytes: a certificate in binary form, text in Latin-1.
func FuzzScrubNeverPanicsAndHides(f *testing.F) {
	f.Add("caf\xe9", "x caf\xe9 y")
	f.Add("\xff\xfe\x00", "\xff\xfe\x00")
	f.Add("(?i)[", "(?i)[")
	f.Fuzz(func(t *testing.T, secret, text string) {
		if got := scrub(text, secret); len(secret) > len(redacted) && strings.Contains(got, secret) {
			t.Errorf("%q in %q", secret, got)
		}
	})
}
