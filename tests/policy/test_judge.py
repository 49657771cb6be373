"""What the judge makes of rules: levels, waivers, broken rules, open questions, limited runs."""

import datetime as dt
from collections.abc import Iterator

import pytest

from policy.findings import Finding, Judgement, Lack
from policy.judge import Judge, Outcome
from policy.registry import REGISTRY, Registry, Rule
from policy.relations import StackView
from policy.resources import Resource
from policy.tokens import SUBNET, VPC
from policy.waivers import Waiver, WaiverBook
from tests.policy.stand import TODAY, WAITS, change, judge, judge_alone, limited
from tests.policy.worlds import in_dev, in_prod, in_staging

DAY = dt.timedelta(days=1)


def a_rule(registry: Registry, **changed: object) -> Rule:
    """Register a rule for tests; every field has a value."""
    fields = {
        "id": "made-up",
        "clause": ("N1",),
        "kind": "resource",
        "tokens": (SUBNET,),
        "levels": "M/M/M",
        "severity": "high",
        "aim": "Aim.",
        "otherwise": "Danger.",
        "fix": "mend it.",
    }
    return registry.rule(**(fields | changed))


def a_waiver(**changed: object) -> Waiver:
    """A waiver for the automatic addresses of one subnet in production."""
    fields = {
        "id": "T-1",
        "rule": "subnet-no-auto-public-ip",
        "resource": "*-private-2a",
        "clause": "N1",
        "reason": "for a test",
        "owner": "platform",
        "expires": TODAY,
        "environments": ("prod",),
    }
    return Waiver(**(fields | changed))  # type: ignore[arg-type]


def messages(registry: Registry) -> list[tuple[str, str]]:
    """Judge production with these rules: (level, message) of each verdict."""
    return [(v.level, v.message) for v in judge(in_prod(), registry).verdicts]


def test_a_message_is_id_clause_severity_fact_danger_and_remedy() -> None:
    """Everything a reader needs stands in one message, in one order."""
    world = in_prod()
    change("private-2a", mapPublicIpOnLaunch=True)(world)

    (verdict,) = judge_alone(world, "subnet-no-auto-public-ip").verdicts

    assert verdict.message == (
        "[subnet-no-auto-public-ip] ADR N1 (high): Subnet triflow-ai-production-private-2a: "
        "mapPublicIpOnLaunch is true, it must be false. "
        "Whatever starts there could be reached from the internet.\n"
        "Fix: remove mapPublicIpOnLaunch and assignIpv6AddressOnCreation from the subnet."
    )


def test_a_rule_that_raises_is_named_and_blocks() -> None:
    """Whatever its own level: nothing was judged, so nothing passes."""
    registry = Registry()
    rule = a_rule(registry, levels="A/A/A", tokens=(VPC,))

    @registry.check(rule)
    def broken(vpc: Resource) -> Iterator[Judgement]:
        yield Finding(f"{vpc.inputs['no such input']}")

    ((level, message),) = messages(registry)
    assert level == "mandatory"
    assert message.startswith("[made-up] ADR N1 (high): Vpc triflow-ai-production-vpc: ")
    assert "this rule is broken: it raised KeyError at test_judge.py:" in message


def test_a_broken_rule_silences_no_other() -> None:
    """The rules after it are asked as if nothing had happened."""
    registry = Registry()
    broken, sound = a_rule(registry, tokens=(VPC,)), a_rule(registry, id="sound", tokens=(VPC,))

    @registry.check(broken)
    def raises(vpc: Resource) -> Iterator[Judgement]:
        raise ZeroDivisionError(vpc.name)

    @registry.check(sound)
    def finds(vpc: Resource) -> Iterator[Judgement]:
        yield Finding(f"seen {vpc.name}")

    assert [m.split("]")[0] for _, m in messages(registry)] == ["[made-up", "[sound"]


def test_what_was_found_before_an_unknown_stays_found() -> None:
    """The violation is reported, and the question stays open beside it."""
    world = in_prod()
    change("private-2a", mapPublicIpOnLaunch=True, assignIpv6AddressOnCreation=WAITS)(world)

    outcome = judge_alone(world, "subnet-no-auto-public-ip")

    assert [verdict.level for verdict in outcome.verdicts] == ["mandatory"]
    assert [path.split(".")[-1] for _, path in outcome.open] == ["assignIpv6AddressOnCreation"]


@pytest.mark.parametrize(
    ("stack", "level"), [(in_dev, "off"), (in_staging, "advisory"), (in_prod, "mandatory")]
)
def test_the_level_is_the_environments(stack: object, level: str) -> None:
    """Protection is mandatory in production, advice in staging, and off in dev."""
    world = stack()  # type: ignore[operator]
    for short, thing in list(world.things.items()):
        world.things[short] = type(thing)(thing.token, thing.properties, protect=False)

    found = {verdict.level for verdict in judge_alone(world, "stateful-protected").verdicts}

    assert found == ({level} if level != "off" else set())


def test_an_environment_nobody_knows_is_judged_like_production() -> None:
    """A typo in the stack's name must not switch rules off."""
    world = in_prod()
    world.stack = "prdo"
    change("private-2a", mapPublicIpOnLaunch=True)(world)

    levels = {verdict.level for verdict in judge_alone(world, "subnet-no-auto-public-ip").verdicts}

    assert levels == {"mandatory"}
    assert REGISTRY.rules["stateful-protected"].level("anything") == "mandatory"


def test_a_waiver_holds_to_its_last_day_and_not_longer() -> None:
    """On the day after, the rule is back at its full level."""
    world = in_prod()
    change("private-2a", mapPublicIpOnLaunch=True)(world)
    book = WaiverBook((a_waiver(),))
    world.waivers = book

    today = judge_alone(world, "subnet-no-auto-public-ip").at("mandatory")
    world.today = TODAY + DAY
    tomorrow = judge_alone(world, "subnet-no-auto-public-ip").at("mandatory")

    assert (len(today), len(tomorrow)) == (0, 1)
    assert book.used == {"T-1"}


@pytest.mark.parametrize(
    "changed",
    [
        {"rule": "vpc-plan"},
        {"rule": "subnet-no-auto-public-ip(b)"},
        {"resource": "*-private-2c"},
        {"environments": ("staging",)},
    ],
    ids=["rule", "part", "resource", "environment"],
)
def test_a_waiver_silences_only_what_it_names(changed: dict[str, object]) -> None:
    """Another rule, part, resource or environment is judged as ever."""
    world = in_prod()
    change("private-2a", mapPublicIpOnLaunch=True)(world)
    world.waivers = WaiverBook((a_waiver(**changed),))

    assert len(judge_alone(world, "subnet-no-auto-public-ip").at("mandatory")) == 1


def test_a_waiver_for_a_part_leaves_the_other_parts_alone() -> None:
    """Addresses may be waived while DNS is still judged."""
    world = in_prod()
    change("vpc", cidrBlock="10.9.0.0/16", enableDnsHostnames=False)(world)
    world.waivers = WaiverBook((a_waiver(rule="vpc-plan(a)", resource="*-vpc"),))

    found = judge_alone(world, "vpc-plan").at("mandatory")

    assert [verdict.check.id for verdict in found] == ["vpc-plan(b)"]


def limited_run(left_out: set[str], dropped: set[str]) -> Outcome:
    """Judge production in a run limited to targets, as the engine shows it.

    What the run leaves out has neither inputs nor outputs; what the program has dropped is in the
    stack and was never registered.
    """
    world = in_prod()
    bench = Judge(
        REGISTRY.only("expected-inventory", "vpc-plan", "names-legal"), WaiverBook(), TODAY
    )
    shown = [
        Resource(urn=world.urn(short), token=thing.token, name=short, inputs={})
        if short in left_out
        else world.resource(short)
        for short, thing in world.things.items()
    ]
    for resource in shown:
        if resource.urn not in {world.urn(short) for short in dropped}:
            bench.resource(resource)
    return bench.everything(bench.stack(shown))


def test_a_run_limited_to_targets_is_not_asked_for_completeness() -> None:
    """What it leaves out is neither missing nor wrong; it is named as not judged."""
    outcome = limited_run({"data", "public-2a", "public-2a-tie"}, set())

    assert outcome.verdicts == []
    assert [where for _, where in outcome.open] == [
        "Subnet public-2a, which this run leaves out",
        "RouteTableAssociation public-2a-tie, which this run leaves out",
        "Bucket data, which this run leaves out",
    ]


def test_what_the_program_dropped_shows_that_a_run_is_limited() -> None:
    """The engine keeps it in the stack, since it is no target."""
    assert limited_run(set(), {"public-2c"}).verdicts == []


def test_what_a_stack_lacks_is_not_said_of_a_part_of_it() -> None:
    """A run limited to targets leaves things out; what is wrong all the same is said."""
    registry = Registry()

    @registry.check(a_rule(registry, kind="stack"))
    def ask(_: StackView) -> Iterator[Finding]:
        yield Lack("there is none")
        yield Finding("one is wrong")

    world = in_prod()
    whole = judge(world, registry)
    limited(world)
    part = judge(world, registry)

    assert [v.finding.fact for v in whole.verdicts] == ["there is none", "one is wrong"]
    assert [v.finding.fact for v in part.verdicts] == ["one is wrong"]


def test_stack_rules_judge_what_the_program_asked_for() -> None:
    """The provider answers with more: a bucket shows the versioning of a separate resource."""
    world = in_prod()
    bench = Judge(REGISTRY.only("one-owner-per-setting"), WaiverBook(), TODAY, "update")
    resources = world.resources()
    for resource in resources:
        bench.resource(resource)
    answered = [
        Resource(
            urn=r.urn,
            token=r.token,
            name=r.name,
            inputs={},
            dependencies=r.dependencies,
            read_outputs=lambda r=r: dict(r.inputs) | {"versioning": {"enabled": True}},  # type: ignore[misc]
        )
        for r in resources
    ]

    assert bench.stack(answered).verdicts == []


def test_a_resource_that_was_only_read_is_judged_by_its_outputs() -> None:
    """A stack reference is never registered; what it read stands in its outputs."""
    world = in_dev()
    world.phase = "state"
    bench = Judge(REGISTRY.only("shared-network-ownership"), WaiverBook(), TODAY)
    read = [r for r in world.resources() if r.name == "triflow-ai-dev-staging"]

    assert bench.stack(read).asked == ["shared-network-ownership", "shared-network-ownership"]


def test_a_relation_is_read_from_dependencies_and_not_from_ids() -> None:
    """Ids are unknown at preview; a name that is known serves as well."""
    world = in_prod()
    stack = StackView(tuple(world.resources()))
    tie, subnet = world.resource("public-2a-tie"), stack.of(SUBNET)[0]

    assert stack.joined(tie, "subnetId", SUBNET) == (stack.by_urn[subnet.urn],)


def test_a_rule_is_registered_once() -> None:
    """Two rules under one id would share waivers and counts."""
    registry = Registry()
    a_rule(registry)

    with pytest.raises(ValueError, match="made-up is registered twice"):
        a_rule(registry)
