"""The rules: what each says of itself, and the checks that stand beside it.

One registry feeds the pack, the tests and the tables in docs, so nothing about a rule is
written twice.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from policy.findings import Judgement

Level = Literal["mandatory", "advisory", "off"]
Severity = Literal["critical", "high", "medium", "low"]
Kind = Literal["resource", "stack", "run"]

LEVELS: Final[dict[str, Level]] = {"M": "mandatory", "A": "advisory", "-": "off"}
COLUMN: Final = {"dev": 0, "staging": 1}
PROD_COLUMN: Final = 2


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What a rule is: which decision it holds, how hard, and what to do about a finding.

    kind: "resource" sees one resource before it is made; "stack" sees all of them with their
    relations, after the steps; "run" is asked last, about the run itself.
    levels: dev/staging/prod, each M (mandatory), A (advisory) or - (off).
    aim: the state of the world that the rule wants. otherwise: what happens without it.
    tokens: every kind of resource the rule looks at. external: ids of the public baselines.
    """

    id: str
    clause: tuple[str, ...]
    kind: Kind
    tokens: tuple[str, ...]
    levels: str
    severity: Severity
    aim: str
    otherwise: str
    fix: str
    external: tuple[str, ...] = ()

    def level(self, environment: str) -> Level:
        """Return the level in an environment; one that is not known gets prod's."""
        return LEVELS[self.levels.split("/")[COLUMN.get(environment, PROD_COLUMN)]]


CheckFunction = Callable[..., Iterator[Judgement]]


@dataclass(frozen=True)
class Check:
    """One lettered part of a rule; `each` names the kinds it is asked about, () for the stack."""

    rule: Rule
    part: str
    each: tuple[str, ...]
    ask: CheckFunction

    @property
    def id(self) -> str:
        """The id that messages and waivers use: "vpc-plan(b)"."""
        return f"{self.rule.id}({self.part})" if self.part else self.rule.id


@dataclass
class Registry:
    """Rules by id and checks by kind of resource."""

    rules: dict[str, Rule] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)

    def rule(self, **metadata: Any) -> Rule:  # noqa: ANN401  # the fields of Rule, typed there
        """Register a rule; ValueError if its id is taken."""
        rule = Rule(**metadata)
        if rule.id in self.rules:
            raise ValueError(f"{rule.id} is registered twice")
        self.rules[rule.id] = rule
        return rule

    def check(
        self, rule: Rule, part: str = "", *, each: tuple[str, ...] | None = None
    ) -> Callable[[CheckFunction], CheckFunction]:
        """Register the decorated function as a part of `rule`.

        A resource check is called with the resource, a stack check with each resource of the
        kinds in `each` and the stack, or with the stack alone where `each` is ().
        """
        if each is None:
            each = rule.tokens if rule.kind == "resource" else ()

        def register(ask: CheckFunction) -> CheckFunction:
            self.checks.append(Check(rule, part, each, ask))
            return ask

        return register

    def only(self, *rule_ids: str) -> "Registry":
        """Return a registry with these rules alone, for proving each without its neighbours."""
        return Registry(
            rules={i: self.rules[i] for i in rule_ids},
            checks=[check for check in self.checks if check.rule.id in rule_ids],
        )

    def by_token(self) -> dict[str, tuple[Check, ...]]:
        """Index the checks of resource rules by the token they are asked about."""
        index: defaultdict[str, list[Check]] = defaultdict(list)
        for check in self.checks:
            if check.rule.kind == "resource":
                for token in check.each:
                    index[token].append(check)
        return {token: tuple(checks) for token, checks in index.items()}

    def of_kind(self, kind: Kind) -> tuple[Check, ...]:
        """Return the checks of all rules of a kind, in the order they were written."""
        return tuple(check for check in self.checks if check.rule.kind == kind)


REGISTRY: Final = Registry()
rule: Final = REGISTRY.rule
check: Final = REGISTRY.check
