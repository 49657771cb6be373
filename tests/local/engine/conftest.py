"""A machine without an engine, a compiler or a network."""

from pathlib import Path

import pytest

from local.engine import official
from tests.local.engine.machine import NOBODY, Machine


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Return an empty machine, on which this process now runs."""
    bare = Machine(tmp_path)
    bare.bin.mkdir()
    monkeypatch.setenv("PATH", str(bare.bin))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(official, "INSTALLER", NOBODY)
    return bare


@pytest.fixture
def told() -> list[str]:
    """Return the list into which a test lets the steps be told."""
    return []
