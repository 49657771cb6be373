"""An AWS that answers as told: real clients, whose parameters are checked, and no network."""

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any, ClassVar

import botocore.session

from local.aws.server import Server
from triflow.aws import Aws

Answer = Mapping[str, Any] | str
Told = Answer | Callable[[Mapping[str, Any]], Answer]
LOCAL = Server("http://127.0.0.1:5999", 1, "mark")


class AwsStandIn:
    """Answers by service and operation (`ecs.DescribeServices`); what is not told is a slip.

    An answer is the response, the code of an error, or a function of the call's parameters.
    `asked` keeps every call in the order in which it came. The one made last is the one in use:
    clients take long to make, so all share theirs.
    """

    _in_use: ClassVar["AwsStandIn"]
    _made: ClassVar[dict[bool, Aws]] = {}

    def __init__(self, answers: Mapping[str, Told], *, local: bool = True) -> None:
        self.answers = dict(answers)
        self.asked: list[tuple[str, Mapping[str, Any]]] = []
        self.aws = self._made.get(local) or self._make(local=local)
        AwsStandIn._in_use = self

    @property
    def operations(self) -> list[str]:
        """Return the names of the calls."""
        return [operation for operation, _ in self.asked]

    def _make(self, *, local: bool) -> Aws:
        session = botocore.session.Session()
        session.register("provide-client-params", _note)
        session.register("before-call", _answer)  # type: ignore[arg-type]  # it may answer
        session.set_credentials("a-key", "a-secret")
        return self._made.setdefault(local, Aws(session, LOCAL if local else None))

    def note(self, operation: str, params: Mapping[str, Any]) -> None:
        """Keep a call."""
        self.asked.append((operation, params))

    def answer(self, operation: str) -> tuple[SimpleNamespace, Mapping[str, Any]]:
        """Return the answer to the call that was noted last."""
        told = self.answers[operation]
        if callable(told):
            told = told(next(params for name, params in reversed(self.asked) if name == operation))
        if isinstance(told, str):
            error = {"Error": {"Code": told, "Message": "Because of that"}}
            return SimpleNamespace(status_code=400), error
        return SimpleNamespace(status_code=200), told

    @classmethod
    def in_use(cls) -> "AwsStandIn":
        """Return the one that was made last."""
        return cls._in_use


def _note(**event: Any) -> None:  # noqa: ANN401 - botocore's own word for its events
    AwsStandIn.in_use().note(event["event_name"].partition(".")[2], event["params"])


def _answer(**event: Any) -> tuple[SimpleNamespace, Mapping[str, Any]]:  # noqa: ANN401 - likewise
    return AwsStandIn.in_use().answer(event["event_name"].partition(".")[2])
