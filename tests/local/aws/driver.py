"""Drives the provider as the engine does, without the engine: same requests, same order."""

import itertools
from dataclasses import dataclass, field
from typing import Any, cast

import grpc
from pulumi.runtime.proto import provider_pb2, status_pb2

from local.aws.service import Provider
from local.aws.values import decode, encode

SEEDS = itertools.count(1)


class RefusedError(Exception):
    """The provider ended a request with an error status."""

    def __init__(self, sentence: str, partly: provider_pb2.ErrorResourceInitFailed | None) -> None:
        super().__init__(sentence)
        self.partly = partly


class _Context:
    """Enough of gRPC's context for a servicer that is called directly."""

    def abort(self, _code: grpc.StatusCode, details: str) -> None:
        """End the request."""
        raise RefusedError(details, None)

    def abort_with_status(self, status: grpc.Status) -> None:
        """End the request with details, as the engine unpacks them."""
        packed = cast("bytes", dict(status.trailing_metadata)["grpc-status-details-bin"])
        found = provider_pb2.ErrorResourceInitFailed()
        status_pb2.Status.FromString(packed).details[0].Unpack(found)
        raise RefusedError(status.details, found)


CONTEXT = cast("grpc.ServicerContext", _Context())


@dataclass
class State:
    """One resource in a stack's state."""

    identity: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]
    problems: list[str] = field(default_factory=list)


@dataclass
class Engine:
    """A stack and its provider; `state` is keyed by logical name."""

    provider: Provider
    state: dict[str, State] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    stack: str = "test"

    def urn(self, token: str, name: str) -> str:
        """Return the URN of a resource of this stack."""
        return f"urn:pulumi:{self.stack}::project::{token}::{name}"

    def check(
        self, token: str, name: str, news: dict[str, Any], olds: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], list[str]]:
        """Return checked inputs and the sentences of what is wrong with them."""
        answer = self.provider.Check(
            provider_pb2.CheckRequest(
                urn=self.urn(token, name),
                news=encode(news),
                olds=encode(olds or {}),
                randomSeed=str(next(SEEDS)).encode(),
            ),
            CONTEXT,
        )
        return decode(answer.inputs), [f.reason for f in answer.failures]

    def up(self, token: str, name: str, news: dict[str, Any]) -> str:
        """Bring one resource to the wanted inputs; return create, update, replace or same."""
        old = self.state.get(name)
        inputs, problems = self.check(token, name, news, old.inputs if old else None)
        assert problems == []
        self.preview(token, name, inputs)
        if old is None:
            self._create(token, name, inputs)
            return "create"
        return self._change(token, name, old, inputs)

    def _change(self, token: str, name: str, old: State, inputs: dict[str, Any]) -> str:
        found = self.diff(token, name, inputs)
        if found.replaces:
            inputs, _ = self.check(
                token,
                name,
                {
                    k: v
                    for k, v in inputs.items()
                    if k != "__defaults" and k not in inputs["__defaults"]
                },
            )
            if found.deleteBeforeReplace:
                self.delete(token, name)
                self._create(token, name, inputs)
            else:
                self._create(token, name, inputs)
                self._delete(token, name, old)
            return "replace"
        if found.changes == provider_pb2.DiffResponse.DIFF_SOME or old.problems:
            self._update(token, name, old, inputs)
            return "update"
        return "same"

    def preview(self, token: str, name: str, inputs: dict[str, Any]) -> dict[str, Any]:
        """Return what a preview shows of a resource to be created."""
        request = provider_pb2.CreateRequest(
            urn=self.urn(token, name), properties=encode(inputs), preview=True
        )
        return decode(self.provider.Create(request, CONTEXT).properties)

    def diff(self, token: str, name: str, inputs: dict[str, Any]) -> provider_pb2.DiffResponse:
        """Return the provider's comparison of a resource with new inputs."""
        old = self.state[name]
        return self.provider.Diff(
            provider_pb2.DiffRequest(
                id=old.identity,
                urn=self.urn(token, name),
                olds=encode(old.outputs),
                old_inputs=encode(old.inputs),
                news=encode(inputs),
            ),
            CONTEXT,
        )

    def _create(self, token: str, name: str, inputs: dict[str, Any]) -> None:
        request = provider_pb2.CreateRequest(urn=self.urn(token, name), properties=encode(inputs))
        try:
            made = self.provider.Create(request, CONTEXT)
        except RefusedError as error:
            self._keep_part(token, name, error)
            raise
        self.state[name] = State(made.id, inputs, decode(made.properties))
        self.tokens[name] = token

    def _keep_part(self, token: str, name: str, error: RefusedError) -> None:
        part = error.partly
        self.tokens[name] = token
        if part is not None:
            self.state[name] = State(
                part.id, decode(part.inputs), decode(part.properties), list(part.reasons)
            )

    def _update(self, token: str, name: str, old: State, inputs: dict[str, Any]) -> None:
        request = provider_pb2.UpdateRequest(
            id=old.identity,
            urn=self.urn(token, name),
            olds=encode(old.outputs),
            old_inputs=encode(old.inputs),
            news=encode(inputs),
        )
        try:
            made = self.provider.Update(request, CONTEXT)
        except RefusedError as error:
            self._keep_part(token, name, error)
            raise
        self.state[name] = State(old.identity, inputs, decode(made.properties))

    def read(self, token: str, name: str, identity: str = "") -> State | None:
        """Look at a resource of the state, or, with an id, at one to import."""
        old = self.state.get(name)
        answer = self.provider.Read(
            provider_pb2.ReadRequest(
                id=identity or (old.identity if old else ""),
                urn=self.urn(token, name),
                inputs=encode({} if identity or not old else old.inputs),
                properties=encode({} if identity or not old else old.outputs),
            ),
            CONTEXT,
        )
        if not answer.id:
            return None
        return State(answer.id, decode(answer.inputs), decode(answer.properties))

    def delete(self, token: str, name: str) -> None:
        """Delete a resource of the state."""
        self._delete(token, name, self.state[name])
        del self.state[name]

    def _delete(self, token: str, name: str, old: State) -> None:
        self.provider.Delete(
            provider_pb2.DeleteRequest(
                id=old.identity,
                urn=self.urn(token, name),
                properties=encode(old.outputs),
                old_inputs=encode(old.inputs),
            ),
            CONTEXT,
        )

    def destroyed(self) -> bool:
        """Delete whatever the stack holds, last made first; False if something resists."""
        clean = True
        for name in reversed(list(self.state)):
            try:
                self.delete(self.tokens[name], name)
            except RefusedError:
                clean = False
        return clean

    def invoke(self, token: str, **args: object) -> dict[str, Any]:
        """Return the result of a function."""
        request = provider_pb2.InvokeRequest(tok=token, args=encode(args))
        return decode(getattr(self.provider.Invoke(request, CONTEXT), "return"))


def configured(endpoint: str, **config: object) -> Provider:
    """Return a provider configured as the engine does it."""
    provider = Provider(endpoint)
    settings = {"region": "ap-northeast-2", **config}
    provider.Configure(provider_pb2.ConfigureRequest(args=encode(settings)), CONTEXT)
    return provider
