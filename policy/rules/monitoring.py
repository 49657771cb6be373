"""Rules of telling and keeping (ADR 6): alarms reach a person, logs reach the archive."""

from collections.abc import Iterator
from typing import Final

from policy import monitoring_figures as figures
from policy.documents import Statement, statements
from policy.findings import Finding, Judgement, Lack, must_be, must_be_on, shown
from policy.registry import check, rule
from policy.relations import StackView, names
from policy.resources import Resource, environment_of
from policy.tokens import (
    BUCKET,
    BUCKET_LIFECYCLE,
    BUDGET,
    DB_EVENTS,
    DELIVERY_STREAM,
    EVENT_TARGET,
    FUNCTION,
    FUNCTION_PERMISSION,
    LOG_GROUP,
    LOG_SUBSCRIPTION,
    METRIC_ALARM,
    ROLE,
    SCALING_POLICY,
    STACK_REFERENCE,
    TOPIC,
    TOPIC_POLICY,
    TOPIC_SUBSCRIPTION,
)

ALARM_REACHES = rule(
    id="alarm-action-reaches-person",
    clause=("M7",),
    kind="stack",
    tokens=(
        *(METRIC_ALARM, DB_EVENTS, TOPIC, TOPIC_SUBSCRIPTION),
        *(FUNCTION, FUNCTION_PERMISSION),
    ),
    levels="A/M/M",
    severity="critical",
    external=("CKV_AWS_319", "CloudWatch.15", "CloudWatch.17", "cdk-nag CloudWatchAlarmAction"),
    aim="Every alarm reaches a person, by the topic of its severity.",
    otherwise="It would ring in an empty room.",
    fix="send the alarm to its topic, and subscribe the relay or an address to that.",
)


@check(ALARM_REACHES, "a", each=(METRIC_ALARM,))
def alarms_do_something(alarm: Resource, stack: StackView) -> Iterator[Judgement]:
    """They tell a topic of this stack, or call a scaling policy."""
    yield from must_be_on(alarm["actionsEnabled"], absent=True)
    actions = alarm["alarmActions"].items()
    if len(actions) > figures.MOST_ACTIONS:
        yield Finding(f"alarmActions has {len(actions)}, AWS takes {figures.MOST_ACTIONS}")
    if not stack.dependencies(alarm, "alarmActions", TOPIC, SCALING_POLICY):
        known = alarm["alarmActions"].known([])
        yield Lack(f"alarmActions is {shown(known)}, no topic of this stack")


@check(ALARM_REACHES, "b", each=(METRIC_ALARM,))
def severity_decides_the_topic(alarm: Resource, stack: StackView) -> Iterator[Judgement]:
    """The record's alarms by name: critical ones wake somebody, warnings do not."""
    topics = [each["name"].text() for each in stack.dependencies(alarm, "alarmActions", TOPIC)]
    for end, severity in figures.SEVERITIES.items():
        if not alarm["name"].text().endswith(end):
            continue
        for topic in topics:
            if not topic.endswith(f"-{severity}"):
                yield Finding(f"it tells {topic}, and is {severity}")


@check(ALARM_REACHES, "a", each=(DB_EVENTS,))
def failovers_are_told(events: Resource, stack: StackView) -> Iterator[Judgement]:
    """What RDS does with a database is news of the same weight as an alarm."""
    yield from must_be_on(events["enabled"], absent=True)
    if not stack.dependencies(events, "snsTopic", TOPIC):
        yield Lack("snsTopic is no topic of this stack")


@check(ALARM_REACHES, "c", each=(TOPIC,))
def topics_are_heard(topic: Resource, stack: StackView) -> Iterator[Judgement]:
    """By an address, or by the relay."""
    heard = stack.referring(TOPIC_SUBSCRIPTION, "topic", topic)
    reached = [each for each in heard if each["protocol"].text() in figures.REACH_A_PERSON]
    if not reached:
        yield Lack("nobody is subscribed to it")


@check(ALARM_REACHES, "d", each=(TOPIC_SUBSCRIPTION,))
def the_relay_may_be_called(subscription: Resource, stack: StackView) -> Iterator[Judgement]:
    """A function that the topic may not call is subscribed, confirmed, and silent."""
    functions = stack.dependencies(subscription, "endpoint", FUNCTION)
    topics = stack.joined(subscription, "topic", TOPIC)
    for function in functions:
        allowed = [
            permission
            for permission in stack.referring(
                FUNCTION_PERMISSION, "function", function, name="name"
            )
            if any(one in topics for one in stack.dependencies(permission, "sourceArn", TOPIC))
        ]
        if topics and not allowed:
            yield Lack(f"no permission lets {names(topics)} call {function.name}")


SUBSCRIPTION_CONFIRMABLE = rule(
    id="sns-subscription-confirmable",
    clause=("M7",),
    kind="resource",
    tokens=(TOPIC_SUBSCRIPTION,),
    levels="M/M/M",
    severity="high",
    aim="Every subscription is one that can be confirmed.",
    otherwise="It would wait for a confirmation that never comes, and deliver nothing.",
    fix="deliver Slack and text messages through the relay function.",
)
CONFIRMABLE: Final = ("email", "lambda", "sqs", "firehose", "https", "sms")


@check(SUBSCRIPTION_CONFIRMABLE, "a")
def the_other_end_can_confirm(subscription: Resource) -> Iterator[Judgement]:
    """No chat confirms a web subscription, and Seoul sends no text messages."""
    protocol = subscription["protocol"].text()
    yield from must_be(subscription["protocol"], *CONFIRMABLE)
    if protocol == "https":
        yield from must_be_on(subscription["endpointAutoConfirms"])
        host = subscription["endpoint"].text().removeprefix("https://").split("/")[0]
        if host.endswith(figures.CHATS):
            yield Finding(f"endpoint is at {host}, which confirms no subscription")
    if protocol == "sms":
        yield from must_be(subscription["region"], figures.SMS_REGION)


@check(SUBSCRIPTION_CONFIRMABLE, "b")
def an_address_is_somebodys(subscription: Resource) -> Iterator[Judgement]:
    """In production not that of an example."""
    if subscription["protocol"].text() != "email":
        return
    domain = subscription["endpoint"].text().partition("@")[2]
    placeholder = domain in figures.NOBODYS_DOMAINS
    if not domain or (placeholder and environment_of(subscription.urn) == "prod"):
        yield Finding("endpoint is no address of this company")


TOPIC_SCOPED = rule(
    id="sns-topic-policy-scoped",
    clause=("M7",),
    kind="stack",
    tokens=(TOPIC, TOPIC_POLICY, METRIC_ALARM, EVENT_TARGET, BUDGET, DB_EVENTS),
    levels="M/M/M",
    severity="high",
    external=("CKV_AWS_169", "CKV_AWS_385", "SNS.4", "AwsSolutions-SNS3"),
    aim="Only AWS's services publish alarms, on behalf of this account.",
    otherwise="Anybody could raise a false alarm, or the real ones would be refused.",
    fix="use the policy of the topics component.",
)


@check(TOPIC_SCOPED, "a", each=(TOPIC,))
def each_topic_has_one_policy(topic: Resource, stack: StackView) -> Iterator[Judgement]:
    """Without one CloudWatch may publish and EventBridge may not; with two the last one wins."""
    found = stack.referring(TOPIC_POLICY, "arn", topic)
    if len(found) != 1:
        yield Lack(f"policies: {names(found)}; there must be one")
    if topic["kmsMasterKeyId"].text().startswith("alias/aws/"):
        yield Finding("kmsMasterKeyId is a key of AWS, through which CloudWatch cannot publish")


@check(TOPIC_SCOPED, "b", each=(TOPIC_POLICY,))
def publishers_are_named(policy: Resource, stack: StackView) -> Iterator[Judgement]:
    """Each service by the account, EventBridge by the rule."""
    del stack
    for statement in statements(policy["policy"]):
        if statement.allows:
            for _, name in statement.principals():
                yield from _publisher(statement, name)


def _publisher(statement: Statement, name: str) -> Iterator[Judgement]:
    keys = {key for _, key in statement.conditions()}
    if name not in {*figures.BY_ACCOUNT, figures.BY_RULE}:
        yield Finding(f'{statement.label} lets "{name}" publish')
    elif name == figures.BY_RULE and "aws:sourcearn" not in keys:
        yield Finding(f"{statement.label} lets any rule publish; name it by aws:SourceArn")
    elif name != figures.BY_RULE and "aws:sourceaccount" not in keys:
        yield Finding(f"{statement.label} lets {name} publish without aws:SourceAccount")


# What asks a topic to tell something: the kind, the property that names it, the service.
PUBLISHERS: Final = (
    (METRIC_ALARM, "alarmActions", "cloudwatch.amazonaws.com"),
    (EVENT_TARGET, "arn", "events.amazonaws.com"),
    (BUDGET, "notifications", "budgets.amazonaws.com"),
    (DB_EVENTS, "snsTopic", "events.rds.amazonaws.com"),
)


@check(TOPIC_SCOPED, "c", each=(TOPIC,))
def who_has_news_may_publish(topic: Resource, stack: StackView) -> Iterator[Judgement]:
    """AWS refuses an alarm's message in silence where its service is not allowed to publish."""
    for policy in stack.referring(TOPIC_POLICY, "arn", topic):
        may = {name for one in statements(policy["policy"]) for name in _published_by(one)}
        for token, key, service in PUBLISHERS:
            users = [
                each for each in stack.of(token) if topic in stack.dependencies(each, key, TOPIC)
            ]
            if users and service not in may:
                yield Finding(
                    f"policy lets {service} publish nothing, {users[0].name} needs it", policy
                )


def _published_by(statement: Statement) -> tuple[str, ...]:
    """Return the services that one statement lets publish."""
    publishes = statement.allows and "sns:Publish" in statement.strings("Action")
    return tuple(name for _, name in statement.principals()) if publishes else ()


LOG_ARCHIVED = rule(
    id="log-group-archived",
    clause=("M3",),
    kind="stack",
    tokens=(LOG_GROUP, LOG_SUBSCRIPTION, DELIVERY_STREAM, BUCKET_LIFECYCLE),
    levels="-/M/M",
    severity="high",
    external=("S3.13",),
    aim="What the service and the database log is kept for a year.",
    otherwise="After two weeks nobody could say what happened.",
    fix="add a subscription filter to the stream into the bucket's logs-archive/.",
)


@check(LOG_ARCHIVED, "a", each=(LOG_GROUP,))
def logs_go_to_the_archive(group: Resource, stack: StackView) -> Iterator[Judgement]:
    """All of them, by a stream and with a role; CloudWatch takes two filters a group."""
    if not group["name"].text().startswith(figures.ARCHIVED_GROUPS):
        return
    found = stack.referring(LOG_SUBSCRIPTION, "logGroup", group, name="name")
    if len(found) not in range(1, figures.MOST_FILTERS + 1):
        yield Lack(f"subscription filters: {names(found)}; there must be 1 or 2")
    for each in found:
        yield from must_be(each["filterPattern"], "", about=each)
        if not stack.dependencies(each, "destinationArn", DELIVERY_STREAM):
            yield Lack("destinationArn is no stream of this stack", each)
        if not stack.dependencies(each, "roleArn", ROLE):
            yield Lack("roleArn is no role of this stack", each)


@check(LOG_ARCHIVED, "b", each=(DELIVERY_STREAM,))
def the_stream_ends_in_the_bucket(stream: Resource, stack: StackView) -> Iterator[Judgement]:
    """Packed once, in large objects, with a place for what cannot be delivered."""
    yield from must_be(stream["destination"], "extended_s3")
    written = stream["extendedS3Configuration"]
    key = "extendedS3Configuration"
    if not stack.dependencies(stream, key, BUCKET, STACK_REFERENCE):
        yield Lack(f"{key}.bucketArn is no bucket of this project")
    if not stack.dependencies(stream, key, ROLE):
        yield Lack(f"{key}.roleArn is no role of this stack")
    if not written["prefix"].text().startswith(figures.ARCHIVE_PREFIX):
        yield Finding(f"{key}.prefix does not begin with {figures.ARCHIVE_PREFIX}")
    yield from must_be(written["compressionFormat"], "UNCOMPRESSED", absent=True)
    if written["bufferingSize"].count() < figures.LEAST_BUFFER_MB:
        yield Finding(f"{key}.bufferingSize is below {figures.LEAST_BUFFER_MB} MB")
    if written["errorOutputPrefix"].is_missing:
        yield Finding(f"{key}.errorOutputPrefix is not set")


@check(LOG_ARCHIVED, "c", each=(BUCKET_LIFECYCLE,))
def the_archive_lives_a_year(lifecycle: Resource, stack: StackView) -> Iterator[Judgement]:
    """In Glacier from its first day, gone after 365. The foundation archives no logs."""
    if stack.environment == "foundation":
        return
    mine = [
        entry
        for entry in lifecycle["rules"].items()
        if entry["filter"]["prefix"].known() == figures.ARCHIVE_PREFIX
    ]
    if len(mine) != 1:
        yield Finding(f"rules for {figures.ARCHIVE_PREFIX}: {len(mine)}, there must be one")
    for entry in mine:
        first = entry["transitions"][0]
        yield from must_be(entry["status"], "Enabled")
        yield from must_be(first["days"], *range(figures.LATEST_COLD_DAYS + 1))
        yield from must_be(first["storageClass"], figures.ARCHIVE_STORAGE)
        yield from must_be(entry["expiration"]["days"], figures.ARCHIVE_DAYS)
        yield from must_be(entry["noncurrentVersionExpiration"]["noncurrentDays"], 1)
