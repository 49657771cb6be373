"""Runs a program under mocks and records every registration as the engine would receive it.

    prod = record("prod", preview=True)
    assert prod.one("aws:ec2/vpc:Vpc").props["cidrBlock"] == "10.0.0.0/16"

A recording proves what is asked of the engine, not that AWS would accept it. In a preview, what
only AWS can know is UNKNOWN. What another stack lends comes from a recording of that stack, so a
renamed output is noticed. A function call or a stack that is not listed here ends the run.
"""

import asyncio
import json
import os
import runpy
import warnings
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import grpc
import yaml
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi import runtime
from pulumi.runtime import mocks, rpc
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.settings import configure, set_root_resource

from tests.program.kept import kept

ROOT: Final = Path(__file__).parents[2]
ACCOUNT: Final = "123456789012"
ORGANIZATION: Final = "organization"
PROJECT: Final = "triflow-ai"
FOUNDATION: Final = "triflow-ai-foundation"
STACKS: Final = ("foundation", "staging", "prod", "dev")

# Which other stacks' outputs a stack can read, and under which name.
NAMES = {
    "foundation": f"{ORGANIZATION}/{FOUNDATION}/foundation",
    "staging": f"{ORGANIZATION}/{PROJECT}/staging",
}
READS = {"foundation": (), "staging": ("foundation",), "prod": ("foundation",), "dev": tuple(NAMES)}

# The id that AWS gives is one of the inputs; all other ids are made up.
IDS = {
    "aws:s3/bucket:Bucket": "bucket",
    "aws:iam/role:Role": "name",
    "aws:ecr/repository:Repository": "name",
    "aws:cloudwatch/logGroup:LogGroup": "name",
}

# How the last part of such an ARN begins.
SUFFIXES = {
    "aws:lb/loadBalancer:LoadBalancer": "app",
    "aws:lb/targetGroup:TargetGroup": "targetgroup",
}


class Unknown:
    """What only AWS can know; a preview carries it in place of a value. There is only one."""

    def __reduce__(self) -> str:
        """Stay the same one when a recording is read."""
        return "UNKNOWN"

    def __repr__(self) -> str:
        """Show the name under which tests compare it."""
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


@dataclass(frozen=True)
class Resource:
    """One registration: inputs in the engine's spelling, relations as URNs."""

    urn: str
    type: str
    name: str
    props: Mapping[str, Any]
    parent: str
    dependencies: tuple[str, ...]
    property_dependencies: Mapping[str, tuple[str, ...]]
    provider: str
    custom: bool
    options: "Options"
    struct: struct_pb2.Struct  # the same inputs as the engine's message, unknowns as its marker


@dataclass(frozen=True)
class Options:
    """The options that a request carries; names as in pulumi.ResourceOptions."""

    protect: bool = False
    retain_on_delete: bool = False
    delete_before_replace: bool = False
    ignore_changes: tuple[str, ...] = ()
    replace_on_changes: tuple[str, ...] = ()
    additional_secret_outputs: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


@dataclass
class Recording:
    """All registrations of one run in their order, and what stack and components put out."""

    stack: str
    preview: bool
    resources: list[Resource] = field(default_factory=list)
    outputs_by_urn: dict[str, Any] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    @property
    def outputs(self) -> Mapping[str, Any]:
        """The stack's outputs."""
        stack = self.one("pulumi:pulumi:Stack")
        outputs: Mapping[str, Any] = self.outputs_by_urn[stack.urn]
        return outputs

    def of(self, kind: str) -> list[Resource]:
        """Return the resources of a type token, in order of registration."""
        return [each for each in self.resources if each.type == kind]

    def one(self, kind: str, name: str | None = None) -> Resource:
        """Return the only resource of a type token, or the one with that logical name."""
        found = [each for each in self.of(kind) if name in (None, each.name)]
        assert len(found) == 1, f"{len(found)} of {kind} {name or ''}: {[r.name for r in found]}"
        return found[0]

    def depends_on(self, resource: Resource, prop: str) -> set[str]:
        """Return the logical names that feed one property of a resource."""
        return {urn.split("::")[-1] for urn in resource.property_dependencies.get(prop, ())}


class EngineError(grpc.RpcError):
    """An error as the engine answers it to a call."""

    def __init__(self, details: str) -> None:
        self._details = details

    def code(self) -> grpc.StatusCode:
        """Every failed call comes back under this code."""
        return grpc.StatusCode.UNKNOWN

    def details(self) -> str:
        """Return the engine's sentence."""
        return self._details


class Refuse(mocks.Mocks):
    """The SDK's own hooks, which this recorder does not use."""

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        """Refuse: registrations are recorded from the request itself."""
        raise AssertionError(args.name)

    def call(self, args: mocks.MockCallArgs) -> Any:  # noqa: ANN401 - the SDK's signature
        """Refuse: calls are answered from the request itself."""
        raise AssertionError(args.token)


class Monitor(mocks.MockMonitor):
    """Stands where the engine's monitor stands: records requests and answers them."""

    def __init__(self, recording: Recording, others: Mapping[str, Mapping[str, Any]]) -> None:
        super().__init__(Refuse())
        self.recording, self.others = recording, others

    def RegisterResource(  # noqa: N802 - the protocol's name
        self, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceResponse:
        """Record; answer with the inputs, and outside a preview with an id and made-up outputs."""
        urn = self.make_urn(request.parent, request.type, request.name)
        resource = _resource(urn, request)
        self.recording.resources.append(resource)
        if self.recording.preview or not request.custom:
            return resource_pb2.RegisterResourceResponse(urn=urn, object=request.object)
        given = resource.props.get(IDS.get(request.type, ""))
        made_up = _struct(_computed(resource))
        made_up.MergeFrom(request.object)
        return resource_pb2.RegisterResourceResponse(
            urn=urn, id=str(given or f"{request.name}-id"), object=made_up
        )

    def ReadResource(  # noqa: N802 - the protocol's name
        self, request: resource_pb2.ReadResourceRequest
    ) -> resource_pb2.ReadResourceResponse:
        """Answer a stack reference; no other read is expected."""
        assert request.type == "pulumi:pulumi:StackReference", request.type
        urn = self.make_urn(request.parent, request.type, request.name)
        self.recording.resources.append(_reference(urn, request))
        return resource_pb2.ReadResourceResponse(urn=urn, properties=self._outputs_of(request.id))

    def Invoke(  # noqa: N802 - the protocol's name
        self, request: resource_pb2.ResourceInvokeRequest
    ) -> Any:  # noqa: ANN401 - the message's class has no public name
        """Answer the read of another stack's outputs; no other call is expected."""
        self.recording.calls.append(request.tok)
        if request.tok != "pulumi:pulumi:readStackOutputs":
            raise EngineError(f"this call is not listed in the recorder: {request.tok}")
        response = resource_pb2.ResourceInvokeResponse()
        getattr(response, "return").CopyFrom(self._outputs_of(str(request.args["name"])))
        return response

    def RegisterResourceOutputs(  # noqa: N802 - the protocol's name
        self, request: resource_pb2.RegisterResourceOutputsRequest
    ) -> empty_pb2.Empty:
        """Record what a component or the stack puts out."""
        self.recording.outputs_by_urn[request.urn] = plain(request.outputs)
        return empty_pb2.Empty()

    def _outputs_of(self, name: str) -> struct_pb2.Struct:
        if name not in self.others:
            raise EngineError(f'unknown stack "{name}"')
        answer = {"name": name, "outputs": self.others[name], "secretOutputNames": []}
        return _struct(answer)


def record(
    stack: str,
    *,
    preview: bool = False,
    config: Mapping[str, Any] | None = None,
    others: Mapping[str, Mapping[str, Any]] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Recording:
    """Run the stack's program and return everything it registered.

    `config` is laid over the committed stack file (nested; None removes a key). `others` replaces
    the outputs of other stacks, by the names in NAMES; leave one out and it does not exist.
    """
    if config is None and others is None and environment is None:
        return _recorded(stack, preview)
    if environment is None:
        return _kept(stack, preview, config or {}, others)
    return _run(stack, preview, config or {}, others, environment)


@cache
def _recorded(stack: str, preview: bool) -> Recording:  # noqa: FBT001 - a key of the cache
    return _kept(stack, preview, {}, None)


def _kept(
    stack: str,
    preview: bool,  # noqa: FBT001 - handed through
    config: Mapping[str, Any],
    others: Mapping[str, Mapping[str, Any]] | None,
) -> Recording:
    """Run, or read what the same run gave before; what the environment adds is never kept."""
    return kept(lambda: _run(stack, preview, config, others, {}), stack, preview, config, others)


def _run(
    stack: str,
    preview: bool,  # noqa: FBT001 - handed through
    config: Mapping[str, Any],
    others: Mapping[str, Mapping[str, Any]] | None,
    environment: Mapping[str, str],
) -> Recording:
    if others is None:
        others = {
            NAMES[other]: _recorded(other, preview=False).outputs for other in READS.get(stack, ())
        }
    project = FOUNDATION if stack == "foundation" else PROJECT
    folder = ROOT / "foundation" if stack == "foundation" else ROOT
    recording = Recording(stack, preview)
    monitor = Monitor(recording, others)
    pack = {"PULUMI_OPTION_POLICY_PACK": str(ROOT / "policy")}
    engine_gives = {"PULUMI_CONFIG": json.dumps(_config(folder, project, stack, config))}

    def run() -> None:
        _connect(monitor, project, stack, preview)
        asyncio.run(runtime.run_in_stack(lambda: _program(folder / "__main__.py")))

    # The SDK sends its whole call stack with each registration; that of a thread is short.
    with _environment(pack | engine_gives | dict(environment)), ThreadPoolExecutor(1) as thread:
        thread.submit(run).result()
    return recording


def _program(file: Path) -> None:
    with warnings.catch_warnings():
        # Merely importing the AWS SDK warns of classes that it keeps for older programs.
        warnings.filterwarnings("ignore", category=DeprecationWarning, module="pulumi_aws")
        runpy.run_path(str(file), run_name="__main__")


def _connect(monitor: Monitor, project: str, stack: str, preview: bool) -> None:  # noqa: FBT001
    features = monitor.GetDeploymentInfo(empty_pb2.Empty()).supportedFeatures  # type: ignore[no-untyped-call]
    set_root_resource(None)  # type: ignore[arg-type]  # the SDK resets it the same way
    configure(
        mocks.MockSettings(  # type: ignore[no-untyped-call]
            monitor=monitor,
            monitor_features=set(features),
            engine=mocks.MockEngine(None),
            project=project,
            stack=stack,
            dry_run=preview,
            organization=ORGANIZATION,
            callbacks=None,
        )
    )


def _config(folder: Path, project: str, stack: str, over: Mapping[str, Any]) -> dict[str, str]:
    """Return the configuration as the engine hands it over: maps as JSON, the rest as text."""
    file = folder / f"Pulumi.{stack}.yaml"
    committed = yaml.safe_load(file.read_text())["config"] if file.exists() else {}
    laid_over = {key if ":" in key else f"{project}:{key}": value for key, value in over.items()}
    return {
        key: value if isinstance(value, str) else json.dumps(value)
        for key, value in _merged(committed, laid_over).items()
    }


def _merged(below: Any, above: Any) -> Any:  # noqa: ANN401 - YAML
    if not isinstance(below, Mapping) or not isinstance(above, Mapping):
        return above
    both = {key: _merged(below.get(key), above[key]) for key in above}
    return {key: value for key, value in {**below, **both}.items() if value is not None}


@contextmanager
def _environment(given: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(given)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _resource(urn: str, request: resource_pb2.RegisterResourceRequest) -> Resource:
    return Resource(
        urn=urn,
        type=request.type,
        name=request.name,
        props=plain(request.object),
        parent=request.parent,
        dependencies=tuple(request.dependencies),
        property_dependencies={
            key: tuple(found.urns) for key, found in request.propertyDependencies.items()
        },
        provider=request.provider,
        custom=request.custom,
        options=Options(
            protect=request.protect,
            retain_on_delete=request.retainOnDelete,
            delete_before_replace=request.deleteBeforeReplace,
            ignore_changes=tuple(request.ignoreChanges),
            replace_on_changes=tuple(request.replaceOnChanges),
            additional_secret_outputs=tuple(request.additionalSecretOutputs),
            aliases=tuple(str(alias) for alias in request.aliases),
        ),
        struct=request.object,
    )


def _reference(urn: str, request: resource_pb2.ReadResourceRequest) -> Resource:
    return Resource(
        urn=urn,
        type=request.type,
        name=request.name,
        props=plain(request.properties),
        parent=request.parent,
        dependencies=tuple(request.dependencies),
        property_dependencies={},
        provider=request.provider,
        custom=True,
        options=Options(),
        struct=request.properties,
    )


def _computed(resource: Resource) -> dict[str, Any]:
    """Outputs that the programs read and that are no inputs."""
    module = resource.type.split(":")[1].split("/")[0]
    registry = f"{ACCOUNT}.dkr.ecr.ap-northeast-2.amazonaws.com"
    return {
        "arn": f"arn:aws:{module}:ap-northeast-2:{ACCOUNT}:{resource.name}",
        "repositoryUrl": f"{registry}/{resource.props.get('name')}",
        "zoneId": f"{resource.name}-zone",
        "nameServers": ["ns-1.example.com", "ns-2.example.com"],
        "address": f"{resource.name}.example.com",
        "primaryEndpointAddress": f"{resource.name}.example.com",
        "endpoint": f"{resource.name}.example.com:5432",
        "dnsName": f"{resource.name}.elb.example.com",
        "arnSuffix": f"{SUFFIXES.get(resource.type, module)}/{resource.name}",
        "fqdn": f"{resource.name}.example.com",
        "domainValidationOptions": [
            {
                "domainName": name,
                "resourceRecordName": f"_proof.{name.removeprefix('*.')}.",
                "resourceRecordType": "CNAME",
                "resourceRecordValue": "_answer.acm-validations.aws.",
            }
            for name in (
                resource.props.get("domainName"),
                *resource.props.get("subjectAlternativeNames", ()),
            )
            if name
        ],
        "masterUserSecrets": [{"secretArn": f"arn:aws:secretsmanager:::secret:{resource.name}"}],
    }


def _struct(value: Mapping[str, Any]) -> struct_pb2.Struct:
    return json_format.ParseDict(value, struct_pb2.Struct())


def plain(value: struct_pb2.Struct) -> dict[str, Any]:
    """Return a message's content as Python values; unknowns are UNKNOWN, secrets are opened."""
    opened = _plain(json_format.MessageToDict(value))
    assert isinstance(opened, dict)
    return opened


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON
    if value == rpc.UNKNOWN:
        return UNKNOWN
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        if value.get(rpc._special_sig_key) == rpc._special_secret_sig:
            return _plain(value["value"])
        return {key: _plain(each) for key, each in value.items()}
    return value
