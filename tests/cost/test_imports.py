"""The arrows between the rooms: cost is used by others and uses none of them."""

import subprocess
import sys

OTHERS = {
    "components",
    "foundation",
    "functions",
    "local",
    "policy",
    "program",
    "pulumi",
    "triflow",
}


def test_the_estimate_loads_neither_program_nor_policies_nor_command_line() -> None:
    """So that the pack and the command line can both use it, and it starts at once."""
    words = "import sys, cost.page, cost.rules; cost.rules.load(); print(*sys.modules)"

    shown = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", words], capture_output=True, text=True, check=True
    )

    assert {name.split(".")[0] for name in shown.stdout.split()} & OTHERS == set()
