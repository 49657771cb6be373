"""The real engine and clones for it to work in; a worker shares one clone of each kind."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.engine import locate
from tests.end_to_end.clone import Clone, left_behind

SMALL = Path(__file__).parent / "small"


@pytest.fixture(scope="session")
def engine() -> None:
    """Have the engine ready before anything is measured or killed."""
    locate.ensure(print)


@pytest.fixture(scope="module")
def small(engine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clone]:
    """Give a clone in which a small program stands in the place of the real one."""
    del engine
    clone = Clone(tmp_path_factory.mktemp("small"))
    clone.replace_program(SMALL)
    yield clone
    clone.close()
    assert left_behind(clone.root) == {}, "a process was left behind"


@pytest.fixture(scope="module")
def platform(engine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clone]:
    """Give a clone of the project as it is, nothing of it up yet."""
    del engine
    clone = Clone(tmp_path_factory.mktemp("platform"))
    yield clone
    clone.close()
    assert left_behind(clone.root) == {}, "a process was left behind"


@pytest.fixture(scope="session")
def prod(engine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clone]:
    """Give a clone with foundation and prod up; a module leaves it as healthy as it was."""
    del engine
    clone = Clone(tmp_path_factory.mktemp("prod"))
    clone.ok("up", "foundation")
    clone.ok("up", "prod")
    yield clone
    clone.close()
    assert left_behind(clone.root) == {}, "a process was left behind"
