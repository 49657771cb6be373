"""Which files of a function are shipped, and under which names.

Owns: the list. A folder handed over whole would carry the bytecode that a test run leaves in it,
and the function would be deployed again with every test run.
Leaves alone: making the archive; that is Pulumi's AssetArchive.
"""

from pathlib import Path

HERE = Path(__file__).parent


def sources(function: str) -> dict[str, Path]:
    """Map the paths inside the archive to the files of `function`, a folder of this one, sorted.

    The handler of each function is then `<function>.handler.handle`.

    Raises:
        FileNotFoundError: no such function.
    """
    folder = HERE / function
    if not (folder / "handler.py").is_file():
        raise FileNotFoundError(f"functions/{function}/handler.py does not exist.")
    return {f"{function}/{path.name}": path for path in sorted(folder.glob("*.py"))}
