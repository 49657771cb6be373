package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/emptypb"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// As the host: this test binary started once more with HOST_UNDER_TEST set.
func TestMain(m *testing.M) {
	if os.Getenv("HOST_UNDER_TEST") != "" {
		os.Args = append([]string{"pulumi-language-python"}, os.Args[1:]...)
		main()
		return
	}
	os.Exit(m.Run())
}

func asHost(t *testing.T, cmd *exec.Cmd) *bufio.Reader {
	t.Helper()
	cmd.Env = append(os.Environ(), "HOST_UNDER_TEST=1")
	cmd.Stderr = os.Stderr
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	return bufio.NewReader(output)
}

func TestHostPrintsItsPortAndAnswersUntilInterrupted(t *testing.T) {
	cmd := exec.Command(os.Args[0], "127.0.0.1:1")
	output := asHost(t, cmd)
	port := firstPid(t, output)
	connection, err := grpc.NewClient(fmt.Sprintf("127.0.0.1:%d", port),
		grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()

	_, err = pulumirpc.NewLanguageRuntimeClient(connection).GetPluginInfo(t.Context(), &emptypb.Empty{})
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}

	started := time.Now()
	if _, err := io.ReadAll(output); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(started); took > 2*time.Second {
		t.Errorf("an idle host took %v to end", took)
	}
}

func TestHostEndsWhenItsEngineIsKilled(t *testing.T) {
	// The shell stands for the engine; it prints the host's process id before the host prints its port.
	engine := exec.Command("sh", "-c", `"$0" 127.0.0.1:1 & echo $!; wait`, os.Args[0])
	output := asHost(t, engine)
	host := firstPid(t, output)
	firstPid(t, output)

	if err := engine.Process.Kill(); err != nil {
		t.Fatal(err)
	}

	ended(t, host)
}

func TestHostWithoutAnEngineSaysWhoStartsIt(t *testing.T) {
	err := serve(nil)

	if err == nil || err.Error() != "the engine's address is missing; this program is started by pulumi" {
		t.Errorf("got %v", err)
	}
}
