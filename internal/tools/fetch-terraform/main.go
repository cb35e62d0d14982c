// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

// Command fetch-terraform installs the latest Terraform CLI from
// releases.hashicorp.com, signature and checksum verified, into the folder
// given as its only argument, and prints the path of the executable.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	install "github.com/hashicorp/hc-install"
	"github.com/hashicorp/hc-install/product"
	"github.com/hashicorp/hc-install/releases"
	"github.com/hashicorp/hc-install/src"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: fetch-terraform FOLDER")
		os.Exit(2)
	}
	path, err := fetch(context.Background(), os.Args[1])
	if err != nil {
		fmt.Fprintf(os.Stderr, "No terraform or tofu on PATH, and none could be fetched from releases.hashicorp.com (%v): "+
			"install Terraform or OpenTofu, or give the path of one as TERRAFORM=path.\n", rootCause(err))
		os.Exit(1)
	}
	fmt.Println(path)
}

func fetch(ctx context.Context, folder string) (string, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	return install.NewInstaller().Install(ctx, []src.Installable{
		&releases.LatestVersion{
			Product:    product.Terraform,
			InstallDir: folder,
			Timeout:    5 * time.Minute,
		},
	})
}

// rootCause drops the wrapping: each layer of the download repeats the URL.
func rootCause(err error) error {
	for next := errors.Unwrap(err); next != nil; next = errors.Unwrap(next) {
		err = next
	}
	return err
}
