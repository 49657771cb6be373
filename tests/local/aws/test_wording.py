"""What a user reads when something is wrong: AWS's words, the resource's name, no secret."""

from typing import Any

import pytest

from local.aws.values import UNKNOWN, Secret
from tests.local.aws.driver import Engine, RefusedError

SUBNET = "aws:ec2/subnet:Subnet"
HOME = {"vpcId": "vpc-1", "cidrBlock": "10.0.0.0/24"}


def _problems(engine: Engine, token: str, inputs: dict[str, Any]) -> list[str]:
    return engine.check(token, "main", inputs)[1]


def test_an_api_error_reads_as_the_aws_provider_words_it(engine: Engine) -> None:
    """Verb, token, operation, code, message, and which resource."""
    with pytest.raises(RefusedError) as refused:
        engine.up(SUBNET, "main", HOME)

    assert str(refused.value) == (
        "creating aws:ec2/subnet:Subnet: CreateSubnet: InvalidVpcID.NotFound: "
        "VpcID vpc-1 does not exist. (resource main)"
    )


def test_a_secret_never_stands_in_an_error(engine: Engine) -> None:
    """AWS repeats what it refuses; the provider does not."""
    with pytest.raises(RefusedError) as refused:
        engine.up(SUBNET, "main", {**HOME, "vpcId": Secret("vpc-hush")})

    assert "vpc-hush" not in str(refused.value)
    assert "[secret]" in str(refused.value)


def test_an_unknown_token_names_the_file_for_its_row(engine: Engine) -> None:
    """Check fails by name, before any call."""
    assert _problems(engine, "aws:kms/key:Key", {}) == [
        (
            "the local AWS has no row for aws:kms/key:Key, so it cannot build it; add one to "
            "local/aws/rows/kms.py, then run `python -m local.aws.generate`"
        )
    ]


@pytest.mark.parametrize(
    ("token", "inputs", "expected"),
    [
        (SUBNET, {**HOME, "cidr": "x"}, "unknown property 'cidr'; did you mean 'cidrBlock'?"),
        (SUBNET, {"cidrBlock": "10.0.0.0/24"}, "missing required property 'vpcId'"),
        (SUBNET, {**HOME, "tags": "x"}, "expected a map, got 'x'"),
        (
            SUBNET,
            {**HOME, "availabilityZone": "us-east-1a"},
            "'us-east-1a' is not a zone of ap-northeast-2",
        ),
        (
            "aws:cloudwatch/logGroup:LogGroup",
            {"retentionInDays": 15},
            (
                "'15' is not one of [0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, "
                "731, 1096, 1827, 2192, 2557, 2922, 3288, 3653]"
            ),
        ),
        (
            "aws:iam/role:Role",
            {"assumeRolePolicy": "no"},
            "is not a JSON policy: an object with a Statement is needed",
        ),
        (
            "aws:lb/targetGroup:TargetGroup",
            {"name": "a", "port": 80, "protocol": "HTPP", "vpcId": UNKNOWN},
            (
                "Protocol: 'HTPP' is not one of [HTTP, HTTPS, TCP, TLS, UDP, TCP_UDP, GENEVE, "
                "QUIC, TCP_QUIC]"
            ),
        ),
        (
            "aws:lb/targetGroup:TargetGroup",
            {"port": 80},
            (
                "the automatic name 'a-very-long-name-for-a-target-group-{}' has 43 characters and "
                "AWS allows 32; give 'name' or a shorter resource name"
            ),
        ),
        (
            "aws:ecs/taskDefinition:TaskDefinition",
            {"family": "a", "containerDefinitions": '[{"name": "a", "imgae": "b"}]'},
            "AWS has no such member here",
        ),
        (
            "aws:ec2/eip:Eip",
            {"associateWithPrivateIp": "10.0.0.1"},
            "no call of the row in local/aws/rows/ec2.py carries 'associateWithPrivateIp'",
        ),
    ],
)
def test_a_wrong_input_fails_in_preview_by_name(
    engine: Engine, token: str, inputs: dict[str, Any], expected: str
) -> None:
    """Check says what is wrong, once, before anything is made."""
    name = "a-very-long-name-for-a-target-group" if "automatic" in expected else "main"

    problems = engine.check(token, name, inputs)[1]

    start, _, end = expected.partition("{}")
    assert len(problems) == 1
    assert problems[0].startswith(start)
    assert end in problems[0]


def test_a_function_that_finds_nothing_says_so(engine: Engine) -> None:
    """No trace, and the AWS provider's sentence."""
    with pytest.raises(RefusedError, match="no matching Route 53 Hosted Zone found"):
        engine.invoke("aws:route53/getZone:getZone", name="nowhere.example")


def test_an_unknown_function_is_named(engine: Engine) -> None:
    """The file to add it to stands in the sentence."""
    with pytest.raises(RefusedError, match=r"has no function aws:ec2/getAmi:getAmi; add one to"):
        engine.invoke("aws:ec2/getAmi:getAmi")
