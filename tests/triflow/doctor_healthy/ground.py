"""Who asks, what that role may do, the registry, and this computer."""

from datetime import timedelta
from email.utils import format_datetime

from tests.triflow.doctor_stack import NOW, Json
from triflow.db.extensions import EXTENSIONS
from triflow.deployed import PROVIDER, Deployed


def answers(stack: Deployed) -> Json:
    """Return them by the read's name."""
    return {
        "caller": _caller(),
        "repository": _repositories(stack),
        "extensions_log": {"events": [{"message": f"extension,{one},1.0"} for one in EXTENSIONS]},
        "caller_role": _operator(),
        "caller_policies": {"AttachedPolicies": [{"PolicyArn": "arn:aws:iam::aws:policy/Some"}]},
        "deploy_rights": _rights(stack),
        **_on_this_computer(stack),
    }


def _caller() -> Json:
    arn = "arn:aws:sts::123456789012:assumed-role/operator/someone"
    row = {"Account": "123456789012", "Arn": arn, "UserId": "AROA:someone"}
    headers = {"date": format_datetime(NOW, usegmt=True)}
    return row | {"ResponseMetadata": {"HTTPHeaders": headers}}


def _rights(stack: Deployed) -> Json:
    """Of one that may do it to some things only, IAM's first word is no."""
    row = {"EvalActionName": "ecs:UpdateService", "EvalDecision": "allowed"}
    some: Json = {"EvalActionName": "rds:ModifyDBInstance", "EvalDecision": "implicitDeny"}
    words = {stack.arn("database-instance"): "allowed", "arn:aws:sns:::x": "implicitDeny"}
    some["ResourceSpecificResults"] = [
        {"EvalResourceName": arn, "EvalResourceDecision": word} for arn, word in words.items()
    ]
    return {"EvaluationResults": [row, some, row | {"EvalActionName": "ecr:PutImage"}]}


def _operator() -> Json:
    arn = "arn:aws:iam::123456789012:role/people/operator"
    return {"Role": {"Arn": arn, "CreateDate": NOW - timedelta(days=30)}}


def _repositories(stack: Deployed) -> Json:
    return {"repositories": [{"repositoryUri": stack.output("ecr_repository_url")}]}


def _on_this_computer(stack: Deployed) -> Json:
    host = stack.output("ecr_repository_url").partition("/")[0]
    version = stack.inputs("aws", PROVIDER)["version"]
    return {
        "plugins": {"needed": version, "plugins": [{"name": "aws", "version": version}]},
        "plugin_host": {"failure": ""},
        "docker_logins": {"docker": True, "registries": [f"https://{host}"], "helpers": []},
    }
