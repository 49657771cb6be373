"""All resources of a stack and how they refer to each other.

Ids and ARNs of new resources are unknown before the update, so a relation is read from the
dependencies of the referring property, filtered by the expected token, and never from ids.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from policy.resources import Resource, environment_of
from policy.tokens import STACK, STACK_REFERENCE
from policy.values import NotYetError


@dataclass(frozen=True)
class StackView:
    """The resources of one stack in one run.

    limited: the run was limited to targets; dependencies on resources outside it are dropped
    silently by the engine, so completeness cannot be judged.
    """

    resources: tuple[Resource, ...]
    limited: bool = False
    _indexed: dict[tuple[str, str, str], tuple[dict[str, list[Resource]], list[Resource]]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @cached_property
    def urn(self) -> str:
        """The stack's own URN, or else any; "" for a stack without resources."""
        urns = [r.urn for r in self.resources if r.token == STACK]
        urns += [r.urn for r in self.resources]
        return urns[0] if urns else ""

    @property
    def environment(self) -> str:
        """The environment: dev, staging, prod, "foundation", or "" where it is not ours."""
        return environment_of(self.urn)

    @cached_property
    def by_urn(self) -> dict[str, Resource]:
        """The resources by URN."""
        return {resource.urn: resource for resource in self.resources}

    @cached_property
    def _by_token(self) -> dict[str, tuple[Resource, ...]]:
        index: defaultdict[str, list[Resource]] = defaultdict(list)
        for resource in self.resources:
            index[resource.token].append(resource)
        return {token: tuple(found) for token, found in index.items()}

    def of(self, *tokens: str) -> tuple[Resource, ...]:
        """Return the resources of these kinds, in the order of registration per kind."""
        return tuple(resource for token in tokens for resource in self._by_token.get(token, ()))

    def dependencies(self, referring: Resource, key: str, *tokens: str) -> tuple[Resource, ...]:
        """Return what a property was computed from, of these kinds."""
        urns = referring.dependencies.get(key, ())
        found = (self.by_urn[urn] for urn in urns if urn in self.by_urn)
        return tuple(resource for resource in found if resource.token in tokens)

    def refers_abroad(self, referring: Resource, key: str) -> bool:
        """Whether a property was computed from what is not of this stack, and only from that.

        The engine shows no policy what is merely read, such as a reference to another stack: the
        property's dependencies are then there and empty. An exported state has the reference.
        """
        urns = referring.dependencies.get(key)
        if urns is None:
            return False
        seen = [self.by_urn[urn] for urn in urns if urn in self.by_urn]
        return all(resource.token == STACK_REFERENCE for resource in seen)

    def joined(
        self, referring: Resource, key: str, token: str, *, name: str = ""
    ) -> tuple[Resource, ...]:
        """Return the resources of a kind that a property refers to; () for one that is foreign.

        `name` is the property of the target that a plain string may repeat. NotYetError where
        neither a dependency nor a value tells: such a relation never counts as missing.
        """
        if found := self.dependencies(referring, key, token):
            return found
        value = referring[key].known()
        candidates = self.of(token)
        return tuple(
            resource
            for resource in candidates
            if value is not None and value in (_name_of(resource, name), _id_of(resource))
        )

    def referring(
        self, token: str, key: str, target: Resource, *, name: str = ""
    ) -> tuple[Resource, ...]:
        """Return the resources of a kind whose property refers to `target`.

        NotYetError where one of them might, and none certainly does.
        """
        by_target, undecided = self._references(token, key, target.token)
        found = list(by_target.get(target.urn, ()))
        open_question: NotYetError | None = None
        for resource in undecided:
            try:
                if target in self.joined(resource, key, target.token, name=name):
                    found.append(resource)
            except NotYetError as not_yet:
                open_question = NotYetError(f"{resource.label}.{not_yet.path}")
        if not found and open_question:
            raise open_question
        return tuple(found)

    def _references(
        self, token: str, key: str, target_token: str
    ) -> tuple[dict[str, list[Resource]], list[Resource]]:
        """Index who refers to whom by dependency, once; the rest has to be asked by value."""
        if (token, key, target_token) not in self._indexed:
            by_target: defaultdict[str, list[Resource]] = defaultdict(list)
            undecided = []
            for resource in self.of(token):
                targets = self.dependencies(resource, key, target_token)
                for target in targets:
                    by_target[target.urn].append(resource)
                if not targets:
                    undecided.append(resource)
            self._indexed[token, key, target_token] = (by_target, undecided)
        return self._indexed[token, key, target_token]


def _name_of(resource: Resource, key: str) -> object:
    if not key:
        return None
    asked = resource[key]
    return None if asked.is_unknown else asked.known()


def _id_of(resource: Resource) -> object:
    asked = resource.output("id")
    return None if asked.is_unknown or asked.is_missing else asked.known()


def names(resources: Iterable[Resource]) -> str:
    """List resources for a message, sorted, so that the same stack gives the same text."""
    return ", ".join(sorted(resource.name for resource in resources)) or "none"
