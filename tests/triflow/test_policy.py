"""`triflow policy`: what the rules say of a recorded stack, in each of its forms."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from syrupy.assertion import SnapshotAssertion

from policy import state, waivers
from policy.registry import REGISTRY
from policy.waivers import Waiver, WaiverBook
from tests.policy.recorded_state import a_state, the
from tests.policy.stand import TODAY
from tests.triflow.sarif_form import Log
from tests.triflow.stage import a_screen, text_of
from triflow.errors import Exit, TriflowError
from triflow.policy import forms, places, report, sarif, show
from triflow.stacks import ROOT

STACKS = ("foundation", "staging", "prod", "dev")


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Judge on the day of the other tests, so that no screen ages."""
    judged = state.judged
    monkeypatch.setattr(state, "judged", lambda records: judged(records, TODAY))


def a_spoilt_prod() -> list[dict[str, Any]]:
    """Return production whose database is public, in one zone."""
    records = a_state("prod")
    the(records, "database-instance")["publiclyAccessible"] = True
    the(records, "database-instance")["multiAz"] = False
    return records


def told(records: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch, form: str) -> str:
    """Return the report on these records in one of its forms."""
    console = a_screen()
    monkeypatch.setattr(report, "of_stack", lambda name: report.of_records(name, records))
    assert show.tell("prod", console, form) == Exit.DONE
    return without_blanks(console)


def without_blanks(console: Console) -> str:
    """Return the screen with blanks at line ends cut."""
    return "\n".join(line.rstrip() for line in text_of(console).splitlines())


def waive(monkeypatch: pytest.MonkeyPatch, rule: str) -> None:
    """Waive one rule in production until the end of the year."""
    waiver = Waiver(
        id="F-01",
        rule=rule,
        resource="*",
        clause="D3",
        reason="the second zone is being moved",
        owner="platform",
        expires=TODAY.replace(month=12, day=31),
        environments=("prod",),
    )
    monkeypatch.setattr(waivers, "load", lambda: WaiverBook(findings=(waiver,)))


@pytest.mark.parametrize("stack", STACKS)
def test_every_recorded_stack_holds(stack: str) -> None:
    """After an update nothing is broken and nothing is open."""
    found = report.of_records(stack, a_state(stack))

    assert (found.count("broken"), found.count("open")) == (0, 0)
    assert found.count("holds") > 30
    assert found.environment == stack


def test_a_broken_clause_is_named_with_its_rule(
    monkeypatch: pytest.MonkeyPatch, snapshot: SnapshotAssertion
) -> None:
    """A line a clause, those that do not hold with their rules, then what to type."""
    lines = told(a_spoilt_prod(), monkeypatch, "screen").splitlines()

    assert "\n".join(line for line in lines if re.match(r"clause|D\d|[✗!]|  \S", line)) == snapshot


def test_a_pull_request_shows_findings_first_and_folds_the_rest(
    monkeypatch: pytest.MonkeyPatch, snapshot: SnapshotAssertion
) -> None:
    """A waived finding stays visible, with its reason and its last day."""
    waive(monkeypatch, "rds-multi-az-per-env")

    shown = told(a_spoilt_prod(), monkeypatch, "md")

    assert re.sub(r"\d+ rules asked .*", "", shown.partition("<details>")[0]) == snapshot
    assert re.search(r"\d+ rules asked \d+ times: 1 broken, 1 advised, 1 waived", shown)
    assert (
        "| D3 | two zones in production, one elsewhere | 🟡 waived | `rds-multi-az-per-env` |"
        in shown
    )


def test_a_name_in_markdown_is_neither_a_mention_nor_a_tag() -> None:
    """Whoever names a resource must not reach people or build HTML in a comment."""
    assert forms._plain("a <b> | @all\nc") == "a &lt;b> \\| @\u200ball c"


def test_scripts_get_every_clause_and_every_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    """70 clauses and the whole record; every rule is under one of them at least."""
    data = json.loads(told(a_spoilt_prod(), monkeypatch, "json"))
    by_clause = {row["clause"]: row for row in data["clauses"]}

    assert {rule["id"] for row in data["clauses"] for rule in row["rules"]} == set(REGISTRY.rules)
    assert by_clause["D3"]["verdict"] == "broken"
    assert by_clause["D4"]["verdict"] == "holds"
    assert by_clause["L9"]["verdict"] is None
    [finding] = next(r for r in by_clause["D3"]["rules"] if r["verdict"] == "broken")["findings"]
    assert finding["resource"].endswith("::database-instance")
    assert {row["id"] for row in data["baselines"]} >= {"W-01", "W-03"}


def test_github_takes_the_sarif(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every key that SARIF 2.1.0 and code scanning require, none that the standard refuses.

    What this does not prove: that GitHub shows it.
    """
    waive(monkeypatch, "rds-multi-az-per-env")
    log = Log.model_validate_json(told(a_spoilt_prod(), monkeypatch, "sarif"))

    [run] = log.runs
    rules = run.tool.driver.rules
    assert [rule.id for rule in rules] == list(REGISTRY.rules)
    assert {result.rule_id for result in run.results} >= {"rds-not-public", "rds-multi-az-per-env"}
    assert all(rules[result.rule_index].id == result.rule_id for result in run.results)
    places = [one.physical_location for result in run.results for one in result.locations]
    for place in places:
        lines = (ROOT / place.artifact_location.uri).read_text(encoding="utf-8").splitlines()
        assert place.region.start_line <= len(lines)
    prints = [result.partial_fingerprints["check/v1"] for result in run.results]
    assert len(set(prints)) == len(prints)


def test_a_waived_finding_is_suppressed_and_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """GitHub closes its alert, and the reason stays readable."""
    waive(monkeypatch, "rds-multi-az-per-env")
    log = sarif.as_sarif(report.of_records("prod", a_spoilt_prod()))

    [waived] = [one for one in log["runs"][0]["results"] if "suppressions" in one]
    assert waived["ruleId"] == "rds-multi-az-per-env"
    assert waived["suppressions"] == [
        {"kind": "external", "justification": "the second zone is being moved Until 2026-12-31."}
    ]


def test_a_finding_is_shown_where_its_clause_is_built() -> None:
    """Code scanning opens the component, and not a state that nobody can edit."""
    file, line = places.of_finding(("D3",), "prod")

    assert file == "components/database.py"
    assert "D3" in (ROOT / file).read_text().splitlines()[line - 1]
    assert places.of_finding(("Z9",), "foundation") == ("foundation/Pulumi.foundation.yaml", 1)


def test_a_check_of_a_file_ends_with_the_code_of_a_policy(tmp_path: Path) -> None:
    """3 where a mandatory rule does not hold, 0 where all do; any export will do."""
    spoilt, good = tmp_path / "spoilt.json", tmp_path / "good.json"
    spoilt.write_text(json.dumps({"deployment": {"resources": a_spoilt_prod()}}))
    good.write_text(json.dumps({"deployment": {"resources": a_state("prod")}}))
    console = a_screen()

    codes = [show.check("prod", file, console) for file in (spoilt, good)]

    assert codes == [Exit.POLICY, Exit.DONE]
    assert "✗ ADR D3  rds-multi-az-per-env  spoilt.json  (high, mandatory)" in text_of(console)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"deployment": null}'])
def test_a_file_that_is_no_export_is_one_sentence(tmp_path: Path, content: str) -> None:
    """Never a traceback."""
    file = tmp_path / "state.json"
    file.write_text(content)

    with pytest.raises(TriflowError, match="is no exported state"):
        show.check("prod", file, a_screen())


def test_a_foreign_state_is_judged_and_breaks_no_rule(tmp_path: Path) -> None:
    """Odd values of another program: nulls, empty lists, secrets, what waits for deletion."""
    urn = "urn:pulumi:live::somebody-else::aws:s3/bucket:Bucket::"
    hidden = {state.SIGNATURE: state.SECRET, "ciphertext": "v1:x"}
    records = [
        {
            "urn": f"{urn}odd",
            "type": "aws:s3/bucket:Bucket",
            "inputs": {"bucket": hidden, "tags": None},
        },
        {"urn": f"{urn}gone", "type": "aws:s3/bucket:Bucket", "delete": True},
        {"urn": f"{urn}bare", "type": "aws:s3/bucket:Bucket", "inputs": {"tags": []}},
    ]
    file = tmp_path / "state.json"
    file.write_text(json.dumps({"deployment": {"resources": records}}))
    console = a_screen()

    code = show.check("prod", file, console)

    assert code == Exit.POLICY
    assert "this rule is broken" not in text_of(console)
    assert "v1:x" not in text_of(console)
    assert "gone" not in text_of(console)


@pytest.mark.parametrize("asked", ["vpc-plan", "vpc-plan(b)", "D3", "d14"])
def test_a_rule_and_a_clause_are_explained(asked: str, snapshot: SnapshotAssertion) -> None:
    """What it asks for, why, what to type; a clause without a rule says who judges it."""
    console = a_screen()

    assert show.explain(asked, console) == Exit.DONE
    assert without_blanks(console) == snapshot


def test_a_misspelt_rule_is_answered_with_those_that_come_near() -> None:
    """The command to type is whole."""
    with pytest.raises(TriflowError) as refused:
        show.explain("rds-multi-az", a_screen())

    assert "There is no rule and no clause called rds-multi-az." in str(refused.value)
    assert "Fix: triflow policy explain rds-multi-az-per-env" in str(refused.value)
