package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"syscall"
	"time"
)

// stopGrace is what a child gets between the request to end and the kill; the engine gives the host 5 s.
const stopGrace = 3 * time.Second

// inOwnGroup makes the end of the command's context the end of whatever the command has started, too.
// SIGTERM and not SIGINT: a shell that runs in the background lets its children ignore SIGINT.
func inOwnGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = stopGrace
}

// sweep kills what is left of a cancelled command's group; one that ended by itself may leave helpers behind.
func sweep(ctx context.Context, cmd *exec.Cmd) {
	if ctx.Err() != nil && cmd.Process != nil {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	}
}

// run starts a command in its own group and returns when all of it has ended.
func run(ctx context.Context, cmd *exec.Cmd) error {
	inOwnGroup(cmd)
	defer sweep(ctx, cmd)
	return cmd.Run()
}

// exitCode tells how a started command ended; err remains for one that never ran or was killed.
func exitCode(err error) (code int, _ error) {
	if err == nil {
		return 0, nil
	}
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return 0, err
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 0, fmt.Errorf("python was ended by signal: %v", status.Signal())
	}
	return exit.ExitCode(), nil
}
