"""What a build tells, and how it fails."""

import shutil
from typing import NamedTuple

import pytest

from local.engine import build, disk, found, locate
from local.errors import LocalError
from tests.local.engine.machine import Machine


class Usage(NamedTuple):
    """Bytes of a disk, as shutil tells them."""

    total: int
    used: int
    free: int


def failure(told: list[str]) -> str:
    """Return the error with which a set-up ends."""
    with pytest.raises(LocalError) as caught:
        locate.ensure(told.append)
    return str(caught.value)


def test_the_engine_has_its_python_files_beside_it(machine: Machine, told: list[str]) -> None:
    """The host, the program runner and the provider of dynamic resources lie with the engine."""
    machine.go()

    folder = locate.ensure(told.append).pulumi.parent

    assert {file.name for file in folder.iterdir() if file.stat().st_mode & 0o111} == {
        "pulumi",
        "pulumi-language-python",
        "pulumi-language-python-exec",
        "pulumi-resource-pulumi-python",
    }


def test_a_compiler_error_shows_its_last_lines(machine: Machine, told: list[str]) -> None:
    """The compiler's own words come first, then what to do."""
    machine.go(build="for i in 1 2 3 4 5 6; do echo line $i; done; exit 1")

    assert failure(told) == (
        "Go could not build the Pulumi engine. There is nothing to run the program with. The "
        "compiler's last words were:\n  line 2\n  line 3\n  line 4\n  line 5\n  line 6\n"
        "Fix: install pulumi "
        "(https://www.pulumi.com/docs/install/), then run the command again"
    )
    assert not list(machine.cache.glob("3.*"))


def test_modules_that_cannot_be_downloaded_mean_no_network(
    machine: Machine, told: list[str]
) -> None:
    """Go's message about a name that does not resolve becomes advice about the network."""
    machine.go(download="echo go: downloading x; echo dial tcp: no such host >&2; exit 1")

    assert failure(told) == (
        "Go modules cannot be downloaded. The Pulumi engine cannot be built. Go's last words were:"
        "\n  dial tcp: no such host\nFix: restore the network, or set GOPROXY to a module proxy "
        "that answers, then run the command again; what was downloaded is kept"
    )


def test_a_disk_that_fills_during_the_build_is_named(machine: Machine, told: list[str]) -> None:
    """Go's message about the disk becomes advice about the disk."""
    machine.go(build="echo 'write out: no space left on device'; exit 1")

    assert failure(told).startswith("The disk became full. The Pulumi engine cannot be built.\nFix")


def test_a_disk_too_small_is_named_before_the_build(
    machine: Machine, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Minutes are not spent on a build that cannot end well."""
    machine.go()
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(9, 9, 20_000_000))

    assert " has 20 MB free and the build needs " in failure(told)
    assert machine.builds() == 0


def test_folders_on_one_disk_share_its_room(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two folders that fit one by one do not fit together, though neither exists yet."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(9, 9, 100_000_000))
    wanted = {machine.root / "a" / "b": 60, machine.root / "c": 41}

    with pytest.raises(LocalError, match="100 MB free and the build needs 101 MB"):
        disk.require(wanted)
    disk.require({**wanted, machine.root / "c": 40})


def test_modules_downloaded_before_need_no_room(machine: Machine) -> None:
    """A second build of the version asks for less."""
    machine.go()
    go = machine.bin / "go"
    before = build._megabytes(go)[machine.root / "modules"]
    pinned = f"modules/github.com/pulumi/pulumi/pkg/v3@v{build.version()}"
    (machine.root / pinned).mkdir(parents=True)

    assert (before, build._megabytes(go)[machine.root / "modules"]) == (build.MODULES_MB, 0)


def test_an_engine_that_does_not_run_is_not_kept(machine: Machine, told: list[str]) -> None:
    """What was built is tried before it is kept."""
    machine.go(build='cp() { echo "exit 1" > "$out/pulumi"; /bin/cp "$@"; }')

    assert " does not run. It is not used.\nFix: install pulumi " in failure(told)
    assert not list(machine.cache.glob("3.*"))


def test_new_sources_make_a_new_engine(
    machine: Machine, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change of the flags, as of the sources, never runs with the engine from before it."""
    machine.go()
    old = locate.ensure(told.append)
    monkeypatch.setattr(build, "FLAGS", ("-trimpath",))

    assert locate.ensure(told.append).pulumi.parent != old.pulumi.parent


def test_an_engine_not_built_is_not_ready(machine: Machine) -> None:
    """An empty cache holds no engine."""
    with pytest.raises(found.Unavailable, match="not built"):
        build.ready()

    assert not machine.cache.exists()
