package main

import (
	"fmt"
	"maps"
	"slices"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/pulumi/pulumi/sdk/v3/python/toolchain"
)

// toolchainOf reads runtime.options of a project file. An unknown name is refused: a misspelled
// virtualenv would otherwise run the program with another Python in silence.
func toolchainOf(info *pulumirpc.ProgramInfo) (toolchain.Toolchain, error) {
	options := toolchain.PythonOptions{Root: info.GetRootDirectory(), ProgramDir: info.GetProgramDirectory()}
	given := info.GetOptions().AsMap()
	for _, name := range slices.Sorted(maps.Keys(given)) {
		value, ok := given[name].(string)
		if !ok {
			return nil, fmt.Errorf("runtime option %q is not text", name)
		}
		switch {
		case name == "virtualenv":
			options.Virtualenv = value
		case name == "toolchain" && value == "pip":
			options.Toolchain = toolchain.Pip
		case name == "toolchain" && value == "uv":
			options.Toolchain = toolchain.Uv
		case name == "toolchain" && value == "poetry":
			options.Toolchain = toolchain.Poetry
		default:
			return nil, fmt.Errorf("runtime option %s: %s is not supported here; "+
				"known are virtualenv, and toolchain: pip, uv or poetry", name, value)
		}
	}
	return toolchain.ResolveToolchain(options)
}
