"""Which type of resource is priced by what: a rule, another line, or nothing with a reason."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING

from cost.book import read
from cost.errors import CostError
from cost.inputs import Inputs
from cost.lines import Line

if TYPE_CHECKING:
    from cost.stack import Stack

Rule = Callable[[Inputs, "Stack"], Iterator[Line]]
RULES: dict[str, Rule] = {}


def prices(token: str) -> Callable[[Rule], Rule]:
    """Register a function as the rule of a type. It yields the type's lines of a month."""

    def register(rule: Rule) -> Rule:
        RULES[token] = rule
        return rule

    return register


@cache
def unpriced() -> Mapping[str, str]:
    """Return the types without a line of their own, each with its reason."""
    tables = read("free.yaml")
    free = {token: row["why"] for row in tables["free"] for token in row["types"]}
    elsewhere = {token: f"In {r['where']}" for r in tables["elsewhere"] for token in r["types"]}
    return free | elsewhere


def rule_of(token: str, urn: str) -> Rule | None:
    """Return the rule of a type, None for one that is free. CostError if it is in neither list."""
    if token in RULES:
        return RULES[token]
    if token in unpriced():
        return None
    raise CostError(
        f"{urn}: nothing says what {token} costs.",
        "It would count as nothing, so no total is told.",
        f"write a rule for {token} in cost/rules, or the reason why it is free in cost/free.yaml",
    )
