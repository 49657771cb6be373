"""Which command lines on PATH will do."""

import pytest

from local.engine import found
from tests.local.engine.machine import Machine, script


def test_the_users_own_engine_is_used(machine: Machine) -> None:
    """A new enough pulumi with its Python host is taken as it is."""
    pulumi = machine.pulumi("v3.208.0")

    assert found.on_path() == found.Engine(pulumi, "3.208.0", "path")


def test_a_language_host_beside_a_linked_pulumi_counts(machine: Machine) -> None:
    """Package managers link pulumi alone; the engine still looks beside the real file."""
    real = script(machine.root / "opt" / "pulumi", "echo v3.259.0")
    script(machine.root / "opt" / found.LANGUAGE_HOST, "exit 0")
    (machine.bin / "pulumi").symlink_to(real)

    assert found.on_path().version == "3.259.0"


def test_an_engine_of_a_development_build_tells_its_version(machine: Machine) -> None:
    """What follows the three numbers is of no interest."""
    machine.pulumi("v3.260.0-alpha.1+dirty")

    assert found.on_path().version == "3.260.0"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("echo v3.207.9", "is 3.207.9, older than 3.208"),
        ("echo v2.999.0", "is 2.999.0, older than 3.208"),
        ("exit 1", "does not run"),
        ("kill -9 $$", "does not run"),
        ("echo hello", "does not tell its version"),
        ("", "does not tell its version"),
    ],
)
def test_a_pulumi_that_will_not_do_says_why(machine: Machine, answer: str, reason: str) -> None:
    """Too old, broken, or not pulumi at all."""
    machine.pulumi()
    pulumi = machine.program("pulumi", answer)

    with pytest.raises(found.Unavailable) as caught:
        found.on_path()

    assert str(caught.value) == f"{pulumi} {reason}"


def test_a_damaged_binary_does_not_run(machine: Machine) -> None:
    """A truncated download is no program for this machine."""
    machine.pulumi().write_bytes(b"\x7fELF damaged")

    with pytest.raises(found.Unavailable, match="does not run"):
        found.on_path()


def test_a_pulumi_that_never_answers_is_given_up(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hanging command line is broken, not slow."""
    monkeypatch.setattr(found, "ANSWER_SECONDS", 0.1)
    machine.pulumi()
    machine.program("pulumi", "exec sleep 10")

    with pytest.raises(found.Unavailable, match="does not run"):
        found.on_path()


def test_a_pulumi_without_python_is_not_enough(machine: Machine) -> None:
    """The command line alone cannot run a Python program."""
    pulumi = machine.pulumi(language_host=False)

    with pytest.raises(found.Unavailable) as caught:
        found.on_path()

    assert str(caught.value) == f"{pulumi} comes without pulumi-language-python"


def test_a_machine_without_pulumi_says_so(machine: Machine) -> None:
    """The shortest reason of all."""
    with pytest.raises(found.Unavailable, match=r"^no pulumi on PATH$"):
        found.on_path()

    assert not list(machine.bin.iterdir())
