// Command pulumi-language-python lets the Pulumi engine run Python programs, policy packs and plugins.
// It leaves out what belongs to writing new projects: code generation, templates and debuggers.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	"github.com/pulumi/pulumi/sdk/v3/go/common/version"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

const parentPoll = 500 * time.Millisecond

func main() {
	if len(os.Args) == 2 && os.Args[1] == "--version" {
		fmt.Println(version.Version)
		return
	}
	if err := serve(os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "pulumi-language-python: %v\n", err)
		os.Exit(1)
	}
}

// serve answers the engine until it asks for the end, by a signal or by being gone.
func serve(args []string) error {
	// The engine gives its address as the last argument.
	if len(args) == 0 {
		return fmt.Errorf("the engine's address is missing; this program is started by pulumi")
	}
	parent := os.Getppid() // at once: asked after the engine's death, it would name somebody else
	executable, err := os.Executable()
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	go watchParent(ctx, parent, stop)

	host := newHost(ctx, args[len(args)-1], filepath.Join(filepath.Dir(executable), "pulumi-language-python-exec"))
	finish := make(chan bool)
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel:  finish,
		Options: rpcutil.TracingServerInterceptorOptions(nil),
		Init: func(server *grpc.Server) error {
			pulumirpc.RegisterLanguageRuntimeServer(server, host)
			return nil
		},
	})
	if err != nil {
		return err
	}
	fmt.Println(handle.Port)
	<-ctx.Done()
	close(finish)
	host.wait(stopGrace)
	return nil
}

// watchParent ends the host once the engine is gone: a killed parent sends no signal.
func watchParent(ctx context.Context, parent int, gone func()) {
	ticker := time.NewTicker(parentPoll)
	defer ticker.Stop()
	for os.Getppid() == parent {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
	gone()
}
