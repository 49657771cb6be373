//go:build pins

// Package engine names the command line that is built beside the language host, so that go.mod pins it.
package engine

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
