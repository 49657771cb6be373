"""Rows of what is asked further, and of what is paid for: see `doctor_cases`."""

import json
from datetime import timedelta
from typing import Any

from tests.triflow.doctor_case import DATABASE, Answers, Case, gone, put
from tests.triflow.doctor_cases_tasks import LIVE, Spoil, both
from tests.triflow.doctor_stack import NOW, a_stack
from triflow.doctor.metrics import METRICS

ENDPOINT = ("vpc_endpoints", "VpcEndpoints", 0, "PolicyDocument")
OURS = "arn:aws:s3:::triflow-ai-prod-123456789012/*"
LAYERS = "arn:aws:s3:::prod-ap-northeast-2-starport-layer-bucket/*"
IN, OUT = False, True


def rule(number: int, does: str, block: str, *ports: int, out: bool = IN) -> Spoil:
    """Return what puts a rule of TCP into the access list."""
    row = {"Egress": out, "RuleNumber": number, "RuleAction": does, "Protocol": "6"}
    row |= {"CidrBlock": block, "PortRange": {"From": ports[0], "To": ports[-1]}}
    return lambda answers: answers["access_lists"]["NetworkAcls"][0]["Entries"].append(row)


def without_rules(answers: Answers) -> None:
    """Leave the access list its last rules only."""
    one = answers["access_lists"]["NetworkAcls"][0]
    one["Entries"] = [each for each in one["Entries"] if each["RuleNumber"] == 32767]


def for_ipv6(answers: Answers) -> None:
    """Let the list refuse all of IPv6, which nobody here speaks."""
    row = {"Egress": IN, "RuleNumber": 1, "RuleAction": "deny", "Protocol": "-1"}
    row["Ipv6CidrBlock"] = "::/0"
    answers["access_lists"]["NetworkAcls"][0]["Entries"].append(row)


def for_udp(answers: Answers) -> None:
    """Let it refuse another protocol."""
    rule(1, "deny", "0.0.0.0/0", 0, 65535)(answers)
    answers["access_lists"]["NetworkAcls"][0]["Entries"][-1]["Protocol"] = "17"


def private_only(answers: Answers) -> None:
    """Let the list belong to a private subnet only."""
    subnet = a_stack().output("private_subnet_ids")[0]
    answers["access_lists"]["NetworkAcls"][0]["Associations"] = [{"SubnetId": subnet}]


def document(*statements: Answers) -> str:
    """Return a policy as AWS gives it."""
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def statement(effect: str, resource: str, action: str = "s3:*", **more: Any) -> Answers:  # noqa: ANN401 - JSON
    """Return one of its statements, about everybody."""
    return {"Effect": effect, "Principal": "*", "Action": action, "Resource": resource, **more}


def granted(read: str, key: str, **words: Any) -> Spoil:  # noqa: ANN401 - JSON
    """Return what adds an allowing statement to a role's document."""
    place = {"PolicyDocument": lambda one: one, "AssumeRolePolicyDocument": lambda one: one["Role"]}

    def spoil(answers: Answers) -> None:
        found = place[key](answers[read])[key]
        found["Statement"] = [*found["Statement"], {"Effect": "Allow", **words}]

    return spoil


def log(*lines: str) -> Spoil:
    """Return what the log says of refusals."""
    return put([{"message": one} for one in lines], "refused_lines", "events")


def bucket_refuses(*more: Answers) -> Spoil:
    """Return what adds statements to the bucket's policy."""
    own = json.loads(a_stack().inputs("storage-bucket-policy")["policy"])["Statement"]
    return put(document(*own, *more), "bucket_policy", "Policy")


def measured(cpu: float, memory: float, points: int = 288) -> Spoil:
    """Return what the service used in a day."""

    def spoil(answers: Answers) -> None:
        times = [NOW - timedelta(minutes=5 * number) for number in range(1, points + 1)]
        for row in answers["metrics"]["MetricDataResults"]:
            if row["Id"] in ("service_cpu", "service_memory"):
                value = cpu if row["Id"] == "service_cpu" else memory
                row |= {"Timestamps": times, "Values": [value] * points}

    assert {"service_cpu", "service_memory"} <= set(METRICS)
    return spoil


def since_friday(answers: Answers) -> None:
    """Let the task run since before the stop of Saturday evening."""
    answers["tasks"]["tasks"][0]["startedAt"] = NOW - timedelta(days=2)


def tasks_only(answers: Answers) -> None:
    """Let all tasks have been stopped, and the database not."""
    answers["service"]["services"][0] |= {"desiredCount": 0, "runningCount": 0}


def dear(number: int, usd: str) -> Spoil:
    """Return what makes one of the usages cost more for two days."""

    def spoil(answers: Answers) -> None:
        for day in answers["bill_by_usage"]["ResultsByTime"][-2:]:
            day["Groups"][number]["Metrics"]["AmortizedCost"]["Amount"] = usd

    return spoil


def event(what: str, hours: int) -> Spoil:
    """Return what lets RDS tell of a failover so many hours ago."""
    row = {"Date": NOW - timedelta(hours=hours), "EventCategories": ["failover"]}
    row["Message"] = f"Multi-AZ instance failover {what}"
    return lambda answers: answers["failovers"]["Events"].append(row)


def no_reservation(answers: Answers) -> None:
    """Let the database be paid by the hour."""
    answers["reservations"]["ReservedDBInstances"] = []


def of_the_database(word: str) -> Spoil:
    """Return what IAM says of the database, whatever it says of other things."""
    own = ("ResourceSpecificResults", 0, "EvalResourceDecision")
    return put(word, "deploy_rights", "EvaluationResults", 1, *own)


def of_the_image(word: str) -> Spoil:
    """Return what IAM says of a push."""
    return put(word, "deploy_rights", "EvaluationResults", 2, "EvalDecision")


MANY = put(4, *LIVE, "desiredCount")
OLD = put(NOW - timedelta(days=40), *DATABASE, "InstanceCreateTime")
REFUSED = "botocore ClientError: (AccessDenied) when calling the PutObject operation: Access Denied"
SUPPORT = "open-source-rds-extended-support"
ANYONE = {"Action": "sts:AssumeRole", "Principal": {"AWS": "arn:aws:iam::999999999999:root"}}

CASES = (
    # P03
    Case(
        "aws-clock-skew",
        put("Sun, 22 Nov 2026 09:12:00 GMT", "caller", "ResponseMetadata", "HTTPHeaders", "date"),
        "12 min behind of AWS, where it is 09:12 UTC",
    ),
    Case(
        "aws-clock-skew",
        put("Sun, 22 Nov 2026 08:56:00 GMT", "caller", "ResponseMetadata", "HTTPHeaders", "date"),
    ),
    # P06 and P07
    Case("ecr-push-denied", of_the_image("implicitDeny"), "nothing allows it"),
    Case("ecr-push-denied", of_the_image("explicitDeny"), "it is denied"),
    Case("ecr-push-denied", of_the_database("implicitDeny")),
    Case("deploy-permission-missing", of_the_database("implicitDeny"), "nothing allows it"),
    Case("deploy-permission-missing", of_the_image("implicitDeny")),
    Case("deploy-explicit-deny", of_the_database("explicitDeny"), "a policy that IAM does not"),
    # P09
    Case(
        "rds-ca-expiring",
        put(NOW + timedelta(days=20), *DATABASE, "CertificateDetails", "ValidTill"),
        "it ends on 2026-12-12",
    ),
    Case(
        "rds-ca-expiring",
        put(NOW + timedelta(days=40), *DATABASE, "CertificateDetails", "ValidTill"),
    ),
    Case(
        "rds-failover-recent",
        both(event("started", hours=3), event("completed", hours=2)),
        "11-22 07:00 UTC: Multi-AZ instance failover completed",
    ),
    # P13
    Case("vpc-dns-off", put(False, "vpc_dns", "EnableDnsSupport", "Value"), "EnableDnsSupport is"),  # noqa: FBT003 - the answer
    Case("vpc-dns-off", gone("vpc_dns"), "no such VPC"),
    Case(
        "s3-endpoint-blocks-layers",
        put(document(statement("Allow", OURS)), *ENDPOINT),
        "s3:GetObject of arn:aws:s3:::prod-ap-northeast-2-starport-layer-bucket",
    ),
    Case(
        "s3-endpoint-blocks-layers",
        put(document(statement("Allow", "*"), statement("Deny", LAYERS)), *ENDPOINT),
        "does not allow s3:GetObject",
    ),
    Case(
        "s3-endpoint-blocks-layers",
        put(document(statement("Allow", OURS), statement("Allow", LAYERS, "S3:Get*")), *ENDPOINT),
    ),
    Case(
        "s3-endpoint-blocks-layers",
        put(document(statement("Allow", "*"), statement("Deny", LAYERS, "s3:Put*")), *ENDPOINT),
    ),
    # P16
    Case("nacl-blocks", without_rules, "no rule allows tcp 1024 to 65535 in from 10.0.11.0/24"),
    Case(
        "nacl-blocks",
        rule(50, "deny", "10.0.0.0/16", 5432),
        "rule 50 refuses tcp 1024 to 65535 in from 10.0.11.0/24",
    ),
    Case(
        "nacl-blocks",
        rule(99, "deny", "0.0.0.0/0", 443, out=OUT),
        "rule 99 refuses tcp 443 out to 0.0.0.0/0",
    ),
    Case("nacl-blocks", rule(9, "deny", "0.0.0.0/0", 443), "rule 9 refuses tcp 443 in from"),
    Case("nacl-blocks", both(private_only, rule(9, "deny", "0.0.0.0/0", 443))),
    Case("nacl-blocks", rule(50, "deny", "203.0.113.0/24", 0, 65535)),
    Case("nacl-blocks", rule(101, "deny", "10.0.0.0/8", 0, 65535)),
    Case("nacl-blocks", rule(50, "allow", "10.0.0.0/8", 8000)),
    Case("nacl-blocks", rule(50, "deny", "0.0.0.0/0", 22)),
    Case("nacl-blocks", for_ipv6),
    Case("nacl-blocks", for_udp),
    # P18
    Case(
        "s3-endpoint-policy-denies",
        put(document(statement("Allow", LAYERS)), *ENDPOINT),
        "does not allow s3:GetObject, s3:PutObject in triflow-ai-prod-123456789012",
    ),
    Case(
        "s3-endpoint-policy-denies",
        put(document(statement("Allow", "*", "s3:Get*")), *ENDPOINT),
        "does not allow s3:PutObject in",
    ),
    Case(
        "s3-endpoint-policy-denies",
        put(document({"Effect": "Allow", "NotAction": "s3:Delete*", "Resource": "*"}), *ENDPOINT),
    ),
    Case("s3-denied-in-logs", log("INFO x", REFUSED, REFUSED), "2 times, last: botocore"),
    Case("s3-denied-in-logs", log("AccessDenied when calling the DescribeTasks operation")),
    Case("s3-denied-in-logs", gone("refused_lines")),
    Case("bucket-policy-denies", bucket_refuses(statement("Deny", OURS)), "also refused: s3:*"),
    Case("bucket-policy-denies", bucket_refuses(statement("Allow", OURS))),
    Case("bucket-policy-denies", gone("bucket_policy")),
    Case(
        "tenant-isolation-broken",
        granted("tenant_policy", "PolicyDocument", Action="s3:GetObject", Resource="*"),
        "its policy also grants s3:GetObject",
    ),
    Case(
        "tenant-isolation-broken",
        granted("task_policy", "PolicyDocument", NotAction="iam:*", Resource="*"),
        "its policy also grants all but some actions",
    ),
    Case(
        "tenant-isolation-broken",
        granted("tenant_role", "AssumeRolePolicyDocument", **ANYONE),
        "it trusts more than the task's role",
    ),
    Case("tenant-isolation-broken", both(*(gone(f"{one}_policy") for one in ("task", "tenant")))),
    # P22 and P23
    Case("ecs-oversized", both(MANY, measured(4, 20)), "4 tasks, at least 2 are wanted; CPU 4 %"),
    Case("ecs-oversized", measured(4, 20)),
    Case("ecs-oversized", both(MANY, measured(4, 45))),
    Case("ecs-oversized", both(MANY, measured(15, 20))),
    Case(
        "rds-extended-support-on",
        put(SUPPORT, *DATABASE, "EngineLifecycleSupport"),
        f"it has {SUPPORT}, not {SUPPORT}-disabled",
    ),
    Case("ri-absent", both(no_reservation, OLD), "no reservation is active"),
    Case("ri-absent", no_reservation),
    Case("ri-absent", OLD),
    Case("nat-cost-jump", dear(1, usd="7"), "USD 8.42 on 2026-11-21, usually 1.45 a day"),
    Case("nat-cost-jump", dear(1, usd="0.3")),
    Case("nat-cost-jump", dear(2, usd="50")),
    Case("cost-transfer-jump", dear(2, usd="4"), "USD 4.10 on 2026-11-21, usually 0.60 a day"),
    Case("cost-transfer-jump", dear(3, usd="4"), "USD 4.50 on 2026-11-21"),
    Case("cost-transfer-jump", dear(1, usd="50")),
    # PX, on a Sunday: the last stop was on Saturday at 20:00 in Korea, the last start on Friday
    Case(
        "nonprod-running-at-night",
        since_friday,
        "1 tasks run on; the schedule was to stop it 11-21 11:00 UTC",
        "dev",
    ),
    Case("nonprod-running-at-night", lambda _: None, stack="dev"),
    Case("nonprod-running-at-night", tasks_only, "no task runs, and it is available", "staging"),
    Case(
        "nonprod-running-at-night",
        both(tasks_only, put("stopped", *DATABASE, "DBInstanceStatus")),
        stack="staging",
    ),
)
