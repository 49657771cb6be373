"""Prints what the policy pack's judgement costs as a stack grows: production, copied side by side.

Part of `make bench`; alone: python -m tests.bench.judgement [ROUNDS]. The copies know each other as
little as two platforms do, so the time of a resource should not rise with their number. The CPU
of this process is measured: no engine, no provider; a round judges all sizes, one after another.
"""

import sys
import time
from dataclasses import replace
from typing import Final

from policy.judge import Judge
from policy.registry import REGISTRY
from policy.resources import Resource
from policy.tokens import STACK
from policy.waivers import load
from tests.bench.measure import ratio, spread
from tests.policy.recorded import resources
from tests.policy.stand import TODAY
from tests.program.recorder import record

COPIES: Final = (1, 4, 16)


def main(rounds: int) -> None:
    """Judge production once, four times and sixteen times as large, and print each beside it."""
    one = resources(record("prod", preview=True))
    stacks = [[copy for number in range(many) for copy in _copied(one, number)] for many in COPIES]
    found = [[_seconds(stack) / len(stack) for stack in stacks] for _ in range(rounds)]
    smallest = [each[0] for each in found]
    for place, stack in enumerate(stacks):
        each = [seconds[place] for seconds in found]
        _say(
            f"the pack over {len(stack):>5,} resources: {spread([s * 1000 for s in each])} ms CPU "
            f"each, {ratio(each, smallest)} times that of {len(stacks[0])}   (aim: at most 1.5)"
        )


def _copied(stack: list[Resource], number: int) -> list[Resource]:
    """Return the resources under names of their own; there is one stack, however large."""
    if number == 0:
        return stack
    new = {one.urn: f"{one.urn}-{number}" for one in stack if one.token != STACK}
    return [
        replace(
            one,
            urn=new[one.urn],
            name=f"{one.name}-{number}",
            options=replace(one.options, parent=new.get(one.options.parent, one.options.parent)),
            dependencies={
                key: tuple(new.get(urn, urn) for urn in urns)
                for key, urns in one.dependencies.items()
            },
        )
        for one in stack
        if one.token != STACK
    ]


def _seconds(stack: list[Resource]) -> float:
    judge = Judge(REGISTRY, load(), TODAY)
    before = time.process_time()
    for resource in stack:
        judge.resource(resource)
    judge.everything(judge.stack(stack))
    return time.process_time() - before


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - the report


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
