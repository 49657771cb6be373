"""`python -m local.engine` prints where the engine is; with `go ...` it runs the engine's Go."""

import subprocess
import sys

from local.engine import cache, go_toolchain, locate
from local.errors import LocalError

# What a shell reports of a command that SIGINT ended.
INTERRUPTED = 130


def main(arguments: list[str]) -> int:
    """Return the exit code of what `arguments` ask for; what is missing is made ready first."""
    try:
        if arguments[:1] == ["go"]:
            return _go(arguments[1:])
        print(locate.ensure(_tell).pulumi)  # noqa: T201 - the answer
    except LocalError as error:
        _tell(str(error))
        return 1
    except KeyboardInterrupt:
        _tell("interrupted; nothing half-built is kept, what Go has compiled shortens the next try")
        return INTERRUPTED
    return 0


def _go(arguments: list[str]) -> int:
    with cache.alone(_tell):
        go = go_toolchain.find(_tell)
    command = [str(go), *arguments]
    environment = go_toolchain.environment(go)
    return subprocess.run(  # noqa: S603 - the user's own arguments
        command, cwd=go_toolchain.MODULE, env=environment, check=False
    ).returncode


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - progress


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
