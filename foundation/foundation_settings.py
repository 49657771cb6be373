"""The settings of the foundation project: the only place that reads its configuration."""

from typing import Final

import pulumi
from pydantic import Field

from program import stack_config
from program.setting_types import AccountId, CostCenter
from program.stack_config import Section

PROJECT: Final = "triflow-ai-foundation"
REGION: Final = "ap-northeast-2"


class FoundationSettings(Section):
    """Account, cost centre, and the repository whose CI may take the roles."""

    account_id: AccountId
    cost_center: CostCenter
    github_repository: str = Field(
        pattern=r"^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$",
        description="owner/name of the GitHub repository whose workflows deploy",
        examples=["triflow-ai/infrastructure"],
    )
    domain: str = Field(
        default="triflow-ai.com",
        pattern=r"^([a-z0-9-]+\.)+[a-z]{2,}$",
        description="a domain name in lower case, such as triflow-ai.com",
        examples=["triflow-ai.com"],
    )

    @property
    def state_bucket_name(self) -> str:
        """The bucket that can hold Pulumi's state, unique in the world by the account's number."""
        return f"triflow-ai-state-{self.account_id}"

    @property
    def trail_bucket_name(self) -> str:
        """The bucket of the trail's log files; the roles of CI reach no object in it."""
        return f"triflow-ai-trail-{self.account_id}"


def load() -> FoundationSettings:
    """Return the settings of the one stack, `foundation`.

    Raises:
        pulumi.RunError: another stack is selected, or its file has mistakes; all are told.
    """
    stack = pulumi.get_stack()
    if stack != "foundation":
        raise pulumi.RunError(
            f"Stack {stack} is not foundation, the only stack of this project. "
            "A second one would own the same zone and repository, so nothing was planned.\n"
            "Fix: pulumi stack select foundation"
        )
    return stack_config.read(FoundationSettings, PROJECT, stack, derived={})
