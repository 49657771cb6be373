"""What the world sees: name, load balancer, listeners and target groups (ADR L1 to L9).

Who may reach it is `security`'s; the targets register themselves, so they are `compute`'s.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi
from pulumi_aws import lb, route53

from components import containers, tags
from components.certificate import Certificate, CertificateArgs
from components.storage import ACCESS_LOG_FOLDER

TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06"
# A browser that has been here once comes back by HTTPS only, for a year. Not for names below this
# one: the environments send their own, and what else lives under the domain is not ours to decide.
HSTS = "max-age=31536000"
STICKY_SECONDS = 3600
DRAIN_SECONDS = 30
IDLE_SECONDS = 60
APP_COOKIE = "TRIFLOW_LB_COOKIE"

HEALTH_CHECK: lb.TargetGroupHealthCheckArgsDict = {
    "path": "/health",
    "port": "traffic-port",
    "protocol": "HTTP",
    "interval": 15,
    "timeout": 5,
    "healthy_threshold": 2,
    "unhealthy_threshold": 3,
    "matcher": "200",
}


@dataclass(frozen=True, kw_only=True)
class LoadBalancerArgs:
    """`stickiness` app_cookie follows a cookie that the backend sets; lb_cookie has no own name."""

    prefix: str
    domain: str
    deletion_protection: bool
    access_logs: bool
    stickiness: Literal["lb_cookie", "app_cookie"]
    zone_id: pulumi.Input[str]
    vpc_id: pulumi.Input[str]
    subnet_ids: pulumi.Input[Sequence[pulumi.Input[str]]]
    security_group_id: pulumi.Input[str]
    bucket: pulumi.Input[str]


class LoadBalancer(pulumi.ComponentResource):
    """One load balancer; a target group is given out once a listener forwards to it.

    ECS refuses a service whose target group no load balancer has.
    """

    arn: pulumi.Output[str]
    arn_suffix: pulumi.Output[str]
    dns_name: pulumi.Output[str]
    url: pulumi.Output[str]
    target_group_arn: pulumi.Output[str]
    target_group_arn_suffix: pulumi.Output[str]
    canary_target_group_arn: pulumi.Output[str]
    listener_arn: pulumi.Output[str]
    certificate_arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: LoadBalancerArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("triflow:edge:LoadBalancer", name, None, opts)
        self._args, self._child = args, pulumi.ResourceOptions(parent=self)
        certificate = Certificate(
            f"{name}-certificate",
            CertificateArgs(domain=args.domain, zone_id=args.zone_id),
            self._child,
        )
        balancer = self._balancer(name)
        backend = self._target_group(f"{name}-backend", f"{args.prefix}-backend-tg")
        canary = self._target_group(f"{name}-canary", f"{args.prefix}-canary-tg")
        self._redirect(f"{name}-http", balancer)
        https = self._https(f"{name}-https", balancer, certificate.arn, backend, canary)
        self._alias(f"{name}-alias", balancer)
        self.arn, self.arn_suffix = balancer.arn, balancer.arn_suffix
        self.dns_name = balancer.dns_name
        self.url = pulumi.Output.from_input(f"https://{args.domain}")
        self.target_group_arn = _served(backend, https)
        self.target_group_arn_suffix = backend.arn_suffix
        self.canary_target_group_arn = _served(canary, https)
        self.listener_arn = https.arn
        self.certificate_arn = certificate.arn
        self.register_outputs(
            {
                "arn": self.arn,
                "arn_suffix": self.arn_suffix,
                "dns_name": self.dns_name,
                "url": self.url,
                "target_group_arn": self.target_group_arn,
                "target_group_arn_suffix": self.target_group_arn_suffix,
                "canary_target_group_arn": self.canary_target_group_arn,
                "listener_arn": self.listener_arn,
                "certificate_arn": self.certificate_arn,
            }
        )

    def _balancer(self, name: str) -> lb.LoadBalancer:
        """ADR L1, L8."""
        label = f"{self._args.prefix}-alb"
        return lb.LoadBalancer(
            name,
            name=label,
            load_balancer_type="application",
            internal=False,
            ip_address_type="ipv4",
            subnets=self._args.subnet_ids,
            security_groups=[self._args.security_group_id],
            drop_invalid_header_fields=True,
            desync_mitigation_mode="defensive",
            idle_timeout=IDLE_SECONDS,
            enable_deletion_protection=self._args.deletion_protection,
            access_logs=self._access_logs(),
            tags=tags.own("load_balancer", label),
            opts=self._child,
        )

    def _access_logs(self) -> lb.LoadBalancerAccessLogsArgsDict | None:
        """ADR L8: off unless the setting turns them on; they then age with the archived logs."""
        if not self._args.access_logs:
            return None
        return {"enabled": True, "bucket": self._args.bucket, "prefix": ACCESS_LOG_FOLDER}

    def _target_group(self, name: str, label: str) -> lb.TargetGroup:
        """ADR L4, L5. AWS takes 32 characters of name, and prod's first has all of them."""
        return lb.TargetGroup(
            name,
            name=label,
            target_type="ip",
            protocol="HTTP",
            port=containers.PORT,
            vpc_id=self._args.vpc_id,
            deregistration_delay=DRAIN_SECONDS,
            health_check=HEALTH_CHECK,
            stickiness=stickiness(self._args.stickiness),
            tags=tags.own("load_balancer", label),
            opts=self._child,
        )

    def _redirect(self, name: str, balancer: lb.LoadBalancer) -> None:
        """ADR L2."""
        lb.Listener(
            name,
            load_balancer_arn=balancer.arn,
            port=80,
            protocol="HTTP",
            default_actions=[
                {
                    "type": "redirect",
                    "redirect": {"protocol": "HTTPS", "port": "443", "status_code": "HTTP_301"},
                }
            ],
            tags=tags.own("load_balancer", f"{self._args.prefix}-http"),
            opts=self._child,
        )

    def _https(
        self,
        name: str,
        balancer: lb.LoadBalancer,
        certificate_arn: pulumi.Output[str],
        backend: lb.TargetGroup,
        canary: lb.TargetGroup,
    ) -> lb.Listener:
        """ADR L3, L9. The canary's group is known here; its share is `canary_share`'s."""
        return lb.Listener(
            name,
            load_balancer_arn=balancer.arn,
            port=443,
            protocol="HTTPS",
            ssl_policy=TLS_POLICY,
            certificate_arn=certificate_arn,
            routing_http_response_strict_transport_security_header_value=HSTS,
            default_actions=[
                {
                    "type": "forward",
                    "forward": {
                        "target_groups": [
                            {"arn": backend.arn, "weight": 100},
                            {"arn": canary.arn, "weight": 0},
                        ],
                        "stickiness": {"enabled": True, "duration": STICKY_SECONDS},
                    },
                }
            ],
            tags=tags.own("load_balancer", f"{self._args.prefix}-https"),
            opts=self._child,
        )

    def _alias(self, name: str, balancer: lb.LoadBalancer) -> None:
        """ADR L7, E3. An alias, since DNS allows no CNAME at the top of a zone."""
        route53.Record(
            name,
            zone_id=self._args.zone_id,
            name=self._args.domain,
            type="A",
            aliases=[
                {
                    "name": balancer.dns_name,
                    "zone_id": balancer.zone_id,
                    "evaluate_target_health": True,
                }
            ],
            opts=self._child,
        )


def stickiness(kind: Literal["lb_cookie", "app_cookie"]) -> lb.TargetGroupStickinessArgsDict:
    """Return what keeps a visitor at one task for an hour (ADR L5)."""
    sticky: lb.TargetGroupStickinessArgsDict = {
        "enabled": True,
        "type": kind,
        "cookie_duration": STICKY_SECONDS,
    }
    return sticky | {"cookie_name": APP_COOKIE} if kind == "app_cookie" else sticky


def _served(group: lb.TargetGroup, listener: lb.Listener) -> pulumi.Output[str]:
    return pulumi.Output.all(group.arn, listener.id).apply(lambda found: str(found[0]))
