"""The figures of the architecture decision record that the rules compare with.

The program has its own copy of each: a guard must not read the plan it guards. Keys are
environments; "foundation" is the project for what the account has once.
"""

import datetime as dt
from typing import Final

from policy.tokens import (
    BACKUP_PLAN,
    BACKUP_SELECTION,
    BACKUP_VAULT,
    BUCKET,
    BUCKET_ENCRYPTION,
    BUCKET_LIFECYCLE,
    BUCKET_NOTIFICATION,
    BUCKET_OWNERSHIP,
    BUCKET_POLICY,
    BUCKET_PUBLIC_ACCESS_BLOCK,
    BUCKET_VERSIONING,
    BUDGET,
    CACHE,
    CACHE_SUBNETS,
    CAPACITY_PROVIDERS,
    CERTIFICATE,
    CERTIFICATE_VALIDATION,
    DASHBOARD,
    DB_EVENTS,
    DB_INSTANCE,
    DB_PARAMETERS,
    DB_SUBNETS,
    DEFAULT_SECURITY_GROUP,
    DELIVERY_STREAM,
    DNS_RECORD,
    ECR_LIFECYCLE,
    ECR_REPOSITORY,
    ECS_CLUSTER,
    ECS_SERVICE,
    EGRESS_RULE,
    EIP,
    ENDPOINT_ASSOCIATION,
    EVENT_RULE,
    EVENT_TARGET,
    FLOW_LOG,
    FUNCTION,
    FUNCTION_PERMISSION,
    IAM_POLICY,
    INGRESS_RULE,
    INTERNET_GATEWAY,
    INVOKE_CONFIG,
    LISTENER,
    LISTENER_RULE,
    LOAD_BALANCER,
    LOG_GROUP,
    LOG_STREAM,
    LOG_SUBSCRIPTION,
    METRIC_ALARM,
    NAT_GATEWAY,
    OIDC_PROVIDER,
    QUERY,
    QUEUE,
    ROLE,
    ROLE_POLICY,
    ROLE_POLICY_ATTACHMENT,
    ROUTE,
    ROUTE_TABLE,
    ROUTE_TABLE_ASSOCIATION,
    SCALING_POLICY,
    SCALING_TARGET,
    SCHEDULE,
    SCHEDULE_GROUP,
    SCHEDULED_ACTION,
    SECRET,
    SECURITY_GROUP,
    SUBNET,
    TARGET_GROUP,
    TASK_DEFINITION,
    TOPIC,
    TOPIC_POLICY,
    TOPIC_SUBSCRIPTION,
    TRAIL,
    VPC,
    VPC_ENDPOINT,
    WEB_ACL,
    WEB_ACL_ASSOCIATION,
    ZONE,
)

REGION: Final = "ap-northeast-2"
ZONE_A: Final = "ap-northeast-2a"
ZONE_C: Final = "ap-northeast-2c"
ZONES: Final = (ZONE_A, ZONE_C)

# ADR N1, N5: the address plan.
VPC_CIDR: Final = {"prod": "10.0.0.0/16", "staging": "10.1.0.0/16"}
SUBNET_PLAN: Final[dict[str, dict[str, str]]] = {
    "prod": {
        "10.0.1.0/24": ZONE_A,
        "10.0.2.0/24": ZONE_C,
        "10.0.11.0/24": ZONE_A,
        "10.0.12.0/24": ZONE_C,
    },
    "staging": {
        "10.1.1.0/24": ZONE_A,
        "10.1.2.0/24": ZONE_C,
        "10.1.11.0/24": ZONE_A,
        "10.1.12.0/24": ZONE_C,
    },
    "dev": {
        "10.1.101.0/24": ZONE_A,
        "10.1.102.0/24": ZONE_C,
        "10.1.111.0/24": ZONE_A,
        "10.1.112.0/24": ZONE_C,
    },
}
PRIVATE_BLOCKS: Final = frozenset(
    {
        "10.0.11.0/24",
        "10.0.12.0/24",
        "10.1.11.0/24",
        "10.1.12.0/24",
        "10.1.111.0/24",
        "10.1.112.0/24",
    }
)

# ADR N2: how many NAT gateways. The record decides for one, in the first zone; the other number
# is the profile "per-az", which is a decision of its own and is taken by changing this line.
NAT_GATEWAYS: Final = {"prod": 1, "staging": 1, "dev": 0, "foundation": 0}

# ADR N3: the endpoint that keeps S3 traffic off the NAT gateway.
S3_SERVICE: Final = "com.amazonaws.ap-northeast-2.s3"

# ADR N4: the chain of security groups. A peer is a role of the chain or WORLD.
WORLD: Final = "0.0.0.0/0"
CHAIN: Final = frozenset(
    {
        ("alb", "in", 443, WORLD),
        ("alb", "in", 80, WORLD),
        ("alb", "out", 8000, "ecs"),
        ("ecs", "in", 8000, "alb"),
        ("ecs", "out", 5432, "rds"),
        ("ecs", "out", 443, WORLD),
        ("rds", "in", 5432, "ecs"),
    }
)
CACHE_LINK: Final = frozenset({("ecs", "out", 6379, "cache"), ("cache", "in", 6379, "ecs")})
WORLD_PORTS: Final = (443, 80)  # 80 only for the redirect (ADR L2)
WIDEST_BLOCK: Final = 16  # bits; a wider range is no particular peer any more

# ADR S2 to S5: the life of an object by its class, in days.
CLASS_TAG: Final = "data-class"
COLD_CLASSES: Final = ("workflow", "export")
COLD_STORAGE: Final = "GLACIER_IR"
COLD_AFTER_DAYS: Final = 90
LOG_EXPIRY_DAYS: Final = 365
OLD_LOG_DAYS: Final = 1
OLD_UPLOAD_DAYS: Final = 30
DELETED_TRAIL_DAYS: Final = 30  # in which a missing log file is noticed (ADR C11)
LONGEST_MULTIPART_DAYS: Final = 7

# ADR C6: how long images stay.
UNTAGGED_IMAGE_DAYS: Final = 14
TAGGED_IMAGES_KEPT: Final = 10

# ADR M1, M2, N6: log retention in days by the beginning of the group's name. CloudWatch knows
# only these values; the record's 15 is none of them. Checked on 2026-11-22.
LEGAL_RETENTION_DAYS: Final = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827),
    *(2192, 2557, 2922, 3288, 3653),
)  # fmt: skip
EXACT_RETENTION_DAYS: Final = {"/aws/ecs/": 14, "/aws/rds/instance/": 7}
LONGEST_RETENTION_DAYS: Final = {
    "/aws/lambda/": 14,
    "/aws/kinesisfirehose/": 14,
    "/aws/vpc/": 14,
    "/triflow/exec/": 14,
}

# ADR D1: the first minor version of each major one that RDS still creates, and the day on which
# RDS's standard support of the major one ends. Checked on 2026-11-22.
FIRST_CREATABLE_MINOR: Final = {"14": 18, "15": 13, "16": 9, "17": 5}
STANDARD_SUPPORT_ENDS: Final = {
    "14": dt.date(2027, 2, 28),
    "15": dt.date(2028, 2, 29),
    "16": dt.date(2029, 2, 28),
    "17": dt.date(2030, 2, 28),
}
SUPPORT_NOTICE_DAYS: Final = 180

# ADR D2 to D6, E1: the database. Growth (guide, problem 10) and the step to another major version
# are decisions of their own, taken by naming the environment in the sets.
DB_CLASS: Final = {"dev": "db.t4g.micro", "staging": "db.t4g.small", "prod": "db.t4g.medium"}
DB_GROWN: Final = "db.t4g.large"
DB_MAY_GROW: Final[frozenset[str]] = frozenset()
DB_MAY_UPGRADE: Final[frozenset[str]] = frozenset()
DB_STORAGE_GB: Final = {"dev": (20, 50), "staging": (20, 50), "prod": (100, 200)}
BACKUP_DAYS: Final = {"dev": (1, 7), "staging": (1, 7), "prod": (7, 35)}
DB_WINDOWS_UTC: Final = {"backupWindow": "18:00-19:00", "maintenanceWindow": "sun:19:00-sun:20:00"}
WEEKLY_SNAPSHOT_DAYS: Final = 30
WEEKLY_SNAPSHOT_AT: Final = ((6 * 24 + 2) * 60, (6 * 24 + 6) * 60)  # Sunday 02:00 to 06:00, Korea

# ADR D10 to D13: parameters as text, as RDS takes them, and what is free of charge.
LIBRARIES: Final = "shared_preload_libraries"
PARAMETER_VALUES: Final = {
    "max_connections": "100",
    "log_min_duration_statement": "1000",
    "rds.force_ssl": "1",
    LIBRARIES: "pg_stat_statements",
}
STATIC_PARAMETERS: Final = frozenset({"max_connections", LIBRARIES})
DB_LOGS: Final = ("postgresql", "upgrade")
FREE_INSIGHTS_DAYS: Final = 7

# ADR C3, E2: production never has fewer tasks, at no hour of the day.
LEAST_PROD_TASKS: Final = 2

# What the tables above that follow AWS were last compared with AWS's documentation on.
CHECKED_ON: Final = {
    "LEGAL_RETENTION_DAYS": dt.date(2026, 11, 22),
    "FIRST_CREATABLE_MINOR": dt.date(2026, 11, 22),
    "STANDARD_SUPPORT_ENDS": dt.date(2026, 11, 22),
    "WITHOUT_RESOURCE": dt.date(2026, 11, 22),
}
TABLE_GROWS_OLD_DAYS: Final = 180
TABLE_IS_TOO_OLD_DAYS: Final = 365

# ADR S1, N1, C6: names that people and other programs rely on. A pattern must match whole.
BUCKET_NAME: Final = {
    "prod": r"triflow-ai-prod-\d{12}",
    "staging": r"triflow-ai-nonprod-\d{12}",
    "foundation": r"triflow-ai-(state|trail)-\d{12}",
}
PINNED_NAMES: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "prod": {
        VPC: ("tags.Name", "triflow-prod-vpc"),
        ECS_CLUSTER: ("name", "triflow-ai-production-cluster"),
        ECS_SERVICE: (
            *("name", "triflow-ai-production-backend-service"),
            "triflow-ai-production-backend-canary-service",
        ),
        TASK_DEFINITION: (
            *("family", "triflow-ai-production-backend"),
            "triflow-ai-production-backend-canary",
        ),
        DB_INSTANCE: ("identifier", "triflow-ai-production-db"),
    },
    "foundation": {
        ECR_REPOSITORY: ("name", "triflow-ai-backend"),
        ZONE: ("name", "triflow-ai.com"),
    },
}

NAMES_IN_THE_GUIDE: Final = {
    "prod": (
        (ROLE, "triflow-ai-production-ecs-task-execution-role"),
        (ROLE, "triflow-ai-production-ecs-task-role"),
        (ROLE_POLICY, "triflow-ai-production-s3-access-policy"),
        (LOG_GROUP, "/aws/ecs/triflow-ai-production-backend"),
        (METRIC_ALARM, "triflow-ai-production-rds-cpu-high"),
    )
}

# Tags: which every resource carries, and which kinds can carry any.
TAG_KEYS: Final = ("Project", "Environment", "ManagedBy", "Layer", "CostCenter")
TAGGABLE: Final = frozenset(
    {
        *(VPC, SUBNET, ROUTE_TABLE, INTERNET_GATEWAY, NAT_GATEWAY, EIP, VPC_ENDPOINT),
        *(DEFAULT_SECURITY_GROUP, FLOW_LOG, SECURITY_GROUP, INGRESS_RULE, EGRESS_RULE),
        *(BUCKET, ECR_REPOSITORY, ZONE, LOG_GROUP, ROLE, IAM_POLICY, OIDC_PROVIDER),
        *(DB_INSTANCE, DB_PARAMETERS, DB_SUBNETS, BACKUP_VAULT, BACKUP_PLAN),
        *(LOAD_BALANCER, TARGET_GROUP, LISTENER, CERTIFICATE, ECS_CLUSTER, TASK_DEFINITION),
        LISTENER_RULE,
        *(ECS_SERVICE, FUNCTION, QUEUE, SECRET, SCALING_TARGET, SCHEDULE_GROUP),
        TRAIL,
        *(METRIC_ALARM, TOPIC, EVENT_RULE, DELIVERY_STREAM, DB_EVENTS, BUDGET, CACHE, WEB_ACL),
    }
)

# Kinds that no rule looks at, with the reason. Everything else of AWS must be judged.
ACCEPTED: Final = {
    DASHBOARD: "a picture of metrics; what it shows is watched by judged alarms",
    QUERY: "a saved question; it changes nothing",
    LOG_STREAM: "the place of a delivery stream's own errors; its log group is judged",
    FLOW_LOG: "ADR N6 leaves flow logs open; their role and log group are judged",
    SCHEDULE_GROUP: "a name for tags and metrics; the schedules in it are judged",
    OIDC_PROVIDER: "an identity of GitHub; the roles that trust it are judged",
}
FORBIDDEN: Final = {
    "aws:alb/": "a second spelling of aws:lb/",
    "aws:s3/bucketV2:": "a second spelling of aws:s3/bucket",
    "aws:s3/bucketVersioningV2:": "a second spelling of aws:s3/bucketVersioning",
    "aws:s3/bucketServerSideEncryptionConfigurationV2:": "a second spelling",
    "aws:s3/bucketLifecycleConfigurationV2:": "a second spelling",
    "aws:s3/bucketAclV2:": "a second spelling of aws:s3/bucketAcl",
    "aws:s3/bucketObject:": "data does not belong into a program",
    "aws:s3/bucketObjectv2:": "data does not belong into a program",
    "aws:ec2/securityGroupRule:": "conflicts with rules that are resources of their own (N4)",
    "aws:elb/loadBalancer:": "the record decides for an application load balancer (L1)",
    "aws:rds/cluster:": "the record decides for one instance (D1)",
    "aws:rds/clusterInstance:": "the record decides for one instance (D1)",
    "aws:ec2/instance:": "the record decides against hosts of one's own (C1)",
    "aws:autoscaling/group:": "the record decides against hosts of one's own (C1)",
    "aws:ecs/taskSet:": "ECS makes its task sets itself (C5)",
    "aws:cloudformation/stack:": "hides what it makes from every rule",
    "aws:cloudcontrol/resource:": "hides what it makes from every rule",
    "aws:iam/user:": "deployment uses roles",
    "aws:iam/accessKey:": "deployment uses roles",
    "aws:iam/userPolicy:": "deployment uses roles",
    "aws:iam/userPolicyAttachment:": "deployment uses roles",
    "aws:iam/policyAttachment:": "takes the policy away from everybody it does not list",
    "aws:chatbot/slackChannelConfiguration:": "alarms go through the relay (M7)",
}

# How many of each kind a stack has, from-to; a kind that is not listed is expected nowhere.
NONE: Final = (0, 0)
_ONE: Final = (1, 1)
_DATABASE: Final = {DB_INSTANCE: _ONE, DB_PARAMETERS: _ONE, DB_SUBNETS: _ONE}
_SNAPSHOTS: Final = {BACKUP_VAULT: _ONE, BACKUP_PLAN: _ONE, BACKUP_SELECTION: _ONE}
# Monitoring brings a function, a secret and a queue more, a canary a second service (ADR L9).
_SERVING: Final = {
    **dict.fromkeys((LOAD_BALANCER, CERTIFICATE, CERTIFICATE_VALIDATION), _ONE),
    **dict.fromkeys((TARGET_GROUP, LISTENER, DNS_RECORD, SCALING_POLICY), (2, 2)),
    **dict.fromkeys((ECS_CLUSTER, CAPACITY_PROVIDERS, SCALING_TARGET), _ONE),
    **dict.fromkeys((TASK_DEFINITION, ECS_SERVICE), (1, 2)),
    LISTENER_RULE: (0, 1),
    **dict.fromkeys((FUNCTION, INVOKE_CONFIG, QUEUE), (1, 2)),
    FUNCTION_PERMISSION: (1, 3),
    SECRET: (2, 3),
}
_TAGGER: Final = {
    BUCKET_NOTIFICATION: _ONE,
    **dict.fromkeys((FUNCTION, INVOKE_CONFIG, QUEUE), (2, 3)),
    FUNCTION_PERMISSION: (2, 4),
}
# Monitoring (ADR M3 to M10), and what comes later (ADR X1, X2), which brings a group and two rules.
_WATCHED: Final = {
    METRIC_ALARM: (10, 60),
    **dict.fromkeys((TOPIC, TOPIC_POLICY), (2, 2)),
    TOPIC_SUBSCRIPTION: (2, 6),
    **dict.fromkeys((EVENT_RULE, EVENT_TARGET), (1, 10)),
    LOG_SUBSCRIPTION: (2, 6),
    **dict.fromkeys((DELIVERY_STREAM, BUDGET), _ONE),
    **dict.fromkeys((LOG_STREAM, DB_EVENTS, DASHBOARD), (0, 1)),
    QUERY: (0, 3),
    **dict.fromkeys((CACHE, CACHE_SUBNETS, WEB_ACL, WEB_ACL_ASSOCIATION), (0, 1)),
}
_MOST_ALARMS: Final = {METRIC_ALARM: (20, 60)}  # ADR M6
_NIGHT_STOP: Final = {SCHEDULE: (2, 2), SCHEDULE_GROUP: _ONE, SCHEDULED_ACTION: (2, 2)}
# Each layer that runs something brings roles and a log group; the layers to come many more.
_ROLES: Final = {
    ROLE: (0, 20),
    ROLE_POLICY: (0, 20),
    ROLE_POLICY_ATTACHMENT: (0, 20),
    IAM_POLICY: (0, 5),
    LOG_GROUP: (1, 10),
    FLOW_LOG: (0, 1),
}
_SUBNETS: Final = {
    SUBNET: (4, 4),
    ROUTE_TABLE: (3, 3),
    ROUTE: (3, 3),
    ROUTE_TABLE_ASSOCIATION: (4, 4),
    ENDPOINT_ASSOCIATION: (0, 3),
}
_GROUPS: Final = {SECURITY_GROUP: (3, 3), INGRESS_RULE: (4, 4), EGRESS_RULE: (3, 3)}
_BUCKET: Final = dict.fromkeys(
    (
        *(BUCKET, BUCKET_VERSIONING, BUCKET_ENCRYPTION, BUCKET_POLICY),
        *(BUCKET_PUBLIC_ACCESS_BLOCK, BUCKET_OWNERSHIP),
    ),
    _ONE,
)
_OWNER: Final = {
    VPC: _ONE,
    INTERNET_GATEWAY: _ONE,
    DEFAULT_SECURITY_GROUP: _ONE,
    VPC_ENDPOINT: _ONE,
    NAT_GATEWAY: _ONE,
    EIP: _ONE,
    BUCKET_LIFECYCLE: _ONE,
    **(_DATABASE | _ROLES | _SUBNETS | _GROUPS | _BUCKET),
}
INVENTORY: Final[dict[str, dict[str, tuple[int, int]]]] = {
    "prod": _OWNER | _SNAPSHOTS | _SERVING | _TAGGER | _WATCHED | _MOST_ALARMS,
    "staging": _OWNER | _NIGHT_STOP | _SERVING | _TAGGER | _WATCHED,
    "dev": _SUBNETS | _GROUPS | _DATABASE | _NIGHT_STOP | _ROLES | _SERVING | _WATCHED,
    "foundation": {
        ZONE: _ONE,
        ECR_REPOSITORY: _ONE,
        ECR_LIFECYCLE: _ONE,
        OIDC_PROVIDER: _ONE,
        ROLE: (2, 2),
        ROLE_POLICY: (2, 4),
        IAM_POLICY: (0, 2),
        ROLE_POLICY_ATTACHMENT: (0, 4),
        TRAIL: _ONE,
        BUCKET_LIFECYCLE: _ONE,
        **dict.fromkeys(_BUCKET, (2, 2)),  # Pulumi's state, and the trail's log files
    },
}
