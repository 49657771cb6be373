"""That each function is complete in its own archive."""

import ast
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from functions import archive

FUNCTIONS = ("object_tagger", "service_restart", "slack_relay")


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_runs_from_its_archive_alone(function: str, tmp_path: Path) -> None:
    """Its zip, imported where this repository is not, has the handler Lambda is given."""
    zipped = tmp_path / "function.zip"
    with zipfile.ZipFile(zipped, "w") as target:
        for name, path in archive.sources(function).items():
            target.write(path, name)
    program = f"import sys; sys.path.insert(0, {str(zipped)!r})"
    program += f"; from {function}.handler import handle; print(handle.__module__)"

    ran = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", program],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )

    assert ran.stdout == f"{function}.handler\n"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_needs_only_what_lambda_has(function: str) -> None:
    """Standard library, boto3 and botocore: the runtime brings those and no others."""
    imported: set[str] = set()
    for path in archive.sources(function).values():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                imported.add(str(node.module).split(".")[0])

    assert imported - sys.stdlib_module_names <= {"boto3", "botocore"}


def test_bytecode_is_not_shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It differs from machine to machine, and every update would deploy the function anew."""
    (tmp_path / "f" / "__pycache__").mkdir(parents=True)
    for name in ("handler.py", "notes.txt", "__pycache__/handler.cpython-312.pyc"):
        (tmp_path / "f" / name).touch()
    monkeypatch.setattr(archive, "HERE", tmp_path)

    assert archive.sources("f") == {"f/handler.py": tmp_path / "f" / "handler.py"}


def test_a_function_that_does_not_exist_is_told() -> None:
    """A misspelled name would otherwise deploy an empty archive."""
    with pytest.raises(FileNotFoundError, match=r"functions/slak_relay/handler\.py"):
        archive.sources("slak_relay")
