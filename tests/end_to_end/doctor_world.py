"""The deployed platform as the doctor's tests break it: real calls, and words put into answers.

The doctor runs in this process, with a session whose calls are noted. What the local AWS cannot
say is put into its answers: `says` for an operation that it lacks or cannot be brought to, `spoils`
for one field of a real answer, `denies` for a refusal.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from types import SimpleNamespace
from typing import Any

import botocore.session

from tests.end_to_end.clone import Clone
from triflow import deployed
from triflow.aws import Aws
from triflow.db.extensions import EXTENSIONS
from triflow.deployed import Deployed
from triflow.doctor import look
from triflow.doctor.checks.night import SUSPENDED
from triflow.doctor.report import Look

STACK = "prod"
OPERATOR = "operator"
DATABASE = "Amazon Relational Database Service"
# What the operator is asked about, where nothing else is said.
MAY = ("ecs:UpdateService", "ecr:PutImage")
# What the database's gauges say while it is idle.
IDLE = {
    "DatabaseConnections": 20.0,
    "CPUUtilization": 12.0,
    "CPUCreditBalance": 500.0,
    "FreeStorageSpace": 80.0 * 2**30,
    "FreeableMemory": 1.0 * 2**30,
    "ReadLatency": 0.001,
    "WriteLatency": 0.002,
}
Json = dict[str, Any]
# How services refuse; every other one says AccessDeniedException.
REFUSALS: Mapping[str, str] = {
    "ec2": "UnauthorizedOperation",
    "sns": "AuthorizationError",
    "iam": "AccessDenied",
    "rds": "AccessDenied",
    "elbv2": "AccessDenied",
    "s3": "AccessDenied",
    "cloudwatch": "AccessDenied",
}


class World:
    """The platform, the moment at which it is looked at, and what is put into its answers."""

    def __init__(self, clone: Clone, stack: str = STACK) -> None:
        self.clone, self.stack = clone, stack
        self.now = datetime.now(UTC)
        self.called: list[str] = []
        self._said: dict[str, Json] = {}
        self._spoilt: dict[str, Callable[[Json], object]] = {}

    @cached_property
    def deployed(self) -> Deployed:
        """Return the stack as its state says."""
        state = self.clone.state(self.stack)
        assert state is not None
        found = {"resources": state.resources}
        return deployed.from_state(self.stack, found, self.clone.server.endpoint)

    @cached_property
    def asked(self) -> Aws:
        """Return the AWS that the doctor asks: one for all looks, since clients cost most."""
        session = botocore.session.Session()
        self._listen(session)
        return Aws(session, self.clone.server)

    def aws(self, service: str) -> Any:  # noqa: ANN401 - boto3 makes the class as it is asked
        """Return a client that breaks and mends."""
        return self.clone.aws(service)

    def inputs(self, name: str) -> Mapping[str, Any]:
        """Return what the program asked for, by logical name."""
        return self.deployed.inputs(name)

    def says(self, operation: str, answer: Json) -> None:
        """Answer an operation, such as ecs.ListTasks, without asking the local AWS."""
        self._said[operation] = answer

    def spoils(self, operation: str, spoil: Callable[[Json], object]) -> None:
        """Change the local AWS's answers to an operation."""
        self._spoilt[operation] = spoil

    def denies(self, service: str, operation: str, code: str = "") -> None:
        """Refuse an operation as the real service does."""
        refusal = {"Code": code or REFUSALS.get(service, "AccessDeniedException"), "Message": ""}
        self._said[operation] = {"Error": refusal}

    def unsaid(self) -> None:
        """Let the local AWS speak for itself again, but for what it never can."""
        self._said, self._spoilt = {}, {}
        # The local AWS knows the root user only, who has no role that could be looked at.
        self.spoils("sts.GetCallerIdentity", _as_operator)
        for operation, answer in recorded(self.now).items():
            self.says(operation, answer)

    def looks_again(self) -> None:
        """Read the state anew, after an update."""
        vars(self).pop("deployed", None)
        self.passes(minutes=0)

    def passes(self, **time: float) -> None:
        """Let time pass, and CloudWatch have points of all that is well."""
        self.now += timedelta(**time)
        for metric in ("CPUUtilization", "MemoryUtilization"):
            self.measured("AWS/ECS", metric, 40, **self.service)
        for gateway in sorted(set(self.deployed.output("nat_gateway_ids").values())):
            for metric in ("BytesOutToDestination", "BytesInFromDestination"):
                self.measured("AWS/NATGateway", metric, 1000, NatGatewayId=gateway)
        for metric, value in IDLE.items():
            self.measured("AWS/RDS", metric, value, DBInstanceIdentifier=self.database)

    def measured(self, namespace: str, metric: str, value: float, **dimensions: str) -> None:
        """Put the points of the last quarter of an hour."""
        rows = [
            {
                "MetricName": metric,
                "Dimensions": [{"Name": k, "Value": v} for k, v in dimensions.items()],
                "Timestamp": self.now - timedelta(minutes=minutes),
                "Value": value,
            }
            for minutes in (1, 6, 11)
        ]
        self.aws("cloudwatch").put_metric_data(Namespace=namespace, MetricData=rows)

    def logs(self, stream: str, *messages: str, at: datetime | None = None) -> None:
        """Write lines into a stream of the backend's log group, as a task does."""
        into = {"logGroupName": self.deployed.output("log_group_name"), "logStreamName": stream}
        moment = int((at or self.now).timestamp() * 1000)
        client = self.aws("logs")
        client.create_log_stream(**into)
        rows = [{"timestamp": moment, "message": message} for message in messages]
        client.put_log_events(**into, logEvents=rows)

    def confirmed(self) -> None:
        """Write what the task of `triflow db extensions` writes when none is missing.

        Now, however far the tests have let time pass: a line of over two hours ahead is refused.
        """
        lines = (f"extension,{name},1.0" for name in EXTENSIONS)
        self.logs("psql/psql/one", *lines, at=datetime.now(UTC))

    @property
    def database(self) -> str:
        """Return the database's identifier."""
        return str(self.inputs("database-instance")["identifier"])

    @property
    def service(self) -> dict[str, str]:
        """Return the service's dimensions."""
        output = self.deployed.output
        return {"ClusterName": output("cluster_name"), "ServiceName": output("service_name")}

    @property
    def balancer(self) -> str:
        """Return the load balancer's dimension."""
        return str(self.deployed.output("alb_arn")).partition(":loadbalancer/")[2]

    def look(self, *problems: str) -> Look:
        """Let the doctor look for these problems, or for all."""
        return look.look(
            self.deployed, look.named(problems), self.asked, self.now, requested=bool(problems)
        )

    def found(self, look_: Look) -> set[str]:
        """Return the ids of what was found."""
        return {one.id for outcome in look_.outcomes for one in outcome.findings}

    def _listen(self, session: botocore.session.Session) -> None:
        def before(model: Any, **_: object) -> object:  # noqa: ANN401 - botocore's own
            name = f"{model.service_model.service_name}.{model.name}"
            self.called.append(name)
            answer = self._said.get(name)
            if answer is None:
                return None
            status = 400 if "Error" in answer else 200
            meta = {"ResponseMetadata": {"HTTPStatusCode": status}}
            return SimpleNamespace(status_code=status, raw=None), answer | meta

        def after(model: Any, parsed: Json, **_: object) -> None:  # noqa: ANN401 - likewise
            name = f"{model.service_model.service_name}.{model.name}"
            if name in REPAIRS and "Error" not in parsed:
                REPAIRS[name](parsed, self.now)
            spoil = self._spoilt.get(name)
            if spoil:
                spoil(parsed)

        # What it returns is the answer; the stubs know handlers only that return nothing.
        session.register("before-call", before)  # type: ignore[arg-type]
        session.register("after-call", after)  # type: ignore[arg-type]


def decided(action: str, decision: str = "allowed") -> Json:
    """Return what IAM says of one action."""
    return {"EvalActionName": action, "EvalDecision": decision}


def _as_operator(answer: Json) -> None:
    if "Account" in answer:  # and it was not refused
        answer["Arn"] = f"arn:aws:sts::{answer['Account']}:assumed-role/{OPERATOR}/someone"


def recorded(now: datetime) -> dict[str, Json]:
    """Return what AWS answers where moto has none of it; the whole list of such operations.

    ecs.ListTasks and DescribeTasks: a service's tasks never start in moto, and have no times.
    DescribeScalingActivities: moto does not know it.
    iam.SimulatePrincipalPolicy: moto judges no policies on request.
    backup.ListBackupJobs, ce.GetReservationUtilization: moto does not know them.
    ce.GetCostAndUsage: nothing costs anything in moto.
    ecr.DescribeImageScanFindings: moto scans nothing when an image is pushed.
    """
    arn = "arn:aws:ecs:ap-northeast-2:123456789012:task/triflow-ai-production-cluster/recorded"
    task: Json = {"taskArn": arn, "lastStatus": "RUNNING", "desiredStatus": "RUNNING"}
    interface = {"privateIpv4Address": "10.0.11.5"}
    container = {"name": "backend", "lastStatus": "RUNNING", "networkInterfaces": [interface]}
    task |= {"startedAt": now, "containers": [container]}
    return {
        "rds.DescribeReservedDBInstances": {"ReservedDBInstances": []},
        "iam.SimulatePrincipalPolicy": {"EvaluationResults": [decided(one) for one in MAY]},
        "backup.ListBackupJobs": snapshot(now, "COMPLETED"),
        "ce.GetCostAndUsage": billed(now, "3"),
        "ecr.DescribeImageScanFindings": {
            "imageScanStatus": {"status": "COMPLETE"},
            "imageScanFindings": {"findingSeverityCounts": {}},
        },
        "ecs.ListTasks": {"taskArns": [arn]},
        "ecs.DescribeTasks": {"tasks": [task], "failures": []},
        "application-autoscaling.DescribeScalingActivities": {"ScalingActivities": []},
    }


def snapshot(now: datetime, state: str) -> Json:
    """Return the one job of yesterday."""
    row = {"State": state, "CreationDate": now - timedelta(days=1), "StatusMessage": state.lower()}
    return {"BackupJobs": [row]}


def billed(now: datetime, usual: str, newest: str = "", of: str = DATABASE) -> Json:
    """Return two weeks of a service's dollars; those of the newest two days may be others."""
    days = []
    for ago in range(14, 0, -1):
        usd = newest if newest and ago <= 2 else usual
        cost = {"AmortizedCost": {"Amount": usd, "Unit": "USD"}}
        group = {"Keys": [of], "Metrics": cost}
        start = (now - timedelta(days=ago)).date().isoformat()
        days.append({"TimePeriod": {"Start": start}, "Groups": [group]})
    return {"ResultsByTime": days}


def settled(answer: Json, now: datetime) -> None:
    """Let a service's tasks run: in moto they never do, and it keeps no grace period."""
    del now
    for one in answer["services"]:
        one |= {"runningCount": one["desiredCount"], "healthCheckGracePeriodSeconds": 60}
        for deployment in one["deployments"]:
            deployment["rolloutState"] = "COMPLETED"


def issued(answer: Json, now: datetime) -> None:
    """Let the certificate be issued: in moto it is a minute after it was asked for."""
    answer["Certificate"] |= {"Status": "ISSUED", "NotAfter": now + timedelta(days=365)}


def restorable(answer: Json, now: datetime) -> None:
    """Let databases be restorable until now: in moto they are until the real time."""
    for one in answer["DBInstances"]:
        one["LatestRestorableTime"] = now


def going(answer: Json, now: datetime) -> None:
    """Tell that no scaling is suspended: moto tells it only once it was set."""
    del now
    for one in answer["ScalableTargets"]:
        one.setdefault("SuspendedState", dict.fromkeys(SUSPENDED, False))


# What moto answers otherwise than AWS, whatever is broken.
REPAIRS: Mapping[str, Callable[[Json, datetime], None]] = {
    "ecs.DescribeServices": settled,
    "acm.DescribeCertificate": issued,
    "rds.DescribeDBInstances": restorable,
    "application-autoscaling.DescribeScalableTargets": going,
}
