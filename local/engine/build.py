"""The engine built from its published Go modules, as go/ pins them, and the language host."""

import hashlib
import platform
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from local.engine import cache, disk, found, go_run, go_toolchain
from local.engine.progress import Progress
from local.errors import LocalError

MINUTES = 6
# Measured on linux/amd64 with empty caches and Go 1.27, and a tenth more.
MODULES_MB = 1600
OBJECTS_MB = 1800
WORK_MB = 1800
ENGINE_MB = 150
CLI = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
SDK = "github.com/pulumi/pulumi/sdk/v3"
TARGETS = (CLI, f"./{found.LANGUAGE_HOST}")
# What the engine looks for beside itself, as it lies in the SDK's module.
BESIDE = ("python/cmd/pulumi-language-python-exec", "python/dist/pulumi-resource-pulumi-python")
FLAGS = (
    "-trimpath",
    "-buildvcs=false",
    "-tags=osusergo,grpcnotrace",
    "-ldflags=-w -s -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v{version}",
)


def version() -> str:
    """Return the version of the command line that the module pins, like "3.259.0"."""
    pinned = re.search(
        r"github\.com/pulumi/pulumi/pkg/v3 v(\S+)", (go_toolchain.MODULE / "go.mod").read_text()
    )
    if pinned is None:
        raise ValueError(f"{go_toolchain.MODULE}/go.mod pins no command line")
    return pinned[1]


def ready() -> found.Engine:
    """Return the engine built before from these sources; raise Unavailable if there is none."""
    pulumi = _folder() / "pulumi"
    if not pulumi.exists():
        raise found.Unavailable("not built")
    return found.examine(pulumi, "built")


def build(tell: Callable[[str], None]) -> found.Engine:
    """Build the engine into the cache, held alone by the caller, and return it.

    Raises LocalError where compiler, network or disk do not suffice; what was downloaded and
    compiled until then is kept by Go, so that the next try is shorter.
    """
    go = go_toolchain.find(tell)
    disk.require(_megabytes(go))
    with cache.beside(_folder()) as partial:
        packages = go_run.go(go, ["list", "-deps", *TARGETS], Progress(tell, "downloading modules"))
        compiling = Progress(tell, f"building {version()}", total=len(packages))
        flags = [flag.format(version=version()) for flag in FLAGS]
        # Not in the system's folder for temporary files, which often lies in memory.
        with tempfile.TemporaryDirectory(dir=partial) as work:
            command = ["build", "-v", *flags, "-o", f"{partial}/", *TARGETS]
            go_run.go(go, command, compiling, GOTMPDIR=work)
        _add_python_files(go, partial)
        try:
            found.examine(partial / "pulumi", "built")
        except found.Unavailable as broken:
            raise _useless(broken) from broken
    return ready()


def _megabytes(go: Path) -> dict[Path, int]:
    """Return what a build writes where, at most; modules downloaded before are not counted."""
    modules, objects = map(Path, go_run.go(go, ["env", "GOMODCACHE", "GOCACHE"]))
    there = (modules / CLI.removesuffix("/cmd/pulumi")).with_name(f"v3@v{version()}").exists()
    return {
        modules: 0 if there else MODULES_MB,
        objects: OBJECTS_MB,
        cache.folder(): WORK_MB + ENGINE_MB,
    }


def _folder() -> Path:
    return cache.folder() / f"{version()}-{_digest()}"


def _digest() -> str:
    """Return twelve digits that change with the sources, the flags and the kind of machine."""
    sources = [
        path
        for path in sorted(go_toolchain.MODULE.rglob("*"))
        if path.is_file() and not path.name.endswith("_test.go")
    ]
    seen = hashlib.sha256(repr((FLAGS, platform.system(), platform.machine())).encode())
    for path in sources:
        seen.update(str(path.relative_to(go_toolchain.MODULE)).encode())
        seen.update(hashlib.sha256(path.read_bytes()).digest())
    return seen.hexdigest()[:12]


def _add_python_files(go: Path, target: Path) -> None:
    module = Path(go_run.go(go, ["list", "-m", "-f", "{{.Dir}}", SDK])[-1])
    for name in BESIDE:
        # Files of the module cache are read-only and not executable.
        copy = Path(shutil.copyfile(module / name, target / Path(name).name))
        copy.chmod(0o755)


def _useless(broken: found.Unavailable) -> LocalError:
    return LocalError(
        f"The engine was built, but {broken}.",
        "It is not used.",
        "install pulumi (https://www.pulumi.com/docs/install/), then run the command again",
    )
