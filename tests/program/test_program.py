"""What holds for every resource of every stack: provider, tags, outputs, nothing unlisted."""

import json
import re

import pytest
from pulumi.runtime.proto import resource_pb2

from tests.program.recorder import (
    ACCOUNT,
    ROOT,
    STACKS,
    UNKNOWN,
    EngineError,
    Monitor,
    Recording,
    record,
)

PROVIDER = "pulumi:providers:aws"
OUTPUTS = [
    "ecs_security_group_id",
    "alb_security_group_id",
    "bucket_name",
    "ecr_repository_url",
    "vpc_id",
    "private_subnet_ids",
]


@pytest.mark.parametrize("stack", STACKS)
def test_every_resource_goes_to_the_one_account_and_region(stack: str, mode: str) -> None:
    """A resource on the default provider would land wherever the shell's credentials lead."""
    recording = record(stack, preview=mode == "preview")

    provider = recording.one(PROVIDER)
    made = [each for each in recording.resources if each.type.startswith("aws:")]

    assert provider.props["region"] == "ap-northeast-2"
    assert json.loads(provider.props["allowedAccountIds"]) == [ACCOUNT]
    assert made
    assert {each.provider.rsplit("::", 1)[0] for each in made} == {provider.urn}


@pytest.mark.parametrize("folder", [ROOT, ROOT / "foundation"])
def test_the_engine_itself_refuses_the_default_provider(folder: object) -> None:
    """So that a forgotten provider is an error, not a resource somewhere else."""
    text = (ROOT / str(folder) / "Pulumi.yaml").read_text()

    assert "pulumi:disable-default-providers:\n    value: [aws]" in text


@pytest.mark.parametrize(
    ("stack", "cost_center"),
    [
        ("foundation", "triflow-platform"),
        ("prod", "triflow-platform"),
        ("staging", "triflow-development"),
        ("dev", "triflow-development"),
    ],
)
def test_every_resource_says_whose_it_is(stack: str, cost_center: str) -> None:
    """The bill is split by these tags."""
    provider = record(stack).one(PROVIDER)

    assert json.loads(provider.props["defaultTags"]) == {
        "tags": {
            "Project": "triflow-ai",
            "Environment": stack,
            "ManagedBy": "pulumi",
            "CostCenter": cost_center,
        }
    }


@pytest.mark.parametrize("stack", STACKS)
def test_every_tagged_resource_names_itself_and_its_layer(stack: str) -> None:
    """Name is what consoles show, Layer is where to look in this repository."""
    tagged = [each for each in record(stack).resources if "tags" in each.props]

    assert tagged
    assert [each.name for each in tagged if set(each.props["tags"]) != {"Name", "Layer"}] == []


@pytest.mark.parametrize("stack", STACKS)
def test_every_resource_hangs_on_the_component_that_makes_it(stack: str) -> None:
    """Each name begins with its component's, and each component stands below the stack."""
    recording = record(stack)
    names = {each.urn: each.name for each in recording.resources}

    for each in recording.resources:
        if each.type.startswith("aws:"):
            assert "triflow:" in each.parent, each.name
            assert each.name.startswith(names[each.parent]), each.name


@pytest.mark.parametrize("stack", STACKS)
def test_a_preview_plans_exactly_what_an_update_makes(stack: str) -> None:
    """Nothing depends on a value that only an update knows."""
    plan, made = ({each.urn for each in record(stack, preview=p).resources} for p in (True, False))

    assert plan == made


@pytest.mark.parametrize("stack", ["dev", "staging", "prod"])
def test_the_guide_finds_the_outputs_it_reads(stack: str, mode: str) -> None:
    """Each is there in every environment, under exactly this name."""
    outputs = record(stack, preview=mode == "preview").outputs

    assert [name for name in OUTPUTS if name not in outputs] == []


def test_an_output_is_a_value_and_never_a_text_about_one(prod: Recording) -> None:
    """An Output that is turned into text says so in a sentence instead of giving its value."""
    texts = [str(each) for each in (*prod.outputs.values(), *(r.props for r in prod.resources))]

    assert [text for text in texts if "Calling __str__" in text] == []


def test_every_component_puts_out_what_it_declares() -> None:
    """What is missing there cannot be seen in the state."""
    recording = record("prod")
    declared = {
        each.name: recording.outputs_by_urn.get(each.urn)
        for each in recording.resources
        if each.type.startswith("triflow:")
    }

    assert None not in declared.values()
    assert set(declared["network"] or {}) == {
        "vpc_id",
        "internet_gateway_id",
        "nat_gateway_ids",
        "s3_endpoint_id",
        "public_subnet_ids",
        "private_subnet_ids",
    }


def test_no_output_is_unknown_after_an_update() -> None:
    """In a preview the ids are; if they were known there, these tests would prove nothing."""
    assert UNKNOWN not in record("prod").outputs.values()
    assert UNKNOWN in record("prod", preview=True).outputs.values()


def test_an_unlisted_call_is_refused() -> None:
    """A look-up would tie a preview to what happens to exist in the account."""
    monitor = Monitor(Recording("prod", preview=False), {})
    call = resource_pb2.ResourceInvokeRequest(tok="aws:ec2/getAmi:getAmi")

    with pytest.raises(EngineError):
        monitor.Invoke(call)


def test_the_program_is_a_table_of_contents() -> None:
    """No condition, no loop: what differs between environments is decided in settings."""
    text = (ROOT / "__main__.py").read_text()

    assert re.findall(r"^\s*(if|for|while|try|def|match) ", text, re.MULTILINE) == []
