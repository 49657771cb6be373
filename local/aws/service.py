"""The provider's protocol: every request of the engine arrives here and is answered in its form.

Knows no AWS service. Whatever goes wrong inside leaves as one error status with one sentence;
secrets of the resource at hand never appear in it.
"""

# ruff: noqa: N802 - the protocol's method names

import functools
import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import grpc
from google.protobuf import any_pb2, empty_pb2, struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

from local.aws import check, diff, schema, session, settings
from local.aws.catalogue import ROWS
from local.aws.errors import AwsError, InputError, LostAnswerError, PartlyDoneError
from local.aws.lookups import look
from local.aws.session import Session
from local.aws.values import decode, encode, plain, secret_texts
from local.errors import LocalError

Request = TypeVar("Request")
Response = TypeVar("Response")
EXPECTED = (AwsError, LostAnswerError, InputError, LocalError)
KINDS = {
    ("ADD", False): provider_pb2.PropertyDiff.ADD,
    ("ADD", True): provider_pb2.PropertyDiff.ADD_REPLACE,
    ("DELETE", False): provider_pb2.PropertyDiff.DELETE,
    ("DELETE", True): provider_pb2.PropertyDiff.DELETE_REPLACE,
    ("UPDATE", False): provider_pb2.PropertyDiff.UPDATE,
    ("UPDATE", True): provider_pb2.PropertyDiff.UPDATE_REPLACE,
}
VERBS = {"Create": "creating", "Read": "reading", "Update": "updating", "Delete": "deleting"}


def _guarded(
    method: Callable[["Provider", Request, grpc.ServicerContext], Response],
) -> Callable[["Provider", Request, grpc.ServicerContext], Response]:
    """Answer any exception with an error status; the engine shows its text to the user."""

    @functools.wraps(method)
    def guarded(self: "Provider", request: Request, context: grpc.ServicerContext) -> Response:
        try:
            return method(self, request, context)
        except PartlyDoneError as error:
            _abort_partly(context, error, _sentence(method.__name__, request, error.cause))
        except EXPECTED as error:
            context.abort(grpc.StatusCode.UNKNOWN, _sentence(method.__name__, request, error))
        except Exception as error:  # noqa: BLE001 - the edge of the process: nothing may pass it
            where = traceback.extract_tb(error.__traceback__)[-1]
            spot = f"{where.filename.rpartition('/')[2]}:{where.lineno}"
            slip = f"a slip in the local AWS itself ({type(error).__name__} at {spot}): {error}"
            context.abort(grpc.StatusCode.INTERNAL, _sentence(method.__name__, request, slip))
        raise AssertionError  # unreachable: abort raises

    return guarded


def _sentence(rpc: str, request: Any, problem: object) -> str:  # noqa: ANN401 - any message
    """Return `creating TOKEN: Operation: Code: message`, with the resource's name, no secrets."""
    words = str(problem)
    for secret in sorted(_secrets_in(request), key=len, reverse=True):
        words = words.replace(secret, "[secret]")
    urn = getattr(request, "urn", "")
    if rpc not in VERBS or not urn:
        return words
    token, name = _type_and_name(urn)
    return f"{VERBS[rpc]} {token}: {words} (resource {name})"


def _secrets_in(request: Any) -> set[str]:  # noqa: ANN401 - any message
    parts = (getattr(request, name, None) for name in ("properties", "news", "olds", "old_inputs"))
    structs = [decode(part) for part in parts if isinstance(part, struct_pb2.Struct)]
    return {text for struct in structs for text in secret_texts(struct)}


def _abort_partly(context: grpc.ServicerContext, error: PartlyDoneError, sentence: str) -> Any:  # noqa: ANN401 - never returns
    """Tell the engine that the resource exists although its making failed, so that it is kept."""
    detail = any_pb2.Any()
    detail.Pack(
        provider_pb2.ErrorResourceInitFailed(
            id=error.identity,
            properties=encode(error.outputs),
            inputs=encode(error.inputs),
            reasons=[sentence],
        )
    )
    code = grpc.StatusCode.UNKNOWN
    status = status_pb2.Status(code=code.value[0], message=sentence, details=[detail])
    context.abort_with_status(
        _Status(code, sentence, (("grpc-status-details-bin", status.SerializeToString()),))
    )


@dataclass(frozen=True)
class _Status(grpc.Status):
    """A status with details, as grpc.ServicerContext.abort_with_status takes it."""

    code: grpc.StatusCode
    details: str
    trailing_metadata: tuple[tuple[str, bytes], ...]


def _type_and_name(urn: str) -> tuple[str, str]:
    """Return token and logical name in urn:pulumi:stack::project::parents$token::name."""
    parts = urn.split("::", 3)
    return parts[2].rpartition("$")[2], parts[3]


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """One configured provider, as the engine talks to it."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._settings = settings.Settings()
        self._session: Session | None = None
        self._lock = threading.Lock()

    @property
    def session(self) -> Session:
        """Return what was opened by Configure; LocalError if that never happened."""
        if self._session is None:
            raise LocalError(
                "The aws provider is not configured yet.",
                "Its region or another setting is known only after the update.",
                "give the provider settings that are known in a preview",
            )
        return self._session

    @_guarded
    def GetPluginInfo(
        self, _request: empty_pb2.Empty, _context: grpc.ServicerContext
    ) -> plugin_pb2.PluginInfo:
        """Answer the version of pulumi-aws whose names are spoken here."""
        return plugin_pb2.PluginInfo(version=schema.version())

    @_guarded
    def GetSchema(
        self, _request: provider_pb2.GetSchemaRequest, _context: grpc.ServicerContext
    ) -> provider_pb2.GetSchemaResponse:
        """Refuse in one sentence: `pulumi import` asks for it to write code, not to import."""
        raise LocalError(
            "The local AWS has no package schema, so no code can be generated from it.",
            "What was imported is in the state all the same.",
            "pulumi import --generate-code=false",
        )

    @_guarded
    def Attach(
        self, _request: plugin_pb2.PluginAttach, _context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """Accept an engine that started this process by other means."""
        return empty_pb2.Empty()

    @_guarded
    def Cancel(self, _request: empty_pb2.Empty, _context: grpc.ServicerContext) -> empty_pb2.Empty:
        """Let calls in flight finish: each is short, and its result must reach the state."""
        return empty_pb2.Empty()

    @_guarded
    def CheckConfig(
        self, request: provider_pb2.CheckRequest, _context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        """Refuse settings that have no meaning here."""
        problems = settings.check(decode(request.news))
        return provider_pb2.CheckResponse(inputs=request.news, failures=_failures(problems.found))

    @_guarded
    def DiffConfig(
        self, request: provider_pb2.DiffRequest, _context: grpc.ServicerContext
    ) -> provider_pb2.DiffResponse:
        """Say whether the provider's own settings changed; its resources keep their region."""
        changed = decode(request.old_inputs) != decode(request.news)
        some, none = provider_pb2.DiffResponse.DIFF_SOME, provider_pb2.DiffResponse.DIFF_NONE
        return provider_pb2.DiffResponse(changes=some if changed else none)

    @_guarded
    def Configure(
        self, request: provider_pb2.ConfigureRequest, _context: grpc.ServicerContext
    ) -> provider_pb2.ConfigureResponse:
        """Open the local AWS: it must answer, be the one the state belongs to, and be allowed."""
        self._settings = settings.read(decode(request.args) or _variables(request))
        self._session = session.open_session(self._endpoint, self._settings)
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    @_guarded
    def Check(
        self, request: provider_pb2.CheckRequest, _context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        """Complete a resource's inputs, or say what is wrong with them."""
        token, name = _type_and_name(request.urn)
        inputs, problems = check.check(
            token,
            name,
            decode(request.news),
            olds=decode(request.olds),
            seed=request.randomSeed,
            settings=self._settings,
        )
        words = [(path, _scrubbed(reason, inputs)) for path, reason in problems.found]
        return provider_pb2.CheckResponse(inputs=encode(inputs), failures=_failures(words))

    @_guarded
    def Diff(
        self, request: provider_pb2.DiffRequest, _context: grpc.ServicerContext
    ) -> provider_pb2.DiffResponse:
        """Say which inputs changed and what follows from it."""
        token, _ = _type_and_name(request.urn)
        self._confirm(request.urn, request.id)
        found = diff.diff(
            token, decode(request.old_inputs), decode(request.news), list(request.ignoreChanges)
        )
        some, none = provider_pb2.DiffResponse.DIFF_SOME, provider_pb2.DiffResponse.DIFF_NONE
        return provider_pb2.DiffResponse(
            changes=some if found.changes else none,
            diffs=found.names,
            replaces=list(dict.fromkeys(c.name for c in found.changes if c.replaces)),
            deleteBeforeReplace=found.delete_first,
            hasDetailedDiff=True,
            detailedDiff={
                change.path: provider_pb2.PropertyDiff(
                    kind=KINDS[change.kind, change.replaces], inputDiff=True
                )
                for change in found.changes
            },
        )

    @_guarded
    def Create(
        self, request: provider_pb2.CreateRequest, _context: grpc.ServicerContext
    ) -> provider_pb2.CreateResponse:
        """Make a resource; in a preview return the inputs: what is missing counts as unknown."""
        token, _ = _type_and_name(request.urn)
        inputs = decode(request.properties)
        if request.preview:
            return provider_pb2.CreateResponse(properties=encode(_shown(inputs)))
        made = self.session.lifecycle.create(token, request.urn, inputs)
        return provider_pb2.CreateResponse(id=made.identity, properties=encode(made.outputs))

    @_guarded
    def Read(
        self, request: provider_pb2.ReadRequest, _context: grpc.ServicerContext
    ) -> provider_pb2.ReadResponse:
        """Look at a resource: drift shows in its inputs; an empty answer means that it is gone."""
        token, _ = _type_and_name(request.urn)
        if token not in ROWS:
            raise InputError([("", check.no_row(token))])
        self._confirm(request.urn, request.id)
        found = self.session.lifecycle.read(token, request.id, decode(request.inputs))
        if found is None:
            return provider_pb2.ReadResponse()
        return provider_pb2.ReadResponse(
            id=found.identity, inputs=encode(found.inputs), properties=encode(found.outputs)
        )

    @_guarded
    def Update(
        self, request: provider_pb2.UpdateRequest, _context: grpc.ServicerContext
    ) -> provider_pb2.UpdateResponse:
        """Change a resource in place."""
        token, _ = _type_and_name(request.urn)
        news = decode(request.news)
        if request.preview:
            expected = {**decode(request.olds), **_shown(news)}
            return provider_pb2.UpdateResponse(properties=encode(expected))
        self._confirm(request.urn, request.id)
        olds = decode(request.old_inputs)
        made = self.session.lifecycle.update(token, request.id, olds, news)
        return provider_pb2.UpdateResponse(properties=encode(made.outputs))

    @_guarded
    def Delete(
        self, request: provider_pb2.DeleteRequest, _context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """Delete a resource, or find that it is gone."""
        token, _ = _type_and_name(request.urn)
        inputs = decode(request.old_inputs) or decode(request.properties)
        self._confirm(request.urn, request.id)
        self.session.lifecycle.delete(token, request.urn, request.id, inputs)
        return empty_pb2.Empty()

    @_guarded
    def Invoke(
        self, request: provider_pb2.InvokeRequest, _context: grpc.ServicerContext
    ) -> provider_pb2.InvokeResponse:
        """Answer a function of the AWS package."""
        args = {name: v for name, v in plain(decode(request.args)).items() if v is not None}
        session_ = self.session
        region = str(self._settings.region)
        try:
            found = look(request.tok, args, session_.aws, region, session_.account)
        except AwsError as error:
            raise InputError([("", f"reading {request.tok}: {error}")]) from error
        return _invoked(found)

    def _confirm(self, urn: str, identity: str) -> None:
        """Note that the engine knows this resource: it will never be taken for a left-over."""
        if self._session is not None:
            self._session.journal.confirm(urn, identity)


def _invoked(found: Mapping[str, Any]) -> provider_pb2.InvokeResponse:
    answer = provider_pb2.InvokeResponse()
    getattr(answer, "return").CopyFrom(encode(found))  # a keyword of Python names the field
    return answer


def _shown(inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in inputs.items() if name != "__defaults"}


def _scrubbed(words: str, inputs: Mapping[str, Any]) -> str:
    for secret in secret_texts(dict(inputs)):
        words = words.replace(secret, "[secret]")
    return words


def _failures(problems: list[tuple[str, str]]) -> list[provider_pb2.CheckFailure]:
    return [provider_pb2.CheckFailure(property=path, reason=why) for path, why in problems]


def _variables(request: provider_pb2.ConfigureRequest) -> dict[str, Any]:
    """Return the settings as older engines send them."""
    return {name.rpartition(":")[2]: v for name, v in request.variables.items()}
