"""The order of the ways to an engine, what is told on them, and that two set-ups agree."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from local.engine import found, locate, official
from local.errors import LocalError
from local.processes import is_running
from tests.local.engine.machine import NOBODY, Machine, script

SET_UP = f"""
from local.engine import locate, official
official.INSTALLER = {NOBODY!r}
print(locate.ensure(lambda line: print(line, flush=True)).pulumi)
"""
STEP_SECONDS = 120


def start_set_up(machine: Machine) -> "subprocess.Popen[str]":
    """Start a set-up in a process of its own, in its own process group."""
    return subprocess.Popen(  # noqa: S603 - our own lines
        [sys.executable, "-c", SET_UP],
        env=machine.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        process_group=0,
    )


def wait_for(file: Path) -> str:
    """Return the text of a file that another process is about to write."""
    limit = time.monotonic() + STEP_SECONDS
    while not (file.exists() and file.read_text().endswith("\n")):
        assert time.monotonic() < limit, f"{file.name} was never written"
        time.sleep(0.02)
    return file.read_text()


def until(file: Path) -> str:
    """Return a line of a script that waits for the file, for as long as a step may take."""
    return f"for _ in $(seq {STEP_SECONDS * 10}); do [ -e {file} ] && break; sleep 0.1; done"


def official_install(machine: Machine, monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    """Let the makers be reachable and install a command line of this version."""
    page = machine.root / "install.sh"
    page.touch()
    script(machine.root / "theirs" / "pulumi", f"echo {version}")
    script(machine.root / "theirs" / found.LANGUAGE_HOST, "exit 0")
    copy = f"import shutil, sys; shutil.copytree('{machine.root}/theirs', sys.argv[1] + '/bin')"
    monkeypatch.setattr(official, "INSTALLER", page.as_uri())
    monkeypatch.setattr(official, "INSTALL", copy)


def test_nothing_is_told_where_pulumi_is_there(machine: Machine, told: list[str]) -> None:
    """The common case is silent and leaves no cache behind."""
    machine.pulumi()

    assert (locate.ensure(told.append).origin, told) == ("path", [])
    assert not machine.cache.exists()


def test_a_verb_that_must_not_wait_takes_what_is_on_path(machine: Machine) -> None:
    """Before what is in the cache, as everywhere."""
    pulumi = machine.pulumi()

    assert locate.ready() == found.Engine(pulumi, "3.259.0", "path")


def test_a_verb_that_must_not_wait_takes_what_was_built_before(
    machine: Machine, told: list[str]
) -> None:
    """The same engine as for the verbs that build."""
    machine.go()
    built = locate.ensure(told.append)

    assert locate.ready() == built


def test_a_verb_that_must_not_wait_builds_nothing(machine: Machine) -> None:
    """Six minutes of silence would read as a hang; the line to type is told in their place."""
    machine.go()
    machine.pulumi("v3.100.0")

    with pytest.raises(LocalError) as refused:
        locate.ready()

    assert refused.value.fact == (
        f"No Pulumi engine is ready: {machine.bin}/pulumi is 3.100.0, older than 3.208; "
        "not installed; not built."
    )
    assert refused.value.fix.startswith(f"{sys.executable} -m local.engine ")
    assert machine.builds() == 0
    assert not machine.cache.exists()


def test_the_makers_engine_comes_before_a_build(
    machine: Machine, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a network the official engine is installed, once."""
    official_install(machine, monkeypatch, "v3.272.0")

    engines = [locate.ensure(told.append), locate.ensure(told.append)]

    assert [engine.origin for engine in engines] == ["official", "official"]
    assert told == [f"installing pulumi {official._version()} from its makers"]
    assert engines[0].pulumi.is_relative_to(machine.cache)


def test_a_broken_official_install_gives_way_to_a_build(
    machine: Machine, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was installed is tried before it is kept."""
    official_install(machine, monkeypatch, "nonsense")
    machine.go()

    assert locate.ensure(told.append).origin == "built"
    assert not list(machine.cache.glob("official-*"))


@pytest.mark.parametrize("program", ["raise SystemExit(1)", "import time; time.sleep(600)"])
def test_a_failed_official_install_gives_way_to_a_build(
    machine: Machine, told: list[str], monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    """Refused or stalled, the download ends in bounded time and is named as the reason."""
    official_install(machine, monkeypatch, "v3.272.0")
    monkeypatch.setattr(official, "INSTALL", program)
    monkeypatch.setattr(official, "INSTALL_SECONDS", 0.5)
    machine.go()

    assert locate.ensure(told.append).origin == "built"
    assert told[-1].startswith("no pulumi on PATH; official install failed; building 3.259.0")


def test_without_a_network_the_engine_is_built_once(machine: Machine, told: list[str]) -> None:
    """The reasons and the price are told in one line; the second time there is nothing to tell."""
    machine.go()

    engine = locate.ensure(told.append)

    assert (engine.origin, engine.version) == ("built", "3.259.0")
    assert told == [
        "no pulumi on PATH; official install not reachable; building 3.259.0, about 6 minutes once"
    ]
    assert (locate.ensure(told.append), machine.builds(), len(told)) == (engine, 1, 1)


def test_an_old_pulumi_is_named_as_the_reason(machine: Machine, told: list[str]) -> None:
    """A user who has pulumi learns why it is not used."""
    pulumi = machine.pulumi("v3.100.0")
    machine.go()

    locate.ensure(told.append)

    assert told[0].startswith(f"{pulumi} is 3.100.0, older than 3.208; official install not")


def test_two_set_ups_at_once_build_one_engine(machine: Machine) -> None:
    """The second waits, says so, and uses what the first has built."""
    go_on = machine.root / "go_on"
    machine.go(build=f"echo >> {machine.root}/begun; {until(go_on)}")
    first = start_set_up(machine)
    wait_for(machine.root / "begun")

    second = start_set_up(machine)
    assert second.stdout is not None
    told = second.stdout.readline()
    go_on.touch()
    outputs = [process.communicate(timeout=STEP_SECONDS)[0] for process in (first, second)]

    assert (first.returncode, second.returncode, machine.builds()) == (0, 0, 1), outputs
    assert outputs[0].splitlines()[-1] == outputs[1].splitlines()[-1]
    assert told == "another set-up prepares the engine; waiting for it\n"


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_interrupted_build_is_never_used(
    machine: Machine, told: list[str], sent: signal.Signals
) -> None:
    """However it ends, no compiler runs on, and the next set-up builds afresh."""
    machine.go(build=f"echo $$ > {machine.root}/compiler; exec sleep 600")
    process = start_set_up(machine)
    compiler = int(wait_for(machine.root / "compiler"))

    os.kill(process.pid, sent)
    process.communicate(timeout=STEP_SECONDS)

    machine.go()
    assert locate.ensure(told.append).origin == "built"
    assert not list(machine.cache.glob("*.partial"))
    assert not is_running(compiler)


def test_a_damaged_engine_in_the_cache_is_built_again(machine: Machine, told: list[str]) -> None:
    """A file lost from the cache costs time, not a riddle."""
    machine.go()
    engine = locate.ensure(told.append)
    engine.pulumi.write_text("damaged")

    assert locate.ensure(told.append) == engine
    assert machine.builds() == 2


def test_a_cache_that_cannot_be_written_is_named(
    machine: Machine, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The user is told which variable moves it."""
    (machine.root / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(machine.root / "file"))

    with pytest.raises(LocalError) as caught:
        locate.ensure(told.append)

    assert str(caught.value) == (
        f"{machine.root}/file/triflow-ai/engine cannot be written: Not a directory. "
        "The Pulumi engine has no place to be kept.\nFix: set XDG_CACHE_HOME to a folder that you "
        "may write, then run the command again"
    )
