package main

import (
	"os/exec"
	"slices"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

func TestProgramIsToldItsStackAndItsEngine(t *testing.T) {
	request := &pulumirpc.RunRequest{
		Project: "shop", Stack: "dev", Pwd: "/shop/src", DryRun: true, Parallel: 16,
		MonitorAddress: "127.0.0.1:1", Organization: "organization", Args: []string{"extra"},
		Info: &pulumirpc.ProgramInfo{RootDirectory: "/shop", EntryPoint: "main.py"},
	}

	got := programArgs("/bin/exec", "127.0.0.1:2", request)

	want := []string{
		"-u", "/bin/exec", "--monitor", "127.0.0.1:1", "--engine", "127.0.0.1:2", "--project", "shop",
		"--root_directory", "/shop", "--stack", "dev", "--pwd", "/shop/src", "--dry_run", "true",
		"--parallel", "16", "--organization", "organization", "main.py", "extra",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestProgramWithoutAnEntryPointIsItsFolder(t *testing.T) {
	got := programArgs("/bin/exec", "127.0.0.1:2", &pulumirpc.RunRequest{})

	if got[len(got)-1] != "." || slices.Contains(got, "--stack") {
		t.Errorf("got %q, want no empty flags and '.' at the end", got)
	}
}

func TestConfigurationIsNeverNull(t *testing.T) {
	cases := map[string]struct {
		config map[string]string
		keys   []string
		want   []string
	}{
		"none": {nil, nil, []string{"PULUMI_CONFIG={}", "PULUMI_CONFIG_SECRET_KEYS=[]"}},
		"one secret": {
			map[string]string{"shop:pin": "1234"}, []string{"shop:pin"},
			[]string{`PULUMI_CONFIG={"shop:pin":"1234"}`, `PULUMI_CONFIG_SECRET_KEYS=["shop:pin"]`},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := configEnv(c.config, c.keys)
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("got %q, %v; want %q", got, err, c.want)
			}
		})
	}
}

func TestEndOfTheProgramDecidesTheAnswer(t *testing.T) {
	cases := map[string]struct {
		script string
		want   *pulumirpc.RunResponse
	}{
		"success":             {"exit 0", &pulumirpc.RunResponse{}},
		"user has been told":  {"exit 32", &pulumirpc.RunResponse{Bail: true}},
		"failure":             {"exit 3", &pulumirpc.RunResponse{Error: "the program ended with exit code 3"}},
		"killed from outside": {"kill -9 $$", &pulumirpc.RunResponse{Error: "python was ended by signal: killed"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got := runResponse(exec.Command("sh", "-c", c.script).Run())

			if got.Error != c.want.Error || got.Bail != c.want.Bail {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestProgramThatCannotBeStartedIsAnError(t *testing.T) {
	got := runResponse(exec.Command("/no/such/python").Run())

	if got.Bail || got.Error == "" {
		t.Errorf("got %v, want an error", got)
	}
}
