"""Keys (ADR S1, S8, S9): each has one place, in its owner's folder, and one reading.

What S3 then lets a role do with a key is not shown here.
"""

import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triflow_storage.errors import InvalidKeyError, Refusal
from triflow_storage.keys import (
    DataClass,
    Environment,
    Execution,
    Export,
    Key,
    Log,
    Output,
    Profile,
    Shared,
    SharedItem,
    Shelf,
    Template,
    Tenant,
    TenantItem,
    Upload,
    area,
    tenant_id,
)

TENANT = Tenant(Environment.PROD, UUID("7f3c2f6e-7b0a-4a52-9f0e-0d7f7f1c9a11"))
FOLDER = "tenants/tenant-7f3c2f6e-7b0a-4a52-9f0e-0d7f7f1c9a11/"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)

names = st.text(st.sampled_from("abzAZ09._-월간é"), min_size=1, max_size=40).filter(
    lambda text: text.strip(".")
)
extensions = st.from_regex("[A-Za-z0-9]{1,16}", fullmatch=True)
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=zones)  # noqa: DTZ001 - zones adds it
tenant_items: st.SearchStrategy[TenantItem] = st.one_of(
    st.builds(Execution, names, moments),
    st.builds(Output, names, moments),
    st.builds(Upload, names, extensions),
    st.builds(Export, moments),
    st.builds(Log, st.dates(), names),
)
shared_items: st.SearchStrategy[SharedItem] = st.one_of(
    st.builds(Template, names), st.builds(Profile, names)
)
tenants = st.builds(Tenant, st.sampled_from(Environment), st.uuids())
tenant_keys = st.builds(Key, tenants, tenant_items)
keys = tenant_keys | st.builds(Key, st.builds(Shared, st.sampled_from(Environment)), shared_items)


@pytest.mark.clause("S1", "S9")
@pytest.mark.parametrize(
    ("item", "path"),
    [
        (Execution("wf-1", NOON), "workflows/wf-1/execution_20261122T120000.000000Z.json"),
        (Output("wf-1", NOON), "workflows/wf-1/output_20261122T120000.000000Z.csv"),
        (Upload("월간.v2", "xlsx"), "uploads/월간.v2.xlsx"),
        (Export(NOON), "exports/export_20261122T120000.000000Z.xlsx"),
        (Log(date(2026, 11, 22)), "logs/2026-11-22/app.log.gz"),
    ],
)
def test_each_kind_lies_where_the_decision_puts_it(item: TenantItem, path: str) -> None:
    """The tree of ADR 3 is the tree of the keys."""
    assert FOLDER + path == Key(TENANT, item).text


@pytest.mark.clause("S1")
@pytest.mark.parametrize(
    ("owner", "folder"),
    [
        (Tenant(Environment.DEV, TENANT.tenant_id), f"dev/{FOLDER}"),
        (Tenant(Environment.STAGING, TENANT.tenant_id), f"staging/{FOLDER}"),
        (Shared(Environment.PROD), "shared/"),
        (Shared(Environment.DEV), "dev/shared/"),
    ],
)
def test_dev_and_staging_stand_in_front_of_the_same_tree(
    owner: Tenant | Shared, folder: str
) -> None:
    """Outside prod the environment is the first folder."""
    assert folder == owner.folder


@pytest.mark.clause("S9")
@given(keys)
def test_a_key_that_is_built_parses_back_to_itself(key: Key) -> None:
    """Nothing is lost between a key and its text."""
    assert key == Key.parse(key.owner.environment, key.text)


@pytest.mark.clause("S8", "S9")
@given(tenant_keys, tenants)
def test_no_two_tenants_ever_share_a_key(key: Key, other: Tenant) -> None:
    """The same item of another tenant, or another environment, has another place outside."""
    same = Key(other, key.item)

    assert (other == key.owner) == (same.text == key.text)
    assert (other == key.owner) == same.text.startswith(key.owner.folder)


@pytest.mark.clause("S9")
@given(tenant_keys, tenant_keys)
def test_two_items_never_share_a_key(one: Key, other: Key) -> None:
    """Equal texts come from equal items only."""
    assert (one == other) == (one.text == other.text)


@pytest.mark.clause("S8", "S9")
@given(
    st.sampled_from(["workflow_id", "file_id", "ext", "name"]),
    st.text()
    | st.text(st.sampled_from("./\\%a\u212b\u200b\u1160가"))
    | st.text("가", min_size=340),
)
def test_no_text_leaves_the_folder(field: str, text: str) -> None:
    """Any text in any place is refused by name, or stays one plain part below the folder."""
    items: dict[str, TenantItem] = {
        "workflow_id": Execution(text, NOON),
        "file_id": Upload(text, "csv"),
        "ext": Upload("file", text),
        "name": Log(NOON.date(), text),
    }

    try:
        made = Key(TENANT, items[field]).text
    except InvalidKeyError:
        return

    parts = made.removeprefix(FOLDER).split("/")
    assert made.startswith(FOLDER)
    assert len(parts) == (2 if field in {"file_id", "ext"} else 3)
    assert all(part.strip(".") for part in parts)
    assert unicodedata.is_normalized("NFKC", made)
    assert len(made.encode()) <= 1024


@pytest.mark.clause("S9")
@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("", Refusal.EMPTY_PART),
        ("..", Refusal.PATH_TRICK),
        (".", Refusal.PATH_TRICK),
        ("...", Refusal.PATH_TRICK),
        ("../tenant-2/uploads/x", Refusal.PATH_TRICK),
        ("/x", Refusal.PATH_TRICK),
        ("a\\b", Refusal.PATH_TRICK),
        ("%2e%2e%2fx", Refusal.CHARACTER),
        ("a\0b", Refusal.CHARACTER),
        ("a\nb", Refusal.CHARACTER),
        ("a b", Refusal.CHARACTER),
        ("a\u200bb", Refusal.CHARACTER),
        ("a\u202eb", Refusal.CHARACTER),
        ("a\u1160b", Refusal.CHARACTER),
        ("a\ud800b", Refusal.CHARACTER),
        ("e\u0301", Refusal.UNICODE_FORM),
        ("\u1100\u1161", Refusal.UNICODE_FORM),
        ("\uff0e\uff0e", Refusal.UNICODE_FORM),
        ("\uff0fx", Refusal.UNICODE_FORM),
        ("\u2025", Refusal.UNICODE_FORM),
        ("x" * 1000, Refusal.TOO_LONG),
    ],
)
def test_each_trick_is_refused_by_its_name(name: str, refusal: Refusal) -> None:
    """A trick with paths, with Unicode, with emptiness or with length says which it is."""
    with pytest.raises(InvalidKeyError) as refused:
        Key(TENANT, Log(NOON.date(), name))

    assert refusal == refused.value.refusal
    assert str(refused.value).startswith(f"{refusal}: ")


@pytest.mark.clause("S9")
@pytest.mark.parametrize("letter", ["x", "가"])
def test_1024_bytes_fit_and_one_more_does_not(letter: str) -> None:
    """S3 counts bytes of UTF-8, so a Korean name has a third of the letters."""
    room = 1024 - len(f"{FOLDER}uploads/.csv")
    name = letter * (room // len(letter.encode()))
    name += "x" * (room - len(name.encode()))

    assert len(Key(TENANT, Upload(name, "csv")).text.encode()) == 1024
    with pytest.raises(InvalidKeyError, match=r"too long: the key would have 1,025 bytes"):
        Key(TENANT, Upload(name + "x", "csv"))


@pytest.mark.clause("S9")
@pytest.mark.parametrize("ext", [".csv", "tar.gz", "c_v", "엑셀", "x" * 17])
def test_an_extension_is_letters_and_digits(ext: str) -> None:
    """An extension with a dot would make two readings of one key."""
    with pytest.raises(InvalidKeyError, match="is not a file extension"):
        Key(TENANT, Upload("file", ext))


@pytest.mark.clause("S9")
@pytest.mark.parametrize(
    "text",
    [
        "",
        FOLDER,
        f"{FOLDER}uploads/",
        f"{FOLDER}uploads/no-extension",
        f"{FOLDER}uploads/a/b.csv",
        f"{FOLDER}secrets/a.csv",
        f"{FOLDER}../x",
        f"/{FOLDER}uploads/a.csv",
        f"dev/{FOLDER}uploads/a.csv",
        f"{FOLDER}uploads/a.csv\n",
        f"{FOLDER}logs/2026-02-30/app.log.gz",
        f"{FOLDER}exports/export_20261122T250000.000000Z.xlsx",
        f"{FOLDER}exports/export_20261122T120000Z.xlsx",
        f"{FOLDER.upper()}uploads/a.csv",
        FOLDER.replace("7f3c", "7F3C") + "uploads/a.csv",
        f"{FOLDER}templates/a",
        "shared/uploads/a.csv",
        "shared/system/x",
        "backups/2026-11-22/snapshot.sql.gz",
    ],
)
def test_a_text_that_is_no_key_is_not_read_as_one(text: str) -> None:
    """Only what a key can be built as is a key: no second spelling, no other place."""
    with pytest.raises(InvalidKeyError):
        Key.parse(Environment.PROD, text)


@pytest.mark.clause("S8")
@pytest.mark.parametrize(
    "spelling",
    [
        "7F3C2F6E-7B0A-4A52-9F0E-0D7F7F1C9A11",
        "{7f3c2f6e-7b0a-4a52-9f0e-0d7f7f1c9a11}",
        "urn:uuid:7f3c2f6e-7b0a-4a52-9f0e-0d7f7f1c9a11",
        "7f3c2f6e7b0a4a529f0e0d7f7f1c9a11",
        "*",
        "",
        "7f3c2f6e-7b0a-4a52-9f0e-0d7f7f1c9a11 ",
    ],
)
def test_a_tenant_id_has_one_spelling(spelling: str) -> None:
    """A second spelling would be a second tenant to IAM."""
    with pytest.raises(InvalidKeyError, match="tenant id: "):
        tenant_id(spelling)


@pytest.mark.clause("S9")
def test_a_moment_has_one_key_in_every_zone() -> None:
    """Noon in UTC and nine in the evening in Seoul are the same export."""
    in_seoul = NOON.astimezone(timezone(timedelta(hours=9)))

    assert Key(TENANT, Export(NOON)).text == Key(TENANT, Export(in_seoul)).text


@pytest.mark.clause("S9")
@pytest.mark.parametrize(
    "item",
    [
        Export(NOON.replace(tzinfo=None)),
        Export(datetime.max.replace(tzinfo=timezone(timedelta(hours=-1)))),
        Log(NOON),
    ],
)
def test_a_time_that_names_no_moment_is_refused(item: TenantItem) -> None:
    """A time without a zone would depend on where the code runs."""
    with pytest.raises(InvalidKeyError, match="time: "):
        Key(TENANT, item)


@pytest.mark.clause("S8")
@pytest.mark.parametrize(
    ("owner", "item"), [(TENANT, Template("x")), (Shared(Environment.PROD), Upload("x", "csv"))]
)
def test_a_folder_holds_its_own_kinds_only(
    owner: Tenant | Shared, item: TenantItem | SharedItem
) -> None:
    """A tenant has no templates of its own, and nothing of a tenant is shared."""
    with pytest.raises(InvalidKeyError, match="foreign key: "):
        Key(owner, item)


@pytest.mark.clause("S8", "S9")
def test_a_list_asks_below_one_folder_only() -> None:
    """A prefix ends with its slash: without it, `logs` would also list `logs-of-others`."""
    assert f"{FOLDER}workflows/" == area(TENANT, DataClass.WORKFLOW)
    assert f"{FOLDER}workflows/wf-1/" == area(TENANT, DataClass.WORKFLOW, "wf-1")
    assert area(Shared(Environment.DEV), Shelf.PROFILES) == "dev/shared/industry-profiles/"
    with pytest.raises(InvalidKeyError, match="path trick: "):
        area(TENANT, DataClass.WORKFLOW, "..")
    with pytest.raises(InvalidKeyError, match="empty part: "):
        area(TENANT, DataClass.WORKFLOW, "")
