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
    return [line for line in lines if not line.startswith("go: ")]


def _failure(lines: list[str]) -> LocalError:
    last = "\n".join(lines[-LAST_LINES:])
    if NO_SPACE in last:
        return disk.no_space("The disk became full.")
    if any(word in last for word in NO_NETWORK):
        return LocalError(
            f"Go modules cannot be downloaded:\n{last}\n",
            "The Pulumi engine cannot be built.",
            "restore the network, or set GOPROXY to a module proxy that answers, "
            "then run the command again; what was downloaded is kept",
        )
    return LocalError(
        f"go could not build the Pulumi engine:\n{last}\n",
        "There is no engine to run the program with.",
        "install pulumi (https://www.pulumi.com/docs/install/), then run the command again",
    )
