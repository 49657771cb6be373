"""The waivers' file: what a row must hold, and that whatever is wrong with it is told."""

from pathlib import Path

import pytest

from policy.registry import REGISTRY
from policy.waivers import WAIVERS_FILE, load
from tests.policy.stand import TODAY

ROW = """
findings:
  - id: T-1
    rule: nat-single-zonal
    resource: "*-nat"
    clause: N2
    reason: two gateways for the move
    owner: platform
    expires: 2027-01-31
    environments: [prod]
baselines: []
"""


def loaded(tmp_path: Path, text: str) -> tuple[str, ...]:
    """Load a file with this text and return its problems."""
    file = tmp_path / "waivers.yaml"
    file.write_text(text)
    return load(file).problems


def test_a_row_in_order_is_read_as_it_stands(tmp_path: Path) -> None:
    """Rule, resource, environments and the last day."""
    file = tmp_path / "waivers.yaml"
    file.write_text(ROW)

    book = load(file)

    assert book.problems == ()
    assert [(w.rule, w.resource, w.environments, w.expires.isoformat()) for w in book.findings] == [
        ("nat-single-zonal", "*-nat", ("prod",), "2027-01-31")
    ]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("    owner: platform\n", "", "findings[0]: the key owner is missing"),
        ("owner:", "ownr:", "findings[0]: the key ownr is not known"),
        ("owner: platform", "owner: ''", "findings[0]: owner must be text"),
        ("clause: N2", "clause: 2", "findings[0]: clause must be text"),
        ("2027-01-31", "soon", "findings[0]: expires must be a day such as 2027-05-31"),
        ("[prod]", "prod", "findings[0]: environments must be a list of names"),
        ("baselines: []", "", "waivers.yaml must hold the lists findings and baselines"),
        ("  - id: T-1", "  - T-1\n  - id: T-1", "findings[0]: is not a mapping"),
        ("findings:", "findings: [", "waivers.yaml cannot be read"),
    ],
)
def test_a_row_out_of_order_is_told(tmp_path: Path, old: str, new: str, problem: str) -> None:
    """One sentence that names the row and the key; nothing is silently left out."""
    problems = loaded(tmp_path, ROW.replace(old, new))

    assert any(told.startswith(problem) for told in problems), problems


def test_two_rows_with_one_id_are_told(tmp_path: Path) -> None:
    """An id names one decision."""
    again = ROW.replace(
        "baselines", ROW.split("findings:\n")[1].split("baselines", maxsplit=1)[0] + "baselines"
    )

    assert loaded(tmp_path, again) == ("findings[1]: the id T-1 is taken",)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """Without its waivers the pack still judges, and says so."""
    assert load(tmp_path / "waivers.yaml").problems == (
        "waivers.yaml cannot be read: FileNotFoundError",
    )


def test_the_packs_own_waivers_are_in_order() -> None:
    """Each has all its keys, has not expired, and leans on rules that exist."""
    book = load(WAIVERS_FILE)

    assert book.problems == ()
    assert [w.id for w in (*book.findings, *book.baselines) if w.expires < TODAY] == []
    assert {r for w in book.baselines for r in w.compensated_by} <= set(REGISTRY.rules)


def test_no_external_id_is_both_followed_and_waived() -> None:
    """A baseline's check holds in production or it does not; elsewhere the record asks for less."""
    followed = {external for rule in REGISTRY.rules.values() for external in rule.external}
    waived = {
        external
        for waiver in load().baselines
        for external in waiver.external
        if {"prod", "foundation"} & set(waiver.environments)
    }

    assert followed & waived == set()
