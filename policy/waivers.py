"""Waivers: accepted deviations, each with a reason, an owner and a day on which it ends.

Two lists in waivers.yaml. `findings` silences findings of this pack. `baselines` records where
the architecture decisions contradict a public baseline on purpose; it silences nothing.
"""

import datetime as dt
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

import yaml

from policy.resources import Resource, environment_of

WAIVERS_FILE: Final = Path(__file__).with_name("waivers.yaml")
WARNING_DAYS: Final = 30
TEXT_KEYS: Final = {
    "findings": ("id", "rule", "resource", "clause", "reason", "owner"),
    "baselines": ("id", "clause", "reason", "owner"),
}
LIST_KEYS: Final = {
    "findings": ("environments",),
    "baselines": ("external", "environments", "compensated_by"),
}


@dataclass(frozen=True, kw_only=True)
class Waiver:
    """One accepted deviation. `rule` is a rule id, with "(a)" for a single part of it.

    resource: a shell pattern over the resource's name. expires: the last day it holds.
    """

    id: str
    clause: str
    reason: str
    owner: str
    expires: dt.date
    environments: tuple[str, ...]
    rule: str = ""
    resource: str = ""
    external: tuple[str, ...] = ()
    compensated_by: tuple[str, ...] = ()

    def covers(self, check_id: str, resource: Resource | None, environment: str) -> bool:
        """Whether it speaks of this finding; whether it has expired is another question."""
        return (
            self.rule in (check_id, check_id.split("(", maxsplit=1)[0])
            and environment in self.environments
            and fnmatchcase(resource.name if resource else "", self.resource)
        )


@dataclass(frozen=True)
class WaiverBook:
    """The waivers that could be read, and a sentence for each that could not."""

    findings: tuple[Waiver, ...] = ()
    baselines: tuple[Waiver, ...] = ()
    problems: tuple[str, ...] = ()
    used: set[str] = field(default_factory=set)

    def silence(
        self, check_id: str, resource: Resource | None, urn: str, today: dt.date
    ) -> Waiver | None:
        """Return the waiver that silences a finding and remember that it was needed.

        An expired one counts as needed too, but silences nothing.
        """
        for waiver in self.findings:
            if waiver.covers(check_id, resource, environment_of(urn)):
                self.used.add(waiver.id)
                if waiver.expires >= today:
                    return waiver
        return None


def load(path: Path = WAIVERS_FILE) -> WaiverBook:
    """Read a waivers file; what is wrong with it becomes `problems`, never an exception."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        return WaiverBook(problems=(f"{path.name} cannot be read: {type(error).__name__}",))
    if not isinstance(content, dict) or set(content) != set(TEXT_KEYS):
        return WaiverBook(
            problems=(f"{path.name} must hold the lists findings and baselines, nothing else",)
        )
    problems: list[str] = []
    read = {section: tuple(_waivers(section, content[section], problems)) for section in TEXT_KEYS}
    return WaiverBook(read["findings"], read["baselines"], tuple(problems))


def _waivers(section: str, rows: object, problems: list[str]) -> list[Waiver]:
    waivers: list[Waiver] = []
    for index, row in enumerate(rows if isinstance(rows, list) else []):
        where = f"{section}[{index}]"
        wrong = _wrong_with(section, row)
        if wrong:
            problems.extend(f"{where}: {what}" for what in wrong)
            continue
        lists = {key: tuple(row[key]) for key in LIST_KEYS[section]}
        waiver = Waiver(**(row | lists))
        if waiver.id in {known.id for known in waivers}:
            problems.append(f"{where}: the id {waiver.id} is taken")
        waivers.append(waiver)
    return waivers


def _wrong_with(section: str, row: object) -> list[str]:
    if not isinstance(row, dict):
        return ["is not a mapping"]
    wanted = {*TEXT_KEYS[section], *LIST_KEYS[section], "expires"}
    wrong = [f"the key {key} is missing" for key in sorted(wanted - set(row))]
    wrong += [f"the key {key} is not known" for key in sorted(set(map(str, row)) - wanted)]
    for key in TEXT_KEYS[section]:
        if key in row and not (isinstance(row[key], str) and row[key].strip()):
            wrong.append(f"{key} must be text")
    for key in LIST_KEYS[section]:
        value = row.get(key, [])
        if not (isinstance(value, list) and all(isinstance(item, str) for item in value)):
            wrong.append(f"{key} must be a list of names")
    if "expires" in row and type(row["expires"]) is not dt.date:
        wrong.append("expires must be a day such as 2027-05-31")
    return wrong
