"""The map from the public baselines to this pack."""

from re import fullmatch

from policy import baselines, rules, waivers
from policy.registry import REGISTRY

rules.load()


def found() -> dict[str, baselines.Row]:
    """Return every row by its external id."""
    return {row.external: row for each in baselines.rows().values() for row in each}


def test_every_external_id_has_one_row() -> None:
    """What a rule or a waiver names is on the page, once."""
    named = {external for rule in REGISTRY.rules.values() for external in rule.external}
    named |= {external for waiver in waivers.load().baselines for external in waiver.external}
    listed = [row.external for each in baselines.rows().values() for row in each]

    assert sorted(listed) == sorted(named)


def test_ids_of_a_baseline_have_its_form() -> None:
    """A misspelt one would stand among the others, where nobody looks for it."""
    strange = [row.external for row in baselines.rows()["Other packs and advice"]]

    assert [one for one in strange if fullmatch(r"CKV\S*|[A-Za-z]+\.\d+\S*", one)] == []
    assert len(baselines.rows()["Checkov"]) > 80


def test_what_holds_everywhere_is_contradicted_nowhere() -> None:
    """One page cannot say both of one environment: such a row is split by environment."""
    split = [row for row in found().values() if row.held_by and row.waived_by]

    assert {row.external for row in split} == {"CKV_AWS_157", "RDS.5", "AwsSolutions-RDS3"}
    for row in split:
        assert row.verdict == "holds; contradicted in dev, staging"
        assert {"prod"}.isdisjoint(e for waiver in row.waived_by for e in waiver.environments)


def test_one_year_in_cloudwatch_is_contradicted_and_not_claimed() -> None:
    """Two baselines ask for it by different names; the record keeps the year in the archive."""
    assert found()["CKV_AWS_338"].verdict == "contradicted"
    assert found()["CloudWatch.16"].verdict == "contradicted"


def test_ids_stand_in_the_order_of_their_numbers() -> None:
    """CKV_AWS_7 before CKV_AWS_18, as whoever looks for one expects."""
    checkov = [row.external for row in baselines.rows()["Checkov"] if "CKV_" in row.external]
    numbers = [int(one.rpartition("_")[2]) for one in checkov if one.startswith("CKV_AWS")]

    assert numbers == sorted(numbers)
