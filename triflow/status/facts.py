"""What status asks of AWS, all at once: what the stack has recorded, and how that is now."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from triflow.aws import Aws, Refusal, together
from triflow.deployed import Deployed

SERVICE = "aws:ecs/service:Service"
DATABASE = "aws:rds/instance:Instance"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
BUDGET = "aws:budgets/budget:Budget"
SCHEDULE = "aws:scheduler/schedule:Schedule"
TASK_DEFINITION = "aws:ecs/taskDefinition:TaskDefinition"
MOST_NAMES = 100  # that DescribeAlarms takes; a stack has 30
Answers = list[dict[str, Any]]


@dataclass(frozen=True)
class Facts:
    """What is recorded of the stack, and AWS's answers by the name of what was asked.

    What the stack does not have was not asked and has no answer.
    """

    deployed: Deployed
    answers: dict[str, Answers | Refusal]

    @property
    def may_sleep(self) -> bool:
        """Return whether the stack has schedules, and so may be stopped on purpose (ADR E2)."""
        return bool(self.deployed.of_kind(SCHEDULE))


def gather(aws: Aws, deployed: Deployed) -> Facts:
    """Ask AWS for everything at once; a refusal stands in the place of its answer."""
    return Facts(deployed, together(_asks(aws, deployed)))


def _asks(aws: Aws, deployed: Deployed) -> dict[str, Callable[[], Answers]]:
    asks: dict[str, Callable[[], Answers]] = {"account": partial(_account, aws)}
    services = [found["outputs"] for found in deployed.of_kind(SERVICE)]
    if services:
        cluster, names = str(services[0]["cluster"]), [str(one["name"]) for one in services]
        asks["services"] = partial(_services, aws, cluster, names)
        asks["tasks"] = partial(_tasks, aws, cluster)
    for group in (group for service in services for group in target_groups(service)):
        asks[f"targets {group}"] = partial(_targets, aws, group)
    for found in deployed.of_kind(DATABASE):
        asks["database"] = partial(_database, aws, str(found["id"]))
    alarms = [str(found["id"]) for found in alarms_of(deployed)]
    if alarms:
        asks["alarms"] = partial(_alarms, aws, alarms)
    for found in deployed.of_kind(BUDGET):
        asks["budget"] = partial(_budget, aws, *str(found["id"]).split(":", 1))
    return asks


def alarms_of(deployed: Deployed) -> list[dict[str, Any]]:
    """Return the recorded alarms that tell people; the others drive scaling, and ring by design."""
    recorded = deployed.of_kind(ALARM)
    return [one for one in recorded if ":sns:" in str(one["outputs"].get("alarmActions"))]


def target_groups(service: dict[str, Any]) -> list[str]:
    """Return the target groups that a recorded service registers its tasks in."""
    return [str(each["targetGroupArn"]) for each in service.get("loadBalancers") or ()]


def _account(aws: Aws) -> Answers:
    return [aws.client("sts").get_caller_identity()]


def _services(aws: Aws, cluster: str, names: Sequence[str]) -> Answers:
    answer = aws.client("ecs").describe_services(cluster=cluster, services=names)
    return list(answer.get("services") or ())


def _tasks(aws: Aws, cluster: str) -> Answers:
    ecs = aws.client("ecs")
    arns = ecs.list_tasks(cluster=cluster).get("taskArns")
    answer = ecs.describe_tasks(cluster=cluster, tasks=arns) if arns else {}
    return list(answer.get("tasks") or ())


def _targets(aws: Aws, group: str) -> Answers:
    answer = aws.client("elbv2").describe_target_health(TargetGroupArn=group)
    return list(answer.get("TargetHealthDescriptions") or ())


def _database(aws: Aws, identifier: str) -> Answers:
    answer = aws.client("rds").describe_db_instances(DBInstanceIdentifier=identifier)
    return list(answer.get("DBInstances") or ())


def _alarms(aws: Aws, names: Sequence[str]) -> Answers:
    answer = aws.client("cloudwatch").describe_alarms(AlarmNames=names, MaxRecords=MOST_NAMES)
    return list(answer.get("MetricAlarms") or ())


def _budget(aws: Aws, account: str, name: str) -> Answers:
    answer = aws.client("budgets").describe_budget(AccountId=account, BudgetName=name)
    return [answer.get("Budget") or {}]
