"""What all tests share: no clock, a shell of nobody's, and what the proofs have counted."""

import os
from collections import Counter, defaultdict

import pytest
from hypothesis import settings

# How long an example takes is the machine's affair: no test asks the clock.
settings.register_profile("without a clock", deadline=None)
settings.load_profile("without a clock")

# What an operator's shell, or GitHub's, says of accounts and screens: a profile that is not there
# ends a client as it is made, and typer colours its help where GITHUB_ACTIONS stands.
OF_THE_SHELL = ("AWS_", "PULUMI_", "TRIFLOW_AWS", "TRIFLOW_STORAGE_")
OF_THE_SCREEN = ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "PY_COLORS", "GITHUB_ACTIONS")
for name in tuple(os.environ):
    if name.startswith(OF_THE_SHELL) or name in OF_THE_SCREEN:
        del os.environ[name]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the proof of the policy pack has counted, before the closing line."""
    sums: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for report in terminalreporter.stats.get("passed", []):
        for key, counted in report.user_properties:
            if key.startswith("policy "):
                sums[key].update(counted)
    for key, counted in sorted(sums.items()):
        parts = ", ".join(f"{what} {count}" for what, count in counted.items())
        terminalreporter.write_line(f"{key} {counted.total()}: {parts}")
