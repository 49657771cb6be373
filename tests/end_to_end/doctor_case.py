"""The form of a case on the deployed platform, and how several chapters break it.

Where a row only puts words into an answer (`world.spoils`, `world.says`), the local AWS cannot be
brought to it; that needs no mending, since each case ends with `unsaid`. What CloudWatch counted
is mended by time.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from tests.end_to_end.doctor_world import World

Act = Callable[[World], object]


class Case(NamedTuple):
    """A row; `also` are findings that the same break has to bring about."""

    finding: str
    problem: str
    breaks: Act
    mends: Act
    also: tuple[str, ...] = ()


def nothing(_: World) -> None:
    """Words in an answer are taken back for every case."""


def hours_later(world: World) -> None:
    """Let what was counted be past, and little be left of the day that moto looks through."""
    world.passes(hours=6)


def policy(name: str) -> tuple[Act, Act]:
    """Return what takes a role's inline policy away, and what gives it back."""

    def named(world: World) -> dict[str, str]:
        wish = world.inputs(name)
        return {"RoleName": wish["role"], "PolicyName": wish["name"]}

    return (
        lambda world: world.aws("iam").delete_role_policy(**named(world)),
        lambda world: world.aws("iam").put_role_policy(
            **named(world), PolicyDocument=world.inputs(name)["policy"]
        ),
    )


def counted(metric: str, value: float) -> Act:
    """Return what lets the load balancer count."""

    def act(world: World) -> None:
        for name, count in {"RequestCount": 100.0, metric: value}.items():
            world.measured("AWS/ApplicationELB", name, count, LoadBalancer=world.balancer)

    return act


def targets(verb: str) -> Act:
    """Return what registers or deregisters the two tasks that the world has."""
    return lambda world: getattr(world.aws("elbv2"), f"{verb}_targets")(
        TargetGroupArn=world.deployed.output("alb_target_group_arn"),
        Targets=[{"Id": one, "Port": 8000} for one in ("10.0.11.5", "10.0.12.5")],
    )


def spoils(operation: str, *path: str | int, value: object) -> Act:
    """Return what puts a value into the answers of an operation."""

    def act(world: World) -> None:
        world.spoils(operation, lambda answer: _put(answer, path, value))

    return act


def _put(answer: Any, path: tuple[str | int, ...], value: object) -> None:  # noqa: ANN401 - JSON
    for step in path[:-1]:
        answer = answer[step]
    answer[path[-1]] = value


ONE = ("DBInstances", 0)
