"""The rule of names that the troubleshooting guide types (ADR C7, C9, D2)."""

from collections.abc import Iterator
from functools import reduce
from operator import getitem

from policy import tables
from policy.findings import Judgement, Lack, NotJudged, must_be
from policy.registry import check, rule
from policy.relations import StackView
from policy.resources import Resource
from policy.tokens import (
    DB_INSTANCE,
    ECR_REPOSITORY,
    ECS_CLUSTER,
    ECS_SERVICE,
    LOG_GROUP,
    METRIC_ALARM,
    ROLE,
    ROLE_POLICY,
    TASK_DEFINITION,
    VPC,
    ZONE,
)

PINNED = (VPC, ECR_REPOSITORY, ZONE, ECS_CLUSTER, ECS_SERVICE, TASK_DEFINITION, DB_INSTANCE)

GUIDE_NAMES = rule(
    id="guide-names-pinned",
    clause=("N1", "C6", "C7", "C9", "D2"),
    kind="stack",
    tokens=(*PINNED, ROLE, ROLE_POLICY, LOG_GROUP, METRIC_ALARM),
    levels="-/-/M",
    severity="medium",
    aim="Production's things have the names that the guide's commands use.",
    otherwise="The commands of the troubleshooting guide would find nothing.",
    fix="use the pinned name.",
)


@check(GUIDE_NAMES, "a", each=PINNED)
def the_name_is_the_guides(resource: Resource, stack: StackView) -> Iterator[Judgement]:
    """As the record and the guide write it; a canary has a name of its own."""
    pinned = tables.PINNED_NAMES.get(stack.environment, {})
    if resource.token in pinned:
        path, *allowed = pinned[resource.token]
        first, *steps = path.split(".")
        asked = reduce(getitem, steps, resource[first])
        yield from must_be(asked, *allowed)


@check(GUIDE_NAMES, "b")
def the_guide_finds_its_things(stack: StackView) -> Iterator[Judgement]:
    """Of kinds that a stack has many of, one is called as the guide types it."""
    for token, name in tables.NAMES_IN_THE_GUIDE.get(stack.environment, ()):
        many = stack.of(token)
        if any(not each["name"].is_unknown and each["name"].known() == name for each in many):
            continue
        open_questions = [each for each in many if each["name"].is_unknown]
        yield from (NotJudged("name", each) for each in open_questions)
        if not open_questions:
            yield Lack(f"no {token.split(':')[-1]} is called {name}")
