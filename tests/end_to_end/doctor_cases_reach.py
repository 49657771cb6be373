"""Rows of P03, P09, P15, P18 and P21: who reaches whom, from the login to the alarm's mail."""

import json
from datetime import timedelta
from typing import Any

from tests.end_to_end.doctor_case import (
    ONE,
    Act,
    Case,
    counted,
    hours_later,
    nothing,
    policy,
    spoils,
    targets,
)
from tests.end_to_end.doctor_world import World

OWNER = "123456789012"


def rule(name: str) -> tuple[Act, Act]:
    """Return what takes a rule of the security groups away, and what gives it back."""
    way = "ingress" if "-in-" in name else "egress"

    def revoke(world: World) -> None:
        """By its id: moto does not find a rule about a group by what it says."""
        wish, ec2 = world.inputs(name), world.aws("ec2")
        of_group = [{"Name": "group-id", "Values": [wish["securityGroupId"]]}]
        found = ec2.describe_security_group_rules(Filters=of_group)["SecurityGroupRules"]
        (one,) = [
            each["SecurityGroupRuleId"]
            for each in found
            if each["IsEgress"] == (way == "egress") and each["FromPort"] == wish["fromPort"]
        ]
        call = getattr(ec2, f"revoke_security_group_{way}")
        call(GroupId=wish["securityGroupId"], SecurityGroupRuleIds=[one])

    def authorize(world: World) -> None:
        wish = world.inputs(name)
        group, block = wish.get("referencedSecurityGroupId"), wish.get("cidrIpv4")
        row = {
            "IpProtocol": wish["ipProtocol"],
            "FromPort": wish["fromPort"],
            "ToPort": wish["toPort"],
            "UserIdGroupPairs": [{"GroupId": group}] if group else [],
            "IpRanges": [{"CidrIp": block}] if block else [],
        }
        call = getattr(world.aws("ec2"), f"authorize_security_group_{way}")
        call(GroupId=wish["securityGroupId"], IpPermissions=[row])

    return revoke, authorize


def trust(world: World, document: str) -> None:
    """Set whom the tenant's role trusts."""
    name = world.inputs("tenants-tenant-role")["name"]
    world.aws("iam").update_assume_role_policy(RoleName=name, PolicyDocument=document)


def public(*, value: bool) -> Act:
    """Return what opens or closes the database."""
    return lambda world: world.aws("rds").modify_db_instance(
        DBInstanceIdentifier=world.database, PubliclyAccessible=value, ApplyImmediately=True
    )


def connected(world: World) -> None:
    """Let the database be full of connections."""
    # At a later time, since the points of all that is well are in the minutes before.
    world.now += timedelta(hours=1)
    world.measured("AWS/RDS", "DatabaseConnections", 5000, DBInstanceIdentifier=world.database)


def closed(world: World) -> None:
    """Let the listener answer by itself instead of forwarding."""
    refusal = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}
    _answer(world, refusal)


def forwarding(world: World) -> None:
    """Let the listener forward as declared."""
    wish = world.inputs("load-balancer-https")["defaultActions"][0]["forward"]
    groups = [
        {"TargetGroupArn": one["arn"], "Weight": one["weight"]} for one in wish["targetGroups"]
    ]
    _answer(world, {"Type": "forward", "ForwardConfig": {"TargetGroups": groups}})


def _answer(world: World, action: dict[str, Any]) -> None:
    elb = world.aws("elbv2")
    listeners = elb.describe_listeners(LoadBalancerArn=world.deployed.output("alb_arn"))
    (arn,) = [one["ListenerArn"] for one in listeners["Listeners"] if one["Port"] == 443]
    elb.modify_listener(ListenerArn=arn, DefaultActions=[action])


def later_secret(world: World) -> None:
    """Let the secret have changed after the tasks started."""
    changed = world.now + timedelta(minutes=5)
    spoils("secretsmanager.DescribeSecret", "LastChangedDate", value=changed)(world)


CPU_HIGH = "monitoring-alarms-rds-cpu-high"


def alarm(**fields: object) -> Act:
    """Return what puts the alarm as declared, some of its fields otherwise."""

    def act(world: World) -> None:
        wish = world.inputs(CPU_HIGH)
        asked: dict[str, Any] = {
            "AlarmName": wish["name"],
            "AlarmActions": wish["alarmActions"],
            "Dimensions": [{"Name": k, "Value": v} for k, v in wish["dimensions"].items()],
            "Namespace": wish["namespace"],
            "MetricName": wish["metricName"],
            "Statistic": wish["statistic"],
            "Period": wish["period"],
            "EvaluationPeriods": wish["evaluationPeriods"],
            "Threshold": wish["threshold"],
            "ComparisonOperator": wish["comparisonOperator"],
        }
        world.aws("cloudwatch").put_metric_alarm(**(asked | fields))

    return act


def of_alarm(call: str, key: str = "AlarmNames", **more: object) -> Act:
    """Return what calls CloudWatch about the alarm."""

    def act(world: World) -> None:
        name = world.inputs(CPU_HIGH)["name"]
        named = [name] if key == "AlarmNames" else name
        getattr(world.aws("cloudwatch"), call)(**{key: named, **more})

    return act


def state(value: str) -> Act:
    """Return what sets the alarm's state."""
    return of_alarm("set_alarm_state", "AlarmName", StateValue=value, StateReason="a test")


def without_data(world: World) -> None:
    """Let the alarm have had no data for an hour."""
    state("INSUFFICIENT_DATA")(world)
    world.passes(hours=1)


def topic(attribute: str, value: str) -> Act:
    """Return what sets an attribute of the critical topic."""
    return lambda world: world.aws("sns").set_topic_attributes(
        TopicArn=world.deployed.arn("alerts-topics-critical"),
        AttributeName=attribute,
        AttributeValue=value,
    )


def declared_policy(world: World) -> None:
    """Give the critical topic its policy back."""
    topic("Policy", world.inputs("alerts-topics-critical-policy")["policy"])(world)


def unconfirmed(world: World) -> None:
    """Let nobody have confirmed anything."""

    def spoil(answer: Any) -> None:  # noqa: ANN401 - JSON
        for one in answer["Subscriptions"]:
            one["SubscriptionArn"] = "PendingConfirmation"

    world.spoils("sns.ListSubscriptions", spoil)


OTHER = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": OWNER}}
NO_TRUST = json.dumps({"Version": "2012-10-17", "Statement": [OTHER]})
NO_POLICY = json.dumps({"Version": "2012-10-17", "Statement": []})
CASES = (
    # P03
    Case(
        "aws-wrong-account",
        "P03",
        spoils("sts.GetCallerIdentity", "Account", value="999999999999"),
        nothing,
    ),
    # The chain of security groups: P09, P12, P13 and P15
    Case("sg-alb-ingress-missing", "P15", *rule("security-alb-in-443")),
    Case("sg-alb-ingress-redirect-missing", "P15", *rule("security-alb-in-80")),
    Case("sg-alb-egress-ecs-missing", "P15", *rule("security-alb-out-8000")),
    Case("sg-ecs-ingress-alb-missing", "P12", *rule("security-ecs-in-8000")),
    Case("sg-ecs-egress-db-missing", "P09", *rule("security-ecs-out-5432")),
    Case("sg-ecs-egress-443-missing", "P13", *rule("security-ecs-out-443")),
    Case("sg-rds-ingress-ecs-missing", "P09", *rule("security-rds-in-5432")),
    # P09
    Case(
        "rds-stopped",
        "P09",
        lambda world: world.aws("rds").stop_db_instance(DBInstanceIdentifier=world.database),
        lambda world: world.aws("rds").start_db_instance(DBInstanceIdentifier=world.database),
    ),
    Case("rds-public", "P09", public(value=True), public(value=False)),
    Case(
        "rds-not-available",
        "P09",
        spoils("rds.DescribeDBInstances", *ONE, "DBInstanceStatus", value="failed"),
        nothing,
    ),
    Case(
        "secret-rotation-broken",
        "P09",
        spoils(
            "rds.DescribeDBInstances", *ONE, "MasterUserSecret", "SecretStatus", value="impaired"
        ),
        nothing,
    ),
    Case("secret-newer-than-tasks", "P09", later_secret, nothing),
    Case("rds-connections-high", "P09", connected, hours_later),
    # P15
    Case("alb-no-healthy-target", "P15", targets("deregister"), targets("register")),
    Case("alb-listener-broken", "P15", closed, forwarding),
    Case("alb-502-rate", "P15", counted("HTTPCode_ELB_502_Count", 50), hours_later),
    Case("alb-503-seen", "P15", counted("HTTPCode_ELB_503_Count", 50), hours_later),
    Case("alb-target-5xx", "P15", counted("HTTPCode_Target_5XX_Count", 50), hours_later),
    Case("alb-keepalive-race", "P15", counted("TargetConnectionErrorCount", 50), hours_later),
    # P18
    Case(
        "task-role-s3-denied",
        "P18",
        *policy("tenants-task-role-s3-access"),
        also=("tenant-assume-denied",),
    ),
    Case("tenant-files-denied", "P18", *policy("tenants-tenant-role-files")),
    Case(
        "tenant-assume-denied",
        "P18",
        lambda world: trust(world, NO_TRUST),
        lambda world: trust(world, world.inputs("tenants-tenant-role")["assumeRolePolicy"]),
        also=("tenant-isolation-broken",),  # somebody else is trusted instead
    ),
    # P21
    Case("alarm-missing", "P21", of_alarm("delete_alarms"), alarm()),
    Case(
        "alarm-actions-off",
        "P21",
        of_alarm("disable_alarm_actions"),
        of_alarm("enable_alarm_actions"),
    ),
    Case("alarm-no-action", "P21", alarm(AlarmActions=[]), alarm()),
    Case(
        "alarm-wrong-dimension",
        "P21",
        alarm(Dimensions=[{"Name": "DBInstanceIdentifier", "Value": "db-RESOURCEID"}]),
        alarm(),
    ),
    Case("alarm-threshold-drift", "P21", alarm(Threshold=99.0), alarm()),
    Case("alarm-no-data", "P21", without_data, state("OK")),
    Case("alarm-firing", "P21", state("ALARM"), state("OK")),
    Case("sns-policy-lacks-publisher", "P21", topic("Policy", NO_POLICY), declared_policy),
    Case(
        "sns-key-blocks",
        "P21",
        topic("KmsMasterKeyId", "alias/aws/sns"),
        topic("KmsMasterKeyId", ""),
    ),
    Case("sns-subscription-pending", "P21", unconfirmed, nothing, also=("sns-no-subscriber",)),
)
