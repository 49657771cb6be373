"""Cases of what works unseen: functions, their dead letters, the archive, who may publish."""

import json
from typing import Any

from policy import tokens as t
from tests.policy.cases import broken, fine, open_question
from tests.policy.stand import (
    GONE,
    WAITS,
    add,
    at_update,
    both,
    change,
    leave_out,
    nothing,
    of,
    remove,
)
from tests.policy.worlds import in_dev, in_staging
from tests.policy.worlds_monitoring import notices, publish, publishers, stopped_tasks

R = "inner-alarms-complete"
for alarm in ("restart-errors", "tagger-errors", "restart-dead-letters-alarm", "archive-late"):
    broken(R, f"{alarm} is gone", remove(alarm))
    broken(R, f"{alarm} rings late", change(alarm, evaluationPeriods=9))
    broken(R, f"{alarm} rings at another figure", change(alarm, threshold=7))
broken(R, "the archive of dev is not watched", remove("archive-late"), in_dev)
broken(R, "a second function is not watched", add("more", t.FUNCTION, name="more"))
broken(R, "a second queue is not watched", add("more", t.QUEUE, name="more"))
broken(R, "a second stream is not watched", add("more", t.DELIVERY_STREAM, name="more"))
broken(R, "it counts calls", change("restart-errors", metricName="Invocations"))
broken(R, "it counts another service's", change("restart-errors", namespace="AWS/ECS"))
fine(R, "a function by its name", change("restart-errors", dimensions={"FunctionName": "triflow-ai-production-service-restart"}))  # noqa: E501  # fmt: skip
fine(R, "five times a minute", change("restart-errors", period=60, evaluationPeriods=5))
fine(R, "dev as decided", nothing, in_dev)
open_question(R, "the figure is not known", change("restart-errors", threshold=WAITS), "threshold")

R = "dead-letters-kept"
broken(f"{R}(a)", "no setting of failures", remove("restart-on-failure"))
broken(f"{R}(a)", "two settings", add("more", t.INVOKE_CONFIG, functionName=of("restart")))
broken(f"{R}(a)", "failures go nowhere", change("restart-on-failure", destinationConfig=GONE))
broken(
    f"{R}(a)",
    "failures go to a topic",
    change(
        "restart-on-failure",
        destinationConfig={"onFailure": {"destination": of("topic-warning")}},
    ),
)
broken(f"{R}(b)", "letters are gone after four days", change("restart-dead-letters", messageRetentionSeconds=GONE))  # noqa: E501  # fmt: skip
broken(f"{R}(b)", "a second too short", change("restart-dead-letters", messageRetentionSeconds=604799))  # noqa: E501  # fmt: skip
broken(f"{R}(b)", "letters lie open", change("restart-dead-letters", sqsManagedSseEnabled=False))
fine(R, "exactly a week", change("restart-dead-letters", messageRetentionSeconds=604800))
fine(R, "a key of one's own", change("restart-dead-letters", kmsMasterKeyId="alias/own", sqsManagedSseEnabled=False))  # noqa: E501  # fmt: skip
fine(R, "the function by its name", change("restart-on-failure", functionName="triflow-ai-production-service-restart"))  # noqa: E501  # fmt: skip
open_question(R, "nobody knows whose failures", change("restart-on-failure", functionName=WAITS), "functionName")  # noqa: E501  # fmt: skip

R = "sns-topic-policy-scoped"
OWN = {"StringEquals": {"aws:SourceAccount": "123456789012"}}


def only(*statements: dict[str, Any]) -> dict[str, Any]:
    """The policy of a topic with nothing but these statements."""
    return {"policy": json.dumps({"Version": "2012-10-17", "Statement": list(statements)})}


BY_RULE = publish("events", ArnLike={"aws:SourceArn": "arn:aws:events:::rule/triflow-ai-*"})
ALARMS, BUDGETS = publish("cloudwatch", **OWN), publish("budgets", **OWN)
for says, statements in {
    "nobody": (),
    "no alarm": (BUDGETS, BY_RULE),
    "no budget": (ALARMS, BY_RULE),
    "no event": (ALARMS, BUDGETS),
    "alarms only by refusal": (ALARMS | {"Effect": "Deny"}, BUDGETS, BY_RULE),
    "alarms may subscribe": (ALARMS | {"Action": "sns:Subscribe"}, BUDGETS, BY_RULE),
}.items():
    broken(f"{R}(c)", f"{says} may publish", change("topic-warning-policy", **only(*statements)))
fine(R, "a topic of alarms alone", change("topic-critical-policy", **only(ALARMS)))
broken(
    f"{R}(c)",
    "a failover may not be told",
    add("events", t.DB_EVENTS, snsTopic=of("topic-critical")),
)
fine(
    R,
    "a failover may be told",
    both(
        add("events", t.DB_EVENTS, snsTopic=of("topic-critical")),
        change("topic-critical-policy", policy=publishers(publish("events.rds", **OWN))),
    ),
)

R = "alarm-action-reaches-person"
broken(f"{R}(a)", "failovers are told to nobody", add("events", t.DB_EVENTS, snsTopic="arn:x"))
broken(
    f"{R}(a)",
    "failovers are not told",
    add("events", t.DB_EVENTS, snsTopic=of("topic-critical"), enabled=False),
)
fine(R, "failovers are told", add("events", t.DB_EVENTS, snsTopic=of("topic-critical")))

fine(R, "their topic is no target", both(add("events", t.DB_EVENTS, snsTopic=of("topic-critical")), leave_out("topic-critical"), at_update))  # noqa: E501  # fmt: skip
broken(f"{R}(d)", "the topic may not call the relay", remove("topic-critical-permission"))
broken(
    f"{R}(d)",
    "another topic may call the relay",
    change("topic-critical-permission", sourceArn=of("topic-warning")),
)
broken(
    f"{R}(d)",
    "the topic may call another function",
    change("topic-critical-permission", function=of("tagger")),
)
RELAY = "triflow-ai-production-service-restart"
fine(R, "the relay by its name", change("topic-critical-permission", function=RELAY))
fine(R, "another account's topic", change("topic-critical-relay", topic="arn:aws:sns:x:1:y"))
fine(R, "an address asks for no permission", remove("topic-critical-permission", "topic-critical-relay"))  # noqa: E501  # fmt: skip

R = "alarm-dimensions-resolve"
for dimension in ("FunctionName", "QueueName", "DeliveryStreamName", "BackupVaultName"):
    broken(R, f"no such {dimension}", change("function-0-errors", dimensions={dimension: "x"}))
for dimension, value in {"NatGatewayId": "nat-1", "CertificateArn": "arn:aws:acm:x"}.items():
    broken(R, f"no such {dimension}", change("function-0-errors", dimensions={dimension: value}))
broken(R, "a certificate's name", change("function-0-errors", dimensions={"CertificateArn": of("certificate-validation", "triflow-ai.com")}))  # noqa: E501  # fmt: skip
fine(R, "a NAT gateway", change("function-0-errors", dimensions={"NatGatewayId": of("nat")}))

R = "ecs-alarms-complete"
for says, pattern in {
    "starts that fail are left out": {"stopCode": ["EssentialContainerExited"]},
    "crashes are left out": {"stopCode": ["TaskFailedToStart"]},
    "stops by a person are told": {"stopCode": ["UserInitiated"]},
}.items():
    broken(f"{R}(c)", says, change("stopped-tasks", eventPattern=stopped_tasks(**pattern)))
fine(R, "stops of one service, whatever the reason", change("stopped-tasks", eventPattern=stopped_tasks(stopCode=None, group=["service:b"])))  # noqa: E501  # fmt: skip
elsewhere = json.loads(stopped_tasks()) | {"source": ["aws.ec2"]}
broken(f"{R}(c)", "another service stops", change("stopped-tasks", eventPattern=json.dumps(elsewhere)))  # noqa: E501  # fmt: skip

R = "ecs-port-contract"
broken(R, "another project's task", change("service", taskDefinition="arn:other"))
broken(R, "the account's default cluster", change("service", cluster=GONE))
fine(R, "task and cluster by name", change("service", taskDefinition="triflow-ai-production-backend", cluster="triflow-ai-production-cluster"))  # noqa: E501  # fmt: skip
open_question(R, "nobody knows which cluster", change("service", cluster=WAITS), "cluster")

R = "rds-weekly-snapshot-plan"
broken(R, "nobody may take it", change("selection", iamRoleArn="arn:aws:iam::1:role/x"))

R = "lambda-scoped"
broken(f"{R}(a)", "another function is called", change("restart-permission", function="other"))
broken(f"{R}(a)", "more than a call", change("restart-permission", action="lambda:*"))
fine(R, "the function by its name", change("restart-permission", function="triflow-ai-production-service-restart"))  # noqa: E501  # fmt: skip

broken(f"{R}(c)", "its logs never end", remove("restart-logs"))
broken(f"{R}(c)", "another function's logs", change("restart-logs", name="/aws/lambda/other"))
open_question(R, "nobody knows whose logs", change("restart-logs", name=WAITS), "name")

R = "ecs-scaling-thresholds"
for kind in ("ExactCapacity", "PercentChangeInCapacity"):
    broken(R, f"{kind}, which 1 is not", change("scale-out", stepScalingPolicyConfiguration__adjustmentType=kind))  # noqa: E501  # fmt: skip

R = "budget-with-alert"
for key, other in {"comparisonOperator": "LESS_THAN", "thresholdType": "ABSOLUTE_VALUE"}.items():
    changed = [each | {key: other} for each in notices()]
    broken(f"{R}(c)", f"a notice is {other}", change("budget", notifications=changed))

R = "log-group-archived"
broken(f"{R}(b)", "nobody may write", change("archive", extendedS3Configuration__roleArn=GONE), in_staging)  # noqa: E501  # fmt: skip
