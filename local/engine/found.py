"""A Pulumi engine as it is found: its version, and whether it can run Python programs."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Origin = Literal["path", "official", "built"]

# The first that takes every flag as a variable (PULUMI_OPTION_POLICY_PACK).
OLDEST = (3, 208)
LANGUAGE_HOST = "pulumi-language-python"
ANSWER_SECONDS = 30


@dataclass(frozen=True)
class Engine:
    """A Pulumi command line that runs; `version` is like "3.259.0"."""

    pulumi: Path
    version: str
    origin: Origin


class Unavailable(Exception):  # noqa: N818 - not an error: there is another way to an engine
    """A way to an engine that is not open on this machine; the text is the reason, in short."""


def on_path() -> Engine:
    """Return the engine that PATH names; raise Unavailable if there is none that will do."""
    pulumi = shutil.which("pulumi")
    if pulumi is None:
        raise Unavailable("no pulumi on PATH")
    return examine(Path(pulumi), "path")


def examine(pulumi: Path, origin: Origin) -> Engine:
    """Return the engine at `pulumi`; raise Unavailable if it is old, broken or without Python."""
    version = _version(pulumi)
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST:
        raise Unavailable(f"{pulumi} is {version}, older than {'.'.join(map(str, OLDEST))}")
    # The engine looks beside itself and along PATH.
    places = [str(pulumi.parent), str(pulumi.resolve().parent), os.environ.get("PATH", "")]
    if shutil.which(LANGUAGE_HOST, path=os.pathsep.join(places)) is None:
        raise Unavailable(f"{pulumi} comes without {LANGUAGE_HOST}")
    return Engine(pulumi, version, origin)


def _version(pulumi: Path) -> str:
    quiet = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        answer = subprocess.run(  # noqa: S603 - the engine the user has, or ours
            [pulumi, "version"],
            env=quiet,
            capture_output=True,
            text=True,
            timeout=ANSWER_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise Unavailable(f"{pulumi} does not run") from error
    found = re.match(r"v?(\d+\.\d+\.\d+)", answer.stdout.strip())
    if found is None:
        raise Unavailable(f"{pulumi} does not tell its version")
    return found[1]
