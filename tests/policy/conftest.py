"""What the pack's tests under the real engine share with those of the whole project."""

from tests.end_to_end.conftest import engine

__all__ = ["engine"]
