"""What a rule may look at beside its own resource: the other resources, prices and usage."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from cost.book import Book
from cost.errors import CostError
from cost.hours import running_share
from cost.inputs import Inputs
from cost.lines import Factor, Line
from cost.resources import Resource


@dataclass(frozen=True)
class Stack:
    """One stack on one day, with the price book that it is judged by."""

    name: str
    resources: dict[str, Resource]
    book: Book
    today: date
    assumed: list[str]

    def inputs(self, resource: Resource) -> Inputs:
        """Return the inputs of a resource, whose unknowns are noted with the stack's."""
        return Inputs(resource, self.book.usage["worst"].get(resource.type, {}), self.assumed)

    def of(self, token: str) -> list[Resource]:
        """Return the resources of a type."""
        return [each for each in self.resources.values() if each.type == token]

    def is_first(self, resource: Resource) -> bool:
        """Return whether this one carries the lines that a stack has once for the whole type."""
        return resource.urn == min(each.urn for each in self.of(resource.type))

    def line(self, inputs: Inputs, what: str, price: str, *factors: Factor) -> Line:
        """Return a line of a resource."""
        resource = inputs.resource
        key = self.book.price(price)
        return Line(self.layer(resource), resource.name, resource.type, what, factors, key)

    def use(self, parameter: str, label: str = "") -> Factor:
        """Return a parameter of usage.yaml as a factor. CostError if it says nothing of it."""
        value = self.book.parameter(parameter, self.name)
        unit = label or self.book.usage["parameters"][parameter]["unit"]
        return Factor(value, f"{unit} ({parameter})", assumed=True)

    def use_of(self, inputs: Inputs, name: str) -> Factor:
        """Return the parameter that belongs to a resource of that name, by a part of it."""
        table = self.book.usage["by_name"][inputs.resource.type]
        for part, parameter in table.items():
            if part in name:
                return self.use(parameter)
        raise CostError(
            f"{inputs.resource.urn}: nothing says how much {name} is used.",
            "It would count as nothing, so no total is told.",
            f"name it under {inputs.resource.type} in `by_name` of cost/usage.yaml",
        )

    @property
    def month(self) -> Factor:
        """Return the hours of a month."""
        return Factor(self.book.figure("hours_per_month"), "h")

    def hours(self, inputs: Inputs, starts: Sequence[str], stops: Sequence[str]) -> Factor:
        """Return the hours between starts and stops; all of them where they cannot be read."""
        share = running_share(starts, stops)
        if share is None:
            said = f"{inputs.resource.name}: its hours cannot be read, priced as running all month"
            self.assumed.append(said)
        return Factor(self.month.value * (Decimal(1) if share is None else share), "h")

    def layer(self, resource: Resource) -> str:
        """Return the middle of the outermost component's type: triflow:network:Vpc is network."""
        found = "stack"
        above = self.resources.get(resource.parent)
        while above is not None and above.type != "pulumi:pulumi:Stack":
            found = above.type.split(":")[1]
            above = self.resources.get(above.parent)
        return found


def fixed(value: Any, label: str) -> Factor:  # noqa: ANN401 - int, text or Decimal
    """Return a figure that the program decides."""
    return Factor(Decimal(str(value)), label)


def several(value: Any, noun: str) -> Factor:  # noqa: ANN401 - int, text or Decimal
    """Return a number of things, whose noun is in the singular."""
    number = Decimal(str(value))
    return Factor(number, noun if number == 1 else f"{noun}s")


def lookup(stack: Stack, token: str, fits: Callable[[Resource], bool]) -> Inputs | None:
    """Return the inputs of the first resource of a type that fits, None if none does."""
    return next((stack.inputs(each) for each in stack.of(token) if fits(each)), None)
