"""Who and what the real programs put on stage: roles with all their policies, and the buckets'.

The documents are those that the recorder receives from the program, as the engine would; AWS's own
policies that a role has attached come from the copy that moto ships.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data

from tests.isolation.evaluator import Document
from tests.program.recorder import ACCOUNT, Recording, record

# The stack that owns the bucket of a stack (ADR S1), and the folder of a stack in it.
BUCKET_OF = {"prod": "prod", "staging": "staging", "dev": "staging"}
FOLDER_OF = {"prod": "", "staging": "staging/", "dev": "dev/"}
NAME_OF = {"prod": "production", "staging": "staging", "dev": "dev"}


@dataclass(frozen=True)
class Role:
    """A role as AWS would hold it."""

    arn: str
    trust: Document
    policies: tuple[Document, ...]

    def called(self, session: str = "session") -> frozenset[str]:
        """The names by which a policy may call someone who has taken the role."""
        name = self.arn.rpartition("/")[2]
        return frozenset({self.arn, f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}/{session}"})


@dataclass(frozen=True)
class Bucket:
    """The data bucket that a stack uses, and its policy."""

    arn: str
    policy: Document


@cache
def roles(stack: str) -> Mapping[str, Role]:
    """Every role that the stack's program makes, by its logical name."""
    recording = record(stack)
    return {
        role.name: Role(
            arn=f"arn:aws:iam::{ACCOUNT}:role/{role.props['name']}",
            trust=json.loads(role.props["assumeRolePolicy"]),
            policies=tuple(_policies(recording, role.props["name"])),
        )
        for role in recording.of("aws:iam/role:Role")
    }


@cache
def bucket(stack: str) -> Bucket:
    """The data bucket that the stack uses."""
    owner = record(BUCKET_OF[stack])
    name = owner.one("aws:s3/bucket:Bucket").props["bucket"]
    policy = owner.one("aws:s3/bucketPolicy:BucketPolicy").props["policy"]
    return Bucket(f"arn:aws:s3:::{name}", json.loads(policy))


def _policies(recording: Recording, role_name: str) -> list[Document]:
    own = [
        json.loads(each.props["policy"])
        for each in recording.of("aws:iam/rolePolicy:RolePolicy")
        if each.props["role"] == role_name
    ]
    attached = [
        _of_aws()[each.props["policyArn"].rpartition("/")[2]]["Document"]
        for each in recording.of("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
        if each.props["role"] == role_name
    ]
    return own + attached


@cache
def _of_aws() -> Mapping[str, Any]:
    policies: Mapping[str, Any] = json.loads(aws_managed_policies_data)
    return policies
