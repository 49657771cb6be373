"""Rules of completeness: the stack holds what the record draws, and nothing escapes the pack."""

from collections.abc import Iterator
from typing import Final

from policy import monitoring_figures, tables
from policy.findings import Finding, Judgement, Lack, must_be, must_be_on
from policy.judge import Run
from policy.registry import REGISTRY, check, rule
from policy.relations import StackView, names
from policy.resources import FOUNDATION_PROJECT, MAIN_PROJECT, Resource, place_of
from policy.tokens import (
    ANY_AWS,
    CACHE,
    CACHE_SUBNETS,
    EGRESS_RULE,
    INGRESS_RULE,
    LOAD_BALANCER,
    SECURITY_GROUP,
    STACK,
    WEB_ACL,
    WEB_ACL_ASSOCIATION,
)

STACK_KNOWN = rule(
    id="stack-and-pack-config-known",
    clause=("E1",),
    kind="run",
    tokens=(STACK,),
    levels="M/M/M",
    severity="high",
    aim="The pack knows the environment, and all of the pack runs.",
    otherwise="A stack would be judged by another's figures, or by half of the rules.",
    fix="select dev, staging, prod or the foundation, and switch no object of the pack off.",
)
STACKS = {MAIN_PROJECT: ("dev", "staging", "prod"), FOUNDATION_PROJECT: ("foundation",)}


@check(STACK_KNOWN, "a")
def the_stack_is_one_of_four(stack: StackView, run: Run) -> Iterator[Judgement]:
    """Stack and project are ours; any other is judged by production's levels and reported."""
    del run
    name, project = place_of(stack.urn)
    if name not in STACKS.get(project, ()):
        yield Finding(f"the stack is {project or 'unknown'}/{name or 'unknown'}, judged as prod")


@check(STACK_KNOWN, "b")
def the_whole_pack_runs(stack: StackView, run: Run) -> Iterator[Judgement]:
    """No policy object of the pack was switched off by a configuration of the pack."""
    del stack
    for silent in sorted(run.silent):
        yield Finding(f"the policy object {silent} is switched off")


TYPE_COVERED = rule(
    id="resource-type-covered",
    clause=("X1", "X2"),
    kind="stack",
    tokens=(ANY_AWS, CACHE, CACHE_SUBNETS, WEB_ACL, WEB_ACL_ASSOCIATION),
    levels="M/M/M",
    severity="high",
    external=(
        *("IAM.2", "IAM.3", "AWSGuard access-keys-rotated", "CKV_AWS_29", "CKV_AWS_30"),
        *("CKV_AWS_31", "ElastiCache.4", "ElastiCache.5", "AwsSolutions-AEC3"),
    ),
    aim="Every kind of resource is judged, accepted with a reason, or forbidden.",
    otherwise="A new kind would be deployed with nobody looking at it.",
    fix="write a rule for it, or add it to ACCEPTED in policy/tables.py with the reason.",
)


@check(TYPE_COVERED, "a")
def no_kind_escapes(stack: StackView) -> Iterator[Judgement]:
    """Each kind of AWS resource, and of any other provider, is in one list."""
    judged = {token for rule in REGISTRY.rules.values() for token in rule.tokens}
    for token in sorted({resource.token for resource in stack.resources}):
        told_of = token.startswith(("pulumi:", "triflow:", *tables.FORBIDDEN))
        if not (told_of or token in judged or token in tables.ACCEPTED):
            yield Finding(f"no rule looks at {token}", stack.of(token)[0])


@check(TYPE_COVERED, "b", each=(ANY_AWS,))
def no_kind_is_forbidden(resource: Resource, stack: StackView) -> Iterator[Judgement]:
    """Second spellings, long-lived keys, and what the record decides against."""
    del stack
    for start, reason in tables.FORBIDDEN.items():
        if resource.token.startswith(start):
            yield Finding(f"{resource.token} is forbidden: {reason}")


LATER: Final = {CACHE: "CACHE_DECIDED", WEB_ACL: "FIREWALL_DECIDED"}


@check(TYPE_COVERED, "c", each=tuple(LATER))
def what_is_put_off_was_decided(feature: Resource, stack: StackView) -> Iterator[Judgement]:
    """A feature that costs money every month has a day on which it was decided."""
    del stack
    table = LATER[feature.token]
    if getattr(monitoring_figures, table) is None:
        yield Finding(
            f"{feature.token} is planned for later and not decided",
            otherwise="It would cost money every month that nobody has agreed to.",
            fix=f"turn it off, or write the day of decision into {table} "
            "(policy/monitoring_figures.py).",
        )


@check(TYPE_COVERED, "d", each=(CACHE,))
def the_cache_is_encrypted(cache: Resource, stack: StackView) -> Iterator[Judgement]:
    """As it was priced, encrypted at rest and on its way (ADR X1)."""
    del stack
    yield from must_be_on(cache["atRestEncryptionEnabled"])
    yield from must_be_on(cache["transitEncryptionEnabled"])
    yield from must_be(cache["nodeType"], monitoring_figures.CACHE_NODE)


@check(TYPE_COVERED, "e", each=(WEB_ACL,))
def the_firewall_stands_before_the_balancer(acl: Resource, stack: StackView) -> Iterator[Judgement]:
    """In the region, in front of the load balancer (ADR X2)."""
    yield from must_be(acl["scope"], "REGIONAL")
    attached = stack.referring(WEB_ACL_ASSOCIATION, "webAclArn", acl)
    if not any(stack.dependencies(each, "resourceArn", LOAD_BALANCER) for each in attached):
        yield Lack("it stands before no load balancer")


# A cache has a group of its own, and the two rules that join it to the tasks (ADR X1, N4).
CACHE_BRINGS: Final = (SECURITY_GROUP, INGRESS_RULE, EGRESS_RULE)

EXPECTED_INVENTORY = rule(
    id="expected-inventory",
    clause=("S1", "E1"),
    kind="stack",
    tokens=(ANY_AWS,),
    levels="M/M/M",
    severity="high",
    aim="The stack holds what the record draws, so that every rule finds something to judge.",
    otherwise="A missing resource breaks no rule: nothing is there to be judged.",
    fix="restore it, or change INVENTORY in policy/tables.py by decision.",
)


@check(EXPECTED_INVENTORY)
def as_many_as_decided(stack: StackView) -> Iterator[Judgement]:
    """Of each kind as many as the environment's table says; a kind without a line is none."""
    expected = tables.INVENTORY.get(stack.environment)
    if expected is None:
        return
    present = {r.token for r in stack.resources if r.token.startswith("aws:")}
    wrong = []
    for token in sorted(present | set(expected)):
        least, most = expected.get(token, tables.NONE)
        if token in CACHE_BRINGS and stack.of(CACHE):
            least, most = least + 1, most + 1
        found = stack.of(token)
        if not least <= len(found) <= most:
            wrong.append(
                f"{token.split(':')[-1]} {len(found)} and not "
                f"{least if least == most else f'{least} to {most}'} ({names(found)})"
            )
    if wrong:
        yield Lack(f"not as drawn: {'; '.join(wrong)}")
