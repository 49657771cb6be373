"""Stacks built by hand for the rules' tests: `in_prod()` is a stack that every rule passes.

A thing refers to another with `of("vpc")`: at preview that is an unknown id with a dependency,
at update a known one. Tests spoil exactly one thing of a stack that passes.
"""

import datetime as dt
import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from policy import rules
from policy.judge import Judge, Outcome, Phase
from policy.registry import REGISTRY, Registry
from policy.resources import Options, Provider, Resource
from policy.tokens import STACK_REFERENCE
from policy.values import UNKNOWN
from policy.waivers import Waiver, WaiverBook

rules.load()

TODAY = dt.date(2026, 11, 22)
ACCOUNT = "123456789012"
GONE = object()  # a property that `change` takes away
WAITS = UNKNOWN  # a value that nobody knows before the update, and that depends on nothing


@dataclass(frozen=True)
class Of:
    """A reference to another thing of the stack; `value` where it is known at preview too."""

    thing: str
    value: str = ""


def of(thing: str, value: str = "") -> Any:  # noqa: ANN401  # stands wherever a property stands
    """Refer to another thing of the stack by its short name."""
    return Of(thing, value)


@dataclass(frozen=True, eq=False)  # hashed by identity: what it holds is read once, not per case
class Thing:
    """One resource of a stack, by its short name; `provider` is "" where the engine shows none."""

    token: str
    properties: Mapping[str, Any] = field(default_factory=dict)
    protect: bool = False
    name: str = ""
    parent: str = ""
    ignore_changes: tuple[str, ...] = ()
    provider: str = "aws"
    retain: bool | None = None


@dataclass
class World:
    """A stack that tests change; things are found by their short names."""

    stack: str
    project: str
    prefix: str
    things: dict[str, Thing]
    provider: dict[str, Any]
    phase: Phase = "preview"
    today: dt.date = TODAY
    waivers: WaiverBook = field(default_factory=WaiverBook)
    silent: set[str] = field(default_factory=set)
    left_out: set[str] = field(default_factory=set)

    def urn(self, short: str) -> str:
        """The URN of a thing."""
        thing = self.things[short]
        return f"urn:pulumi:{self.stack}::{self.project}::{thing.token}::{self.name(short)}"

    def name(self, short: str) -> str:
        """The full name of a thing."""
        return self.things[short].name or f"{self.prefix}-{short}"

    def resources(self) -> list[Resource]:
        """What the engine would show of this stack in this phase."""
        return [self.resource(short) for short in self.things if self._is_shown(short)]

    def resource(self, short: str) -> Resource:
        """What the engine would show of one thing."""
        thing = self.things[short]
        if short in self.left_out:
            return Resource(
                urn=self.urn(short), token=thing.token, name=self.name(short), inputs={}
            )
        inputs, ties = _read(thing, self.phase)
        return Resource(
            urn=self.urn(short),
            token=thing.token,
            name=self.name(short),
            inputs=inputs,
            options=Options(
                protect=thing.protect,
                ignore_changes=thing.ignore_changes,
                parent=self.urn(thing.parent) if thing.parent else "",
                retain=thing.retain,
            ),
            provider=self._provider(thing),
            dependencies={
                key: tuple(self.urn(name) for name in referred if self._is_shown(name))
                for key, referred in ties.items()
            },
            read_outputs=lambda: {**inputs, "id": _value(Of(short), self.phase)},
        )

    def _is_shown(self, short: str) -> bool:
        """Whether the engine shows a policy this thing; what is only read stands in states only."""
        if short not in self.things:
            return False
        return self.phase == "state" or self.things[short].token != STACK_REFERENCE

    def _provider(self, thing: Thing) -> Provider | None:
        name = thing.provider
        if not (name and thing.token.startswith("aws:")):
            return None
        urn = f"urn:pulumi:{self.stack}::{self.project}::pulumi:providers:aws::{name}"
        return Provider(urn=urn, name=name, properties=self.provider)


@functools.cache
def _read(thing: Thing, phase: Phase) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Return a thing's inputs in a phase, and what each of them refers to."""
    given = {key: value for key, value in thing.properties.items() if value is not GONE}
    inputs = {key: _value(value, phase) for key, value in given.items()}
    return inputs, {key: found for key, value in given.items() if (found := _referred(value))}


def _value(value: Any, phase: Phase) -> Any:  # noqa: ANN401  # any shape of property
    if isinstance(value, Of):
        unknown = phase == "preview" and not value.value
        return UNKNOWN if unknown else value.value or f"{value.thing}-id"
    if isinstance(value, dict):
        return {key: _value(inner, phase) for key, inner in value.items()}
    return [_value(item, phase) for item in value] if isinstance(value, list) else value


def _referred(value: object) -> list[str]:
    if isinstance(value, Of):
        return [value.thing]
    if isinstance(value, dict):
        return [name for inner in value.values() for name in _referred(inner)]
    return [name for inner in value for name in _referred(inner)] if isinstance(value, list) else []


Spoil = Callable[[World], None]


def change(short: str, **properties: Any) -> Spoil:  # noqa: ANN401  # any property
    """Set properties of a thing; GONE takes one away, "a__b" stands for b inside a."""

    def spoil(world: World) -> None:
        thing = world.things[short]
        new = dict(thing.properties)
        for key, value in properties.items():
            _set(new, key.split("__"), value)
        world.things[short] = replace(thing, properties=new)

    return spoil


def _set(properties: dict[str, Any], path: list[str], value: object) -> None:
    if len(path) == 1:
        properties[path[0]] = value
        return
    inner = dict(properties.get(path[0], {}))
    _set(inner, path[1:], value)
    properties[path[0]] = inner


def change_options(short: str, **options: Any) -> Spoil:  # noqa: ANN401  # any option
    """Set options of a thing, such as protect."""

    def spoil(world: World) -> None:
        world.things[short] = replace(world.things[short], **options)

    return spoil


def change_provider(**properties: Any) -> Spoil:  # noqa: ANN401  # any property
    """Set properties of the provider that all things use; GONE takes one away."""

    def spoil(world: World) -> None:
        world.provider = {k: v for k, v in (world.provider | properties).items() if v is not GONE}

    return spoil


def remove(*shorts: str) -> Spoil:
    """Take things away; references to them dangle as in a run limited to targets."""

    def spoil(world: World) -> None:
        for short in shorts:
            del world.things[short]

    return spoil


def leave_out(*shorts: str) -> Spoil:
    """Limit the run to targets: the engine shows these without a property, and none uses them."""

    def spoil(world: World) -> None:
        world.left_out = {*world.left_out, *shorts}

    return spoil


def limited(world: World) -> None:
    """Limit the run to targets that everything is of but a thing that no rule asks about."""
    world.things["elsewhere"] = Thing("aws:elsewhere/thing:Thing")
    world.left_out = {"elsewhere"}


def add(short: str, token: str, **properties: Any) -> Spoil:  # noqa: ANN401  # any property
    """Put one more thing into the stack."""

    def spoil(world: World) -> None:
        world.things[short] = Thing(token, properties)

    return spoil


def both(*spoils: Spoil) -> Spoil:
    """Do several things as one change."""

    def spoil(world: World) -> None:
        for one in spoils:
            one(world)

    return spoil


def world_is(**changed: object) -> Spoil:
    """Change the stack's own circumstances: its name, project, day or waivers."""

    def spoil(world: World) -> None:
        for key, value in changed.items():
            setattr(world, key, value)

    return spoil


def waive(check_id: str) -> Spoil:
    """Let what a check finds in production pass, as a row of waivers.yaml would."""
    waiver = Waiver(
        id="T-0",
        rule=check_id,
        resource="*",
        clause="",
        reason="for a test",
        owner="platform",
        expires=TODAY,
        environments=("prod",),
    )
    return world_is(waivers=WaiverBook((waiver,)))


def nothing(world: World) -> None:
    """Change nothing."""


def at_update(world: World) -> None:
    """Judge during the update, where ids are known."""
    world.phase = "update"


def judge(world: World, registry: Registry = REGISTRY) -> Outcome:
    """Judge a stack as the pack does: every resource, then the whole."""
    bench = Judge(registry, world.waivers, world.today, world.phase, silent=world.silent)
    resources = world.resources()
    for resource in resources:
        bench.resource(resource)
    stack = bench.stack(resources)
    return bench.everything(stack)


def judge_alone(world: World, rule_id: str) -> Outcome:
    """Judge a stack by one rule with all others switched off."""
    return judge(world, REGISTRY.only(rule_id))
