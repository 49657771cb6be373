"""The price book: what AWS asks, and what is assumed to be used. Read from the two YAML files."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from cost.errors import CostError

HERE: Final = Path(__file__).parent
# PyYAML's safe loader in C, where it was built with one: every preview reads these files.
Loader: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Price:
    """`usd` dollars for `per` of the unit; `sources` and `sure` as prices.yaml explains them."""

    key: str
    usd: Decimal
    per: int
    unit: str
    sources: tuple[str, ...]
    sure: str
    checked: date

    @property
    def text(self) -> str:
        """Return the price as a formula shows it."""
        per = f"{self.per:,} {self.unit}" if self.per > 1 else self.unit
        return f"{self.usd.normalize():f} USD per {per}"


@dataclass(frozen=True)
class Book:
    """Prices by key, parameters by name, and the figures that hold for every stack."""

    prices: Mapping[str, Price]
    sources: Mapping[str, str]
    usage: Mapping[str, Any]
    days_until_stale: int

    def price(self, key: str) -> Price:
        """Return a price. CostError if the book has none of that key."""
        if key not in self.prices:
            raise CostError(
                f"There is no price called {key}.",
                "What it prices would count as nothing.",
                "add it to cost/prices.yaml with figure, unit, source and day",
            )
        return self.prices[key]

    def figure(self, name: str) -> Decimal:
        """Return a figure that holds for every stack, such as krw_per_usd."""
        return Decimal(str(self.usage[name]))

    def parameter(self, name: str, stack: str) -> Decimal:
        """Return what a stack is assumed to use. CostError if usage.yaml does not say."""
        row = self.usage["parameters"].get(name, {})
        if stack not in row:
            raise CostError(
                f"{stack}: how much it uses is not said: {name}.",
                "What depends on it would count as nothing.",
                f"write {stack} into the row {name} of cost/usage.yaml",
            )
        return Decimal(str(row[stack]))

    @property
    def day(self) -> date:
        """Return the day on which a price was last checked."""
        return max(price.checked for price in self.prices.values())

    def stale(self, today: date) -> tuple[Price, ...]:
        """Return the prices that were checked too long ago."""
        oldest = today - timedelta(days=self.days_until_stale)
        return tuple(price for price in self.prices.values() if price.checked < oldest)

    def with_prices(self, usd: Mapping[str, Decimal]) -> "Book":
        """Return a book in which some prices are others."""
        others = {key: replace(self.price(key), usd=figure) for key, figure in usd.items()}
        return replace(self, prices={**self.prices, **others})

    def with_usage(self, stack: str, parameters: Mapping[str, Decimal]) -> "Book":
        """Return a book in which a stack uses other amounts."""
        rows = dict(self.usage["parameters"])
        for name, figure in parameters.items():
            rows[name] = {**rows[name], stack: figure}
        return replace(self, usage={**self.usage, "parameters": rows})


@cache
def load() -> Book:
    """Return the book that the repository holds."""
    content = read("prices.yaml")
    prices = {
        key: Price(
            key=key,
            usd=Decimal(str(row["usd"])),
            per=row.get("per", 1),
            unit=row["unit"],
            sources=tuple(row["source"]),
            sure=row["sure"],
            checked=row["checked"],
        )
        for key, row in content["prices"].items()
    }
    return Book(prices, content["sources"], read("usage.yaml"), content["days_until_stale"])


def read(file: str) -> dict[str, Any]:
    """Return the content of a data file of this package."""
    content: dict[str, Any] = yaml.load((HERE / file).read_bytes(), Loader)  # noqa: S506 - a safe one
    return content
