"""Rows of what is asked further, and of what is paid for: see `doctor_cases`."""

import json
import os
from datetime import timedelta
from typing import Any

from tests.end_to_end.doctor_case import Act, Case, hours_later, nothing
from tests.end_to_end.doctor_world import World, billed, decided
from triflow.kst import KST

# The one that the AWS CLI takes first, and boto3 not at all.
REGION = "AWS_REGION"
EVERYTHING = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
REFUSED = "ClientError: An error occurred (AccessDenied) when calling the PutObject operation"


def answers_5xx(world: World) -> None:
    """Let the backend fail to answer a request, an hour after all was well."""
    world.passes(hours=1)
    for name, count in {"RequestCount": 1000.0, "HTTPCode_Target_5XX_Count": 1.0}.items():
        world.measured("AWS/ApplicationELB", name, count, LoadBalancer=world.balancer)


def in_trouble(*acts: Act) -> Act:
    """Return what breaks something while the backend answers 5xx."""
    return lambda world: [act(world) for act in (answers_5xx, *acts)]


def an_hour_after(act: Act) -> Act:
    """Return what mends, and lets what was counted be past."""
    return lambda world: [each(world) for each in (act, hours_later)]


def names(*, on: bool) -> Act:
    """Return what switches the VPC's name service on or off."""
    return lambda world: world.aws("ec2").modify_vpc_attribute(
        VpcId=world.deployed.output("vpc_id"), EnableDnsSupport={"Value": on}
    )


def _list(world: World) -> str:
    """Return the access list of the subnets."""
    subnets = world.deployed.output("private_subnet_ids")
    wanted = [{"Name": "association.subnet-id", "Values": subnets}]
    (found,) = world.aws("ec2").describe_network_acls(Filters=wanted)["NetworkAcls"]
    return str(found["NetworkAclId"])


def no_answers(world: World) -> None:
    """Refuse whatever comes back to the subnets."""
    world.aws("ec2").create_network_acl_entry(
        NetworkAclId=_list(world),
        RuleNumber=10,
        Protocol="6",
        RuleAction="deny",
        Egress=False,
        CidrBlock="0.0.0.0/0",
        PortRange={"From": 1024, "To": 65535},
    )


def answers(world: World) -> None:
    """Take the rule away again, as the remedy does."""
    call = world.aws("ec2").delete_network_acl_entry
    call(NetworkAclId=_list(world), RuleNumber=10, Egress=False)


def endpoint(*statements: dict[str, Any]) -> Act:
    """Return what gives the endpoint for S3 this policy; the local AWS resets none."""
    return lambda world: world.aws("ec2").modify_vpc_endpoint(
        VpcEndpointId=world.deployed.output("s3_endpoint_id"),
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statements}),
    )


def only(bucket: str) -> dict[str, Any]:
    """Return a statement about one bucket."""
    return EVERYTHING | {"Resource": f"arn:aws:s3:::{bucket}/*"}


def endpoint_of_ours(world: World) -> None:
    """Let the endpoint lead to the stack's own bucket only."""
    endpoint(only(world.deployed.output("bucket_name")))(world)


def refused(world: World) -> None:
    """Let the backend's log tell of a file that was refused."""
    world.says("logs.FilterLogEvents", {"events": [{"message": REFUSED}]})


def bucket_refuses(world: World) -> None:
    """Let the bucket refuse everything to everybody."""
    wish = world.inputs("storage-bucket-policy")
    own = json.loads(wish["policy"])
    own["Statement"].append(only(wish["bucket"]) | {"Effect": "Deny", "Action": "s3:*"})
    world.aws("s3").put_bucket_policy(Bucket=wish["bucket"], Policy=json.dumps(own))


def bucket_as_declared(world: World) -> None:
    """Give the bucket its own policy back."""
    wish = world.inputs("storage-bucket-policy")
    world.aws("s3").put_bucket_policy(Bucket=wish["bucket"], Policy=wish["policy"])


def every_folder(world: World) -> None:
    """Let a tenant's session read the whole bucket."""
    wish = world.inputs("tenants-tenant-role-files")
    own = json.loads(wish["policy"])
    own["Statement"].append({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"})
    world.aws("iam").put_role_policy(
        RoleName=wish["role"], PolicyName=wish["name"], PolicyDocument=json.dumps(own)
    )


def own_folder(world: World) -> None:
    """Let it read its own folder only."""
    wish = world.inputs("tenants-tenant-role-files")
    world.aws("iam").put_role_policy(
        RoleName=wish["role"], PolicyName=wish["name"], PolicyDocument=wish["policy"]
    )


def described(**fields: Any) -> Act:  # noqa: ANN401 - JSON
    """Return what AWS says of the database beside what the local one does."""

    def spoil(answer: dict[str, Any]) -> None:
        answer["DBInstances"][0] |= fields

    return lambda world: world.spoils("rds.DescribeDBInstances", spoil)


def certificate_ends(world: World) -> None:
    """Let the database's certificate end next week."""
    soon = {"ValidTill": world.now + timedelta(days=7)}
    described(CertificateDetails=soon)(world)


def another_region(_: World) -> None:
    """Let this shell name another region."""
    os.environ[REGION] = "eu-west-1"


def no_region(_: World) -> None:
    """Take it back."""
    del os.environ[REGION]


def left_running(world: World) -> None:
    """Look at eleven in the evening, when yesterday's task still runs."""
    evening = world.now.astimezone(KST).replace(hour=23, minute=0)
    evening += timedelta(days=evening < world.now)
    world.passes(seconds=(evening - world.now).total_seconds())
    world.unsaid()

    def spoil(answer: dict[str, Any]) -> None:
        answer["tasks"][0]["startedAt"] = world.now - timedelta(days=1)

    world.spoils("ecs.DescribeTasks", spoil)


def no_push(world: World) -> None:
    """Let the operator deploy, and push nothing."""
    rows = [decided("ecs:UpdateService"), decided("ecr:PutImage", "implicitDeny")]
    world.says("iam.SimulatePrincipalPolicy", {"EvaluationResults": rows})


def dear(usage: str) -> Act:
    """Return what lets a usage cost three times as much for two days."""
    return lambda world: world.says(
        "ce.GetCostAndUsage", billed(world.now, "3", newest="9", of=usage)
    )


AT_NIGHT = (Case("nonprod-running-at-night", "PX", left_running, nothing),)
CASES = (
    Case("aws-wrong-region", "P03", another_region, no_region),
    Case("ecr-push-denied", "P06", no_push, nothing),
    Case("rds-ca-expiring", "P09", certificate_ends, nothing),
    Case("vpc-dns-off", "P13", in_trouble(names(on=False)), an_hour_after(names(on=True))),
    Case(
        "s3-endpoint-blocks-layers",
        "P13",
        endpoint_of_ours,
        endpoint(EVERYTHING),
    ),
    Case("nat-cost-jump", "P17", dear("APN2-NatGateway-Bytes"), nothing),
    Case(
        "cost-transfer-jump",
        "P22",
        dear("APN2-DataTransfer-Out-Bytes"),
        nothing,
        also=("cost-service-jump",),  # the local bill gives one answer to both questions
    ),
    Case("nacl-blocks", "P16", in_trouble(no_answers), an_hour_after(answers)),
    Case(
        "s3-endpoint-policy-denies",
        "P18",
        endpoint(only("prod-ap-northeast-2-starport-layer-bucket")),
        endpoint(EVERYTHING),
    ),
    Case("s3-denied-in-logs", "P18", in_trouble(refused), an_hour_after(nothing)),
    Case(
        "bucket-policy-denies",
        "P18",
        in_trouble(refused, bucket_refuses),
        an_hour_after(bucket_as_declared),
        also=("s3-denied-in-logs",),
    ),
    Case("tenant-isolation-broken", "P18", every_folder, own_folder),
    Case(
        "rds-extended-support-on",
        "P22",
        described(EngineLifecycleSupport="open-source-rds-extended-support"),
        nothing,
    ),
)
