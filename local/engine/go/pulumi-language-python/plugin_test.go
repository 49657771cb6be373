package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/structpb"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

func TestPolicyPackLearnsItsStack(t *testing.T) {
	stack := &pulumirpc.AnalyzerStackConfigureRequest{
		Organization: "organization", Project: "shop", Stack: "dev", DryRun: true,
	}
	about := []string{
		"PULUMI_ORGANIZATION=organization", "PULUMI_PROJECT=shop", "PULUMI_STACK=dev", "PULUMI_DRY_RUN=true",
	}
	configured := &pulumirpc.AnalyzerStackConfigureRequest{
		Organization: "organization", Project: "shop", Stack: "dev", DryRun: true,
		Config: map[string]string{"shop:size": "2"},
	}
	cases := map[string]struct {
		stack *pulumirpc.AnalyzerStackConfigureRequest
		want  []string
	}{
		"no stack":         {nil, nil},
		"no configuration": {stack, about},
		"configuration": {configured, append(slices.Clone(about),
			`PULUMI_CONFIG={"shop:size":"2"}`, "PULUMI_CONFIG_SECRET_KEYS=[]")},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := policyEnv(c.stack)
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("got %q, %v; want %q", got, err, c.want)
			}
		})
	}
}

// outputs collects what a plugin sends.
type outputs struct {
	grpc.ServerStream
	ctx    context.Context
	stdout strings.Builder
	code   int32
}

func (o *outputs) Context() context.Context { return o.ctx }

func (o *outputs) Send(response *pulumirpc.RunPluginResponse) error {
	o.stdout.Write(response.GetStdout())
	o.code += response.GetExitcode()
	return nil
}

func TestPluginRunsInItsFolderWithTheEnginesVariables(t *testing.T) {
	folder := t.TempDir()
	program := "import os, sys\nprint(os.environ['GIVEN'], sys.argv[1:])\nsys.exit(7)\n"
	if err := os.WriteFile(filepath.Join(folder, "__main__.py"), []byte(program), 0o600); err != nil {
		t.Fatal(err)
	}
	seen := &outputs{ctx: t.Context()}

	err := newHost(t.Context(), "", "").RunPlugin(&pulumirpc.RunPluginRequest{
		Pwd: folder, Kind: "resource", Args: []string{"a"},
		Env:  []string{"GIVEN=yes", "PATH=" + os.Getenv("PATH")},
		Info: &pulumirpc.ProgramInfo{RootDirectory: folder, ProgramDirectory: folder, EntryPoint: "."},
	}, seen)

	if err != nil || seen.stdout.String() != "yes ['a']\n" || seen.code != 7 {
		t.Errorf("got %q, code %d, %v", seen.stdout.String(), seen.code, err)
	}
}

func TestCancelEndsAProgramButNotAPlugin(t *testing.T) {
	h := newHost(t.Context(), "", "")
	program, programDone := h.until(t.Context(), h.programs)
	defer programDone()
	plugin, pluginDone := h.until(t.Context(), h.alive)
	defer pluginDone()

	if _, err := h.Cancel(t.Context(), nil); err != nil {
		t.Fatal(err)
	}

	<-program.Done()
	if plugin.Err() != nil {
		t.Error("the plugin was ended in the middle of its work")
	}
}

func TestUnknownRuntimeOptionIsRefusedByName(t *testing.T) {
	cases := map[string]map[string]any{
		"runtime option virtualenvv: .venv is not supported": {"virtualenvv": ".venv"},
		"runtime option toolchain: conda is not supported":   {"toolchain": "conda"},
		`runtime option "virtualenv" is not text`:            {"virtualenv": true},
	}
	for want, options := range cases {
		given, err := structpb.NewStruct(options)
		if err != nil {
			t.Fatal(err)
		}

		_, err = toolchainOf(&pulumirpc.ProgramInfo{RootDirectory: "/", ProgramDirectory: "/", Options: given})

		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
