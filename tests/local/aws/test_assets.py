"""Assets and archives become bytes; what the state kept of them is no reason to fail."""

import io
import zipfile
from pathlib import Path

import pytest

from local.aws import assets
from local.aws.errors import InputError
from local.aws.values import ARCHIVE, ASSET, SIGNATURE, Asset


def test_an_archive_is_the_same_zip_each_time() -> None:
    """Its hash tells whether code has changed, so order and time of packing must not count."""
    parts = {name: {SIGNATURE: ASSET, "text": f"{name} = 1"} for name in ("b.py", "a.py")}

    first = assets.content(Asset({SIGNATURE: ARCHIVE, "assets": parts}))
    second = assets.content(Asset({SIGNATURE: ARCHIVE, "assets": dict(reversed(parts.items()))}))

    assert zipfile.ZipFile(io.BytesIO(first)).namelist() == ["a.py", "b.py"]
    assert first == second


@pytest.mark.parametrize("kind", [ASSET, ARCHIVE])
def test_a_resource_whose_code_only_the_state_knows_can_be_deleted(kind: str) -> None:
    """The state keeps a hash of the code and nothing else; a deletion sends no code."""
    kept = Asset({SIGNATURE: kind, "hash": "8d1f"})

    assert assets.content(kept) == b""


def test_a_missing_file_is_told_by_its_name(tmp_path: Path) -> None:
    """The file is named, not the line of code that looked for it."""
    gone = tmp_path / "gone.zip"

    with pytest.raises(InputError, match=r"gone\.zip cannot be read"):
        assets.content(Asset({SIGNATURE: ASSET, "path": str(gone)}))
