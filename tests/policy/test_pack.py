"""The pack as a whole: its tokens exist, its parts do not lean on the program, it is quick."""

import ast
import re
import sys
import time
from pathlib import Path
from typing import Any

import pulumi_aws
import pytest
from pulumi_policy import EnforcementLevel, PolicyResourceOptions, ResourceValidationArgs

from policy import pack, tables, tokens
from policy.judge import Judge
from policy.pack import Bench
from policy.registry import REGISTRY
from policy.resources import Resource
from policy.tokens import ANY_AWS, SUBNET
from policy.waivers import WaiverBook
from tests.policy.recorded import resources
from tests.policy.stand import TODAY
from tests.program.recorder import record

POLICY = Path(pack.__file__).parent
RULES = pytest.mark.parametrize("rule", REGISTRY.rules.values(), ids=REGISTRY.rules)
CLAUSE = r"(all|[A-Z]\d{1,2})"
CPU_SECONDS = 0.1  # for all rules over a stack of 170 resources


def known_tokens() -> set[str]:
    """The tokens that the installed provider registers, from its own table."""
    text = Path(pulumi_aws.__file__).read_text(encoding="utf-8")
    return set(re.findall(r'"(aws:[\w/]+:\w+)":', text))


def test_every_token_exists_in_the_provider() -> None:
    """A misspelled token would be a rule that never finds anything."""
    ours = {t for rule in REGISTRY.rules.values() for t in rule.tokens}
    ours |= {v for k, v in vars(tokens).items() if k.isupper()}
    ours -= {ANY_AWS}

    assert {t for t in ours if t.startswith("aws:")} - known_tokens() == set()


def test_every_start_of_a_token_in_a_table_is_the_start_of_one() -> None:
    """The forbidden kinds are written as starts of tokens."""
    known = known_tokens()
    gone = {"aws:s3/bucketV2:", "aws:s3/bucketVersioningV2:", "aws:s3/bucketAclV2:"}

    unmatched = [
        start for start in tables.FORBIDDEN if not any(token.startswith(start) for token in known)
    ]

    assert set(unmatched) <= gone | {u for u in unmatched if "V2:" in u}


@RULES
def test_a_rule_says_all_of_itself(rule: Any) -> None:  # noqa: ANN401  # a Rule
    """Sentences that end, clauses that look like clauses, three levels."""
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.id)
    assert rule.clause
    assert all(re.fullmatch(CLAUSE, clause) for clause in rule.clause)
    assert re.fullmatch(r"[MA-]/[MA-]/[MA-]", rule.levels)
    assert all(text.endswith(".") for text in (rule.aim, rule.otherwise, rule.fix))
    assert [check for check in REGISTRY.checks if check.rule is rule]


@RULES
def test_a_rule_is_asked_only_about_kinds_that_it_names(rule: Any) -> None:  # noqa: ANN401
    """The table of rules tells every kind that a rule looks at."""
    asked = {token for c in REGISTRY.checks if c.rule is rule for token in c.each}

    assert asked <= set(rule.tokens)


def test_the_pack_imports_nothing_of_what_it_judges() -> None:
    """A guard that reads the plan it guards would repeat the plan's mistakes."""
    imported = {
        name.split(".")[0]
        for file in POLICY.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }

    assert imported - set(sys.stdlib_module_names) == {"cost", "policy", "pulumi_policy", "yaml"}


def test_no_module_of_the_pack_hides_one_of_python() -> None:
    """The engine puts the pack's folder before everything else on the path."""
    modules = {file.stem for file in POLICY.glob("*.py")} - {"__init__", "__main__"}

    assert modules & set(sys.stdlib_module_names) == set()


def test_the_objects_keep_their_names_and_levels() -> None:
    """A configuration of the pack refers to them; mandatory comes before advisory."""
    assert [(p.name, p.enforcement_level) for p in pack.policies()] == [
        ("resource-mandatory", EnforcementLevel.MANDATORY),
        ("resource-advisory", EnforcementLevel.ADVISORY),
        ("stack-mandatory", EnforcementLevel.MANDATORY),
        ("stack-advisory", EnforcementLevel.ADVISORY),
    ]


class Counting(dict[str, Any]):
    """Properties that count how often they are gone through."""

    walks = 0

    def __iter__(self) -> Any:  # noqa: ANN401  # the iterator of dict
        """Count each walk over the keys."""
        type(self).walks += 1
        return super().__iter__()


def test_properties_are_turned_into_values_once_per_resource() -> None:
    """However many rules there are: the second level takes what the first has judged."""
    Counting.walks = 0
    args = ResourceValidationArgs(
        SUBNET,
        Counting(mapPublicIpOnLaunch=True),
        f"urn:pulumi:prod::triflow-ai::{SUBNET}::s",
        "s",
        PolicyResourceOptions(False, [], None, [], None, []),  # type: ignore[arg-type]  # noqa: FBT003
        None,
    )
    mandatory, advisory, *_ = Bench(Judge(REGISTRY, WaiverBook(), TODAY)).policies()
    said: list[str] = []

    def report(message: str, urn: str | None = None) -> None:
        del urn
        said.append(message)

    mandatory.validate(args, report)  # type: ignore[attr-defined]
    advisory.validate(args, report)  # type: ignore[attr-defined]

    assert Counting.walks == 1
    assert any("no-auto-public-ip" in message for message in said)


def test_all_rules_take_a_tenth_of_a_second_for_170_resources() -> None:
    """The pack's own share of a preview; the library's share is measured in make bench."""
    one = resources(record("prod"))
    stack = [
        Resource(
            urn=f"{r.urn}{copy}",
            token=r.token,
            name=r.name,
            inputs=r.inputs,
            provider=r.provider,
            dependencies={k: tuple(f"{u}{copy}" for u in us) for k, us in r.dependencies.items()},
        )
        for copy in range(1 + 170 // len(one))
        for r in one
    ][:170]
    best = min(_cpu(stack) for _ in range(3))

    assert best < CPU_SECONDS


def _cpu(stack: list[Resource]) -> float:
    judge = Judge(REGISTRY, WaiverBook(), TODAY)
    begun = time.process_time()
    for resource in stack:
        judge.resource(resource)
    judge.stack(stack)
    return time.process_time() - begun
