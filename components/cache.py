"""The Redis cache of April (ADR X1): off until it is decided, complete when it is.

One node, as it was priced. It holds what can be computed again; sessions that must survive the
loss of a node need a second one. Reached from the tasks only, over TLS.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import ec2, elasticache, vpc

from components import kst, tags

PORT = 6379
NODE_TYPE = "cache.t4g.small"
ENGINE_VERSION = "7.1"
MAINTENANCE = "Mon 05:00-06:00"  # Korean time, after the database's
SNAPSHOT_WINDOW = "03:00-04:00"
SNAPSHOT_DAYS = 1


@dataclass(frozen=True, kw_only=True)
class CacheArgs:
    """`enabled` false makes nothing at all."""

    prefix: str
    enabled: bool
    vpc_id: pulumi.Input[str]
    subnet_ids: pulumi.Input[Sequence[pulumi.Input[str]]]
    ecs_security_group_id: pulumi.Input[str]


class Cache(pulumi.ComponentResource):
    """A replication group with its security group and subnets; `url` is None while it is off."""

    url: pulumi.Output[str] | None

    def __init__(
        self, name: str, args: CacheArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("triflow:data:Cache", name, None, opts)
        self._args, self._child = args, pulumi.ResourceOptions(parent=self)
        self.url = self._redis(name) if args.enabled else None
        self.register_outputs({"url": self.url})

    def _redis(self, name: str) -> pulumi.Output[str]:
        label = f"{self._args.prefix}-cache"
        group = elasticache.ReplicationGroup(
            f"{name}-redis",
            replication_group_id=label,
            description="Answers and sessions of the backend",
            engine="redis",
            engine_version=ENGINE_VERSION,
            node_type=NODE_TYPE,
            num_cache_clusters=1,
            automatic_failover_enabled=False,  # has nowhere to go with one node
            port=PORT,
            subnet_group_name=self._subnets(f"{name}-subnets", label),
            security_group_ids=[self._security_group(f"{name}-security", label)],
            at_rest_encryption_enabled=True,
            transit_encryption_enabled=True,
            auto_minor_version_upgrade=True,
            maintenance_window=kst.window(MAINTENANCE).utc,
            snapshot_window=kst.window(SNAPSHOT_WINDOW).utc,
            snapshot_retention_limit=SNAPSHOT_DAYS,
            tags=tags.own("cache", label),
            opts=self._child,
        )
        return pulumi.Output.concat("rediss://", group.primary_endpoint_address, f":{PORT}")

    def _subnets(self, name: str, label: str) -> pulumi.Output[str]:
        return elasticache.SubnetGroup(
            name,
            name=f"{label}-subnets",
            description="Private subnets of the cache",
            subnet_ids=self._args.subnet_ids,
            tags=tags.own("cache", f"{label}-subnets"),
            opts=self._child,
        ).name

    def _security_group(self, name: str, label: str) -> pulumi.Output[str]:
        """A fourth link of the chain (ADR N4): from the tasks, and nowhere out."""
        group = ec2.SecurityGroup(
            name,
            name=f"{label}-sg",
            vpc_id=self._args.vpc_id,
            description="Cache: reached from the tasks only, reaches nothing",
            tags=tags.own("cache", f"{label}-sg"),
            opts=self._child,
        )
        vpc.SecurityGroupIngressRule(
            f"{name}-in",
            security_group_id=group.id,
            referenced_security_group_id=self._args.ecs_security_group_id,
            ip_protocol="tcp",
            from_port=PORT,
            to_port=PORT,
            description="Redis from the tasks",
            tags=tags.own("cache", f"{label}-in"),
            opts=self._child,
        )
        vpc.SecurityGroupEgressRule(
            f"{name}-out",
            security_group_id=self._args.ecs_security_group_id,
            referenced_security_group_id=group.id,
            ip_protocol="tcp",
            from_port=PORT,
            to_port=PORT,
            description="Redis",
            tags=tags.own("cache", f"{label}-out"),
            opts=self._child,
        )
        return group.id
