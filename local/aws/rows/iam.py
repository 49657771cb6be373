"""IAM: roles, policies and what connects them; global, so without a region."""

from local.aws.hooks import identity as hooks
from local.aws.idioms import each_described, tags_by
from local.aws.row import Call, Name, Read, Row
from local.aws.templates import Text

ROLE = {"RoleName": "{id}"}
POLICY = {"PolicyArn": "{id}"}
PROVIDER = {"OpenIDConnectProviderArn": "{id}"}

ROWS = {
    "aws:iam/role:Role": Row(
        "iam",
        create=Call("create_role", {"AssumeRolePolicyDocument": "{assumeRolePolicy}"}, auto=True),
        id=Text("{name}"),
        read=Read("get_role", ROLE, "Role"),
        updates=(
            Call(
                "update_assume_role_policy",
                {**ROLE, "PolicyDocument": "{assumeRolePolicy}"},
                on_create=False,
            ),
            Call(
                "update_role",
                {
                    **ROLE,
                    "Description": "{description}",
                    "MaxSessionDuration": "{maxSessionDuration}",
                },
                on_create=False,
            ),
            Call(
                "put_role_permissions_boundary",
                {**ROLE, "PermissionsBoundary": "{permissionsBoundary}"},
                when="permissionsBoundary",
                on_create=False,
            ),
            Call(
                "delete_role_permissions_boundary",
                dict(ROLE),
                carries=("permissionsBoundary",),
                when="!permissionsBoundary",
                on_create=False,
            ),
        ),
        delete=(Call("delete_role", dict(ROLE)),),
        tags=tags_by(ROLE, "tag_role", "untag_role", "list_role_tags"),
        name=Name("name", 64),
        defaults={"forceDetachPolicies": False, "maxSessionDuration": 3600, "path": "/"},
        rename={"name": "RoleName"},
        reset={"description": ""},
        documents=("assumeRolePolicy",),
        ignored={"forceDetachPolicies": "decides what a deletion does, no call carries it"},
        outputs={
            "assumeRolePolicy": "AssumeRolePolicyDocument",
            "permissionsBoundary": "PermissionsBoundary.PermissionsBoundaryArn",
            "uniqueId": "RoleId",
        },
    ),
    "aws:iam/rolePolicy:RolePolicy": Row(
        "iam",
        create=Call(
            "put_role_policy",
            {"RoleName": "{role}", "PolicyName": "{name}", "PolicyDocument": "{policy}"},
        ),
        id=Text("{role}:{name}"),
        read=Read("get_role_policy", {"RoleName": "{role}", "PolicyName": "{name}"}),
        delete=(Call("delete_role_policy", {"RoleName": "{role}", "PolicyName": "{name}"}),),
        put=True,
        force=("role", "name"),
        name=Name("name", 128),
        documents=("policy",),
        outputs={"policy": "PolicyDocument", "name": "PolicyName", "role": "RoleName"},
    ),
    "aws:iam/policy:Policy": Row(
        "iam",
        create=Call("create_policy", {"PolicyDocument": "{policy}"}, auto=True),
        id="Policy.Arn",
        read=Read(
            "get_policy",
            POLICY,
            "Policy",
            also={
                "Document": Read(
                    "get_policy_version",
                    {**POLICY, "VersionId": "{live.DefaultVersionId}"},
                    "PolicyVersion.Document",
                )
            },
        ),
        listing=Read(
            "list_policies",
            {"Scope": "Local"},
            "Policies[].{Policy: @, Arn: Arn, PolicyName: PolicyName, Path: Path}",
        ),
        updates=(
            Call(
                "delete_policy_version",
                {**POLICY, "VersionId": hooks.oldest_policy_version(of_at_least=5)},
                carries=("policy",),
                needs="VersionId",
                on_create=False,
            ),
            Call(
                "create_policy_version",
                {**POLICY, "PolicyDocument": "{policy}", "SetAsDefault": True},
                on_create=False,
            ),
        ),
        delete=(
            # A policy with older versions cannot be deleted; AWS keeps five at most.
            *[
                Call(
                    "delete_policy_version",
                    {**POLICY, "VersionId": hooks.oldest_policy_version(of_at_least=2)},
                    needs="VersionId",
                )
            ]
            * 4,
            Call("delete_policy", POLICY),
        ),
        tags=tags_by(POLICY, "tag_policy", "untag_policy", "list_policy_tags"),
        name=Name("name", 128),
        defaults={"path": "/"},
        rename={"name": "PolicyName"},
        documents=("policy",),
        outputs={"policy": "Document"},
    ),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": Row(
        "iam",
        create=Call("attach_role_policy", {"RoleName": "{role}", "PolicyArn": "{policyArn}"}),
        id=Text("{role}/{policyArn}"),
        read=Read(
            "list_attached_role_policies",
            {"RoleName": "{role}"},
            Text("AttachedPolicies[?PolicyArn=='{policyArn}'] | [0]"),
        ),
        delete=(Call("detach_role_policy", {"RoleName": "{role}", "PolicyArn": "{policyArn}"}),),
    ),
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": Row(
        "iam",
        create=Call(
            "create_open_id_connect_provider",
            {
                "Url": "{url}",
                "ClientIDList": "{clientIdLists}",
                "ThumbprintList": "{thumbprintLists}",
                "Tags": "{tags}",
            },
        ),
        id="OpenIDConnectProviderArn",
        read=Read("get_open_id_connect_provider", PROVIDER),
        listing=each_described(
            Read("list_open_id_connect_providers", path="OpenIDConnectProviderList[].Arn"),
            "iam",
            Read("get_open_id_connect_provider", PROVIDER),
        ),
        updates=(
            Call(
                "update_open_id_connect_provider_thumbprint",
                {**PROVIDER, "ThumbprintList": "{thumbprintLists}"},
                on_create=False,
            ),
        ),
        delete=(Call("delete_open_id_connect_provider", PROVIDER),),
        tags=tags_by(
            PROVIDER,
            "tag_open_id_connect_provider",
            "untag_open_id_connect_provider",
            "list_open_id_connect_provider_tags",
        ),
        outputs={
            "arn": Text("{id}"),
            "url": Text("https://{live.Url}"),
            "clientIdLists": "ClientIDList",
        },
    ),
}
