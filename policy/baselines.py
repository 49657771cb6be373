"""The public baselines beside this pack: which of their checks hold, and which are contradicted.

Written as a page: what a rule names as external, against what waivers.yaml records as a deliberate
contradiction. A check of a baseline that neither names concerns nothing that the record decides.
"""

from collections import defaultdict
from dataclasses import dataclass
from re import fullmatch, sub
from typing import Final

from policy import waivers
from policy.registry import REGISTRY, Rule
from policy.waivers import Waiver

ENVIRONMENTS: Final = ("dev", "staging", "prod", "foundation")
BASELINES: Final = {
    "Checkov": r"CKV2?_AWS_\d+",
    "Security Hub, AWS Foundational Security Best Practices": r"[A-Z][A-Za-z0-9]*\.\d+",
    "cdk-nag, AwsSolutions": r"(AwsSolutions-|cdk-nag ).+",
    "Other packs and advice": r".+",
}
INTRODUCTION: Final = """\
# The public baselines beside this pack

Which checks of Checkov, Security Hub and cdk-nag hold, because a rule of this pack asks for the
same or more, and which are contradicted on purpose, by the record or for its price. A contradiction
has a reason, an owner and a last day in `policy/waivers.yaml`; after it the pack reports it. What
is listed nowhere here concerns nothing that the record decides.
"""


@dataclass(frozen=True)
class Row:
    """One check of a baseline: the rules that hold it, the waivers that contradict it."""

    external: str
    held_by: tuple[Rule, ...]
    waived_by: tuple[Waiver, ...]

    @property
    def verdict(self) -> str:
        """Return holds, contradicted, or where it is which."""
        where = sorted({e for w in self.waived_by for e in w.environments}, key=ENVIRONMENTS.index)
        if not self.waived_by:
            return "holds"
        return f"holds; contradicted in {', '.join(where)}" if self.held_by else "contradicted"


def rows() -> dict[str, tuple[Row, ...]]:
    """Return every external check that the pack knows of, by baseline and in order."""
    held: defaultdict[str, list[Rule]] = defaultdict(list)
    waived: defaultdict[str, list[Waiver]] = defaultdict(list)
    for rule in REGISTRY.rules.values():
        for external in rule.external:
            held[external].append(rule)
    for waiver in waivers.load().baselines:
        for external in waiver.external:
            waived[external].append(waiver)
    found: dict[str, tuple[Row, ...]] = dict.fromkeys(BASELINES, ())
    for external in sorted({*held, *waived}, key=_natural):
        row = Row(external, tuple(held[external]), tuple(waived[external]))
        found[_baseline(external)] += (row,)
    return found


def page() -> str:
    """Return docs/baselines.md without its head."""
    lines = [INTRODUCTION]
    for baseline, found in rows().items():
        held = sum(not row.waived_by for row in found)
        split = sum(bool(row.waived_by and row.held_by) for row in found)
        lines += [
            f"## {baseline}",
            "",
            f"{len(found)} checks: {held} hold, {split} in production only;",
            f"{len(found) - held - split} are contradicted.",
            "",
            "| check | verdict | by | reason |",
            "|---|---|---|---|",
            *map(_line, found),
            "",
        ]
    return "\n".join(lines)


def _line(row: Row) -> str:
    rules = [f"[{rule.id}](policies.md#{rule.id})" for rule in row.held_by]
    ends = [f"{waiver.id} until {waiver.expires}" for waiver in row.waived_by]
    why = " ".join(waiver.reason.strip() for waiver in row.waived_by)
    return f"| {row.external} | {row.verdict} | {', '.join([*rules, *ends])} | {why} |"


def _baseline(external: str) -> str:
    return next(name for name, form in BASELINES.items() if fullmatch(form, external))


def _natural(external: str) -> str:
    """Order CKV_AWS_9 before CKV_AWS_10."""
    return sub(r"\d+", lambda number: number[0].zfill(6), external)
