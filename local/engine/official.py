"""The engine as its makers publish it, of the version that belongs to the installed Python SDK."""

import importlib.metadata
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from local.engine import cache, found

# What the SDK's own installer downloads first.
INSTALLER = "https://get.pulumi.com/install.sh"
REACH_SECONDS = 5
INSTALL_SECONDS = 300
INSTALL = """
import sys
from pulumi.automation import PulumiCommand
PulumiCommand.install(root=sys.argv[1])
"""


def ready() -> found.Engine:
    """Return the engine installed before; raise Unavailable if there is none that runs."""
    pulumi = _folder() / "bin" / "pulumi"
    if not pulumi.exists():
        raise found.Unavailable("not installed")
    return found.examine(pulumi, "official")


def install(tell: Callable[[str], None]) -> found.Engine:
    """Install the engine into the cache, held alone by the caller; raise Unavailable if that fails.

    Without a network this takes a second; a stalled download is given up after five minutes.
    """
    _reach()
    tell(f"installing pulumi {_version()} from its makers")
    with cache.beside(_folder()) as partial:
        try:
            subprocess.run(  # noqa: S603 - our own lines
                [sys.executable, "-c", INSTALL, partial],
                capture_output=True,
                timeout=INSTALL_SECONDS,
                check=True,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise found.Unavailable("official install failed") from error
        found.examine(partial / "bin" / "pulumi", "official")
    return ready()


def _reach() -> None:
    try:
        with urllib.request.urlopen(INSTALLER, timeout=REACH_SECONDS):
            pass
    except (OSError, urllib.error.URLError) as error:
        raise found.Unavailable("official install not reachable") from error


def _version() -> str:
    return importlib.metadata.version("pulumi")


def _folder() -> Path:
    return cache.folder() / f"official-{_version()}"
