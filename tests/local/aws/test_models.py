"""The catalogue names only what botocore and pulumi_aws know."""

import jmespath
import pytest

from local.aws import generate, requests, schema
from local.aws.catalogue import FILES, ROWS, file_for, held
from local.aws.client import models
from local.aws.row import Call, Row
from local.aws.templates import OPTIONS, Text
from tests.local.aws.samples import SAMPLES

pytestmark = pytest.mark.thorough


def _calls(row: Row) -> list[Call]:
    tags = [row.tags.add, row.tags.remove] if row.tags else []
    return [row.create, *row.updates, *row.delete, *(call for call in tags if call)]


@pytest.mark.parametrize("token", ROWS)
def test_every_operation_and_member_of_a_row_exists(token: str) -> None:
    """Botocore has each operation, and each its top-level arguments."""
    row = ROWS[token]

    for call in _calls(row):
        shape = models().input_shape(requests.service_of(row, call), call.operation)

        assert set(call.args) - set(shape.members) == set()
        assert {call.needs, call.at} - {""} <= set(shape.members)


@pytest.mark.parametrize("token", [token for token, row in ROWS.items() if row.read])
def test_every_reading_call_of_a_row_exists(token: str) -> None:
    """Botocore has each reading operation and its arguments."""
    row = ROWS[token]
    assert row.read is not None
    reads = [row.read, *row.read.also.values()]
    reads += [row.tags.read] if row.tags and row.tags.read else []

    for read in reads:
        shape = models().input_shape(read.service or row.service, read.operation)

        assert set(read.args) - set(shape.members) == set()


@pytest.mark.parametrize("token", ROWS)
def test_every_property_a_row_names_is_one_of_the_token(token: str) -> None:
    """Defaults, outputs, exceptions and what calls carry are inputs or outputs of pulumi_aws."""
    row, kind = ROWS[token], schema.resource(token)
    inputs = {*row.defaults, *row.ignored, *row.legal, *row.documents, *row.reset, *row.undrifting}
    inputs |= {*row.force, *row.identity, *requests.taken(token)} - requests.OF_THE_ENGINE
    inputs -= {"tags", "tagsAll"}

    assert inputs - set(kind.inputs) == set()
    assert set(row.outputs) - set(kind.outputs) == set()


@pytest.mark.parametrize("token", ROWS)
def test_every_path_of_a_row_is_jmespath(token: str) -> None:
    """A slip in a path would show only when the resource is read."""
    row = ROWS[token]
    paths = [rule for rule in row.outputs.values() if isinstance(rule, str) and rule]
    paths += [] if isinstance(row.id, Text) else [row.id]
    paths += [row.read.path] if row.read and isinstance(row.read.path, str) else []

    for path in paths:
        jmespath.compile(path).search({}, OPTIONS) if "(" not in path else jmespath.compile(path)


def test_every_row_has_a_sample() -> None:
    """A row without a sample would be tried by nobody."""
    assert {sample.token for sample in SAMPLES.values()} == set(ROWS)


# Importing whole service packages of pulumi_aws meets resources that it has deprecated.
@pytest.mark.filterwarnings("ignore::DeprecationWarning:pulumi_aws")
def test_schema_json_is_up_to_date() -> None:
    """What pulumi_aws says now is what is checked in."""
    assert generate.render() == generate.SCHEMA.read_text()


def test_what_moto_lacks_is_listed_with_its_reason() -> None:
    """Whatever the provider holds or leaves out stands in one table for the docs."""
    table = held()

    assert ("aws:backup/selection:Selection", "the whole resource") in [row[:2] for row in table]
    assert all(why for _, _, why in table)


def test_the_file_of_a_missing_row_is_named_after_its_service() -> None:
    """A new service gets a file of its own."""
    assert file_for("aws:kms/key:Key") == "local/aws/rows/kms.py"
    assert file_for("aws:rds/instance:Instance") == FILES["aws:rds/instance:Instance"]
