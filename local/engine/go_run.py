"""A run of the go command: its lines counted as they come, its failures in the user's words."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from local.engine import disk, go_toolchain
from local.engine.progress import Progress
from local.errors import LocalError
from local.processes import running

LAST_LINES = 5
NO_NETWORK = ("dial tcp", "no such host", "timeout", "connection re", "proxyconnect", "EOF")
DOWNLOAD = "go: downloading "
NO_SPACE = "no space left on device"


def go(
    compiler: Path, arguments: Sequence[str], progress: Progress | None = None, **variables: str
) -> list[str]:
    """Return what `go` prints, without its notes on downloads; raise LocalError if it fails.

    Each line, downloads included, is a step of `progress`. Interrupted or killed, this leaves no
    compiler behind.
    """
    lines = []
    command = [str(compiler), *arguments]
    environment = {**go_toolchain.environment(compiler), **variables}
    with running(command, environment, go_toolchain.MODULE, subprocess.PIPE) as process:
        for line in process.stdout or ():
            lines.append(line.decode(errors="replace").rstrip())
            if progress:
                progress.step()
        if process.wait() != 0:
            raise _failure(lines)
    return [line for line in lines if not line.startswith(DOWNLOAD)]


def _failure(lines: list[str]) -> LocalError:
    said = [line for line in lines if not line.startswith(DOWNLOAD)][-LAST_LINES:]
    if any(NO_SPACE in line for line in said):
        return disk.no_space("The disk became full.")
    quoted = "".join(f"\n  {line}" for line in said)
    if any(word in quoted for word in NO_NETWORK):
        return LocalError(
            "Go modules cannot be downloaded.",
            f"The Pulumi engine cannot be built. Go's last words were:{quoted}",
            "restore the network, or set GOPROXY to a module proxy that answers, "
            "then run the command again; what was downloaded is kept",
        )
    return LocalError(
        "Go could not build the Pulumi engine.",
        f"There is nothing to run the program with. The compiler's last words were:{quoted}",
        "install pulumi (https://www.pulumi.com/docs/install/), then run the command again",
    )
