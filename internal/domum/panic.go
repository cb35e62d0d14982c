// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package domum

import (
	"fmt"
	"runtime/debug"
)

// PanicError is a panic in a goroutine that works for others, who get it as
// their error: nobody could recover it there, and it would end the process. The
// panic's value may hold anything, so only its type is kept.
type PanicError struct {
	Type  string
	Stack []byte
}

// Error implements error.
func (e *PanicError) Error() string { return "panic with a " + e.Type }

// RecoverInto makes a panic of the function that defers it that function's
// error.
func RecoverInto(err *error) {
	if value := recover(); value != nil {
		*err = &PanicError{Type: fmt.Sprintf("%T", value), Stack: debug.Stack()}
	}
}
