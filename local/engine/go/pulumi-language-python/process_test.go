package main

import (
	"bufio"
	"bytes"
	"context"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// ended waits for a process to be gone or a zombie: where nobody collects orphans they stay as zombies.
func ended(t *testing.T, pid int) {
	t.Helper()
	for limit := time.Now().Add(10 * time.Second); time.Now().Before(limit); time.Sleep(20 * time.Millisecond) {
		stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
		gone := os.IsNotExist(err) && syscall.Kill(pid, 0) == syscall.ESRCH
		if gone || bytes.Contains(stat, []byte(") Z ")) {
			return
		}
	}
	t.Fatalf("process %d still runs", pid)
}

// firstPid reads the process id that a script prints first.
func firstPid(t *testing.T, output *bufio.Reader) int {
	t.Helper()
	line, err := output.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

func TestCancellationEndsTheWholeProcessGroup(t *testing.T) {
	cases := map[string]string{
		"obedient":           `sleep 60 & echo $!; wait`,
		"deaf to requests":   `trap "" TERM INT; sleep 60 & echo $!; wait; sleep 60`,
		"deaf helper behind": `(trap "" TERM INT; exec sleep 60) & echo $!; wait`,
	}
	for name, script := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			cmd := exec.CommandContext(ctx, "sh", "-c", script)
			reader, writer, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			cmd.Stdout = writer
			done := make(chan error, 1)
			go func() { done <- run(ctx, cmd) }()
			helper := firstPid(t, bufio.NewReader(reader))

			cancel()

			if err := <-done; err == nil {
				t.Error("a cancelled command must not count as a success")
			}
			ended(t, helper)
		})
	}
}

func TestHelperOfAFinishedCommandLivesOn(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), "sh", "-c", `sleep 60 >/dev/null & echo $!`)
	var output bytes.Buffer
	cmd.Stdout = &output

	if err := run(t.Context(), cmd); err != nil {
		t.Fatal(err)
	}

	helper := firstPid(t, bufio.NewReader(&output))
	if err := syscall.Kill(helper, syscall.SIGKILL); err != nil {
		t.Errorf("the helper was ended with the command: %v", err)
	}
}
