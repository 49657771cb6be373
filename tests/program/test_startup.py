"""The imports come first and without garbage collection, or every preview costs a second more."""

import gc
import os
import subprocess
import sys

import pulumi
import pytest

from program import startup
from tests.program.recorder import ROOT


@pytest.fixture(autouse=True)
def debug_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the SDK its debug messages back after each test."""
    monkeypatch.setattr(pulumi.log, "debug", pulumi.log.debug)


@pytest.mark.parametrize("program", ["__main__.py", "foundation/__main__.py"])
def test_the_collector_sleeps_before_the_first_import(program: str) -> None:
    """Imported later it would find the modules already looked through many times."""
    lines = (ROOT / program).read_text().splitlines()
    imports = [line for line in lines if line.startswith(("import ", "from "))]

    assert imports[0].startswith("from program import startup")
    assert "startup.imported()" in lines


@pytest.mark.thorough
def test_the_collector_works_again_once_everything_is_imported() -> None:
    """What the imports made is out of its sight, what the program makes is not."""
    gc.disable()

    startup.imported()

    assert gc.isenabled()
    assert gc.get_freeze_count() > 0


def test_the_interpreter_does_not_free_every_module_at_its_end() -> None:
    """What is frozen at exit is left to the operating system, which frees it in one stroke."""
    # Called at exit in reverse order: the program's own call comes first, then this question.
    asks = "import atexit, gc; atexit.register(lambda: print(gc.get_freeze_count() > 0))"

    assert told(f"{asks}; from program import startup") == "True"


@pytest.mark.thorough
def test_the_sdk_is_loaded_while_the_collector_sleeps() -> None:
    """The AWS SDK loads a service on first use; a use later than the imports would be collected."""
    loads = "import sys, components.network, components.security, components.storage"
    asks = "print({'pulumi_aws.ec2.vpc', 'pulumi_aws.s3.bucket'} <= set(sys.modules))"

    assert told(f"{loads}; {asks}") == "True"


def test_the_firewall_costs_no_import_while_it_is_off() -> None:
    """Its part of the SDK is the largest of all: a third of a second in every preview."""
    loads = "import sys, components.waf"
    asks = "print('pulumi_aws.wafv2.web_acl' in sys.modules)"

    assert told(f"{loads}; {asks}") == "False"


@pytest.mark.parametrize(("wish", "heard"), [("", "a warning"), ("true", "a a warning")])
def test_the_sdk_waits_for_no_debug_message_that_nobody_wished_for(wish: str, heard: str) -> None:
    """Each is a call of the engine; what is no debug message is heard as before."""
    script = (
        "from types import SimpleNamespace; from program import startup; import pulumi\n"
        "engine = SimpleNamespace(Log=lambda request: print(request.message, end=' '))\n"
        "pulumi.log.get_engine = lambda: engine\n"
        "startup.imported(); pulumi.log.debug('a'); pulumi.log.warn('a warning')"
    )

    assert told(script, PULUMI_OPTION_DEBUG=wish) == heard


def told(script: str, **environment: str) -> str:
    """Return what a fresh interpreter prints."""
    command = [sys.executable, "-c", script]
    done = subprocess.run(  # noqa: S603 - our own interpreter
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()
