"""The figures of compute and load balancing (ADR 1 and 5) that the rules compare with.

The program has its own copy of each: a guard must not read the plan it guards.
"""

from typing import Final

# ADR C2: memory in MiB by CPU units. Source: "Task CPU and memory", ECS guide, 2026-11-22.
FARGATE_PAIRS: Final = {
    256: (512, 1024, 2048),
    512: tuple(range(1024, 4097, 1024)),
    1024: tuple(range(2048, 8193, 1024)),
    2048: tuple(range(4096, 16385, 1024)),
    4096: tuple(range(8192, 30721, 1024)),
    8192: tuple(range(16384, 61441, 4096)),
    16384: tuple(range(32768, 122881, 8192)),
}
# ADR C2, E1: CPU and memory; production may grow in memory (guide, problem 14).
TASK_SIZES: Final = {
    "dev": ((512, 1024),),
    "staging": ((1024, 2048),),
    "prod": ((1024, 2048), (1024, 3072), (1024, 4096)),
}
# ADR C3: which least and which most number of tasks a target may have.
TASK_LIMITS: Final[dict[str, tuple[tuple[int, ...], tuple[int, ...]]]] = {
    "dev": ((0, 1), (1, 2)),
    "staging": ((0, 1), (1, 2)),
    "prod": ((2,), (5,)),
}
# ADR C4.
SCALE_OUT_PERCENT: Final = 70
SCALE_IN_PERCENT: Final = 30
PAUSE_OUT_SECONDS: Final = 60
PAUSE_IN_SECONDS: Final = 300

# ADR C5, C6, C7, M1.
DEPLOYMENT_ALARMS: Final = ("-alb-5xx-rate", "-alb-unhealthy-hosts")
IMMUTABLE_REPOSITORIES: Final = ("triflow-ai-backend",)
BACKEND_PORT: Final = 8000
LOG_GROUPS: Final = {
    "prod": "/aws/ecs/triflow-ai-production-backend",
    "staging": "/aws/ecs/triflow-ai-staging-backend",
    "dev": "/aws/ecs/triflow-ai-dev-backend",
}

# ADR L3: policies with TLS 1.2 and 1.3 only.
TLS_POLICIES: Final = (
    "ELBSecurityPolicy-TLS13-1-2-2021-06",
    "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
    "ELBSecurityPolicy-TLS13-1-2-FIPS-2023-04",
)
STRICT_TRANSPORT_SECONDS: Final = 31_536_000

# ADR L4, L5.
HEALTH_CHECK: Final = {
    "path": "/health",
    "interval": 15,
    "timeout": 5,
    "healthyThreshold": 2,
    "unhealthyThreshold": 3,
    "matcher": "200",
}
DRAIN_SECONDS: Final = 30
STICKY_SECONDS: Final = 3600
APP_COOKIE: Final = "TRIFLOW_LB_COOKIE"

# ADR L8: off by decision, to be looked at again by 2027-02-28; turned on by changing this line.
ALB_ACCESS_LOGS: Final = False

# ADR E3.
DOMAINS: Final = {
    "prod": "triflow-ai.com",
    "staging": "staging.triflow-ai.com",
    "dev": "dev.triflow-ai.com",
}

# Runtimes that AWS will support for another year at least. Checked on 2026-11-22.
RUNTIMES: Final = ("python3.12", "python3.13", "python3.14")
