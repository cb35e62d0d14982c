// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

// Command meter stands in a provider's place. It runs the program of its own
// name in the folder metered beside it, and appends what that took to the
// file usage, one JSON object a line. Terraform starts a provider several
// times in one command; the kernel's own account of each process is exact,
// and no process has to be watched while it runs.
package main

import (
	"encoding/json"
	"errors"
	"log"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
	"time"
)

// usage is a line of the file.
type usage struct {
	PeakRSS int64         `json:"peak_rss"` // bytes
	CPU     time.Duration `json:"cpu"`      // user and system
}

func main() {
	code, err := run()
	if err != nil {
		log.Fatal("meter: ", err)
	}
	os.Exit(code)
}

func run() (code int, err error) {
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	folder := filepath.Dir(self)
	// A terminal's Ctrl-C reaches the provider as well, which knows what to do.
	signal.Notify(make(chan os.Signal, 1), os.Interrupt)
	cmd := exec.Command(filepath.Join(folder, "metered", filepath.Base(self))) //nolint:noctx // ends when Terraform ends it
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if _, failed := errors.AsType[*exec.ExitError](cmd.Run()); cmd.ProcessState == nil {
		return 0, errors.New("the provider did not start")
	} else if failed {
		code = cmd.ProcessState.ExitCode()
	}
	line, err := json.Marshal(usage{peakRSS(cmd.ProcessState), cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()})
	if err != nil {
		return 0, err
	}
	file, err := os.OpenFile(filepath.Join(folder, "usage"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	_, err = file.Write(append(line, '\n'))
	return code, errors.Join(err, file.Close())
}

// peakRSS returns the largest resident set of an ended process in bytes.
func peakRSS(state *os.ProcessState) int64 {
	account, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	if runtime.GOOS == "darwin" {
		return int64(account.Maxrss) //nolint:unconvert // 32 bits on some platforms
	}
	return int64(account.Maxrss) * 1024 //nolint:unconvert // 32 bits on some platforms
}
