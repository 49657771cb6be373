package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// pluginFile is what a Python package of resources says of the provider that it needs.
type pluginFile struct {
	Resource         bool   `json:"resource"`
	Name             string `json:"name"`
	Version          string `json:"version"`
	Server           string `json:"server"`
	Parameterization *struct {
		Name    string `json:"name"`
		Version string `json:"version"`
		Value   []byte `json:"value"`
	} `json:"parameterization"`
}

// moduleName is the import name of a package: pulumi-aws is imported as pulumi_aws.
func moduleName(name string) string { return strings.ReplaceAll(name, "-", "_") }

// GetRequiredPackages names the providers of the packages installed in the program's virtual environment.
// It finds none for a program without one, or in editable installs: the engine then asks when it needs them.
func (h *host) GetRequiredPackages(
	ctx context.Context, request *pulumirpc.GetRequiredPackagesRequest,
) (*pulumirpc.GetRequiredPackagesResponse, error) {
	chain, err := toolchainOf(request.GetInfo())
	if err != nil {
		return nil, err
	}
	response := &pulumirpc.GetRequiredPackagesResponse{}
	venv, err := chain.VirtualEnvPath(ctx)
	if err != nil || venv == "" {
		return response, err
	}
	files, err := filepath.Glob(filepath.Join(venv, "lib", "python*", "site-packages", "*", "pulumi-plugin.json"))
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		dependency, err := readPluginFile(file)
		if err != nil {
			return nil, err
		}
		if dependency != nil {
			response.Packages = append(response.Packages, dependency)
		}
	}
	return response, nil
}

// readPluginFile returns nil for a package that says it has no provider.
func readPluginFile(file string) (*pulumirpc.PackageDependency, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var plugin pluginFile
	if err := json.Unmarshal(content, &plugin); err != nil {
		return nil, fmt.Errorf("%s is not readable: %w", file, err)
	}
	if !plugin.Resource {
		return nil, nil
	}
	if plugin.Name == "" {
		plugin.Name = strings.TrimPrefix(filepath.Base(filepath.Dir(file)), "pulumi_")
	}
	dependency := &pulumirpc.PackageDependency{
		Name: plugin.Name, Kind: "resource", Version: plugin.Version, Server: plugin.Server,
	}
	if parameters := plugin.Parameterization; parameters != nil {
		dependency.Parameterization = &pulumirpc.PackageParameterization{
			Name: parameters.Name, Version: parameters.Version, Value: parameters.Value,
		}
	}
	return dependency, nil
}
