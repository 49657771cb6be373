"""A function of ours in Lambda, with everything it needs to run and to lose nothing.

Owns: role, log group, dead-letter queue, retries. Leaves alone: what the function does (the folder
`functions/`), what calls it (`event_trigger`, or a topic), and the alarms on it (`monitoring`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import cloudwatch, iam, lambda_, sqs

from components import documents, tags
from functions import archive

LOG_DAYS = 14
RETRIES = 2  # by Lambda, after 1 and 2 minutes
DEAD_LETTER_SECONDS = 14 * 24 * 3600  # the longest that SQS keeps a message


@dataclass(frozen=True, kw_only=True)
class LambdaFunctionArgs:
    """`source` is a folder of `functions/`; `statements` is what it may do besides its own logs."""

    function_name: str
    source: str
    layer: str
    account_id: str
    region: str
    memory_mb: int
    timeout_seconds: int
    variables: Mapping[str, pulumi.Input[str]]
    statements: pulumi.Input[Sequence[dict[str, Any]]]

    @property
    def log_group(self) -> str:
        """Where Lambda writes unless told otherwise."""
        return f"/aws/lambda/{self.function_name}"

    @property
    def dead_letters(self) -> str:
        """The name of the queue of events that failed three times."""
        return f"{self.function_name}-dead-letters"


class LambdaFunction(pulumi.ComponentResource):
    """One function; an event that it cannot handle waits 14 days in its own queue."""

    arn: pulumi.Output[str]
    function_name: pulumi.Output[str]
    dead_letter_queue_name: pulumi.Output[str]
    log_group_name: pulumi.Output[str]

    def __init__(
        self, name: str, args: LambdaFunctionArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("triflow:functions:LambdaFunction", name, None, opts)
        self._args, self._child = args, pulumi.ResourceOptions(parent=self)
        logs = self._log_group(f"{name}-log-group")
        queue = self._dead_letters(f"{name}-dead-letters")
        role = self._role(f"{name}-role")
        rights = self._rights(f"{name}-rights", role)
        function = self._function(name, role, [logs, rights])
        self._on_failure(f"{name}-on-failure", function, queue, rights)
        self.arn, self.function_name = function.arn, function.name
        self.dead_letter_queue_name, self.log_group_name = queue.name, logs.name
        self.register_outputs(
            {
                "arn": self.arn,
                "function_name": self.function_name,
                "dead_letter_queue_name": self.dead_letter_queue_name,
                "log_group_name": self.log_group_name,
            }
        )

    def _log_group(self, name: str) -> cloudwatch.LogGroup:
        return cloudwatch.LogGroup(
            name,
            name=self._args.log_group,
            retention_in_days=LOG_DAYS,
            tags=self._tags(self._args.log_group),
            opts=self._child,
        )

    def _dead_letters(self, name: str) -> sqs.Queue:
        return sqs.Queue(
            name,
            name=self._args.dead_letters,
            message_retention_seconds=DEAD_LETTER_SECONDS,
            sqs_managed_sse_enabled=True,
            tags=self._tags(self._args.dead_letters),
            opts=self._child,
        )

    def _role(self, name: str) -> iam.Role:
        role = f"{self._args.function_name}-role"
        return iam.Role(
            name,
            name=role,
            assume_role_policy=documents.service_trust("lambda", self._args.account_id),
            tags=self._tags(role),
            opts=self._child,
        )

    def _rights(self, name: str, role: iam.Role) -> iam.RolePolicy:
        args = self._args
        own = own_statements(args.region, args.account_id, args.log_group, args.dead_letters)
        return iam.RolePolicy(
            name,
            name=f"{args.function_name}-rights",
            role=role.name,
            policy=pulumi.Output.from_input(args.statements).apply(
                lambda statements: documents.document(*statements, *own)
            ),
            opts=self._child,
        )

    def _function(
        self, name: str, role: iam.Role, before: Sequence[pulumi.Resource]
    ) -> lambda_.Function:
        """The log group comes before: Lambda would make its own, and keep the logs for ever."""
        args = self._args
        return lambda_.Function(
            name,
            name=args.function_name,
            role=role.arn,
            runtime="python3.12",
            architectures=["arm64"],
            handler=f"{args.source}.handler.handle",
            code=_code(args.source),
            memory_size=args.memory_mb,
            timeout=args.timeout_seconds,
            environment={"variables": args.variables} if args.variables else None,
            tags=self._tags(args.function_name),
            opts=pulumi.ResourceOptions(parent=self, depends_on=before),
        )

    def _on_failure(
        self, name: str, function: lambda_.Function, queue: sqs.Queue, rights: iam.RolePolicy
    ) -> None:
        """Lambda refuses a destination that the role may not write to."""
        lambda_.FunctionEventInvokeConfig(
            name,
            function_name=function.name,
            maximum_retry_attempts=RETRIES,
            destination_config={"on_failure": {"destination": queue.arn}},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[rights]),
        )

    def _tags(self, name: str) -> dict[str, str]:
        return tags.own(self._args.layer, name)


def own_statements(
    region: str, account_id: str, log_group: str, queue: str
) -> list[dict[str, Any]]:
    """Return what every function may do: write its own log and its own dead letters."""
    logs = f"arn:aws:logs:{region}:{account_id}:log-group:{log_group}:*"
    return [
        documents.allow(["logs:CreateLogStream", "logs:PutLogEvents"], [logs]),
        documents.allow(["sqs:SendMessage"], [f"arn:aws:sqs:{region}:{account_id}:{queue}"]),
    ]


def _code(source: str) -> pulumi.AssetArchive:
    return pulumi.AssetArchive(
        {path: pulumi.FileAsset(str(file)) for path, file in archive.sources(source).items()}
    )
