"""The package (ADR X4): the backend installs the folder alone, with boto3 and nothing else."""

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import triflow_storage

FOLDER = Path(triflow_storage.__file__).parent


@pytest.mark.thorough
@pytest.mark.clause("X4")
def test_the_folder_can_be_installed_on_its_own(tmp_path: Path) -> None:
    """Its wheel holds every module and the mark of a typed package, and works away from here."""
    subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=FOLDER,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
        archive.extractall(tmp_path / "installed")
    program = "import triflow_storage; print(triflow_storage.__file__)"
    found = subprocess.run(  # noqa: S603 - likewise
        [sys.executable, "-c", program],
        cwd=tmp_path / "installed",
        check=True,
        capture_output=True,
        text=True,
    )

    modules = {f"triflow_storage/{path.name}" for path in FOLDER.glob("*.py")}
    assert names == modules | {"triflow_storage/py.typed"}
    assert found.stdout.startswith(str(tmp_path / "installed"))


@pytest.mark.clause("X4")
def test_it_needs_boto3_and_nothing_else() -> None:
    """The backend's image does not grow by what a client brings along."""
    project = tomllib.loads((FOLDER / "pyproject.toml").read_text())["project"]

    assert project["dependencies"] == ["boto3>=1.40,<2"]
    assert project["requires-python"] == ">=3.11"
