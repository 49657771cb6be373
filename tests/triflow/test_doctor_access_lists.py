"""Which rule of an access list stops what has to pass; the first that speaks of it decides."""

from ipaddress import IPv4Network

import pytest

from tests.triflow.doctor_stack import Json
from triflow.doctor import access_lists
from triflow.doctor.access_lists import HIGH, IN, OUT, Traffic
from triflow.doctor.answers import Seen, Unknown

NEIGHBOUR = Traffic(IN, HIGH, IPv4Network("10.0.11.0/24"))
LAST: Json = {"RuleNumber": 32767, "RuleAction": "deny", "Protocol": "-1", "Egress": IN}
ALL: Json = {"CidrBlock": "0.0.0.0/0"}


def rule(number: int, does: str, block: str, low: int, high: int) -> Json:
    """Return a rule about TCP that comes in."""
    row = {"RuleNumber": number, "RuleAction": does, "Protocol": "6", "Egress": IN}
    return row | {"CidrBlock": block, "PortRange": {"From": low, "To": high}}


def stopped(*rules: Json) -> int | None:
    """Return the rule that stops a neighbour, of these and the last one."""
    rows = [Seen(one, "a rule") for one in (LAST | ALL, *rules)]
    return access_lists.stopped_by(rows, NEIGHBOUR)


@pytest.mark.parametrize(
    ("rules", "wanted"),
    [
        ([], 32767),
        ([rule(1, "allow", "10.0.0.0/16", 0, 65535)], None),
        ([rule(1, "allow", "10.0.11.0/24", 1024, 65535)], None),
        ([rule(1, "allow", "10.0.11.0/25", 1024, 65535)], 32767),
        ([rule(1, "allow", "10.0.0.0/16", 1024, 65534)], 32767),
        (
            [
                rule(1, "allow", "10.0.0.0/16", 0, 65535),
                rule(2, "deny", "10.0.0.0/16", 0, 65535),
            ],
            None,
        ),
        (
            [
                rule(2, "allow", "10.0.0.0/16", 0, 65535),
                rule(1, "deny", "10.0.11.7/32", 5432, 5432),
            ],
            1,
        ),
        (
            [
                rule(2, "allow", "10.0.0.0/16", 0, 65535),
                rule(1, "deny", "10.0.12.0/24", 5432, 5432),
            ],
            None,
        ),
        (
            [rule(2, "allow", "10.0.0.0/16", 0, 65535), rule(1, "deny", "10.0.0.0/8", 0, 1023)],
            None,
        ),
    ],
)
def test_the_first_rule_that_speaks_of_it_decides(rules: list[Json], wanted: int | None) -> None:
    """One that refuses a part stops it; one that allows has to allow all of it."""
    assert stopped(*rules) == wanted


def test_what_is_to_pass_is_told_in_words() -> None:
    """As a person writes a rule."""
    told = [one.words for one in access_lists.needed(["10.0.1.0/24"], public=True)]

    assert told == [
        "tcp 1024 to 65535 in from 10.0.1.0/24",
        "tcp 1024 to 65535 out to 10.0.1.0/24",
        "tcp 1024 to 65535 in from 0.0.0.0/0",
        "tcp 443 out to 0.0.0.0/0",
        "tcp 443 in from 0.0.0.0/0",
        "tcp 1024 to 65535 out to 0.0.0.0/0",
    ]


@pytest.mark.parametrize(
    "rules",
    [[], [LAST | {"CidrBlock": "10.0.0"}], [LAST | ALL | {"Egress": OUT}]],
    ids=["none", "no block", "of the other way"],
)
def test_a_list_that_aws_would_not_give_is_unknown(rules: list[Json]) -> None:
    """Each list ends with a rule that refuses everything, either way."""
    with pytest.raises(Unknown):
        access_lists.stopped_by([Seen(one, "a rule") for one in rules], NEIGHBOUR)
