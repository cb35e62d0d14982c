// Copyright (c) terraform-provider-domum contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
)

// startRuns is how often each provider is started.
const startRuns = 21

// start is what it takes until a provider has answered its first question.
type start struct {
	size    int64 // of the binary, in bytes
	elapsed time.Duration
}

// measureStart starts each provider by turns, as Terraform does, and asks for
// its schema.
func (b *bench) measureStart(ctx context.Context) error {
	elapsed := map[string][]time.Duration{}
	for range startRuns {
		for _, name := range []string{"domum", "trivial"} {
			d, err := startOnce(ctx, b.binary(name))
			if err != nil {
				return fmt.Errorf("start provider %s: %w", name, err)
			}
			elapsed[name] = append(elapsed[name], d)
		}
	}
	b.starts = map[string]*start{}
	for name, all := range elapsed {
		info, err := os.Stat(b.binary(name))
		if err != nil {
			return err
		}
		slices.Sort(all)
		b.starts[name] = &start{info.Size(), all[len(all)/2]}
	}
	return nil
}

// nothing is the empty message of the plugin protocol: the request for a
// schema, and the answer of somebody who doesn't look into it.
type nothing struct{}

func (*nothing) Reset()         {}
func (*nothing) String() string { return "" }
func (*nothing) ProtoMessage()  {}

func startOnce(ctx context.Context, path string) (time.Duration, error) {
	client := plugin.NewClient(&plugin.ClientConfig{
		// What every provider of protocol 6 demands (published).
		HandshakeConfig: plugin.HandshakeConfig{
			ProtocolVersion:  6,
			MagicCookieKey:   "TF_PLUGIN_MAGIC_COOKIE",
			MagicCookieValue: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
		},
		VersionedPlugins: map[int]plugin.PluginSet{6: {}},
		Cmd:              exec.CommandContext(ctx, path),
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		AutoMTLS:         true,
		Logger:           hclog.NewNullLogger(),
	})
	defer client.Kill()
	began := time.Now()
	connected, err := client.Client()
	if err != nil {
		return 0, err
	}
	grpc, ok := connected.(*plugin.GRPCClient)
	if !ok {
		return 0, errors.New("it doesn't speak gRPC")
	}
	err = grpc.Conn.Invoke(ctx, "/tfplugin6.Provider/GetProviderSchema", &nothing{}, &nothing{})
	return time.Since(began), err
}
