"""What the account has once, as the program asks for it (ADR C6, L7, S7, X4)."""

import json
from fnmatch import fnmatchcase
from typing import Any

import pulumi
import pytest

from foundation import foundation_settings
from tests.program.recorder import ACCOUNT, Recording, record
from triflow import stacks

ROLE = "aws:iam/role:Role"
POLICY = "aws:iam/rolePolicy:RolePolicy"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
TRAIL = "aws:cloudtrail/trail:Trail"
GITHUB = "token.actions.githubusercontent.com"
CACHE = f"arn:aws:elasticache:ap-northeast-2:{ACCOUNT}"
FIREWALL = f"arn:aws:wafv2:ap-northeast-2:{ACCOUNT}:regional"
BALANCER = (
    f"arn:aws:elasticloadbalancing:ap-northeast-2:{ACCOUNT}:loadbalancer/app/triflow-ai-dev-alb/1"
)


def statements(name: str) -> list[dict[str, Any]]:
    """Return the statements of one of the two roles' own policies."""
    document = json.loads(record("foundation").one(POLICY, f"{name}-policy").props["policy"])
    found: list[dict[str, Any]] = document["Statement"]
    return found


def may(name: str, action: str, resource: str) -> bool:
    """Whether the role's own policy allows an action on a resource, its conditions aside."""

    def covers(statement: dict[str, Any]) -> bool:
        actions, resources = statement["Action"], statement.get("Resource", [])
        return any(fnmatchcase(action, each) for each in actions) and any(
            fnmatchcase(resource, each) for each in resources
        )

    return any(covers(each) for each in statements(name) if each["Effect"] == "Allow")


@pytest.mark.clause("L7", "X3")
def test_the_zone_outlives_a_mistake(foundation: Recording) -> None:
    """A new zone gets other name servers, and the domain is dark until the registrar knows."""
    zone = foundation.one("aws:route53/zone:Zone")

    assert zone.props["name"] == "triflow-ai.com"
    assert zone.props["forceDestroy"] is False
    assert zone.options.protect
    assert zone.options.retain_on_delete


@pytest.mark.clause("C6")
def test_a_tag_means_one_image_for_ever(foundation: Recording) -> None:
    """A rollback finds what ran before; each image is scanned when it arrives."""
    repository = foundation.one("aws:ecr/repository:Repository")

    assert repository.props["name"] == "triflow-ai-backend"
    assert repository.props["imageTagMutability"] == "IMMUTABLE"
    assert repository.props["imageScanningConfiguration"] == {"scanOnPush": True}
    assert repository.props["forceDelete"] is False
    assert repository.options.protect
    assert repository.options.retain_on_delete


@pytest.mark.clause("C6")
def test_old_images_go_and_running_ones_stay(foundation: Recording) -> None:
    """Untagged ones after 14 days; of the tagged ones the 30 newest stay."""
    policy = foundation.one("aws:ecr/lifecyclePolicy:LifecyclePolicy")
    rules = json.loads(policy.props["policy"])["rules"]

    assert foundation.depends_on(policy, "repository") == {"images"}
    assert [(rule["rulePriority"], rule["selection"]) for rule in rules] == [
        (
            1,
            {
                "tagStatus": "untagged",
                "countType": "sinceImagePushed",
                "countUnit": "days",
                "countNumber": 14,
            },
        ),
        (
            2,
            {
                "tagStatus": "tagged",
                "tagPatternList": ["*"],
                "countType": "imageCountMoreThan",
                "countNumber": 30,
            },
        ),
    ]


@pytest.mark.clause("S7")
def test_the_state_of_all_stacks_is_kept_like_data(foundation: Recording) -> None:
    """The bucket is versioned, closed and never deleted by a mistake."""
    bucket = foundation.one("aws:s3/bucket:Bucket", "state")

    assert bucket.props["bucket"] == "triflow-ai-state-123456789012"
    assert bucket.options.protect
    assert bucket.options.retain_on_delete
    versioning = foundation.one("aws:s3/bucketVersioning:BucketVersioning", "state-versioning")
    assert versioning.props["versioningConfiguration"] == {"status": "Enabled"}


@pytest.mark.clause("C11")
def test_a_rotation_is_heard_of(foundation: Recording) -> None:
    """EventBridge hears of a call only while a trail records it; no selector leaves one out."""
    trail = foundation.one(TRAIL)

    assert trail.props["enableLogging"] is True
    assert trail.props["isMultiRegionTrail"] is True
    assert trail.props["includeGlobalServiceEvents"] is True
    assert trail.props["enableLogFileValidation"] is True
    assert {"eventSelectors", "advancedEventSelectors"} & set(trail.props) == set()


@pytest.mark.clause("C11")
def test_the_trail_is_made_when_its_bucket_lets_it_write(foundation: Recording) -> None:
    """CloudTrail refuses a bucket whose policy is not there yet."""
    trail = foundation.one(TRAIL)

    assert foundation.depends_on(trail, "s3BucketName") == {"trail-bucket"}
    assert any(urn.endswith("::trail-bucket-policy") for urn in trail.dependencies)


@pytest.mark.clause("C11")
def test_nobody_elses_trail_can_fill_the_bucket(foundation: Recording) -> None:
    """CloudTrail acts for every account; aws:SourceArn says for which trail it does here."""
    policy = foundation.one("aws:s3/bucketPolicy:BucketPolicy", "trail-bucket-policy")
    granted = [
        each
        for each in json.loads(policy.props["policy"])["Statement"]
        if each["Effect"] == "Allow"
    ]
    this = f"arn:aws:cloudtrail:ap-northeast-2:{ACCOUNT}:trail/triflow-management-events"
    bucket = f"arn:aws:s3:::triflow-ai-trail-{ACCOUNT}"

    assert [(each["Action"], each["Resource"], each["Condition"]) for each in granted] == [
        (["s3:GetBucketAcl"], [bucket], {"StringEquals": {"aws:SourceArn": this}}),
        (
            ["s3:PutObject"],
            [f"{bucket}/AWSLogs/{ACCOUNT}/*"],
            {
                "StringEquals": {
                    "aws:SourceArn": this,
                    "s3:x-amz-acl": "bucket-owner-full-control",
                }
            },
        ),
    ]
    assert {each["Principal"]["Service"] for each in granted} == {"cloudtrail.amazonaws.com"}


def test_the_trail_outlives_a_mistake_and_its_files_a_year(foundation: Recording) -> None:
    """Neither a slip in the program nor a deletion by hand takes the proof away at once."""
    bucket = foundation.one("aws:s3/bucket:Bucket", "trail-bucket")
    lifecycle = foundation.one(
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
    ).props["rules"]

    assert bucket.options.protect
    assert bucket.options.retain_on_delete
    assert foundation.one(TRAIL).options.protect
    assert lifecycle[0]["expiration"] == {"days": 365}
    assert lifecycle[0]["noncurrentVersionExpiration"] == {"noncurrentDays": 30}


def test_an_operator_is_led_to_the_bucket_that_is_made(foundation: Recording) -> None:
    """The command line knows the program's names only by what it prints."""
    assert f"'s3://{foundation.outputs['state_bucket_name']}?" in stacks.login("prod")


def test_a_trails_old_files_end_because_versioning_is_on_before(foundation: Recording) -> None:
    """Made before it, S3 takes rules on old versions that mean nothing yet."""
    lifecycle = foundation.one("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")
    versioning = foundation.one(
        "aws:s3/bucketVersioning:BucketVersioning", "trail-bucket-versioning"
    )

    assert versioning.urn in lifecycle.dependencies


@pytest.mark.clause("X4")
@pytest.mark.parametrize(
    ("role", "runs"),
    [
        ("ci-preview", ["pull_request", "ref:refs/heads/main"]),
        ("ci-deploy", ["environment:dev", "environment:staging", "environment:prod"]),
    ],
)
def test_only_this_repositorys_runs_take_a_role(
    role: str, runs: list[str], foundation: Recording
) -> None:
    """Without `sub` every repository on GitHub could; a wildcard in it would let in any branch."""
    trust = json.loads(foundation.one(ROLE, role).props["assumeRolePolicy"])

    assert trust["Statement"] == [
        {
            "Effect": "Allow",
            "Principal": {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{GITHUB}"},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {
                "StringEquals": {
                    f"{GITHUB}:aud": "sts.amazonaws.com",
                    f"{GITHUB}:sub": [f"repo:triflow-ai/infrastructure:{run}" for run in runs],
                }
            },
        }
    ]


@pytest.mark.clause("X4")
def test_another_repository_is_one_line_of_config() -> None:
    """The name stands in the stack file, since a fork must not inherit the trust."""
    other = record("foundation", config={"githubRepository": "someone/else"})

    trust = other.one(ROLE, "ci-deploy").props["assumeRolePolicy"]
    assert "repo:someone/else:environment:prod" in trust
    assert "triflow-ai/infrastructure" not in trust


@pytest.mark.clause("X4")
def test_ci_has_no_access_key(foundation: Recording) -> None:
    """What does not exist cannot leak."""
    assert foundation.of("aws:iam/user:User") + foundation.of("aws:iam/accessKey:AccessKey") == []


@pytest.mark.clause("X4")
def test_both_roles_read_what_a_preview_compares(foundation: Recording) -> None:
    """AWS's own list of reads; nobody could keep one of his own up to date."""
    attached = {each.name: each.props["policyArn"] for each in foundation.of(ATTACHMENT)}

    assert attached == {
        "ci-preview-read-only": "arn:aws:iam::aws:policy/ReadOnlyAccess",
        "ci-deploy-read-only": "arn:aws:iam::aws:policy/ReadOnlyAccess",
    }


@pytest.mark.clause("X4")
@pytest.mark.parametrize("role", ["ci-preview", "ci-deploy"])
def test_ci_reads_no_tenants_data_and_no_secret(role: str) -> None:
    """AWS's list of reads includes objects and log lines; they are taken back."""
    [denial] = [each for each in statements(role) if each["Effect"] == "Deny"]

    assert {"s3:GetObject*", "secretsmanager:GetSecretValue", "logs:GetLogEvents"} <= set(
        denial["Action"]
    )
    assert denial["NotResource"] == ["arn:aws:s3:::triflow-ai-state-123456789012/*"]


@pytest.mark.clause("X4")
def test_a_preview_changes_nothing() -> None:
    """All that its own policy allows is to read: the state, and what AWS's list leaves out."""
    allowed = [each for each in statements("ci-preview") if each["Effect"] == "Allow"]

    assert [each["Action"] for each in allowed] == [
        ["s3:GetObject", "s3:ListBucket"],
        ["elasticloadbalancing:GetLoadBalancerWebACL"],
    ]


@pytest.mark.clause("X4")
@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("iam:PutRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/triflow-ci-deploy"),
        ("iam:UpdateAssumeRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/triflow-ci-preview"),
        ("iam:CreateUser", f"arn:aws:iam::{ACCOUNT}:user/someone"),
        ("ec2:RunInstances", f"arn:aws:ec2:ap-northeast-2:{ACCOUNT}:instance/i-1"),
        ("rds:DeleteDBInstance", f"arn:aws:rds:ap-northeast-2:{ACCOUNT}:db:somebody-elses"),
        ("s3:GetObject", "arn:aws:s3:::triflow-ai-prod-123456789012/tenants/x"),
        ("s3:PutBucketPolicy", "arn:aws:s3:::triflow-ai-state-123456789012"),
        (
            "ecr:DeleteRepository",
            f"arn:aws:ecr:ap-northeast-2:{ACCOUNT}:repository/triflow-ai-backend",
        ),
        (
            "cloudtrail:StopLogging",
            f"arn:aws:cloudtrail:ap-northeast-2:{ACCOUNT}:trail/triflow-management-events",
        ),
        ("s3:PutLifecycleConfiguration", f"arn:aws:s3:::triflow-ai-trail-{ACCOUNT}"),
        ("elasticache:DeleteReplicationGroup", f"{CACHE}:replicationgroup:somebody-elses"),
        ("wafv2:DeleteWebACL", f"{FIREWALL}/webacl/somebody-elses/1"),
        ("route53:DeleteHostedZone", "arn:aws:route53:::hostedzone/Z1"),
        ("ec2:CreateVpc", f"arn:aws:ec2:us-east-1:{ACCOUNT}:vpc/vpc-1"),
    ],
)
def test_a_stolen_deploy_role_cannot_widen_itself_or_reach_others(
    action: str, resource: str
) -> None:
    """Its own roles, other regions, other people's resources and the foundation stay closed."""
    assert not may("ci-deploy", action, resource)


@pytest.mark.clause("X4")
@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("ec2:CreateVpc", f"arn:aws:ec2:ap-northeast-2:{ACCOUNT}:vpc/vpc-1"),
        ("s3:PutLifecycleConfiguration", "arn:aws:s3:::triflow-ai-nonprod-123456789012"),
        (
            "rds:CreateDBInstance",
            f"arn:aws:rds:ap-northeast-2:{ACCOUNT}:db:triflow-ai-production-db",
        ),
        ("iam:CreateRole", f"arn:aws:iam::{ACCOUNT}:role/triflow-ai-dev-ecs-task-role"),
        (
            "sqs:CreateQueue",
            f"arn:aws:sqs:ap-northeast-2:{ACCOUNT}:triflow-ai-dev-service-restart-dead-letters",
        ),
        (
            "lambda:DeleteFunctionEventInvokeConfig",
            f"arn:aws:lambda:ap-northeast-2:{ACCOUNT}:function:triflow-ai-dev-service-restart",
        ),
        ("elasticache:CreateReplicationGroup", f"{CACHE}:replicationgroup:triflow-ai-dev-cache"),
        ("elasticache:CreateReplicationGroup", f"{CACHE}:cluster:triflow-ai-dev-cache-001"),
        ("elasticache:CreateReplicationGroup", f"{CACHE}:parametergroup:default.redis7"),
        ("elasticache:DeleteReplicationGroup", f"{CACHE}:replicationgroup:triflow-ai-dev-cache"),
        ("elasticache:CreateCacheSubnetGroup", f"{CACHE}:subnetgroup:triflow-ai-dev-cache-subnets"),
        ("elasticache:AddTagsToResource", f"{CACHE}:subnetgroup:triflow-ai-dev-cache-subnets"),
        ("ec2:CreateNetworkInterface", f"arn:aws:ec2:ap-northeast-2:{ACCOUNT}:subnet/subnet-1"),
        ("wafv2:CreateWebACL", f"{FIREWALL}/webacl/triflow-ai-production-waf/*"),
        ("wafv2:CreateWebACL", f"{FIREWALL}/managedruleset/*/*"),
        ("wafv2:TagResource", f"{FIREWALL}/webacl/triflow-ai-production-waf/*"),
        ("wafv2:AssociateWebACL", f"{FIREWALL}/webacl/triflow-ai-production-waf/1"),
        ("wafv2:AssociateWebACL", BALANCER),
        ("wafv2:DisassociateWebACL", BALANCER),
        ("elasticloadbalancing:CreateWebACLAssociation", BALANCER),
        ("elasticloadbalancing:SetWebAcl", "*"),
        ("elasticloadbalancing:GetLoadBalancerWebACL", BALANCER),
        ("ecs:DeregisterTaskDefinition", "*"),
        ("s3:PutObject", "arn:aws:s3:::triflow-ai-state-123456789012/.pulumi/stacks/x.json"),
        ("ecr:PutImage", f"arn:aws:ecr:ap-northeast-2:{ACCOUNT}:repository/triflow-ai-backend"),
    ],
)
def test_the_deploy_role_makes_what_the_program_holds(action: str, resource: str) -> None:
    """Nobody needs an administrator for a deployment."""
    assert may("ci-deploy", action, resource)


@pytest.mark.clause("X4")
def test_a_role_is_handed_to_the_services_that_need_it_and_to_no_other() -> None:
    """Handed to any service, a role could be used from there by whoever reaches that service."""
    [passing] = [each for each in statements("ci-deploy") if each["Action"] == ["iam:PassRole"]]

    assert passing["Resource"] == [f"arn:aws:iam::{ACCOUNT}:role/triflow-ai-*"]
    assert "ecs-tasks.amazonaws.com" in passing["Condition"]["StringEquals"]["iam:PassedToService"]


@pytest.mark.clause("X1", "X4")
def test_the_first_cache_of_an_account_brings_elasticaches_own_role() -> None:
    """Without it AWS refuses the cache: it has no right to put a node into the network."""
    [serving] = [
        each
        for each in statements("ci-deploy")
        if each["Action"] == ["iam:CreateServiceLinkedRole"]
    ]

    assert "elasticache.amazonaws.com" in serving["Condition"]["StringEquals"]["iam:AWSServiceName"]


@pytest.mark.clause("X4")
def test_aws_accepts_the_size_of_every_document(foundation: Recording) -> None:
    """10,240 characters for a role's own policies, 2,048 for its trust, blanks not counted."""

    def size(document: str) -> int:
        return len("".join(document.split()))

    assert all(size(each.props["policy"]) <= 10_240 for each in foundation.of(POLICY))
    assert all(size(each.props["assumeRolePolicy"]) <= 2_048 for each in foundation.of(ROLE))


def test_the_foundation_has_one_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second one would fight over the same zone and the same repository."""
    monkeypatch.setattr(pulumi, "get_stack", lambda: "prod")

    with pytest.raises(pulumi.RunError) as refused:
        foundation_settings.load()

    assert str(refused.value) == (
        "Stack prod is not foundation, the only stack of this project. "
        "A second one would own the same zone and repository, so nothing was planned.\n"
        "Fix: pulumi stack select foundation"
    )
