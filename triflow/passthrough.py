"""`triflow local pulumi ARGS...`: the engine's own command line in the local environment."""

import signal
import subprocess
from collections.abc import Sequence

from rich.console import Console

from triflow import runner, stacks
from triflow.errors import Exit, TriflowError
from triflow.runner import Runner
from triflow.stacks import Stack

# Commands that work on one stack, which has to be named: nothing is selected behind one's back.
OF_A_STACK = {
    "cancel", "config", "destroy", "dn", "down", "import", "pre", "preview", "refresh",
    "stack", "state", "up", "update",
}  # fmt: skip
COMPARES_STATE = {"destroy", "dn", "down", "pre", "preview", "up", "update"}
WRITES_STATE = {"destroy", "dn", "down", "import", "refresh", "up", "update"}
OF_NO_STACK = {"ls", "--help", "-h"}


def pulumi(arguments: Sequence[str], console: Console) -> int:
    """Run the engine with these arguments and return its exit code."""
    stack = _named(arguments)
    verb = arguments[0] if arguments else ""
    if stack is None and verb in OF_A_STACK and not OF_NO_STACK & set(arguments):
        raise TriflowError(
            f"No stack is named, and `pulumi {verb}` works on one.",
            "Nothing was changed.",
            f"triflow local pulumi {' '.join(arguments)} -s prod"
            f"   (or {', '.join(name for name in stacks.NAMES if name != 'prod')})",
        )
    running = runner.start(lambda text: console.print(text, markup=False, highlight=False))
    refreshes = verb == "refresh" or bool({"--refresh", "-r"} & set(arguments))
    if stack and verb in COMPARES_STATE and not refreshes and running.was_emptied(stack):
        raise TriflowError(
            f"The local AWS was restarted, and what {stack.name}'s state lists is gone with it.",
            "Nothing was changed.",
            f"make up STACK={stack.name}   (or add --refresh)",
        )
    # What even a failing run makes is in this local AWS, unless the state is about an earlier one:
    # then only a refresh that went through makes it true again.
    about_this_one = stack is not None and not running.was_emptied(stack)
    if stack and verb in WRITES_STATE and about_this_one:
        running.remember(stack)
    code = _run(running, stack, arguments)
    if stack and verb in WRITES_STATE and code == Exit.DONE:
        running.remember(stack)
    return code


def _named(arguments: Sequence[str]) -> Stack | None:
    """Return the stack that -s or --stack names, in any of its spellings."""
    for number, argument in enumerate(arguments):
        flag, _, value = argument.partition("=")
        if flag in {"-s", "--stack"}:
            name = value or next(iter(arguments[number + 1 :]), "")
            return stacks.chosen(name)[0]
    return None


def _run(running: Runner, stack: Stack | None, arguments: Sequence[str]) -> int:
    """Run the engine on this terminal; its Ctrl-C reaches the engine, and we wait for its end."""
    environment = running.environment(stack)
    if arguments[:1] == ["config"]:
        # Settings are read from and written to the committed file, not its copy.
        environment.pop("PULUMI_OPTION_CONFIG_FILE", None)
    folder = running.project(stack) if stack else running.workspace.root
    # Not "ignore": a child would inherit that, and the engine needs SIGINT for its own children.
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        with subprocess.Popen(  # noqa: S603 - the engine
            [running.engine.pulumi, *arguments], env=environment, cwd=folder
        ) as engine:
            code = engine.wait()
    finally:
        signal.signal(signal.SIGINT, before)
    return code if code >= 0 else 128 - code
