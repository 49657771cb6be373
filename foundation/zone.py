"""The public hosted zone of the domain (ADR L7, X3); its records belong to the environments."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import route53

from components import tags


@dataclass(frozen=True, kw_only=True)
class HostedZoneArgs:
    """`domain` is registered elsewhere and delegated to the zone's name servers."""

    domain: str


class HostedZone(pulumi.ComponentResource):
    """One zone, never deleted: a new one gets other name servers, and the domain goes dark."""

    zone_id: pulumi.Output[str]
    name_servers: pulumi.Output[Sequence[str]]

    def __init__(
        self, name: str, args: HostedZoneArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("triflow:foundation:HostedZone", name, None, opts)
        zone = route53.Zone(
            name,
            name=args.domain,
            comment="TriFlow AI, all environments",
            force_destroy=False,
            tags=tags.own("foundation", args.domain),
            opts=pulumi.ResourceOptions(parent=self, protect=True, retain_on_delete=True),
        )
        self.zone_id = zone.zone_id
        self.name_servers = zone.name_servers
        self.register_outputs({"zone_id": self.zone_id, "name_servers": self.name_servers})
