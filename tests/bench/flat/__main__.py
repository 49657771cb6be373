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
import os
import re
from pathlib import Path

import pulumi
import pulumi_aws

resources = json.loads(Path(os.environ["BENCH_RESOURCES"]).read_text())
modules = {token: importlib.import_module(f"pulumi_aws.{token.split(':')[1].split('/')[0]}")
           for token, _, _ in resources}  # fmt: skip
gc.freeze()
gc.enable()

provider = pulumi_aws.Provider("aws", region="ap-northeast-2")
options = pulumi.ResourceOptions(provider=provider)
for token, name, inputs in resources:
    arguments = {re.sub(r"(?<!^)([A-Z])", r"_\1", key).lower(): inputs[key] for key in inputs}
    getattr(modules[token], token.rpartition(":")[2])(name, **arguments, opts=options)
