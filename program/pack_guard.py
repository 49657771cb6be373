"""Binds the policy pack to the program: staging and prod are never updated unjudged."""

import os
from collections.abc import Mapping
from pathlib import Path

import pulumi

GUARDED_STACKS = ("staging", "prod")


def require_policy_pack(stack: str, environment: Mapping[str, str] = os.environ) -> None:
    """Refuse an update of staging or prod without the pack; a preview changes nothing and may run.

    The command line exports each of its options as PULUMI_OPTION_<NAME>; the flag --policy-pack
    alone cannot be seen from here.

    Raises:
        pulumi.RunError: PULUMI_OPTION_POLICY_PACK names no folder that holds PulumiPolicy.yaml.
    """
    if stack not in GUARDED_STACKS or pulumi.runtime.is_dry_run() or _has_pack(environment):
        return
    raise pulumi.RunError(
        f"{stack}: PULUMI_OPTION_POLICY_PACK names no policy pack. "
        "The update would change AWS without being judged, so nothing was changed.\n"
        f"Fix: {update(stack)}"
    )


def update(stack: str, folder: str = ".") -> str:
    """Return what to type to update a stack, locally or in an account, in the clone's folder."""
    moved = f" -C {folder}" if folder != "." else ""
    return (
        f"make up STACK={stack}   "
        f"(in an account: PULUMI_OPTION_POLICY_PACK=$PWD/policy pulumi up{moved} -s {stack})"
    )


def _has_pack(environment: Mapping[str, str]) -> bool:
    named = environment.get("PULUMI_OPTION_POLICY_PACK", "").split(",")
    return any(folder and (Path(folder) / "PulumiPolicy.yaml").is_file() for folder in named)
