// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package settings

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// maxFile is the most that a file of the provider block may hold, in MiB. Secrets,
// certificates and API profiles have some KiB.
const maxFile = 1

// readFile returns what the file holds that an attribute names; nil if that can't
// be used, which is reported.
func readFile(diags *diag.Diagnostics, name string, s setting) []byte {
	content, problem := contentOf(s.value)
	remedy := fmt.Sprintf("to a regular file of at most %d MiB that this process can read", maxFile)
	if problem == "" && len(bytes.TrimSpace(content)) == 0 {
		content, problem, remedy = nil, "is empty", "to a file that holds the value"
	}
	if problem != "" {
		addSettingError(diags, name, fmt.Sprintf("%s %q%s %s.\n\nSet %s %s.", name, s.value, s.via(), problem, s.from, remedy))
	}
	return content
}

// contentOf returns what a regular file holds, or what is wrong with the file.
// To open a pipe could take forever, and a device may have no end.
func contentOf(file string) (content []byte, problem string) {
	info, err := os.Stat(file)
	switch {
	case err != nil:
		return nil, unreadable(err)
	case info.IsDir():
		return nil, "is a folder"
	case !info.Mode().IsRegular():
		return nil, "is not a regular file, but a device, a pipe or a socket"
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, unreadable(err)
	}
	defer func() { _ = f.Close() }() // it was only read
	content, err = io.ReadAll(io.LimitReader(f, maxFile<<20+1))
	switch {
	case err != nil:
		return nil, unreadable(err)
	case len(content) > maxFile<<20:
		return nil, fmt.Sprintf("is larger than %d MiB", maxFile)
	}
	return content, ""
}

func unreadable(err error) string {
	if e, ok := errors.AsType[*os.PathError](err); ok {
		err = e.Err
	}
	return "can't be read: " + err.Error()
}
