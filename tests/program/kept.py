"""Keeps recordings between runs of the tests, as mypy keeps what it found: by content.

A recording follows from the program's files, the recorder's and the locked packages. As long as
none of their bytes changed, it is read instead of made: 10 ms for half a second. `make clean`
forgets all of them.
"""

import hashlib
import json
import os
import pickle
import shutil
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".local" / "recordings"
MADE_OF = (
    "__main__.py",
    "settings.py",
    "requirements.lock",
    "Pulumi*.yaml",
    "components/**/*.py",
    "program/**/*.py",
    "foundation/*.py",
    "foundation/*.yaml",
    "functions/**/*.py",
    "policy/PulumiPolicy.yaml",
    "tests/program/*.py",
)


def kept(make: Callable[[], T], *asked: object) -> T:
    """Return what `make` gave when the same was asked of the same files; else make and keep it.

    Whoever breaks off midway, or runs beside another, leaves no half-written file.
    """
    name = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
    file = _folder() / name
    if file.exists():
        found: T = pickle.loads(file.read_bytes())  # noqa: S301 - written below
        return found
    made = make()
    beside = file.with_suffix(f".{os.getpid()}")
    beside.write_bytes(pickle.dumps(made))
    beside.replace(file)
    return made


@cache
def _folder() -> Path:
    """Return the folder for the files as they are; those for other versions of them are removed."""
    folder = FOLDER / _version()
    folder.mkdir(parents=True, exist_ok=True)
    for other in FOLDER.iterdir():
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)  # another worker may be at it too
    return folder


def _version() -> str:
    mark = hashlib.sha256(f"{ROOT} {sys.version}".encode())
    for file in _files():
        mark.update(f"{file.relative_to(ROOT)} {file.stat().st_size}".encode())
        mark.update(file.read_bytes())
    return mark.hexdigest()[:16]


def _files() -> Iterator[Path]:
    for pattern in MADE_OF:
        yield from sorted(ROOT.glob(pattern))
