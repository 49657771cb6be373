package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	"github.com/pulumi/pulumi/sdk/v3/go/common/version"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
)

// host answers the engine's calls. Methods it does not have are answered with "unimplemented".
type host struct {
	pulumirpc.UnimplementedLanguageRuntimeServer

	engine string // address of the engine, for programs and policy packs
	exec   string // the Python file that runs a program

	alive    context.Context // ends with the host
	programs context.Context // ends with the update: the engine cancels programs, plugins finish their work
	cancel   context.CancelFunc
	children sync.WaitGroup
}

func newHost(alive context.Context, engine, exec string) *host {
	programs, cancel := context.WithCancel(alive)
	return &host{engine: engine, exec: exec, alive: alive, programs: programs, cancel: cancel}
}

// until returns a context that ends with the call and with the outer one, and notes the child that runs in it.
func (h *host) until(call, outer context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancel(call)
	detach := context.AfterFunc(outer, cancel)
	h.children.Add(1)
	return ctx, func() {
		detach()
		cancel()
		h.children.Done()
	}
}

// wait returns when all children have ended, or after a limit with those left that cannot be killed.
func (h *host) wait(limit time.Duration) {
	ended := make(chan struct{})
	go func() {
		h.children.Wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(limit + time.Second):
	}
}

func (h *host) Handshake(
	context.Context, *pulumirpc.LanguageHandshakeRequest,
) (*pulumirpc.LanguageHandshakeResponse, error) {
	return &pulumirpc.LanguageHandshakeResponse{}, nil
}

func (h *host) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: version.Version}, nil
}

// Cancel ends the programs. Plugins go on: the engine has told them itself, and a provider that is
// killed in the middle of a creation leaves a resource that nobody knows of.
func (h *host) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	h.cancel()
	return &emptypb.Empty{}, nil
}

func (h *host) About(ctx context.Context, request *pulumirpc.AboutRequest) (*pulumirpc.AboutResponse, error) {
	chain, err := toolchainOf(request.GetInfo())
	if err != nil {
		return nil, err
	}
	info, err := chain.About(ctx)
	if err != nil {
		return nil, err
	}
	return &pulumirpc.AboutResponse{Executable: info.PythonExecutable, Version: info.PythonVersion.String()}, nil
}

func (h *host) GetProgramDependencies(
	ctx context.Context, request *pulumirpc.GetProgramDependenciesRequest,
) (*pulumirpc.GetProgramDependenciesResponse, error) {
	chain, err := toolchainOf(request.GetInfo())
	if err != nil {
		return nil, err
	}
	packages, err := chain.ListPackages(ctx, request.GetTransitiveDependencies())
	if err != nil {
		return nil, err
	}
	response := &pulumirpc.GetProgramDependenciesResponse{}
	for _, found := range packages {
		response.Dependencies = append(response.Dependencies,
			&pulumirpc.DependencyInfo{Name: found.Name, Version: found.Version})
	}
	return response, nil
}

func (h *host) InstallDependencies(
	request *pulumirpc.InstallDependenciesRequest, stream pulumirpc.LanguageRuntime_InstallDependenciesServer,
) (err error) {
	chain, err := toolchainOf(request.GetInfo())
	if err != nil {
		return err
	}
	ctx, done := h.until(stream.Context(), h.programs)
	defer done()
	guarded := &oneAtATime[pulumirpc.InstallDependenciesResponse]{ServerStreamingServer: stream}
	closer, stdout, stderr, err := rpcutil.MakeInstallDependenciesStreams(guarded, request.GetIsTerminal())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closer.Close()) }()
	return chain.InstallDependencies(ctx, request.GetInfo().GetProgramDirectory(),
		request.GetUseLanguageVersionTools(), true, stdout, stderr)
}
