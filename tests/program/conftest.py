"""Each stack's recording, once as an update and once as a preview, where ids are unknown."""

from typing import cast

import pytest

from tests.program.recorder import Recording, record


@pytest.fixture(params=["update", "preview"])
def mode(request: pytest.FixtureRequest) -> str:
    """Whether the program runs for an update or for a preview."""
    return cast("str", request.param)


@pytest.fixture
def foundation(mode: str) -> Recording:
    """What the account has once."""
    return record("foundation", preview=mode == "preview")


@pytest.fixture
def prod(mode: str) -> Recording:
    """Production, as committed."""
    return record("prod", preview=mode == "preview")


@pytest.fixture
def staging(mode: str) -> Recording:
    """Staging, as committed."""
    return record("staging", preview=mode == "preview")


@pytest.fixture
def dev(mode: str) -> Recording:
    """Dev, as committed, on top of staging."""
    return record("dev", preview=mode == "preview")
