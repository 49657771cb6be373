"""What each read asks for: its call's parameters, from the stack's outputs and state.

Each raises Unknown or NotDeployed where there is nothing to ask, and NotApplicable where nothing
that was read before gives cause to ask.
"""

from collections.abc import Callable
from typing import Any, Final

from triflow.doctor import images, night_stop, rights, task_definition
from triflow.doctor.answers import Facts, NotApplicable, Unknown
from triflow.doctor.images import Image

Parameters = Callable[[Facts], dict[str, Any]]
CALLER: Final = "caller"  # the read of who asks


def _service(facts: Facts) -> tuple[str, str]:
    """Return the names of cluster and service."""
    return facts.deployed.output("cluster_name"), facts.deployed.output("service_name")


def service(facts: Facts) -> dict[str, Any]:
    """Ask for the backend's service."""
    cluster, name = _service(facts)
    return {"cluster": cluster, "services": [name]}


def tasks_of(status: str) -> Parameters:
    """Ask for the service's tasks that are to run, or to stop."""

    def asks(facts: Facts) -> dict[str, str]:
        cluster, name = _service(facts)
        return {"cluster": cluster, "serviceName": name, "desiredStatus": status}

    return asks


def tasks(facts: Facts) -> dict[str, Any]:
    """Running tasks first; AWS describes at most 100 in one call."""
    arns = [
        arn.text
        for read in ("running_tasks", "stopped_tasks")
        for arn in facts[read]["taskArns"].each()
    ]
    if not arns:
        raise Unknown("no task runs, and none stopped in the last hour")
    return {"cluster": facts.deployed.output("cluster_name"), "tasks": arns[:100]}


def policy(of: str) -> Parameters:
    """Ask for a role's inline policy by the logical name that it has in the program."""

    def asks(facts: Facts) -> dict[str, str]:
        declared = facts.declared(of)
        return {"RoleName": declared["role"].text, "PolicyName": declared["name"].text}

    return asks


def security_groups(facts: Facts) -> dict[str, list[str]]:
    """Ask for the three groups."""
    names = ("alb", "ecs", "rds")
    return {"GroupIds": [facts.deployed.output(f"{name}_security_group_id") for name in names]}


def role(name: str) -> Parameters:
    """Ask for a role by the logical name that it has in the program."""
    return lambda facts: {"RoleName": facts.declared(name)["name"].text}


def named(key: str, output: str) -> Parameters:
    """Ask for what an output names."""
    return lambda facts: {key: facts.deployed.output(output)}


def listed(key: str, output: str) -> Parameters:
    """Ask for what an output names, where the call takes a list."""
    return lambda facts: {key: [facts.deployed.output(output)]}


def of_vpc(facts: Facts) -> dict[str, Any]:
    """Ask for what belongs to the stack's network."""
    return {"Filters": [{"Name": "vpc-id", "Values": [facts.deployed.output("vpc_id")]}]}


def scaling(facts: Facts) -> dict[str, Any]:
    """The newest 50 decisions, those to do nothing included."""
    return {
        "ServiceNamespace": "ecs",
        "ResourceId": f"service/{'/'.join(_service(facts))}",
        "ScalableDimension": "ecs:service:DesiredCount",
        "IncludeNotScaledActivities": True,
        "MaxResults": 50,
    }


def image(facts: Facts) -> dict[str, Any]:
    """Ask for the image that the program gives the backend."""
    found = _image(facts)
    return _repository_of(found) | {"imageIds": [_id(found)]}


def scanned(facts: Facts) -> dict[str, Any]:
    """Ask what the scan of that image found."""
    found = _image(facts)
    return _repository_of(found) | {"imageId": _id(found)}


def _image(facts: Facts) -> Image:
    found = images.parsed(task_definition.containers(facts)[0]["image"])
    if found.account is None:
        raise NotApplicable(f"{found.repository} is in no repository of ECR")
    return found


def _repository_of(image: Image) -> dict[str, Any]:
    return {"registryId": image.account, "repositoryName": image.repository}


def _id(image: Image) -> dict[str, Any]:
    return {"imageDigest": image.digest} if image.digest else {"imageTag": image.tag}


def database(key: str) -> Parameters:
    """Ask for the database by its identifier."""
    return lambda facts: {key: facts.declared("database-instance")["identifier"].text}


def alarms(facts: Facts) -> dict[str, Any]:
    """Ask for them by name; AWS takes at most 100."""
    names = [
        facts.declared(name)["name"].text
        for name in facts.deployed.named("aws:cloudwatch/metricAlarm:MetricAlarm")
    ]
    if not names:
        raise Unknown(f"{facts.deployed.stack} has no alarm in its state")
    return {"AlarmNames": sorted(names)[:100], "MaxRecords": 100}


def reservations(facts: Facts) -> dict[str, Any]:
    """Ask for all of the account's; for a database that sleeps at night none is worth its price."""
    if night_stop.stops(facts.deployed):
        raise NotApplicable(f"the database of {facts.deployed.stack} is stopped at night")
    return {}


def topic(name: str) -> Parameters:
    """Ask for a topic by the logical name that it has in the program."""
    return lambda facts: {"TopicArn": facts.deployed.arn(name)}


def of_caller(facts: Facts) -> dict[str, str]:
    """Ask for the role that asks; the local AWS has none behind its caller."""
    arn = facts[CALLER]["Arn"].text
    if ":assumed-role/" not in arn:
        raise Unknown(f"{arn} is no role")
    return {"RoleName": arn.split("/")[1]}


def deploying(facts: Facts) -> dict[str, Any]:
    """Ask by the role's own ARN: that of a session leaves the role's path out.

    And about things of the stack: of all things, IAM refuses what is allowed for some.
    """
    wanted = rights.deploying(facts.deployed)
    if not wanted:
        raise Unknown(f"{facts.deployed.stack} has nothing in its state that a right stands for")
    wanted |= rights.pushing(facts.deployed)
    return {
        "PolicySourceArn": facts["caller_role"]["Role"]["Arn"].text,
        "ActionNames": sorted(wanted),
        "ResourceArns": sorted(set(wanted.values())),
    }


def repository(facts: Facts) -> dict[str, Any]:
    """Ask for the repository that images are pushed to; the stack foundation owns it."""
    registry, _, name = facts.deployed.output("ecr_repository_url").partition("/")
    return {"registryId": registry.partition(".")[0], "repositoryNames": [name]}


def of_an_account(facts: Facts) -> dict[str, Any]:
    """Look at this computer only where it deploys to an account."""
    if facts.deployed.endpoint:
        raise Unknown("the local AWS needs nothing of this computer")
    return {}
