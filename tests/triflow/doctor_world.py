"""A stack as the program registers it, and an AWS that answers exactly what was asked of it.

    with_answers(database={"DBInstances": [...]})    facts in which one answer is another
    healthy()["database"]                            an answer to copy and spoil

Answers are those of AWS in shape: of each only the fields that some check reads, and a near one.
"""

import copy
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import metadata
from typing import Any

from tests.program import recorder
from triflow import deployed
from triflow.db.extensions import EXTENSIONS
from triflow.deployed import Deployed
from triflow.doctor import checks, verdict
from triflow.doctor.answers import Answer, Facts
from triflow.doctor.checks import targets
from triflow.doctor.metrics import METRICS
from triflow.doctor.verdict import Outcome

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
VERSION = {"version": metadata.version("pulumi-aws")}
Json = dict[str, Any]


@cache
def a_stack(name: str = "prod") -> Deployed:
    """Return the stack as if it had just been deployed."""
    recording = recorder.record(name)
    root: Json = {"urn": "::stack", "type": "pulumi:pulumi:Stack", "outputs": recording.outputs}
    resources = [
        {
            "urn": one.urn,
            "type": one.type,
            "custom": one.custom,
            "id": f"{one.name}-id",
            # The engine writes the plugin's version into a provider.
            "inputs": {**one.props} | (VERSION if one.type == deployed.PROVIDER else {}),
            "outputs": {**recorder._computed(one), **one.props},
        }
        for one in recording.resources
        if one.type != "pulumi:pulumi:Stack"
    ]
    return deployed.from_state(name, {"resources": [root, *resources]})


def declared(name: str) -> Any:  # noqa: ANN401 - JSON
    """Return what the program asked for, by logical name."""
    return a_stack().inputs(name)


def _caller() -> Json:
    arn = "arn:aws:sts::123456789012:assumed-role/operator/someone"
    return {"Account": "123456789012", "Arn": arn, "UserId": "AROA:someone"}


def _tasks() -> Json:
    task = {
        "taskArn": "arn:aws:ecs:ap-northeast-2:123456789012:task/triflow-ai-production-cluster/t1",
        "lastStatus": "RUNNING",
        "desiredStatus": "RUNNING",
        "startedAt": NOW - timedelta(hours=5),
        "containers": [_container("RUNNING")],
    }
    return {"tasks": [task, _scaled_in()], "failures": []}


def _container(status: str) -> Json:
    interface = {"privateIpv4Address": "10.0.11.5"}
    return {"name": "backend", "lastStatus": status, "networkInterfaces": [interface]}


def _scaled_in() -> Json:
    """A task that stopped as it should."""
    return {
        "taskArn": "arn:aws:ecs:ap-northeast-2:123456789012:task/triflow-ai-production-cluster/t0",
        "lastStatus": "STOPPED",
        "desiredStatus": "STOPPED",
        "startedAt": NOW - timedelta(hours=3),
        "stoppedAt": NOW - timedelta(minutes=30),
        "stopCode": "ServiceSchedulerInitiated",
        "stoppedReason": "Scaling activity initiated by (deployment ecs-svc/1)",
        "containers": [_container("STOPPED") | {"exitCode": 0}],
    }


def _ecs_service() -> Json:
    wish = declared("compute-backend")
    tasks = int(wish["desiredCount"])
    deployment = {
        "id": "ecs-svc/1",
        "status": "PRIMARY",
        "rolloutState": "COMPLETED",
        "rolloutStateReason": "ECS deployment ecs-svc/1 completed.",
        "failedTasks": 0,
        "createdAt": NOW - timedelta(hours=5),
        "updatedAt": NOW - timedelta(hours=5),
    }
    steady = f"(service {wish['name']}) has reached a steady state."
    row = {
        "serviceName": wish["name"],
        "status": "ACTIVE",
        "desiredCount": tasks,
        "runningCount": tasks,
        "pendingCount": 0,
        "taskDefinition": wish["taskDefinition"],
        "healthCheckGracePeriodSeconds": int(wish["healthCheckGracePeriodSeconds"]),
        "deployments": [deployment],
        "events": [{"createdAt": NOW - timedelta(minutes=30), "message": steady}],
    }
    return {"services": [row], "failures": []}


def _subnets() -> Json:
    rows = [
        {
            "SubnetId": name,
            "CidrBlock": f"10.0.{number}.0/24",
            "AvailabilityZone": name.removesuffix("-id")[-2:],
        }
        for number, name in zip((11, 12), a_stack().output("private_subnet_ids"), strict=True)
    ]
    return {"Subnets": [row | {"AvailableIpAddressCount": 240} for row in rows]}


def _route_tables() -> Json:
    main = {"Main": True, "RouteTableAssociationId": "rtbassoc-main"}
    local = {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"}
    s3 = {"DestinationPrefixListId": "pl-s3", "GatewayId": "vpce-s3", "State": "active"}
    rows = [{"RouteTableId": "rtb-main", "Associations": [main], "Routes": [local]}]
    for name in a_stack().named("aws:ec2/route:Route"):
        wish = declared(name)
        if "natGatewayId" in wish:
            joined = declared(name.removesuffix("-nat"))
            route = {
                "DestinationCidrBlock": wish["destinationCidrBlock"],
                "NatGatewayId": wish["natGatewayId"],
                "State": "active",
            }
            association = {"Main": False, "SubnetId": joined["subnetId"]}
            row = {"RouteTableId": wish["routeTableId"], "Associations": [association]}
            rows.append(row | {"Routes": [local, s3, route]})
    return {"RouteTables": rows}


def _nat_gateways() -> Json:
    ids = sorted(set(a_stack().output("nat_gateway_ids").values()))
    return {"NatGateways": [{"NatGatewayId": one, "State": "available"} for one in ids]}


def _target_group() -> Json:
    wish = declared("load-balancer-backend")["healthCheck"]
    row = {word: wish[key] for key, word in targets.HEALTH_CHECK.items()}
    return {"TargetGroups": [row | {"Matcher": {"HttpCode": wish["matcher"]}}]}


def _scaling() -> Json:
    row = {
        "StartTime": NOW - timedelta(hours=2),
        "StatusCode": "Successful",
        "StatusMessage": "Successfully set desired count to 2.",
    }
    return {"ScalingActivities": [row]}


def _attached() -> Json:
    arn = declared("compute-execution-role-pull-and-log")["policyArn"]
    return {"AttachedPolicies": [{"PolicyName": arn.rpartition("/")[2], "PolicyArn": arn}]}


def _security_groups() -> Json:
    groups: dict[str, Json] = {}
    directions = {"Ingress": "IpPermissions", "Egress": "IpPermissionsEgress"}
    for group in ("alb", "ecs", "rds"):
        row = {"GroupId": f"security-{group}-id", "GroupName": group}
        groups[row["GroupId"]] = row | {key: [] for key in directions.values()}
    for direction, key in directions.items():
        for name in a_stack().named(
            f"aws:vpc/securityGroup{direction}Rule:SecurityGroup{direction}Rule"
        ):
            rule = declared(name)
            groups[rule["securityGroupId"]][key].append(_permission(rule))
    return {"SecurityGroups": list(groups.values())}


def _permission(rule: Json) -> Json:
    block, group = rule.get("cidrIpv4"), rule.get("referencedSecurityGroupId")
    return {
        "IpProtocol": rule["ipProtocol"],
        "FromPort": rule["fromPort"],
        "ToPort": rule["toPort"],
        "IpRanges": [{"CidrIp": block}] if block else [],
        "UserIdGroupPairs": [{"GroupId": group}] if group else [],
    }


def _listeners() -> Json:
    found = []
    for name in a_stack().named("aws:lb/listener:Listener"):
        wish = declared(name)
        action: Json = {"Type": wish["defaultActions"][0]["type"]}
        if action["Type"] == "forward":
            groups = wish["defaultActions"][0]["forward"]["targetGroups"]
            named = [{"TargetGroupArn": one["arn"], "Weight": one["weight"]} for one in groups]
            action["ForwardConfig"] = {"TargetGroups": named}
        row = {"Port": wish["port"], "Protocol": wish["protocol"], "DefaultActions": [action]}
        found.append(row | ({"SslPolicy": wish["sslPolicy"]} if "sslPolicy" in wish else {}))
    return {"Listeners": found}


def _targets() -> Json:
    target = {"Target": {"Id": "10.0.11.5", "Port": 8000}, "TargetHealth": {"State": "healthy"}}
    other = {"Target": {"Id": "10.0.12.5", "Port": 8000}, "TargetHealth": {"State": "healthy"}}
    return {"TargetHealthDescriptions": [target, other]}


def _database() -> Json:
    row = {
        "DBInstanceIdentifier": declared("database-instance")["identifier"],
        "DBInstanceStatus": "available",
        "PubliclyAccessible": False,
        "EngineVersion": "14.19",
        "InstanceCreateTime": NOW - timedelta(days=3),
        "AllocatedStorage": 100,
        "MaxAllocatedStorage": 200,
        "EnabledCloudwatchLogsExports": ["postgresql"],
        "DBInstanceClass": declared("database-instance")["instanceClass"],
        "BackupRetentionPeriod": declared("database-instance")["backupRetentionPeriod"],
        "DeletionProtection": True,
        "MultiAZ": True,
        "StorageEncrypted": True,
        "DBParameterGroups": [
            {"DBParameterGroupName": "x-postgres14", "ParameterApplyStatus": "in-sync"}
        ],
        "PendingModifiedValues": {},
        "MasterUserSecret": {"SecretStatus": "active"},
    }
    return {"DBInstances": [row]}


def _parameters() -> Json:
    wish = declared("database-parameters")["parameters"]
    rows = [{"ParameterName": one["name"], "ParameterValue": one["value"]} for one in wish]
    limit = {"ParameterName": "max_connections", "ParameterValue": "200"}
    others = [one for one in rows if one["ParameterName"] != limit["ParameterName"]]
    return {"Parameters": [limit, *others]}


def _rights() -> Json:
    row = {"EvalActionName": "ecs:UpdateService", "EvalDecision": "allowed"}
    return {"EvaluationResults": [row, row | {"EvalActionName": "rds:ModifyDBInstance"}]}


def _operator() -> Json:
    arn = "arn:aws:iam::123456789012:role/people/operator"
    return {"Role": {"Arn": arn, "CreateDate": NOW - timedelta(days=30)}}


def _repositories() -> Json:
    return {"repositories": [{"repositoryUri": a_stack().output("ecr_repository_url")}]}


def _on_this_computer() -> Json:
    host = a_stack().output("ecr_repository_url").partition("/")[0]
    version = declared("aws")["version"]
    return {
        "plugins": {"needed": version, "plugins": [{"name": "aws", "version": version}]},
        "plugin_host": {"failure": ""},
        "docker_logins": {"docker": True, "registries": [f"https://{host}"], "helpers": []},
    }


# What the database's gauges say while it is idle.
IDLE: Mapping[str, float] = {
    "database_connections": 20.0,
    "database_cpu": 12.0,
    "database_credits": 500.0,
    "database_storage": 80.0 * 2**30,
    "database_memory": 1.0 * 2**30,
    "database_read_seconds": 0.001,
    "database_write_seconds": 0.002,
}


def _secret() -> Json:
    return {
        "ARN": a_stack().output("db_secret_arn"),
        "LastChangedDate": NOW - timedelta(days=3),
        "NextRotationDate": NOW + timedelta(days=4),
    }


def _policy(name: str) -> Json:
    return {"PolicyDocument": json.loads(declared(name)["policy"])}


def _alarms() -> Json:
    return {
        "MetricAlarms": [
            _alarm(declared(name))
            for name in a_stack().named("aws:cloudwatch/metricAlarm:MetricAlarm")
        ]
    }


def _alarm(wish: Mapping[str, Any]) -> Json:
    dimensions = [
        {"Name": key, "Value": value} for key, value in wish.get("dimensions", {}).items()
    ]
    return {
        "AlarmName": wish["name"],
        "ActionsEnabled": True,
        "AlarmActions": wish.get("alarmActions", []),
        "StateValue": "OK",
        "StateReason": "Threshold not crossed",
        "StateUpdatedTimestamp": NOW - timedelta(hours=2),
        "Dimensions": dimensions,
        "Threshold": wish["threshold"],
        "ComparisonOperator": wish["comparisonOperator"],
        "Period": wish.get("period", 60),
        "EvaluationPeriods": wish["evaluationPeriods"],
    }


def metrics(**series: list[float]) -> Json:
    """Return the answer in which these measures have these points, newest first, the rest none."""
    times = [NOW - timedelta(minutes=5 * number) for number in range(1, 289)]
    rows = [
        {
            "Id": key,
            "StatusCode": "Complete",
            "Timestamps": times[: len(series.get(key, []))],
            "Values": series.get(key, []),
        }
        for key in METRICS
    ]
    return {"MetricDataResults": rows}


# What the tasks' log and the gateway of the NAT count while all is well.
WRITTEN: Mapping[str, list[float]] = {
    "log_events": [600.0] * 12,
    "log_bytes": [60_000.0] * 12,
    "nat_0_sent": [2_000_000.0] * 12,
    "nat_0_received": [1_000_000.0] * 12,
    "nat_0_ports": [0.0] * 12,
}


def _lifecycle() -> Json:
    rows = []
    for one in declared("storage-lifecycle")["rules"]:
        row: Json = {"ID": one["id"], "Status": one["status"]}
        abort = one.get("abortIncompleteMultipartUpload")
        days = {"DaysAfterInitiation": abort["daysAfterInitiation"]} if abort else None
        rows.append(row | ({"AbortIncompleteMultipartUpload": days} if days else {}))
    return {"Rules": rows}


def _budget() -> Json:
    spend = {"ActualSpend": {"Amount": "120.5"}, "ForecastedSpend": {"Amount": "210"}}
    limit = {"Amount": declared("budget-monthly")["limitAmount"], "Unit": "USD"}
    return {"Budget": {"BudgetLimit": limit, "CalculatedSpend": spend}}


def _reservations() -> Json:
    row = {
        "ReservedDBInstanceId": "for-a-year",
        "DBInstanceClass": declared("database-instance")["instanceClass"],
        "ProductDescription": "postgresql",
        "MultiAZ": True,
        "DBInstanceCount": 1,
        "State": "active",
        "StartTime": NOW - timedelta(days=100),
        "Duration": 31_536_000,
    }
    return {"ReservedDBInstances": [row]}


def _records() -> Json:
    proof, alias = declared("load-balancer-certificate-record"), declared("load-balancer-alias")
    values = [{"Value": one} for one in proof["records"]]
    target = {"AliasTarget": {"DNSName": f"dualstack.{alias['aliases'][0]['name']}."}}
    return {
        "ResourceRecordSets": [
            {"Name": proof["name"], "Type": "CNAME", "ResourceRecords": values},
            {"Name": f"{alias['name']}.", "Type": "A", **target},
        ]
    }


def _endpoints() -> Json:
    kind = "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation"
    tables = [declared(name)["routeTableId"] for name in a_stack().named(kind)]
    row = {"VpcEndpointId": a_stack().output("s3_endpoint_id"), "State": "available"}
    return {"VpcEndpoints": [row | {"RouteTableIds": tables}]}


def _log_groups() -> Json:
    wishes = [declared(name) for name in a_stack().named("aws:cloudwatch/logGroup:LogGroup")]
    days = "retentionInDays"
    return {"logGroups": [{"logGroupName": one["name"], days: one[days]} for one in wishes]}


def _topic(topic: str) -> Json:
    return {"Attributes": {"Policy": declared(f"alerts-topics-{topic}-policy")["policy"]}}


def _subscriptions() -> Json:
    rows = []
    for name in a_stack().named("aws:sns/topicSubscription:TopicSubscription"):
        wish = declared(name)
        arn = f"{wish['topic']}:{name}"
        row = {"TopicArn": wish["topic"], "Protocol": wish["protocol"]}
        rows.append(row | {"Endpoint": wish["endpoint"], "SubscriptionArn": arn})
    return {"Subscriptions": rows}


@cache
def _healthy() -> Json:
    trust = json.loads(declared("tenants-tenant-role")["assumeRolePolicy"])
    running, stopped = (one["taskArn"] for one in _tasks()["tasks"])
    idle = {key: [value] * 12 for key, value in IDLE.items()}
    return {
        "caller": _caller(),
        "running_tasks": {"taskArns": [running]},
        "stopped_tasks": {"taskArns": [stopped]},
        "tasks": _tasks(),
        "service": _ecs_service(),
        "crash_lines": {"events": [{"message": "INFO: started"}]},
        "scaling": _scaling(),
        "image": {"imageDetails": [{"imageTags": ["1.0.0"]}]},
        "execution_policies": _attached(),
        "execution_secrets": _policy("compute-execution-role-secrets"),
        "private_subnets": _subnets(),
        "route_tables": _route_tables(),
        "nat_gateways": _nat_gateways(),
        "target_group": _target_group(),
        "security_groups": _security_groups(),
        "load_balancer": {"LoadBalancers": [{"State": {"Code": "active"}}]},
        "listeners": _listeners(),
        "targets": _targets(),
        "database": _database(),
        "database_parameters": _parameters(),
        "database_secret": _secret(),
        "task_policy": _policy("tenants-task-role-s3-access"),
        "tenant_policy": _policy("tenants-tenant-role-files"),
        "tenant_role": {"Role": {"AssumeRolePolicyDocument": trust}},
        "lifecycle": _lifecycle(),
        "budget": _budget(),
        "reservations": _reservations(),
        "certificate": {"Certificate": {"Status": "ISSUED", "NotAfter": NOW + timedelta(days=300)}},
        "records": _records(),
        "vpc_endpoints": _endpoints(),
        "log_groups": _log_groups(),
        "alarms": _alarms(),
        "metrics": metrics(
            requests=[900.0] * 12,
            answer_p95=[0.2] * 12,
            answer_p99=[0.9] * 12,
            service_cpu=[40.0] * 12,
            service_memory=[50.0] * 12,
            **idle,
            **WRITTEN,
        ),
        "critical_topic": _topic("critical"),
        "warning_topic": _topic("warning"),
        "subscriptions": _subscriptions(),
        "bucket_location": {"LocationConstraint": "ap-northeast-2"},
        "repository": _repositories(),
        "extensions_log": {"events": [{"message": f"extension,{one},1.0"} for one in EXTENSIONS]},
        "caller_role": _operator(),
        "caller_policies": {"AttachedPolicies": [{"PolicyArn": "arn:aws:iam::aws:policy/Some"}]},
        "deploy_rights": _rights(),
        **_on_this_computer(),
    }


def healthy() -> Json:
    """Return what AWS answers to each read while all is well; a copy, to be spoilt."""
    return copy.deepcopy(_healthy())


def facts(answers: Mapping[str, Any], stack: Deployed | None = None) -> Facts:
    """Return facts with these answers; one that is an Answer is taken as it is."""
    known = {k: v if isinstance(v, Answer) else Answer("known", v) for k, v in answers.items()}
    return Facts(known, stack or a_stack(), NOW, {"PULUMI_CONFIG_PASSPHRASE": "set"})


def with_answers(**changed: Any) -> Facts:  # noqa: ANN401 - JSON
    """Return the facts of a healthy stack in which some answers are others."""
    return facts(healthy() | changed)


def without_environment(known: Facts) -> Facts:
    """Return the facts as they are where no variable is set."""
    return replace(known, environment={})


def outcomes(known: Facts, read: str = "") -> dict[str, Outcome]:
    """Return what each check says, by its id; with a read, of those checks that need it."""
    asked = [one for one in checks.load().values() if not read or read in one.reads]
    return {one.check.id: one for one in verdict.judge(asked, known)}
