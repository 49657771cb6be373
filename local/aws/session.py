"""What a configured provider works with: the local AWS that answers, its account, its memory."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from local.aws import epoch
from local.aws.client import Aws
from local.aws.errors import AwsError, LostAnswerError
from local.aws.journal import Journal
from local.aws.lifecycle import GLOBAL_REGION, Lifecycle
from local.aws.settings import Settings
from local.aws.store import Store
from local.errors import LocalError

START = "run `triflow local start`, or the command that starts the local AWS of this project"


@dataclass(frozen=True)
class Session:
    """An open local AWS."""

    aws: Aws
    account: str
    journal: Journal
    lifecycle: Lifecycle


def open_session(endpoint: str, settings: Settings) -> Session:
    """Return a session; LocalError if the server is down, was emptied, or may not be used."""
    home = _home()
    mark = epoch.current(endpoint)
    if mark is None:
        raise LocalError(
            f"The local AWS at {endpoint} does not answer, or was emptied.",
            "Nothing was done.",
            START,
        )
    if mark != _recorded(home):
        raise LocalError(
            f"The local AWS at {endpoint} is not the one that {home} belongs to.",
            "It was restarted, and what had been made in it is gone.",
            "refresh first: `pulumi up --refresh` in the local environment",
        )
    aws = Aws(endpoint)
    account = _account(aws)
    refusal = settings.refusal(account)
    if refusal:
        raise LocalError(
            refusal,
            "The provider's allowedAccountIds or forbiddenAccountIds rule it out.",
            f"give the account that the stack is meant for; the local AWS plays {account}",
        )
    journal = Journal(home, mark)
    region = settings.region if isinstance(settings.region, str) else GLOBAL_REGION
    return Session(
        aws, account, journal, Lifecycle(aws, journal, Store(home, mark), account, region)
    )


def _home() -> Path:
    home = os.environ.get("LOCAL_AWS_HOME")
    if not home:
        raise LocalError(
            "LOCAL_AWS_HOME is not set.",
            "The local AWS cannot tell whether it is the one that the state belongs to.",
            START,
        )
    return Path(home)


def _recorded(home: Path) -> str | None:
    """Return the epoch that was noted when the server was started."""
    try:
        return str(json.loads((home / "server.json").read_text())["epoch"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def _account(aws: Aws) -> str:
    try:
        return str(aws.perform("sts", GLOBAL_REGION, "get_caller_identity", {})["Account"])
    except (AwsError, LostAnswerError) as error:
        raise LocalError(
            f"The local AWS at {aws.endpoint} does not say which account it plays ({error}).",
            "Nothing was done.",
            START,
        ) from error
