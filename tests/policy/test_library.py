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

PLAIN_PACK = """
from pulumi_policy import *
{checks}
PolicyPack("facts", policies=[
    ResourceValidationPolicy("one", "about one", one, EnforcementLevel.MANDATORY),
    StackValidationPolicy("whole", "about all", all_of_them, EnforcementLevel.MANDATORY),
])
"""
NO_CHECK = "def all_of_them(args, report): pass\n"


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


def plain_pack(folder: Path, checks: str) -> Path:
    """Write a pack that uses the library plainly, without our registry."""
    (folder / "__main__.py").write_text(PLAIN_PACK.format(checks=checks))
    return folder


def test_an_unknown_value_ends_a_plain_policy_with_advice(tmp_path: Path) -> None:
    """The rest of the policy is skipped, whatever its level, and only advice remains."""
    checks = "def one(args, report):\n args.props['a']\n report('never said')\n" + NO_CHECK

    with service(plain_pack(tmp_path, checks)) as analyzer:
        said = ask_one(analyzer, resource("t", "n", {"a": UNKNOWN_STRING}))

    assert [d.enforcementLevel for d in said] == [analyzer_pb2.ADVISORY]
    assert "String value at .a" in said[0].message or "string value at .a" in said[0].message


def test_listing_keys_is_safe_and_asking_for_one_is_not(tmp_path: Path) -> None:
    """Iteration over an object with an unknown inside does not raise; `in` and `get` do."""
    checks = (
        "def one(args, report):\n"
        " report(','.join(args.props))\n"
        " asks = {'in': lambda: 'a' in args.props, 'get': lambda: args.props.get('a')}\n"
        " for name, ask in asks.items():\n"
        "  try: ask()\n"
        "  except Exception as e: report(f'{name} raises {type(e).__name__}')\n" + NO_CHECK
    )

    with service(plain_pack(tmp_path, checks)) as analyzer:
        said = [d.message for d in ask_one(analyzer, resource("t", "n", {"a": UNKNOWN_STRING}))]

    assert said == [
        "about one\na",
        "about one\nin raises UnknownValueError",
        "about one\nget raises UnknownValueError",
    ]


def test_an_exception_of_a_plain_policy_ends_the_run(tmp_path: Path) -> None:
    """The engine gets an error instead of an answer, and the preview stops there."""
    checks = "def one(args, report):\n raise KeyError('x')\n" + NO_CHECK

    with service(plain_pack(tmp_path, checks)) as analyzer, pytest.raises(grpc.RpcError):
        ask_one(analyzer, resource("t", "n", {}))


def test_every_message_begins_with_the_policys_description(tmp_path: Path) -> None:
    """The library puts the description of the policy object before what a rule says."""
    checks = "def one(args, report):\n report('said')\n" + NO_CHECK

    with service(plain_pack(tmp_path, checks)) as analyzer:
        said = ask_one(analyzer, resource("t", "n", {}))

    assert said[0].message == "about one\nsaid"


def test_a_dependency_on_what_is_not_in_the_request_is_dropped(tmp_path: Path) -> None:
    """In a run limited to targets a policy sees fewer dependencies and is told nothing."""
    checks = (
        "def one(args, report): pass\n"
        "def all_of_them(args, report):\n"
        " for r in args.resources:\n"
        "  report(f'{r.name}: {[d.name for ds in r.property_dependencies.values() for d in ds]}')\n"
    )
    there = resource("t", "there", {})
    present = resource("t", "a", {}, x=there.urn)
    absent = resource("t", "b", {}, x=URN.format(token="t", name="elsewhere"))  # noqa: S106

    with service(plain_pack(tmp_path, checks)) as analyzer:
        said = [d.message for d in ask_all(analyzer, there, present, absent)]

    assert said == ["about all\nthere: []", "about all\na: ['there']", "about all\nb: []"]


def test_numbers_arrive_as_floats_and_secrets_in_plain_text(tmp_path: Path) -> None:
    """So rules compare whole numbers, and messages never print what may be secret."""
    checks = (
        "def one(args, report):\n report(f\"{args.props['port']!r} {args.props['key']!r}\")\n"
        + NO_CHECK
    )
    secret = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": "s"}

    with service(plain_pack(tmp_path, checks)) as analyzer:
        said = ask_one(analyzer, resource("t", "n", {"port": 443, "key": secret}))

    assert said[0].message == "about one\n443.0 's'"


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
    *_, named, counted = [d.message.split("\n")[1] for d in last]
    assert "subnet-no-auto-public-ip at Subnet private.assignIpv6AddressOnCreation" in named
    word, counts = counted.split(" ", maxsplit=1)
    assert word == "triflow-policy-summary"
    assert json.loads(counts).keys() == {"rules", "judged", "violations", "waived", "unknown"}
