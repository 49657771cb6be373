"""The chain of security groups: world -> load balancer -> tasks -> database (ADR N4).

Who owns the groups' members attaches them; the VPC's default group is closed by `vpc`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pulumi
from pulumi_aws import ec2, vpc

from components import tags

WORLD = "0.0.0.0/0"

# AWS takes ASCII only in a group's description, and replaces the group when it changes.
GROUPS: Mapping[str, str] = {
    "alb": "Load balancer: the only part that the world reaches",
    "ecs": "Tasks: reached from the load balancer only",
    "rds": "Database: reached from the tasks only, reaches nothing",
}


@dataclass(frozen=True)
class Rule:
    """One edge of the chain: one port, one peer (a group of the chain, or an IPv4 block)."""

    group: str
    direction: Literal["in", "out"]
    port: int
    peer: str
    description: str


# The whole of what may flow. The database has no way out at all.
RULES = (
    Rule("alb", "in", 443, WORLD, "HTTPS from the internet"),
    Rule("alb", "in", 80, WORLD, "HTTP from the internet, answered with a redirect to HTTPS"),
    Rule("alb", "out", 8000, "ecs", "Requests and health checks to the tasks"),
    Rule("ecs", "in", 8000, "alb", "Requests and health checks from the load balancer"),
    Rule("ecs", "out", 5432, "rds", "PostgreSQL"),
    Rule("ecs", "out", 443, WORLD, "S3, ECR, CloudWatch, Secrets Manager and external APIs"),
    Rule("rds", "in", 5432, "ecs", "PostgreSQL from the tasks"),
)


@dataclass(frozen=True, kw_only=True)
class SecurityGroupsArgs:
    """`prefix` begins the names of the groups."""

    prefix: str
    vpc_id: pulumi.Input[str]


class SecurityGroups(pulumi.ComponentResource):
    """Three groups without inline rules; each rule is a resource of its own.

    The groups refer to each other, so rules inside them would form a circle that can neither be
    created nor deleted (guide, problem 2).
    """

    alb_id: pulumi.Output[str]
    ecs_id: pulumi.Output[str]
    rds_id: pulumi.Output[str]

    def __init__(
        self, name: str, args: SecurityGroupsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("triflow:security:SecurityGroups", name, None, opts)
        self._child = pulumi.ResourceOptions(parent=self)
        groups = {group: self._group(name, group, args) for group in GROUPS}
        for rule in RULES:
            self._rule(name, rule, args.prefix, groups)
        self.alb_id, self.ecs_id, self.rds_id = (groups[g].id for g in ("alb", "ecs", "rds"))
        self.register_outputs({"alb_id": self.alb_id, "ecs_id": self.ecs_id, "rds_id": self.rds_id})

    def _group(self, name: str, group: str, args: SecurityGroupsArgs) -> ec2.SecurityGroup:
        """Neither `ingress` nor `egress`: even an empty list would erase the rules below."""
        label = f"{args.prefix}-{group}-sg"
        return ec2.SecurityGroup(
            f"{name}-{group}",
            name=label,
            vpc_id=args.vpc_id,
            description=GROUPS[group],
            tags=tags.own("security", label),
            opts=self._child,
        )

    def _rule(
        self, name: str, rule: Rule, prefix: str, groups: Mapping[str, ec2.SecurityGroup]
    ) -> None:
        role = f"{rule.group}-{rule.direction}-{rule.port}"
        kind = (
            vpc.SecurityGroupIngressRule if rule.direction == "in" else vpc.SecurityGroupEgressRule
        )
        peer = groups.get(rule.peer)
        kind(
            f"{name}-{role}",
            security_group_id=groups[rule.group].id,
            ip_protocol="tcp",
            from_port=rule.port,
            to_port=rule.port,
            cidr_ipv4=None if peer else rule.peer,
            referenced_security_group_id=peer.id if peer else None,
            description=rule.description,
            tags=tags.own("security", f"{prefix}-{role}"),
            opts=self._child,
        )
