"""`triflow status`: the screen, once or again and again."""

import time
from datetime import UTC, datetime

from rich.console import Console

from triflow import aws, outputs, report
from triflow.aws import Aws
from triflow.deployed import Deployed
from triflow.errors import TriflowError
from triflow.kst import shown
from triflow.report import Line
from triflow.status import facts
from triflow.status.lines import lines

SECONDS_BETWEEN = 5
OF_THE_PLATFORM = ("prod", "staging", "dev")


def status(stack: str, console: Console, *, as_json: bool = False, watch: bool = False) -> int:
    """Show how a stack is: 0 all well, 1 something is not, 3 something could not be checked.

    TriflowError if the stack is not up.
    """
    if stack not in OF_THE_PLATFORM:
        raise TriflowError(
            f"{stack} runs nothing that has a status.",
            "Nothing was asked.",
            f"name one of {', '.join(OF_THE_PLATFORM)}",
        )
    asked = aws.find()
    deployed = outputs.read(asked, stack)
    if as_json:
        told = lines(facts.gather(asked, deployed))
        console.out(report.as_json(stack, told), highlight=False)
        return report.exit_code(told)
    return _watch(asked, deployed, console) if watch else _once(asked, deployed, console)


def _once(asked: Aws, deployed: Deployed, console: Console) -> int:
    told = lines(facts.gather(asked, deployed))
    _tell(asked, deployed, told, console)
    return report.exit_code(told)


def _watch(asked: Aws, deployed: Deployed, console: Console) -> int:
    """Show it anew until Ctrl-C, which is the way to end this and no failure."""
    code = 0
    try:
        while True:
            told = lines(facts.gather(asked, deployed))
            code = report.exit_code(told)
            console.clear()  # nothing happens where the screen is a file
            _tell(asked, deployed, told, console)
            time.sleep(SECONDS_BETWEEN)
    except KeyboardInterrupt:
        return code


def _tell(asked: Aws, deployed: Deployed, told: list[Line], console: Console) -> None:
    now = shown(datetime.now(tz=UTC))
    console.print(f"{deployed.stack} in {asked.place}, {now}", highlight=False)
    report.show(console, told)
    if any(line.state == "failed" and not line.fix for line in told):
        console.print(f"Why, and what to type: triflow doctor --stack {deployed.stack}")
        report.show_limits(console, asked.server)
