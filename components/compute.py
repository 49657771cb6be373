"""Where the backend runs: cluster, logs, execution role, service, scaling (ADR C1 to C11, L9).

The task role is `tenant_access`'s, the secrets that people fill are `app_secrets`', the database's
secret is RDS's. The first image comes before all of this: the foundation makes the repository, then

    docker push REPOSITORY_URL:TAG
    pulumi config set --path triflow-ai:compute.image TAG -s prod

Container Insights keeps its own log group for one day; it is AWS's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch, ecs, iam

from components import database, documents, tags
from components.backend_service import BackendService, BackendServiceArgs
from components.canary_share import CanaryShare, CanaryShareArgs
from components.containers import REMOTE_WRITE_TOKEN
from components.service_restart import ServiceRestart, ServiceRestartArgs
from components.step_scaling import StepScaling, StepScalingArgs

LOG_DAYS = 14  # CloudWatch knows no 15 (ADR M1)
PULL_AND_LOG = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
CANARY_TASKS = 1


@dataclass(frozen=True, kw_only=True)
class ComputeArgs:
    """CPU in units, memory in MiB; images are a tag or a digest of the repository.

    `deployment_alarms` are the alarms of `deployment_alarm_names`, which have to exist before the
    service; `night_stop` says that a schedule moves the limits of scaling.
    """

    prefix: str
    environment: str
    account_id: str
    region: str
    image: str
    canary_image: str | None
    canary_percent: int
    cpu: int
    memory_mb: int
    min_tasks: int
    max_tasks: int
    night_stop: bool
    remote_write_url: str
    retain: bool
    bucket_name: str
    repository_url: pulumi.Input[str]
    subnet_ids: pulumi.Input[Sequence[pulumi.Input[str]]]
    security_group_id: pulumi.Input[str]
    target_group_arn: pulumi.Input[str]
    canary_target_group_arn: pulumi.Input[str]
    listener_arn: pulumi.Input[str]
    task_role_arn: pulumi.Input[str]
    tenant_role_arn: pulumi.Input[str]
    database_address: pulumi.Input[str]
    database_secret_arn: pulumi.Input[str]
    secret_arns: Mapping[str, pulumi.Input[str]]
    cache_url: pulumi.Input[str] | None
    exec_log_group: str
    deployment_alarms: Sequence[pulumi.Resource]

    @property
    def cluster(self) -> str:
        """The cluster's name, pinned by the guide's commands."""
        return f"{self.prefix}-cluster"

    @property
    def service(self) -> str:
        """The service's name, likewise (ADR C7)."""
        return f"{self.prefix}-backend-service"

    @property
    def log_group(self) -> str:
        """Where both containers write (ADR M1)."""
        return f"/aws/ecs/{self.prefix}-backend"

    @property
    def deployment_alarm_names(self) -> tuple[str, str]:
        """The alarms of `monitoring` that roll a deployment back (ADR C5)."""
        return f"{self.prefix}-alb-5xx-rate", f"{self.prefix}-alb-unhealthy-hosts"


@dataclass(frozen=True)
class Release:
    """What a service runs, how many of it, and behind which target group."""

    service: str
    image: str
    tasks: int
    target_group_arn: pulumi.Input[str]


class Compute(pulumi.ComponentResource):
    """The service, and a second one beside it while a canary is out."""

    cluster_name: pulumi.Output[str]
    service_name: pulumi.Output[str]
    log_group_name: pulumi.Output[str]
    scaling: StepScaling
    restart: ServiceRestart

    def __init__(
        self, name: str, args: ComputeArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("triflow:compute:Compute", name, None, opts)
        self._args, self._child = args, pulumi.ResourceOptions(parent=self)
        self._logs = self._log_group(f"{name}-log-group", args.log_group, keep=args.retain)
        self._cluster = self._make_cluster(f"{name}-cluster")
        self._role_arn = self._execution_role(f"{name}-execution-role")
        service = self._service(f"{name}-backend", self._backend())
        if args.canary_image:
            self._share(f"{name}-canary", args.canary_image)
        self.cluster_name, self.service_name = self._cluster.name, service.service_name
        self.log_group_name = self._logs.name
        self.scaling = self._scaling(f"{name}-scaling")
        self.restart = self._restart(f"{name}-restart")
        self.register_outputs(
            {
                "cluster_name": self.cluster_name,
                "service_name": self.service_name,
                "log_group_name": self.log_group_name,
            }
        )

    def _log_group(self, name: str, group: str, *, keep: bool) -> cloudwatch.LogGroup:
        return cloudwatch.LogGroup(
            name,
            name=group,
            retention_in_days=LOG_DAYS,
            skip_destroy=keep,
            tags=tags.own("compute", group),
            opts=self._child,
        )

    def _make_cluster(self, name: str) -> ecs.Cluster:
        """ADR C1, C8. RunningTaskCount exists in Container Insights only."""
        label, group = self._args.cluster, self._args.exec_log_group
        sessions = self._log_group(f"{name}-exec-log-group", group, keep=False)
        cluster = ecs.Cluster(
            name,
            name=label,
            settings=[{"name": "containerInsights", "value": "enabled"}],
            configuration={
                "execute_command_configuration": {
                    "logging": "OVERRIDE",
                    "log_configuration": {"cloud_watch_log_group_name": sessions.name},
                }
            },
            tags=tags.own("compute", label),
            opts=self._child,
        )
        self._capacity = ecs.ClusterCapacityProviders(
            f"{name}-capacity",
            cluster_name=cluster.name,
            capacity_providers=["FARGATE"],
            default_capacity_provider_strategies=[{"capacity_provider": "FARGATE", "weight": 1}],
            opts=self._child,
        )
        return cluster

    def _execution_role(self, name: str) -> pulumi.Output[str]:
        """ADR C9: what ECS itself needs to start a task; known once it may do so."""
        args, label = self._args, f"{self._args.prefix}-ecs-task-execution-role"
        role = iam.Role(
            name,
            name=label,
            assume_role_policy=documents.service_trust("ecs-tasks", args.account_id),
            tags=tags.own("compute", label),
            opts=self._child,
        )
        pull = iam.RolePolicyAttachment(
            f"{name}-pull-and-log", role=role.name, policy_arn=PULL_AND_LOG, opts=self._child
        )
        secrets = iam.RolePolicy(
            f"{name}-secrets",
            name=f"{args.prefix}-secrets-policy",
            role=role.name,
            policy=pulumi.Output.all(*self._secret_arns()).apply(read_secrets),
            opts=self._child,
        )
        return pulumi.Output.all(role.arn, pull.id, secrets.id).apply(lambda found: str(found[0]))

    def _secret_arns(self) -> list[pulumi.Input[str]]:
        return [self._args.database_secret_arn, *self._args.secret_arns.values()]

    def _backend(self) -> Release:
        args = self._args
        return Release(args.service, args.image, args.min_tasks, args.target_group_arn)

    def _share(self, name: str, canary_image: str) -> None:
        args = self._args
        CanaryShare(
            f"{name}-share",
            CanaryShareArgs(
                prefix=args.prefix,
                percent=args.canary_percent,
                canary=self._service(name, self._canary(canary_image)),
                listener_arn=args.listener_arn,
                target_group_arn=args.target_group_arn,
                canary_target_group_arn=args.canary_target_group_arn,
            ),
            self._child,
        )

    def _canary(self, image: str) -> Release:
        """ADR L9: another image behind the second target group; one task, whatever its weight."""
        service = f"{self._args.prefix}-backend-canary-service"
        return Release(service, image, CANARY_TASKS, self._args.canary_target_group_arn)

    def _service(self, name: str, release: Release) -> BackendService:
        args = self._args
        own = {key: arn for key, arn in args.secret_arns.items() if key != REMOTE_WRITE_TOKEN}
        return BackendService(
            name,
            BackendServiceArgs(
                family=release.service.removesuffix("-service"),
                service_name=release.service,
                environment=args.environment,
                region=args.region,
                image=pulumi.Output.from_input(args.repository_url).apply(
                    lambda repository: image_reference(repository, release.image)
                ),
                cpu=args.cpu,
                memory_mb=args.memory_mb,
                task_count=release.tasks,
                remote_write_url=args.remote_write_url,
                variables=self._variables(),
                secrets=own | database_secrets(args.database_secret_arn),
                remote_write_token_arn=args.secret_arns[REMOTE_WRITE_TOKEN],
                log_group=self._logs.name,
                execution_role_arn=self._role_arn,
                task_role_arn=args.task_role_arn,
                cluster_arn=self._cluster.arn,
                subnet_ids=args.subnet_ids,
                security_group_id=args.security_group_id,
                target_group_arn=release.target_group_arn,
                alarm_names=args.deployment_alarm_names,
                keep_revisions=args.retain,
                after=[self._capacity, *args.deployment_alarms],
            ),
            self._child,
        )

    def _variables(self) -> dict[str, pulumi.Input[str]]:
        """What the backend and `triflow_storage` read; nothing in it is secret.

        REDIS_URL is there only while there is a cache (ADR X1).
        """
        args = self._args
        cache: dict[str, pulumi.Input[str]] = (
            {"REDIS_URL": args.cache_url} if args.cache_url else {}
        )
        return cache | {
            "ENVIRONMENT": args.environment,
            "AWS_REGION": args.region,
            "DB_HOST": args.database_address,
            "DB_PORT": str(database.PORT),
            "DB_NAME": database.DATABASE_NAME,
            "TRIFLOW_STORAGE_BUCKET": args.bucket_name,
            "TRIFLOW_STORAGE_TENANT_ROLE_ARN": args.tenant_role_arn,
            "TRIFLOW_STORAGE_ENVIRONMENT": args.environment,
        }

    def _scaling(self, name: str) -> StepScaling:
        args = self._args
        return StepScaling(
            name,
            StepScalingArgs(
                prefix=args.prefix,
                cluster_name=self.cluster_name,
                service_name=self.service_name,
                min_tasks=args.min_tasks,
                max_tasks=args.max_tasks,
                night_stop=args.night_stop,
            ),
            self._child,
        )

    def _restart(self, name: str) -> ServiceRestart:
        args = self._args
        services = f"arn:aws:ecs:{args.region}:{args.account_id}:service"
        return ServiceRestart(
            name,
            ServiceRestartArgs(
                prefix=args.prefix,
                account_id=args.account_id,
                region=args.region,
                service_arn=f"{services}/{args.cluster}/{args.service}",
                cluster_name=self.cluster_name,
                service_name=self.service_name,
                secret_arns=self._secret_arns(),
            ),
            self._child,
        )


def image_reference(repository_url: str, image: str) -> str:
    """Return the image by its tag, or by its digest where that is given (ADR C6)."""
    return f"{repository_url}{'@' if image.startswith('sha256:') else ':'}{image}"


def read_secrets(arns: Sequence[str]) -> str:
    """Return the right to read these secrets and no other (ADR C11)."""
    return documents.document(documents.allow(["secretsmanager:GetSecretValue"], arns))


def database_secrets(arn: pulumi.Input[str]) -> dict[str, pulumi.Input[str]]:
    """Return two variables of one secret: RDS keeps user and password in it as JSON (ADR D15)."""
    return {
        variable: pulumi.Output.concat(arn, f":{key}::")
        for variable, key in (("DB_USERNAME", "username"), ("DB_PASSWORD", "password"))
    }
