"""The pack under the real engine: real unknowns, what blocks and when, an exported state.

Each test runs a small program under a pack that asks a few of the rules, so that the fact is not
hidden among others.
"""

from collections.abc import Iterator

import pytest

from tests.end_to_end.clone import Clone

pytestmark = pytest.mark.end_to_end

PACK = """
import datetime as dt

from pulumi_policy import PolicyPack

from policy import rules
from policy.judge import Judge
from policy.pack import Bench, phase
from policy.registry import REGISTRY
from policy.waivers import WaiverBook

rules.load()
asked = REGISTRY.only(*{rules})
judge = Judge(asked, WaiverBook(), dt.date.today(), phase())
PolicyPack(name="triflow-ai", policies=Bench(judge).policies())
"""
PROGRAM = """
import pulumi
import pulumi_aws as aws

provider = aws.Provider("aws", region="ap-northeast-2", allowed_account_ids=["123456789012"])
opts = pulumi.ResourceOptions(provider=provider)
vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", opts=opts)
aws.ec2.Subnet(
    "subnet",
    vpc_id=vpc.id,
    cidr_block="10.0.1.0/24",
    map_public_ip_on_launch=vpc.id.apply(lambda known: {public}),
    opts=opts,
)
"""
SUBNET_RULE = "subnet-no-auto-public-ip"


@pytest.fixture(scope="module")
def clone(engine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clone]:
    """A clone of the project whose program is a VPC and a subnet."""
    del engine
    clone = Clone(tmp_path_factory.mktemp("judged"))
    clone.write("__main__.py", PROGRAM.format(public=True))
    yield clone
    clone.close()


def pulumi(clone: Clone, *arguments: str, rules: tuple[str, ...]) -> tuple[int, str]:
    """Run the engine under a pack of these rules: (exit code, screen)."""
    whole = clone.read("policy/__main__.py")
    clone.write("policy/__main__.py", PACK.format(rules=rules))
    done = clone.triflow("local", "pulumi", *arguments)
    clone.write("policy/__main__.py", whole)
    return done.returncode, done.stdout


def kinds(clone: Clone, stack: str) -> set[str]:
    """The kinds of AWS resources that a stack's state holds."""
    return {str(one["type"]) for one in clone.resources(stack, "aws:")}


def test_an_unknown_is_named_by_the_preview_and_blocked_by_the_update(clone: Clone) -> None:
    """The preview passes and says what is left; the update stops before the subnet is made."""
    rules = (SUBNET_RULE, "not-judged-is-named")

    preview, screen = pulumi(clone, "preview", "-s", "prod", rules=rules)
    update, told = pulumi(clone, "up", "-s", "prod", "--yes", "--skip-preview", rules=rules)

    assert preview == 0, screen
    assert "1 to judge after the update: " in screen
    assert f"{SUBNET_RULE} at Subnet subnet.mapPublicIpOnLaunch" in screen
    assert update != 0, told
    assert f"[{SUBNET_RULE}] ADR N1 (high): Subnet subnet: mapPublicIpOnLaunch is true" in told
    assert kinds(clone, "prod") == {"aws:ec2/vpc:Vpc"}


def test_an_exported_state_is_judged_without_the_program(clone: Clone) -> None:
    """Nothing is unknown any more, and a value spoilt by hand is found."""
    clone.write("__main__.py", PROGRAM.format(public=False))
    code, screen = pulumi(
        clone, "up", "-s", "staging", "--yes", "--skip-preview", rules=(SUBNET_RULE,)
    )
    assert code == 0, screen
    clone.ok("local", "pulumi", "stack", "export", "-s", "staging", "--file", "state.json")
    analyze = ("policy", "analyze", "--file", "state.json")

    good, clean = pulumi(clone, *analyze, rules=(SUBNET_RULE, "not-judged-is-named"))
    state = clone.read("state.json")
    spoilt = state.replace('"mapPublicIpOnLaunch": false', '"mapPublicIpOnLaunch": true')
    clone.write("state.json", spoilt)
    bad, told = pulumi(clone, *analyze, rules=(SUBNET_RULE, "not-judged-is-named"))

    assert (good, '"unknown": 0' in clean) == (0, True), clean
    assert spoilt != state
    assert bad != 0, told
    assert f"[{SUBNET_RULE}]" in told


@pytest.mark.parametrize(("stack", "code"), [("dev", 0), ("staging", 1)])
def test_advice_does_not_stop_a_run_and_a_mandatory_finding_does(
    clone: Clone, stack: str, code: int
) -> None:
    """The same finding is advice in dev and stops staging."""
    ended, screen = pulumi(clone, "preview", "-s", stack, rules=("default-sg-closed",))

    assert "[default-sg-closed] ADR N4 (medium): Vpc vpc: adopted default groups: none" in screen
    assert ended == code, screen


def test_a_foreign_program_gets_verdicts_and_no_crash(clone: Clone) -> None:
    """The whole pack, on a project that is not ours: judged by production's levels, and told so."""
    settings = clone.read("Pulumi.yaml")
    clone.write("Pulumi.yaml", settings.replace("name: triflow-ai", "name: somebody-else"))

    done = clone.triflow("local", "pulumi", "preview", "-s", "prod")
    clone.write("Pulumi.yaml", settings)

    assert done.returncode != 0
    assert "the stack is somebody-else/prod, judged as prod" in done.stdout
    assert "this rule is broken" not in done.stdout
    assert "Traceback" not in done.stdout
