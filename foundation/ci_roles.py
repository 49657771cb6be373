"""The two roles of CI: one previews, one deploys (ADR X4). No access key exists for either.

GitHub signs a token for each workflow run; AWS trusts it for this repository only, for pull
requests and for what runs on main (preview), or for the protected environments (deploy). Bringing
up this project is left to an administrator: a role that could change these roles could do anything.
"""

from dataclasses import dataclass

import pulumi
from pulumi_aws import iam

from components import documents, tags
from foundation import ci_permissions

ISSUER = "token.actions.githubusercontent.com"
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
ENVIRONMENTS = ("dev", "staging", "prod")


@dataclass(frozen=True, kw_only=True)
class CiRolesArgs:
    """`github_repository` is owner/name."""

    account_id: str
    region: str
    domain: str
    github_repository: str
    state_bucket_name: str
    image_repository: str


class CiRoles(pulumi.ComponentResource):
    """The trust in GitHub's tokens and the two roles that rest on it."""

    preview_role_arn: pulumi.Output[str]
    deploy_role_arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: CiRolesArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("triflow:foundation:CiRoles", name, None, opts)
        self._child, self._args = pulumi.ResourceOptions(parent=self), args
        self._issuer(f"{name}-github")
        self.preview_role_arn = self._preview(f"{name}-preview").arn
        self.deploy_role_arn = self._deploy(f"{name}-deploy").arn
        self.register_outputs(
            {"preview_role_arn": self.preview_role_arn, "deploy_role_arn": self.deploy_role_arn}
        )

    def _issuer(self, name: str) -> None:
        """No thumbprints: AWS trusts GitHub's certificate by its authority, and ignores them."""
        iam.OpenIdConnectProvider(
            name,
            url=f"https://{ISSUER}",
            client_id_lists=["sts.amazonaws.com"],
            tags=tags.own("foundation", "github-actions"),
            opts=self._child,
        )

    def _preview(self, name: str) -> iam.Role:
        role = self._role(name, ["pull_request", "ref:refs/heads/main"])
        args, state = self._args, self._args.state_bucket_name
        self._grant(
            name,
            role,
            *ci_permissions.read_state(state),
            *ci_permissions.beside_read_only(args.region, args.account_id, state),
        )
        return role

    def _deploy(self, name: str) -> iam.Role:
        role = self._role(name, [f"environment:{each}" for each in ENVIRONMENTS])
        args, state = self._args, self._args.state_bucket_name
        self._grant(
            name,
            role,
            *ci_permissions.write_state(state),
            *ci_permissions.beside_read_only(args.region, args.account_id, state),
            *ci_permissions.deploy(args.region, args.account_id, args.domain),
            *ci_permissions.push_images(args.region, args.account_id, args.image_repository),
        )
        return role

    def _role(self, name: str, runs: list[str]) -> iam.Role:
        """A role outside the prefix of the program's names, so that neither can change it."""
        label = f"triflow-{name}"
        role = iam.Role(
            name,
            name=label,
            assume_role_policy=self._trust(runs),
            max_session_duration=3600,
            tags=tags.own("foundation", label),
            opts=self._child,
        )
        iam.RolePolicyAttachment(
            f"{name}-read-only", role=role.name, policy_arn=READ_ONLY, opts=self._child
        )
        return role

    def _grant(self, name: str, role: iam.Role, *statements: dict[str, object]) -> None:
        iam.RolePolicy(
            f"{name}-policy",
            role=role.name,
            name=f"triflow-{name}",
            policy=documents.document(*statements),
            opts=self._child,
        )

    def _trust(self, runs: list[str]) -> str:
        """`sub` names repository and kind of run in full: a wildcard would let in any branch."""
        return documents.document(
            {
                "Effect": "Allow",
                "Principal": {
                    "Federated": f"arn:aws:iam::{self._args.account_id}:oidc-provider/{ISSUER}"
                },
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {
                    "StringEquals": {
                        f"{ISSUER}:aud": "sts.amazonaws.com",
                        f"{ISSUER}:sub": [
                            f"repo:{self._args.github_repository}:{run}" for run in runs
                        ],
                    }
                },
            }
        )
