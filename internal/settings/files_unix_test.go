// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package settings

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// To open a pipe waits for a writer, and a device may have no end.
func TestPipesAndDevicesAreRefused(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	refusesFile(t, pipe, "is not a regular file, but a device, a pipe or a socket")
	refusesFile(t, "/dev/zero", "is not a regular file, but a device, a pipe or a socket")
}

// Kubernetes mounts a secret as a link to a link.
func TestFileBehindLinksIsRead(t *testing.T) {
	noEnvironment(t)
	folder := t.TempDir()
	first, second := filepath.Join(folder, "first"), filepath.Join(folder, "second")
	if err := os.Symlink(inFile(t, "s3cret\n"), first); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(first, second); err != nil {
		t.Fatal(err)
	}
	var diags diag.Diagnostics
	cfg := providerBlock(t, map[string]string{"url": "https://gw.example.test", "client_id": "id", "client_secret_file": second}).config(&diags)
	if diags.HasError() || cfg.ClientSecret.Reveal() != "s3cret" {
		t.Error(diags)
	}
}
