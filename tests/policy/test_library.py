"""What the policy library does, on which the pack rests; each fact through its real service.

The service is the one that the engine talks to: a process of its own, over gRPC. What the engine
puts into the requests is seen in tests/end_to_end.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2, json_format
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
ROOT = Path(__file__).parents[2]
URN = "urn:pulumi:prod::triflow-ai::{token}::{name}"

# A pack that uses the library plainly, without our registry; the resource's name says what it does.
PLAIN_PACK = """
from pulumi_policy import *

def reads(args, report):
    args.props["a"]
    report("never said")

def lists(args, report):
    report(",".join(args.props))
    for name, ask in {"in": lambda: "a" in args.props, "get": lambda: args.props.get("a")}.items():
        try:
            ask()
        except Exception as error:
            report(f"{name} raises {type(error).__name__}")

def raises(args, report):
    raise KeyError("x")

def shows(args, report):
    report(f"{args.props['port']!r} {args.props['key']!r}")

def one(args, report):
    globals()[args.name](args, report)

def whole(args, report):
    for one in args.resources:
        targets = [t.name for found in one.property_dependencies.values() for t in found]
        report(f"{one.name}: {targets}")

PolicyPack("facts", policies=[
    ResourceValidationPolicy("one", "about one", one, EnforcementLevel.MANDATORY),
    StackValidationPolicy("whole", "about all", whole, EnforcementLevel.MANDATORY),
])
"""


@contextmanager
def service(folder: Path) -> Iterator[analyzer_pb2_grpc.AnalyzerStub]:
    """Start a pack as the language host does and talk to it."""
    environment = os.environ | {"PULUMI_DRY_RUN": "true", "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(  # noqa: S603  # our own interpreter
        [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", str(folder)],
        stdout=subprocess.PIPE,
        env=environment,
    )
    assert process.stdout is not None
    try:
        port = int(process.stdout.readline())
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield analyzer_pb2_grpc.AnalyzerStub(channel)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def resource(
    token: str, name: str, properties: Mapping[str, Any], **dependencies: str
) -> analyzer_pb2.AnalyzerResource:
    """Write a resource as the engine writes it into a request."""
    return analyzer_pb2.AnalyzerResource(
        type=token,
        urn=URN.format(token=token, name=name),
        name=name,
        properties=json_format.ParseDict(properties, analyzer_pb2.AnalyzerResource().properties),
        propertyDependencies={
            key: analyzer_pb2.AnalyzerPropertyDependencies(urns=[urn])
            for key, urn in dependencies.items()
        },
    )


def ask_one(
    analyzer: analyzer_pb2_grpc.AnalyzerStub, one: analyzer_pb2.AnalyzerResource
) -> list[analyzer_pb2.AnalyzeDiagnostic]:
    """Ask about one resource before it is made."""
    request = analyzer_pb2.AnalyzeRequest(
        type=one.type, urn=one.urn, name=one.name, properties=one.properties
    )
    return list(analyzer.Analyze(request).diagnostics)


def ask_all(
    analyzer: analyzer_pb2_grpc.AnalyzerStub, *resources: analyzer_pb2.AnalyzerResource
) -> list[analyzer_pb2.AnalyzeDiagnostic]:
    """Ask about the whole stack."""
    request = analyzer_pb2.AnalyzeStackRequest(resources=resources)
    return list(analyzer.AnalyzeStack(request).diagnostics)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[analyzer_pb2_grpc.AnalyzerStub]:
    """Start the plain pack once; it keeps nothing between the questions."""
    folder = tmp_path_factory.mktemp("plain")
    (folder / "__main__.py").write_text(PLAIN_PACK)
    with service(folder) as analyzer:
        yield analyzer


Plain = analyzer_pb2_grpc.AnalyzerStub


def test_an_unknown_value_ends_a_plain_policy_with_advice(plain: Plain) -> None:
    """The rest of the policy is skipped, whatever its level, and only advice remains."""
    said = ask_one(plain, resource("t", "reads", {"a": UNKNOWN_STRING}))

    assert [d.enforcementLevel for d in said] == [analyzer_pb2.ADVISORY]
    assert "string value at .a can't be known during preview" in said[0].message


def test_listing_keys_is_safe_and_asking_for_one_is_not(plain: Plain) -> None:
    """Iteration over an object with an unknown inside does not raise; `in` and `get` do."""
    said = ask_one(plain, resource("t", "lists", {"a": UNKNOWN_STRING}))

    assert [d.message for d in said] == [
        "about one\na",
        "about one\nin raises UnknownValueError",
        "about one\nget raises UnknownValueError",
    ]


def test_an_exception_of_a_plain_policy_ends_the_run(plain: Plain) -> None:
    """The engine gets an error instead of an answer, and the preview stops there."""
    with pytest.raises(grpc.RpcError):
        ask_one(plain, resource("t", "raises", {}))


def test_every_message_begins_with_the_policys_description(plain: Plain) -> None:
    """The library puts the description of the policy object before what a rule says."""
    said = ask_one(plain, resource("t", "lists", {"b": 1}))

    assert said[0].message == "about one\nb"


def test_numbers_arrive_as_floats_and_secrets_in_plain_text(plain: Plain) -> None:
    """So rules compare whole numbers, and messages never print what may be secret."""
    secret = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": "s"}

    said = ask_one(plain, resource("t", "shows", {"port": 443, "key": secret}))

    assert said[0].message == "about one\n443.0 's'"


def test_a_dependency_on_what_is_not_in_the_request_is_dropped(plain: Plain) -> None:
    """In a run limited to targets a policy sees fewer dependencies and is told nothing."""
    there = resource("t", "there", {})
    joined = resource("t", "joined", {}, x=there.urn)
    dangling = resource("t", "dangling", {}, x=f"{there.urn}-elsewhere")

    said = ask_all(plain, there, joined, dangling)

    assert [d.message for d in said] == [
        "about all\nthere: []",
        "about all\njoined: ['there']",
        "about all\ndangling: []",
    ]


def test_the_pack_answers_as_the_engine_asks() -> None:
    """Four objects; a mandatory finding, and the unknown beside it named at the end."""
    subnet = resource(
        "aws:ec2/subnet:Subnet",
        "private",
        {"mapPublicIpOnLaunch": True, "assignIpv6AddressOnCreation": UNKNOWN_STRING},
    )

    with service(ROOT / "policy") as analyzer:
        info = analyzer.GetAnalyzerInfo(empty_pb2.Empty())
        first = ask_one(analyzer, subnet)
        last = ask_all(analyzer, subnet)

    assert [(p.name, p.enforcementLevel) for p in info.policies] == [
        ("resource-mandatory", analyzer_pb2.MANDATORY),
        ("resource-advisory", analyzer_pb2.ADVISORY),
        ("stack-mandatory", analyzer_pb2.MANDATORY),
        ("stack-advisory", analyzer_pb2.ADVISORY),
    ]
    told = [d.message.split("\n")[1] for d in first if "no-auto-public-ip" in d.message]
    start, end = "[subnet-no-auto-public-ip] ADR N1 (high): Subnet private: ", "from the internet."
    assert len(told) == 1
    assert told[0].startswith(f"{start}mapPublicIpOnLaunch is true, it must be false. ")
    assert told[0].endswith(end)
    *_, named, _cost, counted = [d.message.split("\n")[1] for d in last]
    assert "subnet-no-auto-public-ip at Subnet private.assignIpv6AddressOnCreation" in named
    word, counts = counted.split(" ", maxsplit=1)
    assert word == "triflow-policy-summary"
    assert json.loads(counts).keys() == {"rules", "judged", "violations", "waived", "unknown"}
