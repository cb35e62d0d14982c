// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

const redacted = "[redacted]"

// Secret is a value that must never be printed: a client secret, an access
// token, a private key. Formatting it gives "[redacted]". The value is behind a
// function, because package fmt prints the unexported fields of a value that
// holds a Secret without asking the Secret.
type Secret struct{ reveal func() string }

// NewSecret wraps value.
func NewSecret(value string) Secret {
	if value == "" {
		return Secret{}
	}
	return Secret{func() string { return value }}
}

// Reveal returns the value itself: to send it, to check it, and to keep it out
// of a text. Whoever calls it must not print what it returns.
func (s Secret) Reveal() string {
	if s.reveal == nil {
		return ""
	}
	return s.reveal()
}

// IsZero reports whether there is no value.
func (s Secret) IsZero() bool { return s.reveal == nil }

// String implements fmt.Stringer.
func (Secret) String() string { return redacted }

// GoString implements fmt.GoStringer.
func (Secret) GoString() string { return redacted }

// Format implements fmt.Formatter: all verbs but %p and %T come here.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// MarshalJSON implements json.Marshaler.
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// LogValue implements slog.LogValuer.
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// scrub replaces each secret in text. It finds a secret as it stands, as JSON,
// HTML and URLs commonly encode each of its characters, and in base64 by itself.
// It finds none that is encoded twice, in hexadecimal, with HTML's names of
// letters, or in base64 together with other text.
func scrub(text string, secrets ...string) string {
	for _, secret := range secrets {
		secret = strings.TrimSpace(secret) // a server may repeat it without the space around it
		if secret == "" {
			continue
		}
		text = hide(text, characters(secret))
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} { // the padding tells nothing
			text = hide(text, [][]string{{encoding.EncodeToString([]byte(secret))}})
		}
	}
	return text
}

// characters lists the ways to write each character of a secret. A secret may be
// any bytes: a byte that is not part of UTF-8 is a character of its own.
func characters(secret string) (all [][]string) {
	for secret != "" {
		r, size := utf8.DecodeRuneInString(secret)
		c := secret[:size]
		secret = secret[size:]
		var units, bytes string
		for _, unit := range utf16.Encode([]rune{r}) {
			units += fmt.Sprintf(`\u%04x`, unit)
		}
		for _, b := range []byte(c) {
			bytes += fmt.Sprintf("%%%02x", b)
		}
		quoted := strconv.Quote(c)
		forms := []string{
			c, quoted[1 : len(quoted)-1], `\` + c, units, // in JSON
			fmt.Sprintf("&#%d;", r), fmt.Sprintf("&#%03d;", r), fmt.Sprintf("&#x%x;", r), // in HTML
			bytes, url.QueryEscape(c), // in a URL
		}
		if name := entities[r]; name != "" {
			forms = append(forms, name)
		}
		all = append(all, forms)
	}
	return all
}

// entities are the characters that HTML has to encode.
var entities = map[rune]string{'"': "&quot;", '\'': "&apos;", '&': "&amp;", '<': "&lt;", '>': "&gt;"}

// hide replaces a secret wherever it is in text. parts are what it is made of, each
// in the forms that it may have.
func hide(text string, parts [][]string) string {
	var out strings.Builder
	for text != "" {
		if n := prefixLength(text, parts); n > 0 {
			out.WriteString(redacted)
			text = text[n:]
			continue
		}
		out.WriteByte(text[0])
		text = text[1:]
	}
	return out.String()
}

// prefixLength returns the length in bytes of a secret that text begins with; 0 if
// text doesn't begin with it. Upper and lower case are the same, as %2f and %2F are.
func prefixLength(text string, parts [][]string) int {
	ends := []int{0} // where the parts so far may end
	for _, forms := range parts {
		var next []int
		for _, end := range ends {
			for _, form := range forms {
				after := end + len(form)
				if after <= len(text) && strings.EqualFold(text[end:after], form) && !slices.Contains(next, after) {
					next = append(next, after)
				}
			}
		}
		if ends = next; ends == nil {
			return 0
		}
	}
	return slices.Max(ends)
}
