"""Writes permanent_names.txt: the URN of every resource of every stack, without its stack.

Run it after adding a resource: `python -m tests.program.permanent_names`. A line that leaves the
file is a resource that the next update deletes, and one that changes is one it replaces.
"""

from pathlib import Path
from typing import Final

from tests.program.recorder import STACKS, record

FILE: Final = Path(__file__).with_name("permanent_names.txt")
HEADER: Final = "# Written by: python -m tests.program.permanent_names\n"


def registered() -> set[str]:
    """Return what the programs register now, one line each: stack, types down the tree, name."""
    return {
        f"{stack} {'::'.join(resource.urn.split('::')[2:])}"
        for stack in STACKS
        for resource in record(stack).resources
    }


def written() -> set[str]:
    """Return the lines of the file."""
    return set(FILE.read_text().splitlines()[1:])


if __name__ == "__main__":
    FILE.write_text(HEADER + "\n".join(sorted(registered())) + "\n")
