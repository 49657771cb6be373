"""Reading properties: known, missing and unknown at every depth, and no other way to read them."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from policy.documents import document, statements, strings
from policy.findings import (
    Finding,
    NotJudged,
    must_be,
    must_be_absent,
    must_be_off,
    must_be_on,
    shown,
)
from policy.values import (
    UNKNOWN,
    Known,
    Missing,
    MistypedError,
    NotYetError,
    Unknown,
    answer,
    first_unknown,
    tree,
)

TREE = {"a": {"b": [1, {"c": UNKNOWN}], "d": "text", "n": None}, "u": UNKNOWN}
ROOT = Known("", TREE)


def test_each_depth_answers_for_itself() -> None:
    """What stands beside an unknown can still be read."""
    assert ROOT["a"]["d"] == Known("a.d", "text")
    assert ROOT["a"]["b"][0] == Known("a.b[0]", 1)
    assert ROOT["a"]["b"][1]["c"] == Unknown("a.b[1].c")


def test_below_the_unknown_all_is_unknown_and_below_the_missing_missing() -> None:
    """The path of an unknown is the place where it begins."""
    assert ROOT["u"]["x"][3] == Unknown("u")
    assert ROOT["z"]["x"][3] == Missing("z.x[3]")
    assert ROOT["a"]["b"][9].is_missing


def test_null_is_missing() -> None:
    """Programs in other languages write null for what they do not set."""
    assert ROOT["a"]["n"].is_missing
    assert tree({"a": None, "b": {"c": None}}) == {"b": {}}


def test_a_container_with_an_unknown_inside_is_not_known() -> None:
    """Reading it as a whole names the unknown part instead of comparing with it."""
    with pytest.raises(NotYetError) as not_yet:
        ROOT["a"].known()

    assert not_yet.value.path == "a.b[1].c"


def test_an_unknown_answers_no_question() -> None:
    """Neither value, elements, entries nor text."""
    for ask in (Unknown.known, Unknown.items, Unknown.entries, Unknown.text, Unknown.number):
        with pytest.raises(NotYetError):
            ask(Unknown("u"))


def test_a_wrong_type_is_named_with_what_was_wanted() -> None:
    """A list where text belongs is a finding and no crash."""
    odd = Known("x", {"k": True})
    for ask, wanted in (
        (odd.text, "a string"),
        (odd.items, "a list"),
        (odd.number, "a whole number"),
        (odd["k"].number, "a whole number"),
        (odd["k"].entries, "an object"),
    ):
        with pytest.raises(MistypedError) as wrong:
            ask()
        assert wrong.value.wanted == wanted


def test_what_is_missing_has_no_parts_and_a_default() -> None:
    """Absent lists are empty, absent text is the default."""
    missing = Missing("m")

    assert (missing.items(), missing.entries()) == ([], {})
    assert (missing.text("d"), missing.known(7), missing.number()) == ("d", 7, None)
    assert (missing.count(), answer(3, "k").count()) == (0, 3)
    assert not missing.is_true()


def test_whole_numbers_lose_their_fraction_and_others_keep_it() -> None:
    """The protocol knows floats only."""
    assert tree({"a": 8000.0, "b": 0.5, "c": [1.0]}) == {"a": 8000, "b": 0.5, "c": [1]}


@settings(max_examples=60)
@given(
    some.recursive(
        some.none() | some.booleans() | some.integers() | some.text() | some.just(UNKNOWN),
        lambda inner: (
            some.lists(inner, max_size=4)
            | some.dictionaries(some.text(max_size=5), inner, max_size=4)
        ),
        max_leaves=20,
    )
)
def test_no_value_leaks_an_unknown(value: object) -> None:
    """Whatever `known` returns has no unknown inside; otherwise it raises with a path."""
    asked = answer(value, "p")
    where = first_unknown(value, "p")

    if where is None:
        assert asked.known() == value
    else:
        with pytest.raises(NotYetError, match=re.escape(where)):
            asked.known()


def test_must_be_tells_known_missing_and_unknown_apart() -> None:
    """One finding, one finding, one open question."""
    assert list(must_be(Known("p", 1), 1)) == []
    assert list(must_be(Known("p", 2), 1, 3)) == [Finding("p is 2, it must be 1 or 3")]
    assert list(must_be(Missing("p"), 1)) == [Finding("p is not set, it must be 1")]
    assert list(must_be(Missing("p"), 1, absent=True)) == []
    assert list(must_be(Unknown("p"), 1)) == [NotJudged("p")]


def test_true_is_not_one_and_text_is_no_number() -> None:
    """Python takes True for 1; AWS does not."""
    assert list(must_be(Known("p", value=True), 1)) == [Finding("p is true, it must be 1")]
    assert list(must_be(Known("p", "8000"), 8000)) == [Finding('p is "8000", it must be 8000')]
    assert list(must_be_on(Known("p", "true"))) == [Finding('p is "true", it must be true')]
    assert list(must_be_off(Missing("p"), absent=False)) == [
        Finding("p is not set, it must be false")
    ]


def test_must_be_absent_reports_the_unknown_too() -> None:
    """That something will be set is known, whatever it will be."""
    assert list(must_be_absent(Missing("p"))) == []
    assert list(must_be_absent(Known("p", []))) == [Finding("p is [], it must not be set")]
    assert list(must_be_absent(Unknown("p"))) == [Finding("p is set, it must not be set")]


def test_messages_show_values_shortly_and_never_a_containers_inside() -> None:
    """A document in a message would hide what matters, and may hold a secret."""
    assert shown("x" * 100) == f'"{"x" * 59}…"'
    assert shown([True, 1, {"secret": "s"}]) == "[true, 1, an object]"


def test_a_document_is_read_as_text_or_as_an_object() -> None:
    """Both spellings give the same statements."""
    as_text = Known("policy", '{"Statement": {"Effect": "Allow", "Action": "a"}}')
    as_object = Known("policy", {"Statement": [{"Effect": "Allow", "Action": ["a"]}]})

    for asked in (as_text, as_object):
        (statement,) = statements(asked)
        assert statement.allows
        assert statement.strings("Action") == ("a",)


def test_a_document_that_is_none_is_mistyped() -> None:
    """Text that is no JSON, and JSON that is no object."""
    for odd in ("{", "[]", "5", "null"):
        with pytest.raises(MistypedError):
            document(Known("policy", odd))
    assert document(Unknown("policy")).is_unknown
    assert document(Missing("policy")).is_missing


def test_conditions_are_compared_without_regard_to_case() -> None:
    """IAM ignores the case of a condition's key; a switch may be a boolean or text."""
    content = {"Statement": [{"Condition": {"Bool": {"aws:SecureTransport": False}}}]}

    (statement,) = statements(Known("policy", content))

    assert statement.conditions() == {("Bool", "aws:securetransport"): ("false",)}
    assert strings(Missing("x")) == ()
