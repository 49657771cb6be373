package main

import (
	"os"
	"path/filepath"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"
)

// requiredBy asks for the providers of a program whose environment holds these pulumi-plugin.json files.
func requiredBy(t *testing.T, files map[string]string) ([]*pulumirpc.PackageDependency, error) {
	t.Helper()
	root := t.TempDir()
	for name, content := range files {
		folder := filepath.Join(root, ".venv", "lib", "python3.11", "site-packages", name)
		if err := os.MkdirAll(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, "pulumi-plugin.json"), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	options, err := structpb.NewStruct(map[string]any{"toolchain": "pip", "virtualenv": ".venv"})
	if err != nil {
		t.Fatal(err)
	}
	info := &pulumirpc.ProgramInfo{RootDirectory: root, ProgramDirectory: root, Options: options}
	response, err := (&host{}).GetRequiredPackages(t.Context(), &pulumirpc.GetRequiredPackagesRequest{Info: info})
	return response.GetPackages(), err
}

func TestProvidersOfInstalledPackagesAreNamed(t *testing.T) {
	got, err := requiredBy(t, map[string]string{
		"pulumi_aws":    `{"resource": true, "name": "aws", "version": "7.51.1"}`,
		"pulumi_random": `{"resource": true}`,
		"pulumi_policy": `{"resource": false}`,
	})

	if err != nil || len(got) != 2 {
		t.Fatalf("got %v, %v; want two packages", got, err)
	}
	if got[0].Name != "aws" || got[0].Version != "7.51.1" || got[0].Kind != "resource" {
		t.Errorf("got %v", got[0])
	}
	if got[1].Name != "random" {
		t.Errorf("got %v, want the package's name where none is given", got[1])
	}
}

func TestDamagedPluginFileIsNamed(t *testing.T) {
	_, err := requiredBy(t, map[string]string{"pulumi_aws": `{"resource": tru`})

	if err == nil {
		t.Error("a damaged file must not count as no provider")
	}
}
