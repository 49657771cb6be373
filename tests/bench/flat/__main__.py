"""The resources of prod, one after the other: same classes, known inputs, nothing around them.

BENCH_RESOURCES names a JSON list of [token, name, inputs]. The collector is off while the SDK is
imported, as in the real program, so that the comparison is not about that.
"""

import atexit
import gc

gc.disable()
atexit.register(gc.freeze)

# ruff: noqa: E402 - the collector is off first
import importlib
import json
import keyword
import os
import re
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws

SIGNATURE = "4dabf18193072939515e22adb298388d"  # marks an archive or a secret in a state


def in_python(name: str) -> str:
    """Return how the SDK calls a module or an argument: kmsKeyId is kms_key_id, lambda lambda_."""
    snake = re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()
    return f"{snake}_" if keyword.iskeyword(snake) else snake


def alive(value: Any) -> Any:  # noqa: ANN401 - whatever a state holds
    """Return an input as a program gives it; an archive has something in it, a secret is plain."""
    if not isinstance(value, dict) or SIGNATURE not in value:
        return value
    return pulumi.AssetArchive({"x": pulumi.StringAsset("x")}) if "hash" in value else "hidden"


def class_of(token: str) -> Any:  # noqa: ANN401 - one of some hundred classes
    """Return the SDK's class for a token like aws:ec2/vpc:Vpc."""
    _, module, name = token.split(":")
    package = importlib.import_module(f"pulumi_aws.{in_python(module.partition('/')[0])}")
    return getattr(package, name)


resources = json.loads(Path(os.environ["BENCH_RESOURCES"]).read_text())
classes = {token: class_of(token) for token, _, _ in resources}
gc.freeze()
gc.enable()

provider = pulumi_aws.Provider("aws", region="ap-northeast-2")
options = pulumi.ResourceOptions(provider=provider)
for token, name, inputs in resources:
    arguments = {in_python(key): alive(value) for key, value in inputs.items()}
    classes[token](name, **arguments, opts=options)
