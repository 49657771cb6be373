"""Which tests belong to the fast part: all but those which ask a moto server thousands of times."""

from pathlib import Path

import pytest
from hypothesis import settings

# A slow machine is no failure: no example of a property test is timed.
settings.register_profile("untimed", settings(), deadline=None)
settings.load_profile("untimed")

HERE = Path(__file__).parent
THOROUGH = tuple(
    HERE / room
    for room in (
        "local/aws/test_faults.py",
        "local/aws/test_row_contract.py",
        "local/aws/test_models.py",
        "storage_client/test_deployed.py",
        "storage_client/test_examples.py",
        "storage_client/test_objects.py",
        "storage_client/test_processes.py",
        "storage_client/test_transfers.py",
        "triflow/test_db_postgres.py",
    )
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark them; `make check` leaves the marked ones to `make test`."""
    for item in items:
        if item.path in THOROUGH:
            item.add_marker("thorough")
