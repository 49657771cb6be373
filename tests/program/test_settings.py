"""Every mistake of a stack file, told at once and mended by one line each."""

from collections.abc import Iterator, Mapping
from typing import Any

import pulumi
import pytest
from pydantic.fields import FieldInfo

from foundation.foundation_settings import FoundationSettings
from program import stack_config
from program.stack_config import Section
from settings import Settings
from tests.program.recorder import record


def refusal(
    stack: str, config: Mapping[str, Any], environment: Mapping[str, str] | None = None
) -> str:
    """Return what the user reads when the stack file is overlaid like this."""
    with pytest.raises(pulumi.RunError) as refused:
        record(stack, config=config, environment=environment)
    return str(refused.value)


def test_a_misspelled_key_is_named_and_its_value_kept() -> None:
    """The mending line removes it and sets the right one to what was meant."""
    assert refusal("prod", {"network": {"natGateway": "per-az"}}) == (
        "Pulumi.prod.yaml has 1 mistake, so nothing was planned.\n"
        "triflow-ai:network.natGateway is unknown; allowed: vpcCidr, publicSubnets, "
        "privateSubnets, natGateways, flowLogs.\n"
        "  Fix: pulumi config rm --path 'triflow-ai:network.natGateway' -s prod && "
        "pulumi config set --path 'triflow-ai:network.natGateways' per-az -s prod"
    )


def test_an_unknown_key_is_removed() -> None:
    """Nothing is near it, so nothing is proposed in its place."""
    assert refusal("foundation", {"colour": "blue"}) == (
        "Pulumi.foundation.yaml has 1 mistake, so nothing was planned.\n"
        "triflow-ai-foundation:colour is unknown; "
        "allowed: accountId, costCenter, githubRepository, domain.\n"
        "  Fix: pulumi config rm --path 'triflow-ai-foundation:colour' -s foundation"
    )


def test_a_key_of_the_default_provider_is_not_silently_ignored() -> None:
    """Who sets aws:region believes that it decides where things are made."""
    assert refusal("prod", {"aws:region": "us-east-1"}) == (
        "Pulumi.prod.yaml has 1 mistake, so nothing was planned.\n"
        "aws:region is not read; the program's own provider decides region and account.\n"
        "  Fix: pulumi config rm --path 'aws:region' -s prod"
    )


def test_a_value_outside_the_choices_is_told_with_the_choices() -> None:
    """The line sets the default."""
    assert refusal("staging", {"network": {"natGateways": "two"}}) == (
        "Pulumi.staging.yaml has 1 mistake, so nothing was planned.\n"
        "triflow-ai:network.natGateways is 'two'; allowed: single or per-az.\n"
        "  Fix: pulumi config set --path 'triflow-ai:network.natGateways' single -s staging"
    )


def test_a_text_is_no_switch() -> None:
    """`"yes"` is not quietly read as true."""
    assert refusal("prod", {"network": {"flowLogs": "yes"}}) == (
        "Pulumi.prod.yaml has 1 mistake, so nothing was planned.\n"
        "triflow-ai:network.flowLogs is 'yes'; allowed: true or false.\n"
        "  Fix: pulumi config set --path 'triflow-ai:network.flowLogs' false -s prod"
    )


def test_an_account_is_twelve_digits() -> None:
    """An unquoted number in YAML loses its leading zeros."""
    assert refusal("prod", {"accountId": 12345678901}) == (
        "Pulumi.prod.yaml has 1 mistake, so nothing was planned.\n"
        "triflow-ai:accountId is '12345678901'; "
        "allowed: the 12 digits of the AWS account, in quotes.\n"
        "  Fix: pulumi config set --path 'triflow-ai:accountId' 123456789012 -s prod"
    )


def test_a_missing_value_is_told_with_the_line_that_sets_it() -> None:
    """Account and cost centre have no default: a guess would deploy somewhere, to somebody."""
    assert refusal("prod", {"accountId": None, "costCenter": None}) == (
        "Pulumi.prod.yaml has 2 mistakes, so nothing was planned.\n"
        "triflow-ai:accountId is missing; "
        "allowed: the 12 digits of the AWS account, in quotes.\n"
        "  Fix: pulumi config set --path 'triflow-ai:accountId' 123456789012 -s prod\n"
        "triflow-ai:costCenter is missing; "
        "allowed: 3 to 63 lower-case letters, digits and hyphens.\n"
        "  Fix: pulumi config set --path 'triflow-ai:costCenter' triflow-platform -s prod"
    )


def test_a_missing_section_is_told_key_by_key() -> None:
    """Every key in it has its own line, so one paste mends the file."""
    told = refusal("prod", {"network": None})

    assert told.startswith("Pulumi.prod.yaml has 5 mistakes")
    assert "triflow-ai:network.vpcCidr is missing" in told
    assert "triflow-ai:network.privateSubnets.ap-northeast-2c is missing" in told


def test_a_section_is_a_map() -> None:
    """A plain value in its place is removed, then the keys in it are asked for."""
    assert (
        "triflow-ai:network is 'wide'; allowed: a map of vpcCidr, publicSubnets, "
        "privateSubnets, natGateways, flowLogs.\n"
        "  Fix: pulumi config rm --path 'triflow-ai:network' -s prod"
    ) in refusal("prod", {"network": "wide"})


def test_a_zone_without_subnets_is_unknown() -> None:
    """The decision names two zones; a third has no place in the plan."""
    told = refusal("prod", {"network": {"publicSubnets": {"ap-northeast-2b": "10.0.3.0/24"}}})

    assert (
        "triflow-ai:network.publicSubnets.ap-northeast-2b is unknown; "
        "allowed: ap-northeast-2a, ap-northeast-2c.\n"
    ) in told


@pytest.mark.clause("N1")
@pytest.mark.parametrize(
    "cidr", ["10.0.1.0", "10.0.1.5/24", "10.0.1.0/29", "8.8.8.0/24", "ten", 10, "10.0.0.0/33"]
)
def test_a_subnet_is_a_private_block(cidr: object) -> None:
    """Host bits, public addresses and sizes that AWS refuses are told with a block that is free."""
    told = refusal("prod", {"network": {"publicSubnets": {"ap-northeast-2a": cidr}}})

    assert told == (
        "Pulumi.prod.yaml has 1 mistake, so nothing was planned.\n"
        f"triflow-ai:network.publicSubnets.ap-northeast-2a is {cidr!r}; allowed: "
        "a private IPv4 block from /16 to /28, host bits zero, such as 10.0.1.0/24.\n"
        "  Fix: pulumi config set --path 'triflow-ai:network.publicSubnets.ap-northeast-2a' "
        "10.0.1.0/24 -s prod"
    )


@pytest.mark.clause("N1")
def test_a_subnet_outside_the_vpc_is_told_with_a_free_block() -> None:
    """AWS would refuse it in the middle of the update."""
    assert refusal("prod", {"network": {"privateSubnets": {"ap-northeast-2c": "10.7.0.0/24"}}}) == (
        "Pulumi.prod.yaml has 1 mistake, so nothing was planned.\n"
        "triflow-ai:network.privateSubnets.ap-northeast-2c is 10.7.0.0/24, "
        "outside the VPC 10.0.0.0/16.\n"
        "  Fix: pulumi config set --path 'triflow-ai:network.privateSubnets.ap-northeast-2c' "
        "10.0.3.0/24 -s prod"
    )


@pytest.mark.clause("N1")
def test_two_subnets_with_one_address_are_told_with_a_free_block() -> None:
    """A smaller block inside a larger one overlaps it just the same."""
    told = refusal("prod", {"network": {"privateSubnets": {"ap-northeast-2a": "10.0.2.128/25"}}})

    assert told == (
        "Pulumi.prod.yaml has 1 mistake, so nothing was planned.\n"
        "triflow-ai:network.privateSubnets.ap-northeast-2a is 10.0.2.128/25, "
        "which overlaps network.publicSubnets.ap-northeast-2c.\n"
        "  Fix: pulumi config set --path 'triflow-ai:network.privateSubnets.ap-northeast-2a' "
        "10.0.3.0/24 -s prod"
    )


@pytest.mark.clause("N5")
def test_dev_does_not_take_the_addresses_of_staging() -> None:
    """They live in one VPC, and staging's state is asked before anything is planned."""
    told = refusal("dev", {"network": {"publicSubnets": {"ap-northeast-2a": "10.1.11.0/24"}}})

    assert told == (
        "Pulumi.dev.yaml has 1 mistake, so nothing was planned.\n"
        "triflow-ai:network.publicSubnets.ap-northeast-2a is 10.1.11.0/24, "
        "which overlaps staging's network.privateSubnets.ap-northeast-2a.\n"
        "  Fix: pulumi config set --path 'triflow-ai:network.publicSubnets.ap-northeast-2a' "
        "10.1.3.0/24 -s dev"
    )


@pytest.mark.clause("N5")
def test_dev_does_not_leave_the_vpc_of_staging() -> None:
    """The VPC's size is staging's to say."""
    told = refusal("dev", {"network": {"publicSubnets": {"ap-northeast-2a": "10.2.1.0/24"}}})

    assert "10.2.1.0/24, outside the VPC 10.1.0.0/16" in told


@pytest.mark.clause("N5")
@pytest.mark.parametrize(
    ("key", "value"), [("vpcCidr", "10.1.0.0/16"), ("natGateways", "single"), ("flowLogs", False)]
)
def test_dev_cannot_set_what_staging_owns(key: str, value: object) -> None:
    """A key without effect would make its reader believe in one."""
    assert refusal("dev", {"network": {key: value}}) == (
        "Pulumi.dev.yaml has 1 mistake, so nothing was planned.\n"
        f"triflow-ai:network.{key} has no effect in dev, whose VPC is staging's (ADR N5).\n"
        f"  Fix: pulumi config rm --path 'triflow-ai:network.{key}' -s dev"
    )


@pytest.mark.parametrize(("stack", "block"), [("prod", "10.0.0.0/16"), ("staging", "10.1.0.0/16")])
def test_a_stack_with_a_vpc_of_its_own_must_size_it(stack: str, block: str) -> None:
    """The block of the decision is proposed."""
    assert refusal(stack, {"network": {"vpcCidr": None}}) == (
        f"Pulumi.{stack}.yaml has 1 mistake, so nothing was planned.\n"
        "triflow-ai:network.vpcCidr is missing; "
        "allowed: a private IPv4 block from /16 to /28, host bits zero, such as 10.0.1.0/24.\n"
        f"  Fix: pulumi config set --path 'triflow-ai:network.vpcCidr' {block} -s {stack}"
    )


def test_all_mistakes_come_out_at_once() -> None:
    """One run, one list; nobody mends a file in seven rounds."""
    told = refusal(
        "prod",
        {
            "accountId": "12",
            "costCenter": None,
            "colour": "blue",
            "aws:profile": "mine",
            "network": {
                "natGateways": 2,
                "publicSubnets": {"ap-northeast-2a": "nowhere"},
                "privateSubnets": {
                    "ap-northeast-2a": "10.9.0.0/24",
                    "ap-northeast-2c": "10.0.2.0/24",
                },
            },
        },
    )

    named = [line.split(" ")[0] for line in told.splitlines()[1:] if not line.startswith("  Fix")]
    assert sorted(named) == [
        "aws:profile",
        "triflow-ai:accountId",
        "triflow-ai:colour",
        "triflow-ai:costCenter",
        "triflow-ai:network.natGateways",
        "triflow-ai:network.privateSubnets.ap-northeast-2a",
        "triflow-ai:network.privateSubnets.ap-northeast-2c",
        "triflow-ai:network.publicSubnets.ap-northeast-2a",
    ]
    assert told.count("  Fix: pulumi config ") == len(named)


def test_two_proposed_blocks_do_not_collide() -> None:
    """Pasting both lines must not make the next mistake."""
    told = refusal(
        "prod",
        {
            "network": {
                "privateSubnets": {
                    "ap-northeast-2a": "10.9.0.0/24",
                    "ap-northeast-2c": "10.9.1.0/24",
                }
            }
        },
    )

    proposed = [line.split()[-3] for line in told.splitlines() if "config set" in line]
    assert len(set(proposed)) == 2


@pytest.mark.parametrize("key", ["accountId", "acountId"])
def test_a_secret_is_never_shown(key: str) -> None:
    """A value that the file holds encrypted is shown neither in the fact nor in the line."""
    encrypted = {"PULUMI_CONFIG_SECRET_KEYS": f'["triflow-ai:{key}"]'}

    told = refusal("prod", {key: "hunter2"}, encrypted)

    assert f"triflow-ai:{key} is not legal (a secret, not shown).\n" in told
    assert "pulumi config set --secret --path 'triflow-ai:accountId' -s prod" in told
    assert "hunter2" not in told


@pytest.mark.parametrize("stack", ["production", "stack", "foundation "])
def test_an_unknown_stack_is_refused_before_its_file_is_read(stack: str) -> None:
    """Names, addresses and levels of the policies follow from the name."""
    with pytest.raises(pulumi.RunError) as refused:
        record(stack, config={})

    assert str(refused.value) == (
        f"Stack {stack} is not one of dev, staging, prod. "
        "Its names, addresses and policy levels are undecided, so nothing was planned.\n"
        "Fix: pulumi stack select prod"
    )


def test_the_stacks_name_cannot_be_configured() -> None:
    """Otherwise a line in a file would turn dev's policies on prod."""
    assert "triflow-ai:stack is unknown" in refusal("prod", {"stack": "dev"})


def test_the_repository_of_the_ci_roles_is_owner_and_name() -> None:
    """A wildcard there would let other repositories deploy."""
    assert refusal("foundation", {"githubRepository": "*"}) == (
        "Pulumi.foundation.yaml has 1 mistake, so nothing was planned.\n"
        "triflow-ai-foundation:githubRepository is '*'; "
        "allowed: owner/name of the GitHub repository whose workflows deploy.\n"
        "  Fix: pulumi config set --path 'triflow-ai-foundation:githubRepository' "
        "triflow-ai/infrastructure -s foundation"
    )


def fields(model: type[Section]) -> Iterator[FieldInfo]:
    """Yield every plain setting of a model, those of its sections too."""
    for field in model.model_fields.values():
        if below := stack_config.section(field):
            yield from fields(below)
        elif not stack_config.alias(field).startswith("("):
            yield field


@pytest.mark.parametrize("model", [Settings, FoundationSettings])
def test_every_setting_says_what_is_allowed_and_shows_an_example(model: type[Section]) -> None:
    """Without them a mistake would be told without a remedy."""
    silent = [
        stack_config.alias(field)
        for field in fields(model)
        if not field.description or not field.examples
    ]

    assert silent == []
