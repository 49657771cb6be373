"""The generated tables say what the code says."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from policy.registry import REGISTRY

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    """The generator, which is a script and no package."""
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["docs_generate"] = module
    spec.loader.exec_module(module)
    return module


def test_the_tables_are_current(generate: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    """`make docs` would change nothing."""
    assert generate.main(["--check"]) == 0, capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("ADR N1", {"N1"}),
        ("as in ADR N1, N4.", {"N1", "N4"}),
        ("(ADR S2 to S5)", {"S2", "S3", "S4", "S5"}),
        ("ADR N4 and L2, not D3", {"N4", "L2"}),
        ("ADR D10", {"D10"}),
        ("the ADR says D3", set()),
    ],
)
def test_a_citation_is_read_as_it_is_written(
    generate: ModuleType, text: str, clauses: set[str]
) -> None:
    """Lists and ranges count, a clause without the word before it does not."""
    assert generate.cited(text) == clauses


def test_every_clause_that_a_rule_names_is_in_the_record() -> None:
    """A misspelled clause would stand in messages and nowhere else."""
    content = yaml.safe_load((DOCS / "clauses.yaml").read_text(encoding="utf-8"))
    named = {clause for rule in REGISTRY.rules.values() for clause in rule.clause}

    assert named - set(content["clauses"]) == {"all"}


def test_the_number_of_rules_is_the_plans_and_what_was_added() -> None:
    """A rule that is neither planned nor explained, or a name that no rule has, would show."""
    plan = yaml.safe_load((DOCS / "planned.yaml").read_text(encoding="utf-8"))
    missing = set(plan["awaits"]) - set(REGISTRY.rules)
    pairs = {rule for pair in plan["one_decision_two_rules"] for rule in pair.split(", ")}

    assert len(REGISTRY.rules) == plan["planned"] - len(missing) + len(plan["added"])
    assert {*plan["added"], *plan["differs"], *pairs} <= set(REGISTRY.rules)


def test_every_clause_says_what_the_record_says_and_what_is_deployed() -> None:
    """And belongs to a layer with a title."""
    content = yaml.safe_load((DOCS / "clauses.yaml").read_text(encoding="utf-8"))

    for clause, row in content["clauses"].items():
        assert set(row) - {"no_rule", "awaits"} == {"says", "deployed"}, clause
        assert clause[0] in content["layers"], clause
        assert not any("|" in str(text) for text in row.values()), clause
