// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// grace is how long a process may take to stop after it was asked to.
const grace = 30 * time.Second

// process is a program in a process group of its own: Ctrl-C in a terminal
// reaches only the demo, which then stops each program once and in order, and
// nothing that the program started can outlive it.
type process struct {
	cmd    *exec.Cmd
	exited chan error
}

func startProcess(cmd *exec.Cmd) (*process, error) {
	ownGroup(cmd)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &process{cmd: cmd, exited: make(chan error, 1)}
	go func() {
		err := cmd.Wait()
		killGroup(cmd)
		p.exited <- err
	}()
	return p, nil
}

func (p *process) pid() int { return p.cmd.Process.Pid }

// stop interrupts the process and waits for it. It returns an error if that
// takes longer than grace, or if the process reports a failure.
func (p *process) stop() error {
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		killGroup(p.cmd)
	}
	select {
	case err := <-p.exited:
		if err != nil {
			return fmt.Errorf("the simulator did not stop cleanly: %w", err)
		}
		return nil
	case <-time.After(grace):
		killGroup(p.cmd)
		return fmt.Errorf("the simulator did not stop within %s: %w", grace, <-p.exited)
	}
}

// startSimulator starts the simulator at path, with its log in the file
// logPath, and returns the URL that it prints first.
func startSimulator(ctx context.Context, path, logPath string, args ...string) (*process, string, error) {
	log, err := os.Create(logPath)
	if err != nil {
		return nil, "", err
	}
	defer log.Close()
	stdout, stdoutWriter, err := os.Pipe()
	if err != nil {
		return nil, "", err
	}
	defer stdout.Close()

	// It outlives an interrupted terraform, and with -keep the demo.
	cmd := exec.CommandContext(context.WithoutCancel(ctx), path, args...)
	cmd.Stdout, cmd.Stderr = stdoutWriter, log
	p, err := startProcess(cmd)
	stdoutWriter.Close()
	if err != nil {
		return nil, "", err
	}

	first := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(stdout).ReadString('\n')
		first <- strings.TrimSpace(line)
	}()
	var line string
	select {
	case line = <-first:
	case <-time.After(grace):
	case <-ctx.Done():
	}
	url, found := strings.CutPrefix(line, "domum-simulator: listening on ")
	if !found {
		err := errors.Join(fmt.Errorf("the simulator printed %q instead of its URL", line), p.stop())
		return nil, "", err
	}
	return p, url, nil
}
