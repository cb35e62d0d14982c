// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

// Command picture draws the demo's output, which it reads from standard input,
// as an SVG for the README: the steps that show what the provider does.
//
//	make demo | go run ./internal/cmd/picture -dark >demo-dark.svg
package main

import (
	"bufio"
	"encoding/xml"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// The steps of the demo that are drawn.
var steps = []string{"══ 4/", "══ 7/", "══ 8/", "══ 9/"}

// theme is the colours of one kind of page.
type theme struct{ back, text, faint, add, change string }

var themes = map[bool]theme{
	false: {back: "#f6f8fa", text: "#1f2328", faint: "#59636e", add: "#116329", change: "#7d4e00"},
	true:  {back: "#161b22", text: "#e6edf3", faint: "#9198a1", add: "#7ee787", change: "#e3b341"},
}

const (
	width      = 745
	lineHeight = 18
	margin     = 20
)

func main() {
	dark := flag.Bool("dark", false, "draw for a dark page")
	flag.Parse()
	lines, err := chosen(os.Stdin)
	if err == nil && len(lines) == 0 {
		err = fmt.Errorf("standard input holds no step of the demo")
	}
	if err == nil {
		err = draw(os.Stdout, lines, themes[*dark])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "picture:", err)
		os.Exit(1)
	}
}

// chosen returns the lines of the steps that are drawn.
func chosen(demo io.Reader) (lines []string, err error) {
	scanner := bufio.NewScanner(demo)
	inside := false
	for scanner.Scan() {
		line := scanner.Text()
		if strings.HasPrefix(line, "══ ") {
			inside = slices.ContainsFunc(steps, func(step string) bool { return strings.HasPrefix(line, step) })
		}
		if inside && (line != "" || len(lines) > 0) {
			lines = append(lines, line)
		}
	}
	return lines, scanner.Err()
}

func draw(w io.Writer, lines []string, t theme) error {
	height := len(lines)*lineHeight + 2*margin
	var svg strings.Builder
	fmt.Fprintf(&svg, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img" aria-label="Output of make demo">`+"\n", width, height, width, height)
	fmt.Fprintf(&svg, `<rect width="100%%" height="100%%" rx="8" fill="%s"/>`+"\n", t.back)
	fmt.Fprintf(&svg, `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14" xml:space="preserve">`+"\n")
	for i, line := range lines {
		colour, weight := t.text, "normal"
		switch plain := strings.TrimSpace(line); {
		case strings.HasPrefix(line, "══"):
			weight = "bold"
			line = strings.TrimRight(line, "═ ")
		case strings.HasPrefix(line, "$"), strings.HasPrefix(plain, "#"):
			colour = t.faint
		case strings.HasPrefix(plain, "+ "), strings.Contains(line, "enabled "):
			colour = t.add
		case strings.HasPrefix(plain, "~ "):
			colour = t.change
		}
		fmt.Fprintf(&svg, `<text x="%d" y="%d" fill="%s" font-weight="%s">`, margin, margin+(i+1)*lineHeight-4, colour, weight)
		if err := xml.EscapeText(&svg, []byte(line)); err != nil {
			return err
		}
		svg.WriteString("</text>\n")
	}
	svg.WriteString("</g>\n</svg>\n")
	_, err := io.WriteString(w, svg.String())
	return err
}
