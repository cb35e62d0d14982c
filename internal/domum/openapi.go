// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import _ "embed"

// OpenAPI is the wire contract that this package speaks: an OpenAPI 3.0
// document in YAML. Each operation's x-source says whether Segura publishes it
// or this project assumes it. It is for tests and tools; the client doesn't
// read it, and nobody may write to it.
//
//go:embed openapi.yaml
var OpenAPI []byte
