"""Which finding explains which: the explained ones are told under their cause, and not counted."""

from collections.abc import Mapping
from typing import Final

CAUSES: Final[Mapping[str, tuple[str, ...]]] = {
    "aws-wrong-account": ("bucket-name-not-unique", "bucket-missing", "bucket-foreign"),
    "plugin-host-unreachable": ("plugin-not-installed",),
    "proxy-half-set": ("plugin-host-unreachable",),
    "sg-missing": (
        "sg-alb-ingress-missing",
        "sg-alb-ingress-redirect-missing",
        "sg-alb-egress-ecs-missing",
        "sg-ecs-ingress-alb-missing",
        "sg-ecs-egress-db-missing",
        "sg-ecs-egress-443-missing",
        "sg-rds-ingress-ecs-missing",
    ),
    "rds-create-failed": ("rds-not-available",),
    "rds-cpu-high": ("rds-cpu-raised",),
    "bucket-missing": (
        "multipart-abort-missing",
        "bucket-lifecycle-missing",
        "multipart-leftovers",
    ),
    "rds-stopped": ("rds-connections-high", "app-crash-signature", "target-code-mismatch"),
    "rds-not-available": ("rds-connections-high", "app-crash-signature", "target-code-mismatch"),
    "secret-newer-than-tasks": ("app-crash-signature", "target-code-mismatch"),
    "sg-ecs-ingress-alb-missing": ("target-timeout", "alb-no-healthy-target", "alb-502-rate"),
    "sg-alb-egress-ecs-missing": ("target-timeout", "alb-no-healthy-target", "alb-502-rate"),
    "ecs-service-missing": ("ecs-desired-zero", "alb-no-healthy-target"),
    "ecs-desired-zero": ("alb-no-healthy-target",),
    "nat-not-available": ("private-egress-missing", "image-pull-failed", "secret-init-failed"),
    "vpc-dns-off": ("image-pull-failed", "secret-init-failed", "app-crash-signature"),
    "nacl-blocks": (
        *("image-pull-failed", "secret-init-failed", "target-timeout", "alb-504-seen"),
        "app-crash-signature",
    ),
    "s3-endpoint-blocks-layers": ("image-pull-failed",),
    "s3-endpoint-policy-denies": ("s3-denied-in-logs",),
    "bucket-policy-denies": ("s3-denied-in-logs",),
    "tenant-assume-denied": ("s3-denied-in-logs",),
    "task-role-s3-denied": ("s3-denied-in-logs",),
    "tenant-files-denied": ("s3-denied-in-logs",),
    "private-egress-missing": ("image-pull-failed", "secret-init-failed"),
    "sg-ecs-egress-443-missing": ("image-pull-failed", "secret-init-failed"),
    "ecr-image-missing": ("image-pull-failed",),
    "exec-role-ecr-denied": ("image-pull-failed", "secret-init-failed"),
    "exec-role-secret-denied": ("secret-init-failed",),
    "image-wrong-cpu": ("image-pull-failed",),
    "image-pull-failed": ("ecs-crash-loop",),
    "secret-init-failed": ("ecs-crash-loop",),
    "ecs-oom-killed": ("ecs-crash-loop", "ecs-memory-high", "alb-502-rate"),
    "ecs-essential-exit": ("ecs-crash-loop",),
    "ecs-start-failed": ("ecs-crash-loop",),
    "app-crash-signature": ("ecs-essential-exit", "target-failed-checks"),
    "ecs-crash-loop": ("ecs-circuit-breaker", "ecs-below-desired"),
    "ecs-circuit-breaker": ("ecs-rolled-back",),
    "ecs-fargate-capacity": ("ecs-placement-event",),
    "ecs-vcpu-quota": ("ecs-placement-event",),
    "subnet-ips-low": ("ecs-placement-event",),
    "ecs-placement-event": ("ecs-below-desired",),
    "target-timeout": ("alb-no-healthy-target",),
    "target-failed-checks": ("alb-no-healthy-target",),
    "target-code-mismatch": ("alb-no-healthy-target",),
    "dns-validation-missing": ("cert-not-issued", "cert-expiring"),
    "multipart-abort-missing": ("bucket-lifecycle-missing", "multipart-leftovers"),
    "sns-no-subscriber": ("sns-delivery-failed",),
    "sns-policy-lacks-publisher": ("sns-delivery-failed",),
    "ri-does-not-match": ("ri-low-use",),
    "budget-exceeded": ("budget-forecast-over",),
    "log-group-missing": ("task-log-config-wrong", "log-silent"),
    "s3-endpoint-missing": ("nat-bytes-high", "nat-cost-jump"),
    "s3-endpoint-not-routed": ("nat-bytes-high", "nat-cost-jump"),
    "nat-bytes-high": ("nat-cost-jump",),
    "alb-no-healthy-target": ("alb-502-rate", "alb-503-seen"),
    "alb-near-timeout": ("alb-latency-high",),
    "ecs-at-max-tasks": ("ecs-cpu-high",),
}


def explained_by(found: set[str]) -> dict[str, str]:
    """Return, of the findings that were found, which one explains each that is explained."""
    direct = {
        effect: cause
        for cause, effects in CAUSES.items()
        if cause in found
        for effect in effects
        if effect in found
    }
    return {effect: _root(effect, direct) for effect in direct}


def _root(effect: str, direct: Mapping[str, str]) -> str:
    """A cause may be explained itself; CAUSES has no circle (there is a test)."""
    cause = direct[effect]
    return _root(cause, direct) if cause in direct else cause
