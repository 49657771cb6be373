"""Values keep their meaning on the way to the engine and back, at every depth."""

from typing import Any

from botocore.model import ShapeResolver
from hypothesis import given
from hypothesis import strategies as st

from local.aws.shapes import Problems, build, convert, match
from local.aws.values import (
    UNKNOWN,
    Secret,
    Unknown,
    contains,
    decode,
    encode,
    plain,
    same,
    secret_texts,
)

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**50), 2**50),
    st.floats(allow_nan=False, allow_infinity=False).filter(lambda x: not x.is_integer()),
    st.text(),
)
NAMES = st.text("abcXYZ09_-.", min_size=1)
PLAIN = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3)
)
VALUES = st.recursive(
    SCALARS | st.just(UNKNOWN),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3) | inner.map(Secret)
    ),
)
MODEL: dict[str, Any] = {
    "Text": {"type": "string", "enum": ["a", "b"]},
    "Number": {"type": "integer", "min": 3},
    "Tag": {
        "type": "structure",
        "members": {"Key": {"shape": "Text"}, "Value": {"shape": "Text"}},
    },
    "Tags": {"type": "list", "member": {"shape": "Tag"}, "min": 1},
    "Whole": {
        "type": "structure",
        "required": ["Tags", "Count"],
        "members": {
            "Tags": {"shape": "Tags"},
            "Count": {"shape": "Number"},
            "Inner": {"shape": "Whole"},
        },
    },
}
SHAPES = ShapeResolver(MODEL)


@given(st.dictionaries(NAMES, VALUES))
def test_what_is_encoded_is_decoded(properties: dict[str, Any]) -> None:
    """Secrets and unknowns come back at their places, numbers with their value."""
    assert decode(encode(properties)) == properties


@given(VALUES)
def test_plain_leaves_no_secret_at_any_depth(value: Any) -> None:  # noqa: ANN401 - any value
    """What goes into a call to AWS is bare."""
    assert not contains(plain(value), Secret)
    assert contains(plain(value), Unknown) == contains(value, Unknown)


@given(VALUES, st.text(min_size=1))
def test_every_text_in_a_secret_is_known_as_one(value: Any, hidden: str) -> None:  # noqa: ANN401
    """So it can be kept out of messages wherever it lies."""
    assert hidden in secret_texts({"outer": [value, Secret({"inner": [hidden]})]})


@given(PLAIN)
def test_a_value_is_the_same_as_itself_and_as_its_secret(value: Any) -> None:  # noqa: ANN401
    """Marking a value as secret changes nothing for AWS."""
    assert same(value, value)
    assert same(value, Secret(value))


@given(PLAIN)
def test_an_unknown_is_the_same_as_nothing_known(value: Any) -> None:  # noqa: ANN401
    """Before the update a change must be expected."""
    assert not same(value, UNKNOWN)


@given(st.sampled_from([None, [], {}]), st.sampled_from([None, [], {}]))
def test_absent_null_and_empty_are_one(old: object, new: object) -> None:
    """Terraform makes no difference between them."""
    assert same(old, new)


@given(st.lists(st.text()))
def test_plain_lists_are_sets(items: list[str]) -> None:
    """Subnets in another order are the same subnets."""
    assert same(items, list(reversed(items)))


@given(st.dictionaries(st.sampled_from(["tags", "count", "inner"]), st.just(UNKNOWN)))
def test_an_unknown_anywhere_becomes_a_stand_in(value: dict[str, Any]) -> None:
    """The request that Check validates is type-right wherever the unknown stands."""
    problems = Problems()

    built = build(value, SHAPES.get_shape_by_name("Whole"), "", {}, problems)

    assert problems.found == []
    assert set(built) == {name.capitalize() for name in value}
    assert not contains(built, Unknown)


@given(st.dictionaries(st.sampled_from(["a", "b"]), st.sampled_from(["a", "b"]), min_size=1))
def test_a_map_of_tags_goes_to_pairs_and_back(tags: dict[str, str]) -> None:
    """AWS's list of Key and Value is Pulumi's map."""
    pairs = build(tags, SHAPES.get_shape_by_name("Tags"), "tags", {}, Problems())

    assert convert(pairs, "{string}", {}) == tags


def test_numbers_and_single_blocks_take_the_form_of_the_shape() -> None:
    """30.0 and "30" are the integer 30; a lone object is a list of one."""
    whole = SHAPES.get_shape_by_name("Whole")
    value = {"count": "30", "tags": {"key": "a", "value": "b"}}

    built = build(value, whole, "", {}, Problems())

    assert built["Count"] == 30
    assert build({"count": 30.0}, whole, "", {}, Problems()) == {"Count": 30}


def test_names_are_matched_by_letters_then_by_number() -> None:
    """The exact word wins over its plural."""
    assert match("subnetIds", ["SubnetId", "SubnetIds"]) == "SubnetIds"
    assert match("policies", ["Policy"]) == "Policy"
    assert match("rule", ["Rules"]) == "Rules"
    assert match("name", ["DBName"]) is None
