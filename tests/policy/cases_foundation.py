"""Cases of the rules on images, roles and logs."""

import json

from policy import tokens as t
from tests.policy.cases import broken, fine, open_question
from tests.policy.stand import (
    ACCOUNT,
    GONE,
    WAITS,
    Spoil,
    add,
    both,
    change,
    change_options,
    change_provider,
    remove,
)
from tests.policy.worlds import (
    allow,
    document,
    github_trust,
    images_policy,
    in_dev,
    in_foundation,
    trust,
)

AT = in_foundation
ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/triflow-ai-production-ecs-task-role"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
HERE = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}

R = "ecr-repository-complete"


def selection(**content: object) -> Spoil:
    """Give the repository one more lifecycle rule."""
    policy = json.loads(images_policy())
    policy["rules"].append({"selection": content})
    return change("images-lifecycle", policy=json.dumps(policy))


EXCLUSION = {"imageTagMutability": "IMMUTABLE_WITH_EXCLUSION"}
broken(f"{R}(a)", "tags move", change("images", imageTagMutability="MUTABLE"), AT)
broken(f"{R}(a)", "some tags move", change("images", **EXCLUSION), AT)
broken(
    f"{R}(a)",
    "images are not scanned",
    change("images", imageScanningConfiguration__scanOnPush=False),
    AT,
)
broken(f"{R}(a)", "images go with the repository", change("images", forceDelete=True), AT)
broken(
    f"{R}(a)",
    "in dev every tag moves",
    add(
        "images",
        t.ECR_REPOSITORY,
        **EXCLUSION,
        imageTagMutabilityExclusionFilters=[{"filter": "*"}],
    ),
    in_dev,
)
broken(f"{R}(b)", "nothing expires", remove("images-lifecycle"), AT)
broken(
    f"{R}(b)",
    "untagged images stay 15 days",
    change("images-lifecycle", policy=images_policy(15)),
    AT,
)
broken(
    f"{R}(b)",
    "one tagged image is kept",
    change("images-lifecycle", policy=images_policy(kept=1)),
    AT,
)
broken(
    f"{R}(b)",
    "nine tagged images are kept",
    change("images-lifecycle", policy=images_policy(kept=9)),
    AT,
)
broken(
    f"{R}(b)",
    "tagged images go by age",
    selection(tagStatus="any", countType="sinceImagePushed", countUnit="days", countNumber=14),
    AT,
)
broken(f"{R}(b)", "the policy is no JSON", change("images-lifecycle", policy="keep"), AT)
fine(
    R,
    "encryption is written out",
    change("images", encryptionConfigurations=[{"encryptionType": "AES256"}]),
    AT,
)
fine(R, "untagged images go after a day", change("images-lifecycle", policy=images_policy(1)), AT)
fine(R, "ten tagged images are kept", change("images-lifecycle", policy=images_policy(kept=10)), AT)
fine(
    R,
    "the policy names the repository",
    change("images-lifecycle", repository="triflow-ai-backend"),
    AT,
)
open_question(
    R, "the policy is not known yet", change("images-lifecycle", policy=WAITS), "policy", AT
)

R = "log-retention-legal-and-per-source"


def group(name: str, **properties: object) -> Spoil:
    """Put a log group into the stack."""
    return add("group", t.LOG_GROUP, name=name, **properties)


ECS, RDS = "/aws/ecs/triflow-ai-production-backend", "/aws/rds/instance/triflow-ai-db/postgresql"
broken(f"{R}(a)", "15 days", group("/other", retentionInDays=15))
broken(f"{R}(a)", "for ever by leaving it out", group("/other"))
broken(f"{R}(a)", "for ever by zero", group("/other", retentionInDays=0))
broken(f"{R}(b)", "tasks' logs for 30 days", group(ECS, retentionInDays=30))
broken(f"{R}(b)", "tasks' logs for 7 days in production", group(ECS, retentionInDays=7))
broken(f"{R}(b)", "the database's for 14 days", group(RDS, retentionInDays=14))
broken(f"{R}(b)", "a function's for 30 days", group("/aws/lambda/relay", retentionInDays=30))
broken(f"{R}(b)", "rejected traffic for 30 days", group("/aws/vpc/rejected", retentionInDays=30))
broken(
    f"{R}(b)",
    "a class that cannot be archived",
    group(ECS, retentionInDays=14, logGroupClass="INFREQUENT_ACCESS"),
)
broken(f"{R}(b)", "tasks' logs for ever in dev", group(ECS, retentionInDays=0), in_dev)
broken(f"{R}(b)", "a function's for ever", group("/aws/lambda/relay", retentionInDays=0))
broken(f"{R}(b)", "nobody says for how long", group(ECS))
broken(f"{R}(b)", "tasks' logs for 30 days in dev", group(ECS, retentionInDays=30), in_dev)
fine(R, "tasks' logs for 14 days", group(ECS, retentionInDays=14))
fine(R, "the database's for 7 days", group(RDS, retentionInDays=7))
for days in (1, 7, 14):
    fine(R, f"tasks' logs for {days} days in dev", group(ECS, retentionInDays=days), in_dev)
    fine(R, f"a function's for {days} days", group("/aws/lambda/relay", retentionInDays=days))
fine(R, "the class is written out", group(ECS, retentionInDays=14, logGroupClass="STANDARD"))
fine(R, "another group for a year", group("/other", retentionInDays=365))
open_question(
    R,
    "the name is not known yet",
    add("group", t.LOG_GROUP, name=WAITS, retentionInDays=14),
    "name",
)
open_question(
    R,
    "the retention is not known yet",
    add("group", t.LOG_GROUP, name=ECS, retentionInDays=WAITS),
    "retentionInDays",
)

R = "iam-least-privilege"


def may(*args: object, **more: object) -> Spoil:
    """Change what the deploying role may do."""
    return change("ci-deploy-policy", policy=allow(*args, **more))


PASS = {"Condition": {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}}
TOPICS = "arn:aws:sns:*:*:*"
METRICS = {"Condition": {"StringEquals": {"cloudwatch:namespace": "TriFlow"}}}
broken(f"{R}(a)", "everything", may("*", "*"), AT)
broken(f"{R}(a)", "all of IAM", may("IAM:*", ROLE_ARN), AT)
broken(
    f"{R}(a)",
    "all but one thing",
    change(
        "ci-deploy-policy",
        policy=document({"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}),
    ),
    AT,
)
broken(
    f"{R}(a)",
    "administrator by attachment",
    add("admin", t.ROLE_POLICY_ATTACHMENT, role="ci", policyArn=ADMINISTRATOR),
    AT,
)
broken(
    f"{R}(a)",
    "administrator inside the role",
    change("ci-deploy", managedPolicyArns=[ADMINISTRATOR]),
    AT,
)
broken(
    f"{R}(a)",
    "everything in a policy inside the role",
    change("ci-deploy", inlinePolicies=[{"name": "all", "policy": allow("*", "*")}]),
    AT,
)
broken(
    f"{R}(a)",
    "everything in a managed policy",
    add("all", t.IAM_POLICY, policy=allow("*", "*")),
    AT,
)
broken(f"{R}(b)", "a whole service", may("s3:*", "arn:aws:s3:::bucket/*"), AT)
broken(f"{R}(b)", "an action on everything", may(["s3:GetObject"], "*"), AT)
broken(
    f"{R}(b)",
    "everything but some things",
    change(
        "ci-deploy-policy",
        policy=document(
            {"Effect": "Allow", "Action": "s3:GetObject", "NotResource": "arn:aws:s3:::a"}
        ),
    ),
    AT,
)
broken(f"{R}(b)", "any role may be passed on", may("iam:PassRole", "*", **PASS), AT)
broken(
    f"{R}(b)",
    "any role of the account may be passed on",
    may("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/*", **PASS),
    AT,
)
broken(f"{R}(b)", "a role may be passed to any service", may("iam:PassRole", ROLE_ARN), AT)
broken(f"{R}(b)", "passing is hidden in a wildcard", may("iam:Pass*", ROLE_ARN), AT)
broken(
    f"{R}(b)", "passing stands among others", may(["s3:GetObject", "iam:PassRole"], ROLE_ARN), AT
)
broken(f"{R}(b)", "a bucket may be passed on", may("iam:PassRole", "arn:aws:s3:::bucket", **PASS), AT)  # noqa: E501  # fmt: skip
broken(f"{R}(b)", "a role may be passed to no service", may("iam:PassRole", ROLE_ARN, Condition={"StringEquals": {"iam:PassedToService": []}}), AT)  # noqa: E501  # fmt: skip
broken(
    f"{R}(b)", "metrics of this account", may("cloudwatch:PutMetricData", "*", Condition=HERE), AT
)
for action, left_out in (("sns:*", TOPICS), ("sns:Subscribe", TOPICS), ("sns:Publish", ROLE_ARN)):
    statement = {"Effect": "Allow", "Action": action, "NotResource": left_out}
    broken(f"{R}(b)", f"{action} on all but {left_out[:9]}", change("ci-deploy-policy", policy=document(statement)), AT)  # noqa: E501  # fmt: skip
fine(R, "messages to phones", change("ci-deploy-policy", policy=document({"Effect": "Allow", "Action": "sns:Publish", "NotResource": TOPICS})), AT)  # noqa: E501  # fmt: skip
broken(f"{R}(b)", "metrics in every namespace", may("cloudwatch:PutMetricData", "*"), AT)
fine(R, "a login to the registry", may("ecr:GetAuthorizationToken", "*"), AT)
fine(R, "a firewall is taken off", may("elasticloadbalancing:SetWebAcl", "*"), AT)
fine(R, "metrics in one namespace", may("cloudwatch:PutMetricData", "*", **METRICS), AT)
CI = f"arn:aws:iam::{ACCOUNT}:role/triflow-ai-*"
for right, key in {
    "iam:AttachRolePolicy": "iam:PolicyARN",
    "iam:CreateServiceLinkedRole": "iam:AWSServiceName",
    "cloudwatch:PutMetricData": "cloudwatch:namespace",
}.items():
    broken(f"{R}(b)", f"{right} without a bound", may(right.lower(), CI), AT)
    fine(R, f"{right} within bounds", may(right, CI, Condition={"StringEquals": {key: "x"}}), AT)
fine(R, "one role to one service", may("iam:PassRole", ROLE_ARN, **PASS), AT)
fine(
    R,
    "everything is refused",
    change("ci-deploy-policy", policy=document({"Effect": "Deny", "Action": "*", "Resource": "*"})),
    AT,
)
fine(
    R,
    "AWS's own policy for tasks",
    add(
        "tasks",
        t.ROLE_POLICY_ATTACHMENT,
        role="ci",
        policyArn="arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
    ),
    AT,
)
fine(
    R,
    "a single statement that is no list",
    change(
        "ci-deploy-policy",
        policy=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": {
                    "Effect": "Allow",
                    "Action": "s3:GetObject",
                    "Resource": "arn:aws:s3:::a/*",
                },
            }
        ),
    ),
    AT,
)
open_question(
    R, "the policy is not known yet", change("ci-deploy-policy", policy=WAITS), "policy", AT
)
open_question(
    R,
    "one ARN in it is not known yet",
    change(
        "ci-deploy-policy",
        policy={
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": [WAITS]}],
        },
    ),
    "Resource[0]",
    AT,
)
open_question(
    R,
    "the attached policy is not known yet",
    add("some", t.ROLE_POLICY_ATTACHMENT, role="ci", policyArn=WAITS),
    "policyArn",
    AT,
)

PHONES = {"Effect": "Allow", "Action": "sns:Publish", "NotResource": "arn:aws:sns:*:*:*"}
fine(R, "messages to phones", change("ci-deploy-policy", policy=document(PHONES)), AT)

R = "iam-trust-scoped"


def trusted(principal: object, **conditions: object) -> Spoil:
    """Change who may take the deploying role."""
    return change("ci-deploy", assumeRolePolicy=trust(principal, **conditions))


SERVICE = "amazonaws.com"
broken(R, "anybody in AWS", trusted({"AWS": "*"}), AT)
broken(R, "anybody", trusted("*"), AT)
broken(R, "another account", trusted({"AWS": "arn:aws:iam::999999999999:root"}), AT)
broken(R, "another account by its number", trusted({"AWS": "999999999999"}), AT)
broken(R, "a service that runs nothing here", trusted({"Service": f"ec2.{SERVICE}"}), AT)
broken(R, "a service by half its name", trusted({"Service": "lambda"}), AT)
broken(R, "the scheduler of any account", trusted({"Service": f"scheduler.{SERVICE}"}), AT)
broken(
    R,
    "the scheduler of every account",
    trusted({"Service": f"scheduler.{SERVICE}"}, StringLike={"aws:SourceAccount": "*"}),
    AT,
)
broken(
    R,
    "all but one",
    change(
        "ci-deploy",
        assumeRolePolicy=document(
            {"Effect": "Allow", "NotPrincipal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}
        ),
    ),
    AT,
)
broken(R, "a session of a second more", change("ci-deploy", maxSessionDuration=3601), AT)
fine(R, "a session of an hour", change("ci-deploy", maxSessionDuration=3600), AT)
broken(R, "any repository", change("ci-deploy", assumeRolePolicy=github_trust(sub="*")), AT)
broken(
    R,
    "any repository of GitHub",
    change("ci-deploy", assumeRolePolicy=github_trust(sub="repo:*")),
    AT,
)
broken(
    R,
    "any repository of an owner",
    change("ci-deploy", assumeRolePolicy=github_trust(sub="repo:triflow-ai/*")),
    AT,
)
broken(R, "no subject at all", change("ci-deploy", assumeRolePolicy=github_trust(sub="")), AT)
broken(R, "no audience at all", change("ci-deploy", assumeRolePolicy=github_trust(aud="")), AT)
broken(
    R,
    "own account, but the provider is pinned to none",
    both(trusted({"AWS": ACCOUNT}), change_provider(allowedAccountIds=GONE)),
    AT,
)
broken(R, "own account, but nobody shows the provider", both(trusted({"AWS": ACCOUNT}), change_options("ci-deploy", provider="")), AT)  # noqa: E501  # fmt: skip
broken(R, "a repository, and any", change("ci-deploy", assumeRolePolicy=github_trust(sub=["repo:a/b:*", "*"])), AT)  # noqa: E501  # fmt: skip
NOBODY = {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole"}
fine(R, "everybody is refused", change("ci-deploy", assumeRolePolicy=document(NOBODY)), AT)
fine(
    R,
    "tasks, with a source account besides",
    trusted({"Service": f"ecs-tasks.{SERVICE}"}, **HERE),
    AT,
)
fine(R, "tasks without a source account", trusted({"Service": f"ecs-tasks.{SERVICE}"}), AT)
fine(R, "the scheduler of this account", trusted({"Service": f"scheduler.{SERVICE}"}, **HERE), AT)
fine(R, "a role of this account", trusted({"AWS": ROLE_ARN}), AT)
fine(
    R,
    "one branch of the repository",
    change("ci-deploy", assumeRolePolicy=github_trust(sub="repo:a/b:ref:refs/heads/main")),
    AT,
)
open_question(
    R,
    "the trust is not known yet",
    change("ci-deploy", assumeRolePolicy=WAITS),
    "assumeRolePolicy",
    AT,
)
