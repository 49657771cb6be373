"""The secrets that people fill (ADR C11): made empty, so that no value is in code or state.

The database's secret is RDS's own. Before the service's first task starts, each of these needs a
value, or ECS cannot start it. Fill one with

    aws secretsmanager put-secret-value --secret-id NAME --secret-string file:///dev/stdin

which keeps the value out of the shell's history. They need nothing else of the stack, so a first
deployment makes them ahead of it:

    export PULUMI_OPTION_POLICY_PACK=$PWD/policy
    pulumi up -s prod --target '**providers:aws::aws' --target '**compute:AppSecrets**'
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws import secretsmanager

from components import tags

RECOVERY_DAYS = 30
# By the variable that holds the value in the container: the end of the name, and what it is.
SECRETS: Mapping[str, tuple[str, str]] = {
    "ANTHROPIC_API_KEY": ("anthropic-api-key", "Key of the Anthropic API that the backend calls"),
    "REMOTE_WRITE_TOKEN": ("remote-write-token", "Bearer token for Prometheus remote write"),
}


@dataclass(frozen=True, kw_only=True)
class AppSecretsArgs:
    """`protect` also keeps deleted secrets for 30 days, in which they can be restored."""

    prefix: str
    protect: bool


class AppSecrets(pulumi.ComponentResource):
    """One secret without a value for each variable."""

    arns: Mapping[str, pulumi.Output[str]]

    def __init__(
        self, name: str, args: AppSecretsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("triflow:compute:AppSecrets", name, None, opts)
        self.arns = {
            variable: self._secret(f"{name}-{end}", f"{args.prefix}-{end}", description, args)
            for variable, (end, description) in SECRETS.items()
        }
        self.register_outputs({"arns": self.arns})

    def _secret(
        self, name: str, secret: str, description: str, args: AppSecretsArgs
    ) -> pulumi.Output[str]:
        """A deleted secret keeps its name taken while it can be restored: in dev it cannot be."""
        return secretsmanager.Secret(
            name,
            name=secret,
            description=description,
            recovery_window_in_days=RECOVERY_DAYS if args.protect else 0,
            tags=tags.own("compute", secret),
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        ).arn
