"""Names and type tokens are identities: one that changes replaces what is running."""

from tests.program import permanent_names


def test_no_resource_is_replaced_because_its_name_changed() -> None:
    """Pulumi knows a resource by its URN; under another one it is deleted and made anew."""
    gone = permanent_names.written() - permanent_names.registered()

    assert not gone, (
        f"The next update would delete these, with the data in them: {sorted(gone)}. "
        "Give the resource its old name and parent, or an alias that carries them; if it is meant "
        "to go, run: python -m tests.program.permanent_names"
    )


def test_every_resource_has_its_name_on_record() -> None:
    """From the day it is on record, a change of its name is noticed."""
    new = permanent_names.registered() - permanent_names.written()

    assert not new, f"Not on record: {sorted(new)}. Run: python -m tests.program.permanent_names"
