// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net/url"
	"strings"
)

const redacted = "[redacted]"

// Secret is a value that must never be printed: a client secret, an access
// token, a private key. Every way of formatting it gives "[redacted]".
type Secret struct{ value string }

// NewSecret wraps value.
func NewSecret(value string) Secret { return Secret{value: value} }

// Reveal returns the value itself, for the one place that sends it.
func (s Secret) Reveal() string { return s.value }

// IsZero reports whether there is no value.
func (s Secret) IsZero() bool { return s.value == "" }

// String implements fmt.Stringer.
func (Secret) String() string { return redacted }

// GoString implements fmt.GoStringer.
func (Secret) GoString() string { return redacted }

// Format implements fmt.Formatter, so that no verb reaches the field.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// MarshalJSON implements json.Marshaler.
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// LogValue implements slog.LogValuer.
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// scrub replaces each secret in text, as it stands and in the encodings in
// which a server or a library could repeat it.
func scrub(text string, secrets ...string) string {
	for _, secret := range secrets {
		secret = strings.TrimSpace(secret) // an answer may come without
		if secret == "" {
			continue
		}
		for _, form := range encodings(secret) {
			text = replaceFold(text, form)
		}
	}
	return text
}

// encodings lists the forms of a secret, the longest that holds another one
// first. Base64 goes without its padding, which tells nothing.
func encodings(secret string) []string {
	quoted, _ := json.Marshal(secret) // of a string: no error
	plain := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(secret)
	return []string{
		string(quoted[1 : len(quoted)-1]),
		strings.ReplaceAll(plain, "/", `\/`), // PHP's way
		plain,
		html.EscapeString(secret),
		url.QueryEscape(secret),
		url.PathEscape(secret),
		base64.RawStdEncoding.EncodeToString([]byte(secret)),
		base64.RawURLEncoding.EncodeToString([]byte(secret)),
		secret,
	}
}

// replaceFold replaces form in text whatever its case: the digits of %2f have
// two. A secret may be any bytes, so none of it is a pattern.
func replaceFold(text, form string) string {
	var out strings.Builder
	for len(text) >= len(form) {
		if strings.EqualFold(text[:len(form)], form) {
			out.WriteString(redacted)
			text = text[len(form):]
			continue
		}
		out.WriteByte(text[0])
		text = text[1:]
	}
	return out.String() + text
}
