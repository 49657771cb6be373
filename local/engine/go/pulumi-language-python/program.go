package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// toldUser is the exit code of a program whose error is already on the screen.
const toldUser = 32

// Run runs a program to its end. A cancelled one bails: the engine says itself that it was cancelled.
func (h *host) Run(call context.Context, request *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	chain, err := toolchainOf(request.GetInfo())
	if err != nil {
		return nil, err
	}
	if err := chain.ValidateVenv(call); err != nil {
		return nil, err
	}
	settings, err := configEnv(request.GetConfig(), request.GetConfigSecretKeys())
	if err != nil {
		return nil, err
	}
	ctx, done := h.until(call, h.programs)
	defer done()
	cmd, err := chain.Command(ctx, programArgs(h.exec, h.engine, request)...)
	if err != nil {
		return nil, err
	}
	cmd.Dir = request.GetPwd()
	cmd.Env = append(cmd.Environ(), settings...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	err = run(ctx, cmd)
	if ctx.Err() != nil {
		return &pulumirpc.RunResponse{Bail: true}, nil
	}
	return runResponse(err), nil
}

// programArgs is the command line of pulumi-language-python-exec after "python".
func programArgs(exec, engine string, request *pulumirpc.RunRequest) []string {
	args := []string{"-u", exec}
	flag := func(name, value string) {
		if value != "" {
			args = append(args, name, value)
		}
	}
	flag("--monitor", request.GetMonitorAddress())
	flag("--engine", engine)
	flag("--project", request.GetProject())
	flag("--root_directory", request.GetInfo().GetRootDirectory())
	flag("--stack", request.GetStack())
	flag("--pwd", request.GetPwd())
	flag("--dry_run", strconv.FormatBool(request.GetDryRun()))
	flag("--parallel", strconv.Itoa(int(request.GetParallel())))
	flag("--organization", request.GetOrganization())
	entry := request.GetInfo().GetEntryPoint()
	if entry == "" {
		entry = "."
	}
	return append(append(args, entry), request.GetArgs()...)
}

// configEnv gives a program its stack configuration; no configuration is {} and [], never null.
func configEnv(config map[string]string, secretKeys []string) ([]string, error) {
	if config == nil {
		config = map[string]string{}
	}
	if secretKeys == nil {
		secretKeys = []string{}
	}
	values, err := json.Marshal(config)
	if err != nil {
		return nil, err
	}
	keys, err := json.Marshal(secretKeys)
	if err != nil {
		return nil, err
	}
	return []string{"PULUMI_CONFIG=" + string(values), "PULUMI_CONFIG_SECRET_KEYS=" + string(keys)}, nil
}

// runResponse tells the engine how the program ended.
func runResponse(err error) *pulumirpc.RunResponse {
	code, err := exitCode(err)
	switch {
	case err != nil:
		return &pulumirpc.RunResponse{Error: err.Error()}
	case code == toldUser:
		return &pulumirpc.RunResponse{Bail: true}
	case code != 0:
		return &pulumirpc.RunResponse{Error: fmt.Sprintf("the program ended with exit code %d", code)}
	default:
		return &pulumirpc.RunResponse{}
	}
}
