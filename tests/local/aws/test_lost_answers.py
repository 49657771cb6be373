"""A provider that is killed between a create call and its answer: its next run finds the thing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from local.aws.catalogue import ROWS
from local.aws.client import Aws
from local.aws.lifecycle import listing_of
from local.aws.templates import Text
from tests.local.aws.driver import Engine, configured
from tests.local.aws.samples import SAMPLES

# What may be asked for again, since AWS answers with what is there already.
REPEATABLE = {
    "aws:ec2/routeTableAssociation:RouteTableAssociation": "one subnet has one route table",
    "aws:ecs/service:Service": "a service's name is the cluster's own",
    "aws:secretsmanager/secretVersion:SecretVersion": "the last version counts, others fade",
    "aws:sns/topic:Topic": "CreateTopic returns the topic of that name",
    "aws:sns/topicSubscription:TopicSubscription": "Subscribe returns the subscription",
    "aws:sqs/queue:Queue": "CreateQueue returns the queue of that name",
}
BUCKET = "lost-answers"
KINDS: dict[str, tuple[dict[str, Any], Callable[[Callable[[str], Any]], list[Any]]]] = {
    "certificate": (
        {},
        lambda aws: [
            one
            for one in aws("acm").list_certificates()["CertificateSummaryList"]
            if one["DomainName"] == "example.com"
        ],
    ),
    "task": (
        {"executionRoleArn": "arn:aws:iam::123456789012:role/sample"},
        lambda aws: aws("ecs").list_task_definitions(familyPrefix="sample")["taskDefinitionArns"],
    ),
    "firewall": ({}, lambda aws: aws("wafv2").list_web_acls(Scope="REGIONAL")["WebACLs"]),
    "identity_provider": (
        {},
        lambda aws: aws("iam").list_open_id_connect_providers()["OpenIDConnectProviderList"],
    ),
    "trail": (
        {"s3BucketName": BUCKET},
        lambda aws: aws("cloudtrail").describe_trails()["trailList"],
    ),
}


class KilledError(BaseException):
    """The process has ended: nothing that it would have done next is done."""


def test_what_was_made_can_be_found_whatever_its_kind() -> None:
    """By its name, in a list of its kind, or by asking for it once more."""
    lost = {
        token
        for token, row in ROWS.items()
        if not row.held
        and not (isinstance(row.id, Text) and "seed" not in row.id.template)
        and not (row.listing or listing_of(row))
    }

    assert lost == set(REPEATABLE)


@contextmanager
def killed_after(operation: str) -> Iterator[None]:
    """Have the provider's process end once AWS has carried a call out."""
    perform = Aws.perform

    def end(self: Aws, service: str, region: str, name: str, request: dict[str, Any]) -> object:
        answer = perform(self, service, region, name, request)
        if name == operation:
            raise KilledError
        return answer

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Aws, "perform", end)
        with pytest.raises(KilledError):
            yield


@pytest.mark.thorough
@pytest.mark.parametrize("kind", KINDS)
def test_what_was_made_without_an_answer_is_there_once(
    kind: str, engine: Engine, moto: str, aws: Callable[[str], Any]
) -> None:
    """Made a second time it would be refused for its name, or stand beside the first for ever."""
    token, (over, there) = SAMPLES[kind].token, KINDS[kind]
    wish = SAMPLES[kind].inputs | over
    engine.up("aws:s3/bucket:Bucket", "bucket", {"bucket": BUCKET})

    with killed_after(ROWS[token].create.operation):
        engine.up(token, kind, wish)
    engine.provider = configured(moto)
    engine.up(token, kind, wish)

    assert len(there(aws)) == 1
    assert engine.up(token, kind, wish) == "same"


@pytest.mark.thorough
def test_of_two_task_definitions_of_a_family_the_one_that_was_asked_for_is_found(
    engine: Engine, moto: str, aws: Callable[[str], Any]
) -> None:
    """The revision before, which the service still runs, is not taken for the new one."""
    token, (over, there) = SAMPLES["task"].token, KINDS["task"]
    wish = SAMPLES["task"].inputs | over
    engine.up(token, "task", wish)
    before = engine.state["task"].identity

    with killed_after("register_task_definition"):
        engine.up(token, "task", wish | {"cpu": "512"})
    engine.provider = configured(moto)
    engine.up(token, "task", wish | {"cpu": "512"})

    assert engine.state["task"].identity != before
    assert len(there(aws)) == 1
