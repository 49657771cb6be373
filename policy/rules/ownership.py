"""Rules of who owns what: shared parts, settings with two owners, things nobody uses."""

from collections.abc import Iterator
from typing import Final

from policy.findings import Finding, Judgement, Lack, must_be, must_be_absent
from policy.registry import check, rule
from policy.relations import StackView, names
from policy.resources import Resource
from policy.tokens import (
    BUCKET,
    BUCKET_ENCRYPTION,
    BUCKET_LIFECYCLE,
    BUCKET_NOTIFICATION,
    BUCKET_OWNERSHIP,
    BUCKET_POLICY,
    BUCKET_PUBLIC_ACCESS_BLOCK,
    BUCKET_VERSIONING,
    CACHE,
    DB_INSTANCE,
    ECS_SERVICE,
    EIP,
    FUNCTION,
    KMS_KEY,
    LISTENER,
    LISTENER_RULE,
    LOAD_BALANCER,
    NAT_GATEWAY,
    ROLE,
    ROLE_POLICY,
    ROLE_POLICY_ATTACHMENT,
    ROUTE,
    ROUTE_TABLE,
    SECURITY_GROUP,
    STACK_REFERENCE,
    TARGET_GROUP,
    VPC,
    VPC_ENDPOINT,
)

OWNED_VPCS: Final = {"prod": 1, "staging": 1, "dev": 0, "foundation": 0}
MAY_REFER_TO: Final = {
    "prod": ("triflow-ai-foundation/foundation",),
    "staging": ("triflow-ai-foundation/foundation",),
    "dev": ("triflow-ai-foundation/foundation", "triflow-ai/staging"),
    "foundation": (),
}

SHARED_NETWORK = rule(
    id="shared-network-ownership",
    clause=("N5", "E1"),
    kind="stack",
    tokens=(VPC, STACK_REFERENCE),
    levels="M/M/M",
    severity="high",
    aim="Staging owns what dev borrows, and production is alone.",
    otherwise="A change in one environment would reach into another.",
    fix="read staging's outputs from dev only; from elsewhere the foundation's only.",
)


@check(SHARED_NETWORK)
def vpcs_have_their_owner(stack: StackView) -> Iterator[Judgement]:
    """Production and staging own one VPC each, dev none."""
    decided = OWNED_VPCS.get(stack.environment)
    found = stack.of(VPC)
    if decided is not None and len(found) != decided:
        yield Lack(f"VPCs: {names(found)}; {stack.environment} owns {decided}")


@check(SHARED_NETWORK, each=(STACK_REFERENCE,))
def references_point_one_way(reference: Resource, stack: StackView) -> Iterator[Judgement]:
    """Everyone may read the foundation, dev also staging, nobody production.

    Seen in an exported state only: the engine shows no policy what is merely read.
    """
    allowed = MAY_REFER_TO.get(stack.environment)
    name = reference["name"].text()
    if allowed is not None and not name.endswith(tuple(f"/{stack}" for stack in allowed)):
        yield Finding(
            f"it reads {name}, {stack.environment} may read {', '.join(allowed) or 'none'}"
        )


NO_ORPHAN = rule(
    id="no-orphan-resource",
    clause=("F1", "N4"),
    kind="stack",
    tokens=(EIP, NAT_GATEWAY, VPC_ENDPOINT, KMS_KEY, TARGET_GROUP, LOAD_BALANCER, SECURITY_GROUP),
    levels="A/M/M",
    severity="low",
    external=("EC2.12", "CKV2_AWS_5", "CKV2_AWS_19"),
    aim="Whatever costs money or opens a door is used by something.",
    otherwise="It would be paid for, or wait open, for nothing.",
    fix="attach it or remove it.",
)
# Who has to use a thing, for it not to be an orphan; () stands for anybody.
USERS: Final[dict[str, tuple[str, ...]]] = {
    EIP: (NAT_GATEWAY,),
    NAT_GATEWAY: (ROUTE, ROUTE_TABLE),
    TARGET_GROUP: (LISTENER, LISTENER_RULE),
    LOAD_BALANCER: (LISTENER,),
    KMS_KEY: (),
}
WEARERS: Final = (LOAD_BALANCER, ECS_SERVICE, DB_INSTANCE, FUNCTION, CACHE)


@check(NO_ORPHAN, "a", each=tuple(USERS))
def everything_paid_is_used(thing: Resource, stack: StackView) -> Iterator[Judgement]:
    """Addresses have a gateway, gateways a route, target groups and balancers a listener."""
    if not _is_used(thing, stack, USERS[thing.token]):
        yield Lack("nothing in the stack uses it")


@check(NO_ORPHAN, "a", each=(VPC_ENDPOINT,))
def endpoints_are_free(endpoint: Resource, stack: StackView) -> Iterator[Judgement]:
    """Interface endpoints cost by the hour and zone, gateway endpoints nothing."""
    del stack
    yield from must_be(endpoint["vpcEndpointType"], "Gateway", absent=True)


@check(NO_ORPHAN, "b", each=(SECURITY_GROUP,))
def groups_have_members(group: Resource, stack: StackView) -> Iterator[Judgement]:
    """Each group is worn by something that runs."""
    if not _is_used(group, stack, WEARERS):
        yield Lack("nothing in the stack wears it")


def _is_used(thing: Resource, stack: StackView, users: tuple[str, ...]) -> bool:
    return any(
        thing.urn in urns
        for user in (stack.of(*users) if users else stack.resources)
        for urns in user.dependencies.values()
    )


ONE_OWNER = rule(
    id="one-owner-per-setting",
    clause=("S1", "N4"),
    kind="stack",
    tokens=(
        *(BUCKET, BUCKET_LIFECYCLE, BUCKET_POLICY, BUCKET_NOTIFICATION, BUCKET_VERSIONING),
        *(BUCKET_ENCRYPTION, BUCKET_PUBLIC_ACCESS_BLOCK, BUCKET_OWNERSHIP),
        *(ROLE, ROLE_POLICY, ROLE_POLICY_ATTACHMENT, ROUTE_TABLE, ROUTE),
    ),
    levels="M/M/M",
    severity="high",
    external=("AWSGuard iam-role-no-policy-management-conflicts",),
    aim="Each setting in AWS is written by one resource.",
    otherwise="The last write would win, and each update would undo the other.",
    fix="keep one separate resource per setting and point it at an owner of this stack.",
)
BUCKET_SETTINGS: Final = (
    *(BUCKET_LIFECYCLE, BUCKET_POLICY, BUCKET_NOTIFICATION, BUCKET_VERSIONING),
    *(BUCKET_ENCRYPTION, BUCKET_PUBLIC_ACCESS_BLOCK, BUCKET_OWNERSHIP),
)
INSIDE_A_BUCKET: Final = (
    *("lifecycleRules", "versioning", "policy", "acl", "grants", "logging"),
    "serverSideEncryptionConfiguration",
)


@check(ONE_OWNER, "a", each=(BUCKET,))
def bucket_settings_stand_apart(bucket: Resource, stack: StackView) -> Iterator[Judgement]:
    """No setting inside the bucket, and no two resources for the same setting."""
    for inside in INSIDE_A_BUCKET:
        yield from must_be_absent(bucket[inside])
    for token in BUCKET_SETTINGS:
        found = stack.referring(token, "bucket", bucket, name="bucket")
        if len(found) > 1:
            yield Finding(f"{names(found)} write the same setting")


@check(ONE_OWNER, "b", each=BUCKET_SETTINGS)
def bucket_settings_point_at_a_bucket(setting: Resource, stack: StackView) -> Iterator[Judgement]:
    """Each setting belongs to a bucket of this stack."""
    if not stack.joined(setting, "bucket", BUCKET, name="bucket"):
        yield Lack(f"bucket is {setting['bucket'].text() or 'not set'}, no bucket of this stack")


@check(ONE_OWNER, "c", each=(ROLE,))
def role_policies_stand_inside_or_apart(role: Resource, stack: StackView) -> Iterator[Judgement]:
    """A role with policies inside has none outside: AWS would drop those."""
    for inside, apart in (
        ("managedPolicyArns", ROLE_POLICY_ATTACHMENT),
        ("inlinePolicies", ROLE_POLICY),
    ):
        if role[inside].is_missing:
            continue
        found = stack.referring(apart, "role", role, name="name")
        if found:
            yield Finding(f"{inside} is set beside {names(found)}")


@check(ONE_OWNER, "d", each=(ROUTE_TABLE,))
def routes_stand_inside_or_apart(table: Resource, stack: StackView) -> Iterator[Judgement]:
    """A table with routes inside has none outside: each update would remove them."""
    if table["routes"].is_missing:
        return
    found = stack.referring(ROUTE, "routeTableId", table)
    if found:
        yield Finding(f"routes is set beside {names(found)}")
