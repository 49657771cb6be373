"""Cases of the rules of telling, keeping and cost, and of what comes later."""

from typing import Any

from policy import tokens as t
from tests.policy.cases import broken, fine, open_question
from tests.policy.stand import (
    GONE,
    WAITS,
    Spoil,
    add,
    both,
    change,
    leave_out,
    nothing,
    of,
    remove,
    waive,
    world_is,
)
from tests.policy.worlds import archive_rule, in_dev, in_foundation, in_staging, lifecycle_rules
from tests.policy.worlds_monitoring import notices, publish, publishers
from tests.policy.worlds_service import log_group

R = "sns-subscription-confirmable"
spoilt: dict[str, dict[str, Any]] = {
    "plain http": {"protocol": "http"},
    "Slack": {"protocol": "https", "endpoint": "https://hooks.slack.com/services/T/B/x"},
    "Slack, said to confirm itself": {
        "protocol": "https",
        "endpoint": "https://hooks.slack.com/services/T/B/x",
        "endpointAutoConfirms": True,
    },
    "https that confirms nothing": {
        "protocol": "https",
        "endpoint": "https://alarms.triflow-ai.com",
    },
    "text messages from Seoul": {"protocol": "sms", "endpoint": "+821012345678"},
}
for says, changed in spoilt.items():
    broken(f"{R}(a)", says, change("topic-critical-relay", **changed))
for address in ("tech-lead", "lead@company.com", "lead@example.com"):
    broken(f"{R}(b)", address, change("topic-critical-email", endpoint=address))
fine(R, "an address of an example in staging", change("topic-critical-email", endpoint="a@example.com"), in_staging)  # noqa: E501  # fmt: skip
fine(R, "a queue", change("topic-critical-relay", protocol="sqs"))
fine(R, "a page of ours that confirms", change("topic-critical-relay", protocol="https", endpoint="https://alarms.triflow-ai.com", endpointAutoConfirms=True))  # noqa: E501  # fmt: skip
fine(R, "text messages from Tokyo", change("topic-critical-relay", protocol="sms", region="ap-northeast-1"))  # noqa: E501  # fmt: skip
open_question(R, "the address is not known", change("topic-critical-email", endpoint=WAITS), "endpoint")  # noqa: E501  # fmt: skip

R = "sns-topic-policy-scoped"


def published(*more: dict[str, Any]) -> dict[str, Any]:
    """The policy with a statement more."""
    return {"policy": publishers(*more)}


own = {"StringEquals": {"aws:SourceAccount": "123456789012"}}
broken(f"{R}(a)", "no policy", remove("topic-critical-policy"))
broken(f"{R}(a)", "two policies", add("more", t.TOPIC_POLICY, arn=of("topic-critical"), policy=publishers()))  # noqa: E501  # fmt: skip
broken(f"{R}(a)", "a key of AWS", change("topic-critical", kmsMasterKeyId="alias/aws/sns"))
for says, statement in {
    "anybody": publish("cloudwatch") | {"Principal": "*"},
    "another account": publish("cloudwatch") | {"Principal": {"AWS": "999999999999"}},
    "alarms of every account": publish("cloudwatch"),
    "every rule": publish("events"),
    "a service that raises no alarm": publish("s3", **own),
}.items():
    broken(f"{R}(b)", says, change("topic-critical-policy", **published(statement)))
fine(R, "events of the database", change("topic-critical-policy", **published(publish("events.rds", **own))))  # noqa: E501  # fmt: skip
fine(R, "a refusal of plain http", change("topic-critical-policy", **published({"Effect": "Deny", "Principal": "*", "Action": "sns:Publish"})))  # noqa: E501  # fmt: skip
open_question(R, "the policy is not known", change("topic-critical-policy", policy=WAITS), "policy")

R = "log-group-archived"
WRITTEN = {
    "bucketArn": of("data"),
    "roleArn": of("execution-role"),
    "prefix": "logs-archive/prod/",
    "errorOutputPrefix": "logs-archive/prod-failed/",
    "bufferingSize": 64,
}
broken(f"{R}(a)", "the backend's log ends", remove("backend-archived"))
broken(f"{R}(a)", "the database's log ends", remove("database-archived"), in_staging)
broken(f"{R}(a)", "errors only", change("backend-archived", filterPattern="ERROR"))
broken(f"{R}(a)", "to another's stream", change("backend-archived", destinationArn="arn:aws:firehose:x"))  # noqa: E501  # fmt: skip
broken(f"{R}(a)", "no role", change("backend-archived", roleArn=GONE))
spoilt = {
    "another folder": {"prefix": "logs/"},
    "packed twice": {"compressionFormat": "GZIP"},
    "small objects": {"bufferingSize": 5},
    "no place for what fails": {"errorOutputPrefix": GONE},
    "another's bucket": {"bucketArn": "arn:aws:s3:::elsewhere"},
    "AWS's size of objects": {"bufferingSize": GONE},
}
for says, changed in spoilt.items():
    ended = {f"extendedS3Configuration__{key}": value for key, value in changed.items()}
    if GONE in changed.values():
        ended = {"extendedS3Configuration": {k: v for k, v in WRITTEN.items() if k not in changed}}
    broken(f"{R}(b)", says, change("archive", **ended))
broken(f"{R}(b)", "to a search engine", change("archive", destination="opensearch"))
for says, entry in {
    "a quarter": archive_rule(90),
    "two years": archive_rule(730),
    "in standard storage": archive_rule(transitions=[]),
    "in a slow glacier": archive_rule(transitions=[{"days": 1, "storageClass": "DEEP_ARCHIVE"}]),
    "after a month": archive_rule(transitions=[{"days": 30, "storageClass": "GLACIER_IR"}]),
    "switched off": archive_rule(status="Disabled"),
    "another folder": archive_rule(filter={"prefix": "logs/"}),
}.items():
    broken(f"{R}(c)", says, change("lifecycle", rules=[*lifecycle_rules()[:-1], entry]))
fine(R, "cold on its first day", change("lifecycle", rules=[*lifecycle_rules()[:-1], archive_rule(transitions=[{"days": 0, "storageClass": "GLACIER_IR"}])]))  # noqa: E501  # fmt: skip
fine(R, "compression left out", change("archive", extendedS3Configuration=WRITTEN))
MORE = {"logGroup": of("backend-logs"), "filterPattern": "", "destinationArn": of("archive"), "roleArn": of("execution-role")}  # noqa: E501  # fmt: skip
fine(R, "two filters", add("more", t.LOG_SUBSCRIPTION, **MORE))
broken(f"{R}(a)", "three filters", both(add("more", t.LOG_SUBSCRIPTION, **MORE), add("third", t.LOG_SUBSCRIPTION, **MORE)))  # noqa: E501  # fmt: skip
fine(R, "the group by its name", change("backend-archived", logGroup=log_group("prod")))
fine(R, "bucket and role are no targets", leave_out("data", "execution-role"))
fine(R, "logs of a function", add("f", t.LOG_GROUP, name="/aws/lambda/f", retentionInDays=14))
fine(R, "dev need not", remove("backend-archived"), in_dev)
open_question(R, "the folder is not known", change("archive", extendedS3Configuration__prefix=WAITS), "prefix")  # noqa: E501  # fmt: skip

R = "budget-with-alert"


def by_mail(notice: dict[str, Any], *addresses: str) -> dict[str, Any]:
    """A notice to addresses, and to no topic."""
    kept = {key: value for key, value in notice.items() if key != "subscriberSnsTopicArns"}
    return kept | {"subscriberEmailAddresses": list(addresses)}


broken(f"{R}(a)", "no budget", remove("budget"))
broken(f"{R}(a)", "two budgets", add("more", t.BUDGET, budgetType="COST"))
spoilt = {
    "a dollar more": {"limitAmount": "290"},
    "no number": {"limitAmount": "much"},
    "in won": {"limitUnit": "KRW"},
    "a year": {"timeUnit": "ANNUALLY"},
    "hours of use": {"budgetType": "USAGE"},
}
for says, changed in spoilt.items():
    broken(f"{R}(b)", says, change("budget", **changed))
broken(f"{R}(b)", "prod's limit in staging", change("budget", limitAmount="289"), in_staging)
broken(f"{R}(c)", "nothing is expected", change("budget", notifications=notices(("ACTUAL", 50), ("ACTUAL", 80), ("ACTUAL", 100))))  # noqa: E501  # fmt: skip
broken(f"{R}(c)", "nobody is told", change("budget", notifications=[by_mail(n) for n in notices()]))
broken(f"{R}(c)", "one notice tells nobody", change("budget", notifications=[*notices(("ACTUAL", 50)), *(by_mail(n) for n in notices()[1:])]))  # noqa: E501  # fmt: skip
fine(R, "somebody else's has no limit", both(change("budget", limitAmount="999999"), world_is(stack="test")))  # noqa: E501  # fmt: skip
fine(R, "exactly the limit, with cents", change("budget", limitAmount="289.0"))
fine(R, "a notice at 90 percent more", change("budget", notifications=[*notices(), *notices(("ACTUAL", 90))]))  # noqa: E501  # fmt: skip
fine(R, "by e-mail", change("budget", notifications=[by_mail(n, "a@triflow-ai.com") for n in notices()]))  # noqa: E501  # fmt: skip
fine(R, "the foundation has none", nothing, in_foundation)
open_question(R, "the limit is not known", change("budget", limitAmount=WAITS), "limitAmount")

R = "resource-type-covered"


def with_cache(**changed: object) -> Spoil:
    """Add the cache as it was priced."""
    usual: dict[str, object] = {
        "nodeType": "cache.t4g.small",
        "atRestEncryptionEnabled": True,
        "transitEncryptionEnabled": True,
    }
    return add("cache", t.CACHE, **(usual | changed))


broken(f"{R}(c)", "a cache before it is decided", with_cache())
broken(f"{R}(d)", "a larger cache", with_cache(nodeType="cache.r7g.large"))
broken(f"{R}(d)", "a cache in plain text", with_cache(transitEncryptionEnabled=False))
broken(f"{R}(d)", "a cache on a plain disk", with_cache(atRestEncryptionEnabled=False))
fine(R, "a cache as it was decided", both(with_cache(), waive(f"{R}(c)")))


def with_firewall(before: str, **changed: object) -> Spoil:
    """Add the firewall, and join it to a thing."""
    return both(
        add("acl", t.WEB_ACL, **({"scope": "REGIONAL"} | changed)),
        add("acl-joins", t.WEB_ACL_ASSOCIATION, webAclArn=of("acl"), resourceArn=of(before)),
    )


broken(f"{R}(c)", "a firewall before it is decided", with_firewall("alb"))
broken(f"{R}(e)", "a firewall of CloudFront's", with_firewall("alb", scope="CLOUDFRONT"))
broken(f"{R}(e)", "a firewall before nothing", add("acl", t.WEB_ACL, scope="REGIONAL"))
broken(f"{R}(e)", "a firewall before a function", with_firewall("restart"))
broken(f"{R}(e)", "the balancer has another", both(with_firewall("alb"), add("idle", t.WEB_ACL, scope="REGIONAL")))  # noqa: E501  # fmt: skip
fine(R, "a firewall as it was decided", both(with_firewall("alb"), waive(f"{R}(c)")))
fine(R, "what it stands before is left out of this run", both(with_firewall("alb"), leave_out("alb"), waive(f"{R}(c)")))  # noqa: E501  # fmt: skip
