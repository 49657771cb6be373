"""AWS as the verbs ask it: whose AWS, clients that give up soon, and refusals as sentences.

While the local AWS of this clone runs, it is the one that is asked; else the account that boto3's
own search for credentials finds. TRIFLOW_AWS=local or TRIFLOW_AWS=account decides it by name.
"""

import os
import re
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import botocore.session
from botocore import exceptions
from botocore.config import Config
from botocore.parsers import ResponseParserError

from local.aws import server as local_aws
from local.workspace import Workspace
from triflow.errors import TriflowError
from triflow.stacks import ROOT

if TYPE_CHECKING:
    from local.aws.server import Server

REGION = "ap-northeast-2"
SECONDS_TO_ANSWER = 5
SECONDS_OF_SLOW = {"ce": 60}  # Cost Explorer sums a year of bills while one waits
SECONDS_OF_LOCAL = 20  # one process that loads a service's code at its first question
TRIES = 2
AT_ONCE = 16
CHOICE = "TRIFLOW_AWS"

Kind = Literal["denied", "throttled", "credentials", "not found", "unreachable", "failed"]
# A proxy that answers in AWS's place ends in the last of them.
ERRORS = (exceptions.BotoCoreError, exceptions.ClientError, ResponseParserError)
MOST_LETTERS = 300  # of what AWS says of an error
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Aws:
    """The AWS that is asked: `server` is the local one, None an account; clients are kept.

    `calls` are the operations asked so far, each tried again counted once.
    """

    session: botocore.session.Session
    server: "Server | None" = None
    calls: list[str] = field(default_factory=list)
    _clients: dict[str, Any] = field(default_factory=dict)
    _making: threading.Lock = field(default_factory=threading.Lock)

    @property
    def place(self) -> str:
        """Return whose AWS it is, in words for a screen."""
        return "the local AWS" if self.server else f"AWS, {REGION}"

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment in which the AWS CLI asks the same AWS."""
        if not self.server:
            return {**os.environ, "AWS_REGION": REGION}
        others = {name: value for name, value in os.environ.items() if name[:4] != "AWS_"}
        return others | {
            "AWS_ENDPOINT_URL": self.server.endpoint,
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }

    def client(self, service: str, region: str = REGION) -> Any:  # noqa: ANN401 - made at run time
        """Return the one client of a service; it soon gives up and asks twice at most."""
        with self._making:  # a session may not make two clients at once
            key = f"{service} {region}"
            if key not in self._clients:
                self._clients[key] = self._counted(self._make(service, region))
            return self._clients[key]

    def _counted(self, client: Any) -> Any:  # noqa: ANN401 - made at run time
        def count(model: Any, **_: object) -> None:  # noqa: ANN401 - botocore's own
            self.calls.append(model.name)

        # First, since a handler that answers by itself ends the line.
        client.meta.events.register_first("before-call", count)
        return client

    def _seconds_to_answer(self, service: str) -> int:
        return SECONDS_OF_LOCAL if self.server else SECONDS_OF_SLOW.get(service, SECONDS_TO_ANSWER)

    def _make(self, service: str, region: str) -> Any:  # noqa: ANN401 - made at run time
        config = Config(
            connect_timeout=SECONDS_TO_ANSWER,
            read_timeout=self._seconds_to_answer(service),
            retries={"total_max_attempts": TRIES, "mode": "standard"},
            max_pool_connections=AT_ONCE,
        )
        if not self.server:
            return self.session.create_client(service, region_name=region, config=config)
        return self.session.create_client(
            service,
            region_name=region,
            config=config,
            endpoint_url=self.server.endpoint,
            aws_access_key_id="local",
            aws_secret_access_key="local",  # noqa: S106 - no secret: the local AWS takes any
        )


@dataclass(frozen=True)
class Refusal:
    """Why AWS gave no answer: its kind, the fact in a sentence, what to type."""

    kind: Kind
    fact: str
    fix: str


def find() -> Aws:
    """Return the AWS to ask. TriflowError if the local one is wished for and does not run."""
    wish = os.environ.get(CHOICE, "")
    if wish not in {"", "local", "account"}:
        raise TriflowError(
            f"{CHOICE} is {wish!r}, which names no AWS.",
            "Nothing was asked.",
            f"export {CHOICE}=local   (or account, or unset it)",
        )
    server = None if wish == "account" else local_aws.find(Workspace(ROOT).aws)
    if wish == "local" and not server:
        raise TriflowError("The local AWS is not running.", "Nothing was asked.", "make up")
    return Aws(_session_of_nobody() if server else botocore.session.Session(), server)


def _session_of_nobody() -> botocore.session.Session:
    """Return a session that reads no profile, so that a missing one cannot stop the local AWS."""
    nothing = (None, None, None, None)
    empty = {"config_file": (None, None, os.devnull, None), "profile": nothing}
    return botocore.session.Session(session_vars=empty)


def together(asks: Mapping[str, Callable[[], Answer]]) -> dict[str, Answer | Refusal]:
    """Ask all at once and return each one's answer by its name, or why there is none."""
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        under_way = {name: pool.submit(answer, ask) for name, ask in asks.items()}
        return {name: asked.result() for name, asked in under_way.items()}


def answer(ask: Callable[[], Answer]) -> Answer | Refusal:
    """Return what AWS answers, or why it gives no answer."""
    try:
        return ask()
    except ERRORS as error:
        return refusal(error)


def demand(ask: Callable[[], Answer]) -> Answer:
    """Return the answer of an ask that a verb cannot do without; TriflowError if AWS gives none."""
    return given(answer(ask))


def given(told: Answer | Refusal, consequence: str = "The command stops here.") -> Answer:
    """Return an answer; TriflowError with that consequence if it is none."""
    if isinstance(told, Refusal):
        raise TriflowError(told.fact, consequence, told.fix)
    return told


MENDED_BY: dict[Kind, str] = {
    "denied": "aws sts get-caller-identity   (then have that identity's policy allow the action)",
    "throttled": "run it again in a minute",
    "credentials": "aws sso login   (or export AWS_PROFILE=...; the local AWS: make up)",
    "not found": "triflow status   (shows what is up)",
    "unreachable": f"curl -sI https://sts.{REGION}.amazonaws.com   (network, proxy, VPN)",
    "failed": "run it again; https://health.aws.amazon.com says whether AWS has a problem   "
    "(what the local AWS lacks: docs/local-aws.md)",
}
# Codes differ from service to service; what they end on or contain does not.
CODES: tuple[tuple[Kind, "re.Pattern[str]"], ...] = (
    ("throttled", re.compile(r"Throttl|TooManyRequests|RequestLimitExceeded|SlowDown|^429$")),
    (
        "credentials",
        re.compile(
            r"ExpiredToken|RequestExpired|InvalidClientTokenId|UnrecognizedClient|AuthFailure"
            r"|SignatureDoesNotMatch|InvalidAccessKeyId|MissingAuthenticationToken|InvalidToken"
        ),
    ),
    (
        "denied",
        # A service that the account has not signed up for is closed to it likewise.
        re.compile(
            r"AccessDenied|Unauthorized|NotAuthorized|AuthorizationError|Forbidden|^403$"
            r"|SubscriptionRequired|OptInRequired"
        ),
    ),
    ("not found", re.compile(r"NotFound|NoSuch|DoesNotExist|^404$|NonExistent")),
)
WITHOUT_CREDENTIALS = (
    exceptions.NoCredentialsError,
    exceptions.PartialCredentialsError,
    exceptions.CredentialRetrievalError,
    exceptions.ProfileNotFound,
    exceptions.SSOError,
    exceptions.TokenRetrievalError,
    exceptions.NoAuthTokenError,
)
# EC2 appends a kilobyte that only sts:DecodeAuthorizationMessage can read.
ENCODED = re.compile(r"\s*Encoded authorization failure message:.*", re.DOTALL)


def refusal(error: Exception) -> Refusal:
    """Return what an error of botocore means."""
    if isinstance(error, exceptions.ClientError):
        kind, fact = _answered(error)
    elif isinstance(error, WITHOUT_CREDENTIALS):
        kind, fact = "credentials", f"AWS cannot be asked without credentials: {_said(error)}"
    elif isinstance(error, ResponseParserError):
        kind, fact = "failed", "Something answered that is not AWS, or that broke on the way."
    elif isinstance(error, (exceptions.HTTPClientError, exceptions.ConnectionError)):
        kind, fact = "unreachable", f"AWS does not answer: {_said(error)}"
    else:
        kind, fact = "failed", f"AWS could not be asked: {_said(error)}"
    return Refusal(kind, fact, MENDED_BY[kind])


def _answered(error: exceptions.ClientError) -> tuple[Kind, str]:
    # S3 refuses a question about a bucket, and Route 53 any, by the status alone.
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", "")
    code = str(error.response.get("Error", {}).get("Code") or status)
    said = ENCODED.sub("", str(error.response.get("Error", {}).get("Message", "")))
    kind = next((kind for kind, codes in CODES if codes.search(code)), None) or "failed"
    words: dict[Kind, str] = {
        "denied": "was denied",
        "throttled": "was throttled",
        "credentials": "was refused for its credentials",
        "not found": "found nothing",
    }
    told = f"{error.operation_name} {words.get(kind, 'failed')} ({code})"
    if said.lstrip().startswith("<"):
        said = "the answer is a web page, as a proxy gives it, or the local AWS at its limits"
    return kind, f"{told}: {_ended(said)}" if said else f"{told}."


def _said(error: Exception) -> str:
    return _ended(str(error))


def _ended(said: str) -> str:
    sentence = " ".join(said.split())[:MOST_LETTERS]
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."
