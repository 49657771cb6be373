"""Whatever call fails, before or after it took effect, the next update converges: nothing twice."""

from collections.abc import Callable
from typing import Any

import pytest

from local.aws.client import Aws
from local.aws.errors import LostAnswerError
from tests.local.aws.driver import Engine, RefusedError, configured

pytestmark = pytest.mark.thorough

PROGRAM: dict[str, tuple[str, dict[str, Any]]] = {
    "vpc": (
        "aws:ec2/vpc:Vpc",
        {"cidrBlock": "10.9.0.0/16", "enableDnsHostnames": True, "tags": {"Name": "faulty"}},
    ),
    "address": ("aws:ec2/eip:Eip", {"domain": "vpc", "tags": {"Name": "faulty"}}),
    "group": ("aws:ec2/securityGroup:SecurityGroup", {"description": "faulty"}),
    "bucket": ("aws:s3/bucket:Bucket", {"tags": {"Name": "faulty"}, "forceDestroy": True}),
    "logs": ("aws:cloudwatch/logGroup:LogGroup", {"name": "/faulty", "retentionInDays": 7}),
    "zone": ("aws:route53/zone:Zone", {"name": "faulty.example"}),
}


class Saboteur:
    """Loses the answer to the n-th call, which was carried out (`after`) or not."""

    def __init__(self, fails_at: int, *, after: bool) -> None:
        self.calls = 0
        self._fails_at = fails_at
        self._after = after
        self._perform = Aws.perform

    def perform(
        self, aws: Aws, service: str, region: str, operation: str, request: dict[str, Any]
    ) -> Any:  # noqa: ANN401 - an answer is of any JSON kind
        """Stand in for Aws.perform."""
        self.calls += 1
        if self.calls != self._fails_at:
            return self._perform(aws, service, region, operation, request)
        if self._after:
            self._perform(aws, service, region, operation, request)
        raise LostAnswerError(operation, "sabotaged")


def _update(engine: Engine) -> None:
    vpc = engine.state.get("vpc")
    for name, (token, inputs) in PROGRAM.items():
        more = {"vpcId": vpc.identity} if name == "group" and vpc else {}
        engine.up(token, name, {**inputs, **more})
        vpc = engine.state.get("vpc")


def _inventory(aws: Callable[[str], Any]) -> dict[str, int]:
    tagged = [{"Name": "tag:Name", "Values": ["faulty"]}]
    described = [{"Name": "description", "Values": ["faulty"]}]
    buckets = [b for b in aws("s3").list_buckets()["Buckets"] if b["Name"].startswith("bucket-")]
    zones = aws("route53").list_hosted_zones_by_name(DNSName="faulty.example")["HostedZones"]
    return {
        "vpc": len(aws("ec2").describe_vpcs(Filters=tagged)["Vpcs"]),
        "address": len(aws("ec2").describe_addresses(Filters=tagged)["Addresses"]),
        "group": len(aws("ec2").describe_security_groups(Filters=described)["SecurityGroups"]),
        "bucket": len(buckets),
        "logs": len(aws("logs").describe_log_groups(logGroupNamePrefix="/faulty")["logGroups"]),
        "zone": len([zone for zone in zones if zone["Name"] == "faulty.example."]),
    }


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_lost_answer_leaves_nothing_twice(
    engine: Engine,
    moto: str,
    aws: Callable[[str], Any],
    monkeypatch: pytest.MonkeyPatch,
    *,
    after: bool,
) -> None:
    """For each call of an update: it fails, a new process updates again, all is there once."""
    once = dict.fromkeys(PROGRAM, 1)
    fails_at, reached = 0, True

    while reached:
        fails_at += 1
        saboteur = Saboteur(fails_at, after=after)
        with monkeypatch.context() as patched:
            patched.setattr(Aws, "perform", lambda *args, by=saboteur: by.perform(*args))
            try:
                _update(engine)
            except RefusedError as error:
                assert "sabotaged" in str(error)  # noqa: PT017 - not every failed call is told
        reached = saboteur.calls >= fails_at
        engine.provider = configured(moto)
        _update(engine)

        assert (fails_at, _inventory(aws)) == (fails_at, once)
        engine.destroyed()
        engine.state.clear()

    assert fails_at > len(PROGRAM) * 2
