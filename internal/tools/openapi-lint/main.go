// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

// Openapi-lint checks an OpenAPI document with the linter of
// github.com/speakeasy-api/openapi, whose own command no module proxy serves.
// It prints what it finds, hints too, and then exits with 1.
//
//	openapi-lint RULES.yaml DOCUMENT.yaml
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/speakeasy-api/openapi/linter"
	"github.com/speakeasy-api/openapi/openapi"
	rules "github.com/speakeasy-api/openapi/openapi/linter"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: openapi-lint RULES.yaml DOCUMENT.yaml")
		os.Exit(2)
	}
	findings, err := lint(context.Background(), os.Args[1], os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, "openapi-lint:", err)
		os.Exit(2)
	}
	fmt.Fprint(os.Stdout, findings.FormatText())
	if len(findings.Results) > 0 {
		os.Exit(1)
	}
}

func lint(ctx context.Context, config, document string) (*linter.Output, error) {
	cfg, err := linter.LoadConfigFromFile(config)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(document)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	doc, invalid, err := openapi.Unmarshal(ctx, f)
	if err != nil {
		return nil, err
	}
	l, err := rules.NewLinter(cfg)
	if err != nil {
		return nil, err
	}
	return l.Lint(ctx, linter.NewDocumentInfo(doc, document), invalid, nil)
}
