// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestPictureHoldsTheChosenSteps(t *testing.T) {
	t.Parallel()
	lines, err := chosen(strings.NewReader("══ 3/11  Left out ═══\nno\n\n══ 7/11  Apply ═══\n\n$ terraform apply\n  + name = \"A & B\"\n══ 11/11  Left out ═══\nno\n"))
	if err != nil {
		t.Fatal(err)
	}
	var svg strings.Builder
	if err := draw(&svg, lines, themes[true]); err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	decoder := xml.NewDecoder(strings.NewReader(svg.String()))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if data, ok := token.(xml.CharData); ok {
			text.Write(data)
		}
	}
	if said := text.String(); !strings.Contains(said, "══ 7/11  Apply") || !strings.Contains(said, `+ name = "A & B"`) || strings.Contains(said, "no") || strings.Contains(said, "Left out") {
		t.Errorf("drawn: %s", said)
	}
}
