package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/pulumi/pulumi/sdk/v3/python/toolchain"
)

// plugin is one policy pack or provider to run, with the streams its output goes to.
type plugin struct {
	*pulumirpc.RunPluginRequest
	chain          toolchain.Toolchain
	stdout, stderr io.Writer
}

// RunPlugin runs a policy pack or another Python plugin until it ends or the engine closes the stream.
func (h *host) RunPlugin(
	request *pulumirpc.RunPluginRequest, stream pulumirpc.LanguageRuntime_RunPluginServer,
) (err error) {
	chain, err := toolchainOf(request.GetInfo())
	if err != nil {
		return err
	}
	ctx, done := h.until(stream.Context(), h.alive)
	defer done()
	if err := chain.ValidateVenv(ctx); err != nil {
		return err
	}
	guarded := &oneAtATime[pulumirpc.RunPluginResponse]{ServerStreamingServer: stream}
	closer, stdout, stderr, err := rpcutil.MakeRunPluginStreams(guarded, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closer.Close()) }()

	started := &plugin{request, chain, stdout, stderr}
	if request.GetKind() == "analyzer" {
		err = started.runPolicyPack(ctx)
	} else {
		err = started.runPlain(ctx)
	}
	code, err := exitCode(err)
	if err != nil {
		return err
	}
	return guarded.Send(&pulumirpc.RunPluginResponse{
		Output: &pulumirpc.RunPluginResponse_Exitcode{Exitcode: int32(code)},
	})
}

// runPlain runs an installable plugin by its package name, another by its folder.
func (p *plugin) runPlain(ctx context.Context) error {
	folder := p.GetInfo().GetProgramDirectory()
	args := []string{"-u", filepath.Join(folder, p.GetInfo().GetEntryPoint())}
	installable, err := toolchain.IsBuildablePackage(folder)
	if err != nil {
		return err
	}
	if installable {
		project, err := toolchain.LoadPyproject(folder)
		if err != nil {
			return err
		}
		args = []string{"-u", "-m", moduleName(project.Project.Name)}
	}
	cmd, err := p.command(ctx, nil, append(args, p.GetArgs()...)...)
	if err != nil {
		return err
	}
	cmd.Dir, cmd.Stdout = p.GetPwd(), p.stdout
	return run(ctx, cmd)
}

// runPolicyPack starts the pack once the engine has told for which stack: the pack reads it from its environment.
func (p *plugin) runPolicyPack(ctx context.Context) error {
	proxy, stdout, err := sdk.NewPolicyProxy(ctx, p.stdout)
	if err != nil {
		return err
	}
	stack, err := proxy.AwaitConfiguration(ctx)
	if err != nil {
		return err
	}
	settings, err := policyEnv(stack)
	if err != nil {
		return err
	}
	folder := p.GetInfo().GetProgramDirectory()
	args := append([]string{"-u", "-m", "pulumi.policy"}, p.GetArgs()...)
	cmd, err := p.command(ctx, settings, append(args, folder)...)
	if err != nil {
		return err
	}
	cmd.Dir, cmd.Stdout = folder, stdout
	inOwnGroup(cmd)
	defer sweep(ctx, cmd)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("starting the policy pack in %s: %w", folder, err)
	}
	return proxy.Attach(ctx, cmd)
}

// command is Python of the plugin's own environment, with the variables that the engine gave for it.
func (p *plugin) command(ctx context.Context, settings []string, args ...string) (*exec.Cmd, error) {
	cmd, err := p.chain.Command(ctx, args...)
	if err != nil {
		return nil, err
	}
	if len(p.GetEnv()) > 0 {
		cmd.Env = p.GetEnv()
		venv, err := p.chain.VirtualEnvPath(ctx)
		if err != nil {
			return nil, err
		}
		if venv != "" {
			cmd.Env = toolchain.ActivateVirtualEnv(cmd.Env, venv)
		}
	}
	cmd.Env = append(cmd.Environ(), settings...)
	cmd.Stderr = p.stderr
	return cmd, nil
}

// policyEnv describes the stack to a policy pack; nil where there is none, as in "policy publish".
// Without configuration PULUMI_CONFIG stays unset.
func policyEnv(stack *pulumirpc.AnalyzerStackConfigureRequest) ([]string, error) {
	if stack == nil {
		return nil, nil
	}
	env := []string{
		"PULUMI_ORGANIZATION=" + stack.GetOrganization(),
		"PULUMI_PROJECT=" + stack.GetProject(),
		"PULUMI_STACK=" + stack.GetStack(),
		"PULUMI_DRY_RUN=" + strconv.FormatBool(stack.GetDryRun()),
	}
	if len(stack.GetConfig()) == 0 {
		return env, nil
	}
	config, err := configEnv(stack.GetConfig(), stack.GetConfigSecretKeys())
	return append(env, config...), err
}
